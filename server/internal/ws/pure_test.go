package ws

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"usher/server/internal/strictjson"
	"usher/server/internal/wire"
)

// TestPace_KeepsTheRate checks against counting: in any span of time no more
// than the burst and what the span allows, and whoever waits as told may.
func TestPace_KeepsTheRate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := rate{every: time.Duration(rapid.Int64Range(1, 1e9).Draw(t, "every")), burst: rapid.IntRange(1, 50).Draw(t, "burst")}
		now := time.Unix(0, rapid.Int64Range(0, 1<<60).Draw(t, "start"))
		var p pace
		var taken []time.Time
		for range rapid.IntRange(1, 200).Draw(t, "tries") {
			now = now.Add(time.Duration(rapid.Int64Range(0, 2*int64(r.every)).Draw(t, "pause")))
			wait := p.take(now, r)
			if wait > 0 {
				if len(taken) < r.burst {
					t.Fatalf("refused after %d of %d", len(taken), r.burst)
				}
				again := p
				if early := again.take(now.Add(wait-1), r); early != 1 {
					t.Fatalf("a nanosecond early: wait %v", early)
				}
				if late := again.take(now.Add(wait), r); late != 0 {
					t.Fatalf("waited %v as told, and again %v", wait, late)
				}
				continue
			}
			taken = append(taken, now)
			for i, first := range taken {
				if n, most := len(taken)-i, r.burst+int(now.Sub(first)/r.every); n > most {
					t.Fatalf("%d in %v, most is %d", n, now.Sub(first), most)
				}
			}
		}
	})
}

func TestVisible(t *testing.T) {
	t.Parallel()
	rows := map[string]bool{
		"":                       false,
		" \t\r\n":                false,
		"\u00A0\u2003\u3000":     false,
		"\u200B\u200C\u200D":     false,
		"\uFEFF\u2060\u00AD":     false,
		"\u202A\u202E\u2066":     false,
		"\u3164\u115F\u1160":     false,
		"\uFFA0\u2800\u034F":     false,
		"\u180E\uFE0F\U000E0101": false,
		"\U000E0041":             false,
		"\x01\x7F":               false,
		"a":                      true,
		"\u202Eabc":              true,
		".":                      true,
		"👍":                      true,
		"👨‍👩‍👧":                  true,
		"مرحبا":                  true,
		"e\u0301":                true,
		"你好":                     true,
		"💩\uFE0F":                true,
		"5":                      true,
		"\u2028x":                true,
	}
	for text, want := range rows {
		if got := wire.Visible(text); got != want {
			t.Errorf("%+q: %v", text, got)
		}
	}
}

// TestLine_FramesCanBeTakenApart: frameEnd finds the ends that frame made.
func TestLine_FramesCanBeTakenApart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := line{buffers: &sync.Pool{New: func() any { return new([]byte) }}}
		ends := []int{0}
		for _, n := range rapid.SliceOfN(rapid.SampledFrom([]int{0, 1, 125, 126, 127, 300, 65535, 65536, 70_000}), 1, 5).Draw(t, "sizes") {
			l.frame(1, make([]byte, n))
			ends = append(ends, len(l.out))
		}
		at := rapid.IntRange(0, len(l.out)).Draw(t, "at")
		for _, end := range ends {
			if end >= at {
				if got := frameEnd(l.out, at); got != end {
					t.Fatalf("at %d: %d, want %d", at, got, end)
				}
				return
			}
		}
	})
}

func TestCode_EverySentenceIsItsOwn(t *testing.T) {
	t.Parallel()
	all := strings.Fields("bad_json bad_frame unknown_type unknown_field missing_field bad_type bad_value too_long too_many " +
		"not_found forbidden unauthenticated id_reused claim_lost conflict closed rate_limited unavailable resync internal")
	known := map[string]string{}
	for _, c := range all {
		sentence := code(c).sentence()
		if other, ok := known[sentence]; ok {
			t.Errorf("%s says what %s says", c, other)
		}
		known[sentence] = c
	}
	if code("else").sentence() != codeInternal.sentence() {
		t.Error("a code outside the set has a sentence of its own")
	}
}

// FuzzFrame decodes any bytes as every frame there is. No error may hold more
// than a code of the closed set.
func FuzzFrame(f *testing.F) {
	for _, seed := range []string{
		`{"type":"hello","token":"t","session":"s","after":0,"locale":"es","timezone":"America/Bogota"}`,
		`{"type":"message.send","id":"1","text":"hi","choice":"c","form":{"email":"a@b.c"}}`,
		`{"type":"receipt","read":9}`, `{"type":"rating.send","handoff":"h","stars":5,"text":"good"}`,
		`{"type":"handoff.complete","id":"1","handoff":"h","outcome":"cancelled","note":null}`,
		`{"type":"note.add","conversation":"c","text":"n"}`, `{"type":"presence.set","state":"away"}`, `[]`, "\x00",
	} {
		f.Add([]byte(seed))
	}
	codes := map[code]bool{}
	for _, c := range []code{codeBadJSON, codeBadFrame, codeUnknownField, codeMissingField, codeBadType, codeBadValue, codeTooLong, codeTooMany} {
		codes[c] = true
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		before := bytes.Clone(data)
		frame, err := strictjson.Peek(data)
		errs := []error{err}
		if err == nil {
			errs = append(errs, decodeAll(frame)...)
			if !json.Valid(data) {
				t.Errorf("taken, but not JSON: %q", data)
			}
		}
		for _, err := range errs {
			if err != nil && !codes[refuse(err).code] {
				t.Errorf("%q: %v", data, err)
			}
		}
		if !bytes.Equal(data, before) {
			t.Error("the frame was changed")
		}
	})
}

func decodeAll(f strictjson.Frame) []error {
	message, err := decode[userMessage](f)
	errs := []error{err}
	if err == nil {
		errs = append(errs, check(clientID(f, message.ID), message.content()))
	}
	for _, try := range []func(strictjson.Frame) error{
		tried[userHello], tried[plainFrame], tried[userReceipt], tried[localeFrame], tried[ratingFrame], tried[agentHello],
		tried[agentMessage], tried[agentTyping], tried[agentReceipt], tried[handoffFrame], tried[idFrame], tried[transferFrame],
		tried[completeFrame], tried[noteFrame], tried[presenceFrame], tried[conversationFrame],
	} {
		errs = append(errs, try(f))
	}
	return errs
}

func tried[T any](f strictjson.Frame) error {
	_, err := decode[T](f)
	return err
}
