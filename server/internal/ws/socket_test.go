package ws

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"usher/server/internal/chat"
)

func errorText(t *testing.T, c code, id string) string {
	t.Helper()
	data, err := json.Marshal(errorFrame{Type: "error", Code: c, ID: id, Retryable: c.retryable(), Detail: c.sentence()})
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestSocket_HelloComesFirstAndOnce(t *testing.T) {
	t.Parallel()
	rows := map[string]struct {
		before []string
		send   string
		want   code
		close  int
	}{
		"another frame":   {nil, `{"type":"message.send","id":"a"}`, codeUnauthenticated, 4501},
		"unknown type":    {nil, `{"type":"base","id":"a"}`, codeUnauthenticated, 4501},
		"not JSON":        {nil, `hello`, codeBadJSON, 4501},
		"no type":         {nil, `{"id":"a"}`, codeBadFrame, 4501},
		"a stranger":      {nil, `{"type":"hello","id":"stranger"}`, codeUnauthenticated, 4503},
		"a second hello":  {[]string{`{"type":"hello"}`}, `{"type":"hello"}`, codeBadFrame, 4501},
		"a stranger, too": {[]string{`{"type":"hello","id":"ahead"}`}, `{"type":"hello","id":"stranger"}`, codeUnauthenticated, 4503},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			c := dial(t, listen(t, s, func() peer { return newFake("one") }))
			for _, text := range row.before {
				c.send(text)
				c.text()
			}
			c.send(row.send)
			id := ""
			for _, known := range []string{"stranger", "a"} {
				if row.want != codeBadFrame && strings.Contains(row.send, `"id":"`+known+`"`) {
					id = known
				}
			}
			if got := c.ends(row.close); !slices.Equal(got, []string{errorText(t, row.want, id)}) {
				t.Fatalf("got %q", got)
			}
		})
	}
}

func TestSocket_MayTryHelloAgainAfterResync(t *testing.T) {
	t.Parallel()
	c := dial(t, listen(t, newServer(t), func() peer { return newFake("one") }))
	c.send(`{"type":"hello","id":"ahead"}`)
	if got, want := c.text(), errorText(t, codeResync, "ahead"); got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
	c.welcome()
}

// TestSocket_SaysNothingOfFailures also shows that a panic ends one socket only.
func TestSocket_SaysNothingOfFailures(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	address := listen(t, s, func() peer { return newFake("one") })
	c, other := dial(t, address), dial(t, address)
	c.welcome()
	other.welcome()
	c.send(`{"type":"fail","id":"7"}`)
	want := `{"type":"error","code":"internal","id":"7","retryable":true,"retry_after_ms":1000,"detail":"` + codeInternal.sentence() + `"}`
	if got := c.text(); got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
	c.send(`{"type":"panic"}`)
	if got := c.ends(1011); len(got) > 0 {
		t.Fatalf("got %q", got)
	}
	other.send(`{"type":"hi"}`)
	if got := other.text(); got != `{"type":"hi.done"}` {
		t.Fatalf("got %s", got)
	}
}

func TestSocket_RefusesWhatIsNotAFrame(t *testing.T) {
	t.Parallel()
	c := hello(t, newServer(t))
	deep := strings.Repeat("[", 20) + strings.Repeat("]", 20)
	rows := []struct {
		send string
		want code
		id   string
	}{
		{``, codeBadJSON, ""},
		{` `, codeBadJSON, ""},
		{`{`, codeBadJSON, ""},
		{`{"type":"hi"`, codeBadJSON, ""},
		{`{"type":"hi"}{"type":"hi"}`, codeBadJSON, ""},
		{`{"type":"hi"} x`, codeBadJSON, ""},
		{"\uFEFF" + `{"type":"hi"}`, codeBadJSON, ""},
		{`{"type":"hi","type":"hi"}`, codeBadJSON, ""},
		{`{"type":"hi","id":"a","id":"b"}`, codeBadJSON, ""},
		{`{'type':'hi'}`, codeBadJSON, ""},
		{`{"type":"hi","x":NaN}`, codeBadJSON, ""},
		{`{"type":"hi","x":` + deep + `}`, codeBadJSON, ""},
		{`null`, codeBadFrame, ""},
		{`[]`, codeBadFrame, ""},
		{`"x"`, codeBadFrame, ""},
		{`1`, codeBadFrame, ""},
		{`{}`, codeBadFrame, ""},
		{`{"id":"a"}`, codeBadFrame, ""},
		{`{"type":""}`, codeBadFrame, ""},
		{`{"Type":"hi","id":"a"}`, codeBadFrame, ""},
		{`{"type":7,"id":"a"}`, codeBadType, "a"},
		{`{"type":null,"id":"a"}`, codeBadType, "a"},
	}
	for _, row := range rows {
		c.send(row.send)
		if got, want := c.text(), errorText(t, row.want, row.id); got != want {
			t.Errorf("%s: got %s, want %s", row.send, got, want)
		}
	}
}

