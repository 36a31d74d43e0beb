package ws

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestUser_WelcomeThenTheGreeting(t *testing.T) {
	t.Parallel()
	r := start(t)
	c := dial(t, r.users, "Accept-Language: en-GB", "Origin: https://usher.test")
	c.send(`{"type":"hello"}`)
	welcome := c.object()
	session, _ := welcome["session"].(string)
	conversation, _ := welcome["conversation"].(string)
	if len(session) < 22 || conversation == "" { // 128 bits in base64
		t.Fatalf("got %v", welcome)
	}
	want := fmt.Sprint(map[string]any{
		"type": "welcome", "conversation": conversation, "session": session, "locale": "en", "owner": "bot",
		"epoch": welcome["epoch"], "last_seq": 1.0, "recovered": true, "verified": false, "handoff": nil,
		"limits": map[string]any{"text_chars": 4000.0, "frame_bytes": 65536.0, "agent_grace_s": 30.0},
	})
	if got := fmt.Sprint(welcome); got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
	if seq, from, _ := message(c.object()); seq != 1 || from != "bot" {
		t.Fatalf("greeting %d from %s", seq, from)
	}
}

// TestUser_AckThenItsMessages: the ack first, then the sender's own message,
// then the bot's whole answer, without a gap, on every socket of the session.
func TestUser_AckThenItsMessages(t *testing.T) {
	t.Parallel()
	r := start(t)
	c, welcome := r.user()
	other := dial(t, r.users)
	other.send(fmt.Sprintf(`{"type":"hello","session":%q,"after":1}`, welcome["session"]))
	other.until("welcome")
	next := 2
	for i := range 20 {
		c.send(fmt.Sprintf(`{"type":"message.send","id":"m%d","text":"How long does the review take? %d"}`, i, i))
		ack := c.object()
		if ack["type"] != "ack" || ack["id"] != fmt.Sprintf("m%d", i) || number(ack["seq"]) != next || ack["duplicate"] != false {
			t.Fatalf("message %d: got %v, want ack of %d", i, ack, next)
		}
		through := number(ack["through"])
		if through <= next {
			t.Fatalf("no answer to %d: %v", i, ack)
		}
		for seq := next; seq <= through; seq++ {
			for _, socket := range []*client{c, other} {
				got, from, text := message(socket.until("message.created"))
				if got != seq || (from == "user") != (seq == next) {
					t.Fatalf("got %d from %s %q, want %d", got, from, text, seq)
				}
			}
		}
		next = through + 1
	}
}

func TestUser_TheSameIDAgain(t *testing.T) {
	t.Parallel()
	r := start(t)
	c, _ := r.user()
	send := `{"type":"message.send","id":"a","text":"hello"}`
	c.send(send)
	first := c.object()
	for range number(first["through"]) - 1 {
		c.until("message.created")
	}
	c.send(send)
	again := c.object()
	first["duplicate"] = true
	if fmt.Sprint(again) != fmt.Sprint(first) {
		t.Fatalf("got %v, want %v", again, first)
	}
	c.send(`{"type":"message.send","id":"a","text":"something else"}`)
	if got, want := c.text(), errorText(t, codeIDReused, "a"); got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
}

func TestUser_ComesBackWhereItWas(t *testing.T) {
	t.Parallel()
	r := start(t)
	c, welcome := r.user()
	c.send(`{"type":"message.send","id":"a","text":"hello"}`)
	last := number(c.object()["through"])
	back := dial(t, r.users)
	back.send(fmt.Sprintf(`{"type":"hello","session":%q,"after":2}`, welcome["session"]))
	again := back.until("welcome")
	if again["conversation"] != welcome["conversation"] || number(again["last_seq"]) != last {
		t.Fatalf("got %v", again)
	}
	for seq := 3; seq <= last; seq++ {
		if got, _, _ := message(back.until("message.created")); got != seq {
			t.Fatalf("got %d, want %d", got, seq)
		}
	}
}

