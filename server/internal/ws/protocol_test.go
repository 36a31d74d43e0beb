package ws

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
)

// closing is the payload of a close frame.
func closing(code int, reason string) []byte { return websocket.FormatCloseMessage(code, reason) }

// breach is what a peer may do wrong below JSON, and the close code for it.
type breach struct {
	name string
	send []byte
	want int
}

func breaches() []breach {
	hi := []byte(`{"type":"hi"}`)
	declared := func(n uint64) []byte { return append(lengthed(0x81, n, true), 1, 2, 3, 4, 'x') }
	rows := []breach{
		{"unmasked", append(lengthed(0x81, uint64(len(hi)), false), hi...), 1002},
		{"rsv1, as if compressed", masked(0xC1, hi), 1002},
		{"rsv2", masked(0xA1, hi), 1002},
		{"rsv3", masked(0x91, hi), 1002},
		{"ping in fragments", masked(0x09, nil), 1002},
		{"ping of 126 bytes", masked(0x89, make([]byte, 126)), 1002},
		{"close of 126 bytes", masked(0x88, make([]byte, 126)), 1002},
		{"continuation of nothing", masked(0x80, hi), 1002},
		{"text inside a text", slices.Concat(masked(0x01, hi), masked(0x81, hi)), 1002},
		{"close of one byte", masked(0x88, []byte{3}), 1002},
		{"close of one byte after frames", slices.Concat(masked(0x89, nil), masked(0x88, []byte{3})), 1002},
		{"reason not UTF-8", masked(0x88, append(closing(1000, ""), 0xFF)), 1007},
		{"close", masked(0x88, closing(1000, "done")), 1000},
		{"close without a code", masked(0x88, nil), 1000},
		{"going away", masked(0x88, closing(1001, "")), 1001},
		{"close of a library", masked(0x88, closing(3000, "")), 3000},
		{"close of an application", masked(0x88, closing(4999, "")), 4999},
		{"binary", masked(0x82, hi), 1003},
		{"binary in fragments", slices.Concat(masked(0x02, hi), masked(0x80, hi)), 1003},
		{"one byte too long", masked(0x81, make([]byte, frameBytes+1)), 1009},
		{"too long in two", slices.Concat(masked(0x01, make([]byte, frameBytes)), masked(0x80, []byte("x"))), 1009},
		{"too long in ten thousand", slices.Concat(masked(0x01, nil), bytes.Repeat(masked(0x00, []byte("1234567")), 10_000)), 1009},
		{"declares 64 KiB and 1", declared(frameBytes + 1), 1009},
		{"declares 2^31", declared(1 << 31), 1009},
		{"declares 2^32", declared(1 << 32), 1009},
		{"declares 2^63-1", declared(1<<63 - 1), 1009},
		{"declares 2^63", declared(1 << 63), 1009},
		{"declares 2^64-1", declared(1<<64 - 1), 1009},
		{"lengths that add up to more than 2^63", slices.Concat(masked(0x01, hi), lengthed(0x80, 1<<63-1, true), []byte("mask")), 1009},
		{"a character cut off", masked(0x81, []byte("\"\xE2\x82")), 1007},
		{"a character cut off between fragments", slices.Concat(masked(0x01, []byte("\"\xE2\x82")), masked(0x80, []byte(`"`))), 1007},
		{"overlong", masked(0x81, []byte("\"\xC0\xAF\"")), 1007},
		{"surrogate", masked(0x81, []byte("\"\xED\xA0\x80\"")), 1007},
		{"above U+10FFFF", masked(0x81, []byte("\"\xF4\x90\x80\x80\"")), 1007},
		{"byte FF", masked(0x81, []byte("\xFF")), 1007},
	}
	for _, opcode := range []byte{3, 4, 5, 6, 7, 11, 12, 13, 14, 15} {
		rows = append(rows, breach{fmt.Sprintf("opcode %d", opcode), masked(0x80|opcode, hi), 1002})
	}
	for _, code := range []int{0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535} {
		rows = append(rows, breach{fmt.Sprintf("close with %d", code), masked(0x88, []byte{byte(code >> 8), byte(code)}), 1002})
	}
	return rows
}

func TestSocket_BreachOfProtocol(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	address := listen(t, s, func() peer { return newFake("one") })
	s.limits.sessionSockets = 1000
	for _, row := range breaches() {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, address)
			c.welcome()
			go func() { _, _ = c.conn.Write(row.send) }() // the server may stop reading in the middle
			texts, code, reason := c.farewell()
			if code != row.want || len(texts) > 0 {
				t.Fatalf("closed with %d %q after %q; want %d", code, reason, texts, row.want)
			}
			if strings.ContainsFunc(reason, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') && r != '8' }) {
				t.Fatalf("reason %q is not one of ours", reason)
			}
		})
	}
}

// fragments cuts a text into frames of n bytes.
func fragments(text string, n int) []byte {
	var all []byte
	first := byte(0x01)
	for ; len(text) > n; text = text[n:] {
		all = append(all, masked(first, []byte(text[:n]))...)
		first = 0
	}
	return append(all, masked(0x80|first, []byte(text))...)
}

func TestSocket_ReadsEveryWayToSendAText(t *testing.T) {
	t.Parallel()
	text := `{"type":"hi","id":"ж€😀"}`
	want := `{"type":"hi.done","id":"ж€😀"}`
	rows := map[string][]byte{
		"one frame":           masked(0x81, []byte(text)),
		"bytes":               fragments(text, 1),
		"threes":              fragments(text, 3),
		"empty fragments":     slices.Concat(masked(0x01, nil), masked(0x00, []byte(text)), masked(0x80, nil)),
		"a pong in between":   slices.Concat(masked(0x01, []byte(text[:9])), masked(0x8A, []byte("?")), masked(0x80, []byte(text[9:]))),
		"length in 16 bits":   slices.Concat([]byte{0x81, 0xFE, 0, byte(len(text)), 0, 0, 0, 0}, []byte(text)),
		"length in 64 bits":   slices.Concat([]byte{0x81, 0xFF, 0, 0, 0, 0, 0, 0, 0, byte(len(text)), 0, 0, 0, 0}, []byte(text)),
		"as long as may be":   masked(0x81, []byte(text+strings.Repeat(" ", frameBytes-len(text)))),
		"that, in fragments":  fragments(text+strings.Repeat(" ", frameBytes-len(text)), 1000),
		"white space, spread": masked(0x81, []byte("\t\r\n "+text+"\n")),
	}
	for name, send := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := hello(t, newServer(t))
			c.raw(send)
			if got := c.text(); got != want {
				t.Fatalf("got %s, want %s", got, want)
			}
		})
	}
}

func TestSocket_AnswersPings(t *testing.T) {
	t.Parallel()
	c := hello(t, newServer(t))
	var want []string
	for i := range 10 {
		data := strings.Repeat("p", i*13)
		want = append(want, data)
		c.raw(masked(0x89, []byte(data)))
	}
	var got []string
	for range want {
		opcode, payload, err := c.frame()
		if err != nil || opcode != websocket.PongMessage {
			t.Fatalf("opcode %d, %v", opcode, err)
		}
		got = append(got, string(payload))
	}
	if !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
}

func TestSocket_EndsAFloodOfPings(t *testing.T) {
	t.Parallel()
	c := hello(t, newServer(t))
	go func() { _, _ = c.conn.Write(bytes.Repeat(masked(0x89, nil), 2*defaults().pings.burst)) }()
	if _, code, _ := c.farewell(); code != 4507 {
		t.Fatalf("closed with %d", code)
	}
}