func TestSocket_EndsAfterManyMistakes(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.limits.mistakes = rate{every: 1 << 60, burst: 3}
	c := hello(t, s)
	for range 4 {
		c.send(`{}`)
	}
	want := slices.Repeat([]string{errorText(t, codeBadFrame, "")}, 4)
	if got := c.ends(4505); !slices.Equal(got, want) {
		t.Fatalf("got %q", got)
	}
}

func TestSocket_EndsWhenForbiddenAgainAndAgain(t *testing.T) {
	t.Parallel()
	c := hello(t, newServer(t))
	for range defaults().forbidden {
		c.send(`{"type":"forbidden","id":"x"}`)
	}
	want := slices.Repeat([]string{errorText(t, codeForbidden, "x")}, defaults().forbidden)
	if got := c.ends(4506); !slices.Equal(got, want) {
		t.Fatalf("got %q", got)
	}
}

func TestSocket_LimitsFrames(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.limits.frames = rate{every: 1 << 40, burst: 3} // hello is one
	s.limits.flood = rate{every: 1 << 60, burst: 5}
	c := hello(t, s)
	for _, typ := range []string{"hi", "hi", "typing", "hi", "hi"} {
		c.send(`{"type":"` + typ + `","id":"1"}`)
	}
	if got := []string{c.text(), c.text()}; !slices.Equal(got, slices.Repeat([]string{`{"type":"hi.done","id":"1"}`}, 2)) {
		t.Fatalf("got %q", got)
	}
	got := c.object()
	if wait, ok := got["retry_after_ms"].(float64); !ok || wait <= 0 {
		t.Fatalf("retry_after_ms: %v", got["retry_after_ms"])
	}
	delete(got, "retry_after_ms")
	want := map[string]any{
		"type": "error", "code": "rate_limited", "id": "1", "retryable": true, "detail": codeRateLimited.sentence(),
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	if got := c.ends(4507); !slices.Equal(got, []string{errorText(t, codeRateLimited, "")}) {
		t.Fatalf("got %q", got)
	}
}

// TestSocket_WritesEventsInOrder pushes more than a page, and more than one
// write.
func TestSocket_WritesEventsInOrder(t *testing.T) {
	t.Parallel()
	p := newFake("one")
	c := dial(t, listen(t, newServer(t), func() peer { return p }))
	c.welcome()
	var want []string
	for i := range 100 {
		want = append(want, strconv.Itoa(i)+strings.Repeat("x", i*100))
	}
	p.feed.push(want...)
	var got []string
	for range want {
		message, ok := c.object()["message"].(map[string]any)
		if !ok {
			t.Fatal("no message")
		}
		got = append(got, message["text"].(string))
	}
	if !slices.Equal(got, want) {
		t.Fatal("another order, or other texts")
	}
}

func TestSocket_KeepsItsPlaceWhenEventsCannotBeRead(t *testing.T) {
	t.Parallel()
	p := newFake("one")
	c := dial(t, listen(t, newServer(t), func() peer { return p }))
	c.welcome()
	p.feed.fail(chat.ErrUnavailable)
	p.feed.push(strings.Split(strings.Repeat("x", 15), "")...) // a page and a half
	for range 15 {
		c.until("message.created")
	}
	p.feed.fail(chat.ErrResync)
	p.feed.push("y")
	if got := c.ends(1012); !slices.Equal(got, []string{errorText(t, codeResync, "")}) {
		t.Fatalf("got %q", got)
	}
}

func TestSocket_ClosesItsFeed(t *testing.T) {
	t.Parallel()
	p := newFake("one")
	c := dial(t, listen(t, newServer(t), func() peer { return p }))
	c.welcome()
	_ = c.conn.Close()
	<-p.feed.closed
}