func TestUser_HelloRefused(t *testing.T) {
	t.Parallel()
	r := start(t)
	mine := dial(t, r.users)
	mine.send(`{"type":"hello","token":"signed:ann"}`)
	annsSession := mine.until("welcome")["session"]
	long := strings.Repeat("x", 20_000)
	rows := map[string]struct {
		hello string
		want  code
		close int // 0: stays open and may try again
	}{
		"bad token":                {`{"type":"hello","token":"forged"}`, codeUnauthenticated, 4503},
		"empty token":              {`{"type":"hello","token":""}`, codeUnauthenticated, 4503},
		"unknown session":          {`{"type":"hello","session":"nobody"}`, codeUnauthenticated, 4503},
		"another person's session": {fmt.Sprintf(`{"type":"hello","token":"signed:bob","session":%q}`, annsSession), codeUnauthenticated, 4503},
		"ahead of nothing":         {`{"type":"hello","after":1}`, codeResync, 0},
		"ahead of the history":     {fmt.Sprintf(`{"type":"hello","session":%q,"after":99}`, annsSession), codeResync, 0},
		"after -1":                 {`{"type":"hello","after":-1}`, codeBadValue, 0},
		"after 2^53":               {`{"type":"hello","after":9007199254740992}`, codeBadValue, 0},
		"after 2^63":               {`{"type":"hello","after":9223372036854775808}`, codeBadValue, 0},
		"after 1e400":              {`{"type":"hello","after":1e400}`, codeBadValue, 0},
		"after 1.5":                {`{"type":"hello","after":1.5}`, codeBadValue, 0},
		"after in quotes":          {`{"type":"hello","after":"5"}`, codeBadType, 0},
		"after NaN":                {`{"type":"hello","after":NaN}`, codeBadJSON, 4501},
		"a number for a locale":    {`{"type":"hello","locale":5}`, codeBadType, 0},
		"a long locale":            {`{"type":"hello","locale":"` + long + `"}`, codeBadValue, 0},
		"a long zone":              {`{"type":"hello","timezone":"` + long + `"}`, codeBadValue, 0},
		"a long token":             {`{"type":"hello","token":"` + long + `"}`, codeTooLong, 0},
		"a long session":           {`{"type":"hello","session":"` + long + `"}`, codeTooLong, 0},
		"a role":                   {`{"type":"hello","role":"admin"}`, codeUnknownField, 0},
		"another case":             {`{"type":"hello","Token":"x"}`, codeUnknownField, 0},
		"U+0000":                   {`{"type":"hello","session":"a\u0000"}`, codeBadValue, 0},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, r.users)
			c.send(row.hello)
			if got, want := c.text(), errorText(t, row.want, ""); got != want {
				t.Fatalf("got %s, want %s", got, want)
			}
			if row.close > 0 {
				c.ends(row.close)
				return
			}
			c.send(`{"type":"hello","token":null,"session":null,"after":null,"locale":null,"timezone":null}`)
			c.until("welcome")
		})
	}
}

// row is one bad frame and its answer.
type row struct {
	send string
	want code
	id   string
}

