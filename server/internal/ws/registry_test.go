package ws

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"
)

// TestSessions_TheOldestGoes opens one socket more than a session may have, and
// another session's.
func TestSessions_TheOldestGoes(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	next := make(chan peer, 1)
	address := listen(t, s, func() peer { return <-next })
	open := func(session string) (*client, *fake) {
		p := newFake(session)
		next <- p
		c := dial(t, address)
		c.welcome()
		return c, p
	}
	oldest, gone := open("one")
	stranger, _ := open("two")
	var others []*client
	for range defaults().sessionSockets {
		c, _ := open("one")
		others = append(others, c)
	}
	want := []string{`{"type":"goodbye","reason":"superseded","resume":false,"retry_after_ms":0}`}
	if got := oldest.ends(4502); !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	<-gone.feed.closed
	for _, c := range append(others, stranger) {
		c.send(`{"type":"hi"}`)
		if got := c.text(); got != `{"type":"hi.done"}` {
			t.Fatalf("got %s", got)
		}
	}
}

func TestKick_EndsTheSocketsOfOneAgent(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	next := make(chan peer, 1)
	address := listen(t, s, func() peer { return <-next })
	open := func(session string) *client {
		next <- newFake(session)
		c := dial(t, address)
		c.welcome()
		return c
	}
	one, two, other, user := open("agent:a"), open("agent:a"), open("agent:b"), open("user:a")
	s.Kick("a")
	for _, c := range []*client{one, two} {
		want := []string{`{"type":"goodbye","reason":"revoked","resume":false,"retry_after_ms":0}`}
		if got := c.ends(4504); !slices.Equal(got, want) {
			t.Fatalf("got %q", got)
		}
	}
	for _, c := range []*client{other, user} {
		c.send(`{"type":"hi"}`)
		c.text()
	}
	s.KickConversation("a")
	user.ends(4504)
	other.send(`{"type":"hi"}`)
	other.text()
}

func TestStats_CountsWhatHappened(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := hello(t, s)
	c.send(`{}`)
	c.text()
	if got := s.Stats(); got.Open != 1 || got.Sessions != 1 {
		t.Fatalf("got %+v", got)
	}
	c.raw(masked(0x88, closing(1000, "")))
	c.ends(1000)
	if err := s.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := Stats{
		Opened: 1, FramesIn: 2, FramesOut: 2,
		Errors: map[string]int64{"bad_frame": 1}, Closed: map[int]int64{1000: 1},
	}
	if got := s.Stats(); !reflect.DeepEqual(got, want) {
		t.Fatalf("got %+v, want %+v", got, want)
	}
}

func TestDrain_OverAtOnceWhenNobodyIsThere(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for range 2 {
		if err := s.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDrain_CutsWhatIsLeftWhenTimeIsUp(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := hello(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Drain(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	c.farewell()
	if open := s.Stats().Open; open != 0 {
		t.Fatalf("%d open", open)
	}
}

func TestDrain_SendsLateHandshakesAway(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.draining = true // as if it began between the handshake's two halves
	k := &socket{ending: make(chan *bye, 1)}
	s.remember(k)
	if b := <-k.ending; b.code != 1012 || b.said != "drain" {
		t.Fatalf("got %+v", b)
	}
	s.forget(k)
	<-s.empty
}