func userRows() []row {
	long := strings.Repeat("x", 65)
	rows := []row{
		{`{"type":"base","id":"a"}`, codeUnknownType, "a"},
		{`{"type":"__proto__"}`, codeUnknownType, ""},
		{`{"type":"` + strings.Repeat("x", 10<<10) + `"}`, codeUnknownType, ""},
		{`{"type":"MESSAGE.SEND","id":"a","text":"x"}`, codeUnknownType, "a"},

		{`{"type":"message.send","text":"x"}`, codeMissingField, ""},
		{`{"type":"message.send","id":"a"}`, codeMissingField, "a"},
		{`{"type":"message.send","id":null,"text":"x"}`, codeBadType, ""},
		{`{"type":"message.send","id":7,"text":"x"}`, codeBadType, ""},
		{`{"type":"message.send","id":"a","text":7}`, codeBadType, "a"},
		{`{"type":"message.send","id":"a","text":["x"]}`, codeBadType, "a"},
		{`{"type":"message.send","id":"a","text":null}`, codeMissingField, "a"},
		{`{"type":"message.send","id":"","text":"x"}`, codeBadValue, ""},
		{`{"type":"message.send","id":"` + long + `","text":"x"}`, codeBadValue, ""},
		{`{"type":"message.send","id":"a\u0007","text":"x"}`, codeBadValue, ""},
		{`{"type":"message.send","id":"a\u007f","text":"x"}`, codeBadValue, ""},
		{`{"type":"message.send","id":"a","text":""}`, codeBadValue, "a"},
		{`{"type":"message.send","id":"a","text":" \n\u00a0\u200b\ufeff"}`, codeBadValue, "a"},
		{`{"type":"message.send","id":"a","text":"","choice":""}`, codeBadValue, "a"},
		{`{"type":"message.send","id":"a","text":"","form":{}}`, codeBadValue, "a"},
		{`{"type":"message.send","id":"a","text":"x\u0000y"}`, codeBadValue, "a"},
		{`{"type":"message.send","id":"a","text":"\ud800"}`, codeBadValue, "a"},
		{`{"type":"message.send","id":"a","text":"\udc00\ud800"}`, codeBadValue, "a"},
		{`{"type":"message.send","id":"a","text":"\ufffe"}`, codeBadValue, "a"},
		{`{"type":"message.send","id":"a","text":"` + "\uFFFF" + `"}`, codeBadValue, "a"},
		{`{"type":"message.send","id":"a","text":"` + strings.Repeat("x", 4001) + `"}`, codeTooLong, "a"},
		{`{"type":"message.send","id":"a","text":"` + strings.Repeat("😀", 4001) + `"}`, codeTooLong, "a"},
		{`{"type":"message.send","id":"a","choice":"` + long + `"}`, codeBadValue, "a"},
		{`{"type":"message.send","id":"a","form":{"email":7}}`, codeBadType, "a"},
		{`{"type":"message.send","id":"a","form":{"email":null}}`, codeBadType, "a"},
		{`{"type":"message.send","id":"a","form":[]}`, codeBadType, "a"},
		{`{"type":"message.send","id":"a","form":{"":"x"}}`, codeBadValue, "a"},
		{`{"type":"message.send","id":"a","form":{"email":"` + strings.Repeat("x", 4001) + `"}}`, codeTooLong, "a"},
		{`{"type":"message.send","id":"a","form":{` + manyFields(17) + `}}`, codeTooMany, "a"},
		{`{"type":"message.send","id":"a","id":"b","text":"x"}`, codeBadJSON, ""},
		{`{"type":"message.send","id":"a","text":"x","text":"y"}`, codeBadJSON, ""},
		{`{"type":"message.send","id":"a","Text":"x"}`, codeUnknownField, "a"},

		{`{"type":"typing","conversation":"other"}`, codeUnknownField, ""},
		{`{"type":"receipt"}`, codeMissingField, ""},
		{`{"type":"receipt","read":null}`, codeBadType, ""},
		{`{"type":"receipt","read":"5"}`, codeBadType, ""},
		{`{"type":"receipt","read":1.5}`, codeBadValue, ""},
		{`{"type":"receipt","read":-1}`, codeBadValue, ""},
		{`{"type":"receipt","read":9007199254740993}`, codeBadValue, ""},
		{`{"type":"receipt","read":9223372036854775807}`, codeBadValue, ""},
		{`{"type":"receipt","read":9223372036854775808}`, codeBadValue, ""},
		{`{"type":"receipt","read":1e400}`, codeBadValue, ""},
		{`{"type":"receipt","read":2147483648}`, codeResync, ""},
		{`{"type":"receipt","read":99}`, codeResync, ""},
		{`{"type":"receipt","read":1,"conversation":"other"}`, codeUnknownField, ""},

		{`{"type":"handoff.withdraw"}`, codeConflict, ""},
		{`{"type":"handoff.withdraw","id":"w"}`, codeConflict, "w"},
		{`{"type":"handoff.withdraw","id":""}`, codeBadValue, ""},
		{`{"type":"handoff.request","priority":"urgent"}`, codeUnknownField, ""},
		{`{"type":"locale.set"}`, codeMissingField, ""},
		{`{"type":"locale.set","locale":""}`, codeBadValue, ""},
		{`{"type":"locale.set","locale":"` + long + `"}`, codeBadValue, ""},
		{`{"type":"locale.set","locale":"` + `xx-nonsense-🙃` + `","id":"l"}`, codeBadValue, "l"},
		{`{"type":"rating.send","handoff":"nobody","stars":5}`, codeNotFound, ""},
		{`{"type":"rating.send","handoff":"h"}`, codeMissingField, ""},
		{`{"type":"rating.send","handoff":"h","stars":0}`, codeBadValue, ""},
		{`{"type":"rating.send","handoff":"h","stars":6}`, codeBadValue, ""},
		{`{"type":"rating.send","handoff":"h","stars":4.5}`, codeBadValue, ""},
		{`{"type":"rating.send","handoff":"","stars":5}`, codeBadValue, ""},
		{`{"type":"rating.send","handoff":"h","stars":5,"text":"` + strings.Repeat("x", 4001) + `"}`, codeTooLong, ""},
	}
	for _, field := range []string{"role", "priority", "author", "from", "seq", "claim_token", "verified", "meta", "conversation"} {
		rows = append(rows, row{`{"type":"message.send","id":"a","text":"x","` + field + `":"x"}`, codeUnknownField, "a"})
	}
	return rows
}

func manyFields(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(`"f%d":"x"`, i))
	}
	return strings.Join(all, ",")
}

// TestUser_BadInput sends every row on one socket and then shows that the
// conversation is as it was.
func TestUser_BadInput(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.server.limits.mistakes.burst, r.server.limits.frames.burst = 1000, 1000
	c, _ := r.user()
	for _, row := range userRows() {
		c.send(row.send)
		if got, want := c.text(), errorText(t, row.want, row.id); got != want {
			t.Errorf("%.80s: got %s, want %s", row.send, got, want)
		}
	}
	c.send(`{"type":"message.send","id":"a","text":"hello"}`)
	if got := c.object(); got["type"] != "ack" || number(got["seq"]) != 2 || got["duplicate"] != false {
		t.Fatalf("got %v", got)
	}
}

// TestUser_TakesOddTexts: what is odd but valid is stored as it is.
func TestUser_TakesOddTexts(t *testing.T) {
	t.Parallel()
	r := start(t)
	c, _ := r.user()
	for i, text := range []string{
		"\u202Eevil\u202C", "e" + strings.Repeat("\u0301", 500), "مرحبا بالعالم", "👨‍👩‍👧‍👦", "a\u2028b\u2029c", "a\x01\x07", "<b>&amp;</b>",
		strings.Repeat("😀", 4000), strings.Repeat("ж", 4000),
	} {
		c.send(fmt.Sprintf(`{"type":"message.send","id":"%d","text":%s}`, i, quote(text)))
		if ack := c.until("ack"); ack["id"] != fmt.Sprint(i) {
			t.Fatalf("got %v", ack)
		}
		for {
			if _, from, got := message(c.until("message.created")); from == "user" {
				if got != text {
					t.Fatalf("got %q, want %q", got, text)
				}
				break
			}
		}
	}
}

// quote is JSON that escapes only what must be.
func quote(text string) string {
	return `"` + strings.NewReplacer(`"`, `\"`, `\`, `\\`, "\x01", `\u0001`, "\x07", `\u0007`).Replace(text) + `"`
}

func TestUser_AgentsTypesAreForbidden(t *testing.T) {
	t.Parallel()
	r := start(t)
	c, _ := r.user()
	types := []string{
		"handoff.claim", "handoff.claim_next", "handoff.release", "handoff.transfer", "handoff.complete", "note.add",
		"presence.set", "conversation.watch", "conversation.take_over",
	}
	for _, typ := range types {
		c.send(`{"type":"` + typ + `","id":"x"}`)
		if got, want := c.text(), errorText(t, codeForbidden, "x"); got != want {
			t.Errorf("%s: got %s", typ, got)
		}
	}
	c.send(`{"type":"note.add"}`)
	c.ends(4506)
}

func TestUser_MessagesAreLimited(t *testing.T) {
	t.Parallel()
	r := start(t)
	asked := make(chan string, 10)
	r.server.options.Allow = func(_ context.Context, key string) time.Duration {
		asked <- key
		return 1500 * time.Millisecond
	}
	c, welcome := r.user()
	c.send(`{"type":"message.send","id":"","text":"costs nothing"}`)
	c.text()
	c.send(`{"type":"message.send","id":"a","text":"hello"}`)
	want := `{"type":"error","code":"rate_limited","id":"a","retryable":true,"retry_after_ms":1500,"detail":"` + codeRateLimited.sentence() + `"}`
	if got := c.text(); got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
	if key := <-asked; key != fmt.Sprintf("user:%s", welcome["conversation"]) || len(asked) > 0 {
		t.Fatalf("asked for %q, and %d more", key, len(asked))
	}
}

func TestUser_LocaleReceiptTypingEnd(t *testing.T) {
	t.Parallel()
	r := start(t)
	c, welcome := r.user()
	c.send(`{"type":"locale.set","locale":"en-GB"}`)
	if got := c.text(); got != `{"type":"locale","locale":"en"}` {
		t.Fatalf("got %s", got)
	}
	for range 10 {
		c.send(`{"type":"typing"}`)
	}
	c.send(`{"type":"receipt","read":1}`)
	c.send(`{"type":"conversation.end"}`)
	if got := c.until("conversation.closed"); got["conversation"] != welcome["conversation"] {
		t.Fatalf("got %v", got)
	}
	c.send(`{"type":"message.send","id":"z","text":"hello?"}`)
	if got, want := c.text(), errorText(t, codeClosed, "z"); got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
}

// TestUser_ForeignThingsAreNotThere: what belongs to another user
// answers as what never was.
func TestUser_ForeignThingsAreNotThere(t *testing.T) {
	t.Parallel()
	r := start(t)
	other, _ := r.user()
	other.send(`{"type":"handoff.request"}`)
	queued := other.until("handoff.queued")["handoff"].(map[string]any)
	c, _ := r.user()
	var answers []string
	for _, id := range []string{fmt.Sprint(queued["id"]), "never-was"} {
		c.send(fmt.Sprintf(`{"type":"rating.send","handoff":%q,"stars":5}`, id))
		answers = append(answers, c.text())
	}
	want := errorText(t, codeNotFound, "")
	if !slices.Equal(answers, []string{want, want}) {
		t.Fatalf("got %q", answers)
	}
}
