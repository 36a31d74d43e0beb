package ws

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
)

// The tests of this file run on a clock that stands still while anybody has
// something to do, over a connection without a buffer.

// seen is one frame and when it came, counted from the start of the test.
type seen struct {
	at     time.Duration
	opcode byte
	text   string
}

// watch reads frames to the end of the connection, and answers pings when it
// should.
func (c *client) watch(start time.Time, pong bool) (all []seen, ended time.Duration) {
	for {
		opcode, payload, err := c.frame()
		if err != nil {
			return all, time.Since(start)
		}
		all = append(all, seen{time.Since(start), opcode, string(payload)})
		if opcode == websocket.PingMessage && pong {
			c.raw(masked(0x8A, payload))
		}
	}
}

func closed(code int, reason string) string { return string(closing(code, reason)) }

func goodbye(reason string, resume bool) string {
	return fmt.Sprintf(`{"type":"goodbye","reason":%q,"resume":%t,"retry_after_ms":0}`, reason, resume)
}

func TestTime_NoHello(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		c := pipe(t, newServer(t), newFake("one"))
		go c.send(`{"type":"hello","id":"ahead"}`) // refused: no reason to wait longer
		got, ended := c.watch(start, true)
		want := []seen{
			{0, websocket.TextMessage, errorText(t, codeResync, "ahead")},
			{10 * time.Second, websocket.CloseMessage, closed(4002, "hello_timeout")},
		}
		if !slices.Equal(got, want) || ended != 12*time.Second {
			t.Fatalf("got %v until %v, want %v", got, ended, want)
		}
	})
}

func TestTime_PingsWhoAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		s := newServer(t)
		c := pipe(t, s, newFake("one"))
		c.welcome()
		time.AfterFunc(time.Hour, func() { s.kick("one") })
		got, _ := c.watch(start, true)
		pings := got[:len(got)-2]
		for i, f := range pings {
			if f.opcode != websocket.PingMessage || i > 0 && f.at-pings[i-1].at != 25*time.Second {
				t.Fatalf("frame %d: %v after %v", i, f, pings[max(i-1, 0)])
			}
		}
		if first := pings[0].at; first < 12*time.Second || first > 25*time.Second {
			t.Fatalf("first ping after %v", first)
		}
		want := []seen{
			{time.Hour, websocket.TextMessage, goodbye("revoked", false)},
			{time.Hour, websocket.CloseMessage, closed(4504, "revoked")},
		}
		if got := got[len(pings):]; !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func TestTime_EndsWhoDoesNotAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		c := pipe(t, newServer(t), newFake("one"))
		c.welcome()
		got, _ := c.watch(start, false)
		want := []seen{
			{time.Minute, websocket.TextMessage, goodbye("idle", true)},
			{time.Minute, websocket.CloseMessage, closed(1001, "idle")},
		}
		if got := got[len(got)-2:]; !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

// TestTime_EndsWhoDoesNotRead: ten seconds for a piece, one for the last words.
func TestTime_EndsWhoDoesNotRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		s, p := newServer(t), newFake("one")
		c := pipe(t, s, p)
		c.welcome()
		p.feed.push(slices.Repeat([]string{strings.Repeat("x", 10_000)}, 1000)...)
		<-p.feed.closed
		if took := time.Since(start); took != 10*time.Second {
			t.Fatalf("given up after %v", took)
		}
		synctest.Wait()
		got, _ := c.watch(start, false)
		want := []seen{
			{10 * time.Second, websocket.TextMessage, goodbye("slow", true)},
			{10 * time.Second, websocket.CloseMessage, closed(4008, "slow")},
		}
		if !slices.Equal(got, want) {
			t.Fatalf("got %d frames, the last %v; want %v", len(got), got[max(0, len(got)-2):], want)
		}
	})
}

// TestTime_CutsAtAFrame has the reader stop in the middle of a frame.
func TestTime_CutsAtAFrame(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		p := newFake("one")
		c := pipe(t, newServer(t), p)
		c.welcome()
		p.feed.push(strings.Repeat("x", 30_000), strings.Repeat("y", 30_000), strings.Repeat("z", 30_000))
		part := make([]byte, 35_000) // into the second
		if _, err := io.ReadFull(c.in, part); err != nil {
			t.Fatal(err)
		}
		<-p.feed.closed
		c.in = bufio.NewReader(io.MultiReader(bytes.NewReader(part), c.in))
		got, _ := c.watch(start, false)
		if len(got) != 4 || !strings.Contains(got[1].text, "yyy") {
			t.Fatalf("got %d frames", len(got))
		}
		want := []seen{
			{10 * time.Second, websocket.TextMessage, goodbye("slow", true)},
			{10 * time.Second, websocket.CloseMessage, closed(4008, "slow")},
		}
		if !slices.Equal(got[2:], want) {
			t.Fatalf("got %v, want %v", got[2:], want)
		}
	})
}

// TestTime_LingersForTheEnd: the client never answers the close frame.
func TestTime_LingersForTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		s := newServer(t)
		c := pipe(t, s, newFake("one"))
		c.welcome()
		s.kick("one")
		if _, ended := c.watch(start, false); ended != 2*time.Second {
			t.Fatalf("ended after %v", ended)
		}
	})
}

// TestTime_LingersNoLongerForWhoGoesOn: the client sends as if nothing had been
// said, which is thrown away and makes the end no later.
func TestTime_LingersNoLongerForWhoGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		s := newServer(t)
		c := pipe(t, s, newFake("one"))
		c.welcome()
		s.kick("one")
		quiet := make(chan struct{})
		go func() {
			defer close(quiet)
			for range time.Tick(100 * time.Millisecond) {
				if _, err := c.conn.Write(masked(0x81, []byte(`{"type":"hi"}`))); err != nil {
					return
				}
			}
		}()
		got, ended := c.watch(start, false)
		<-quiet
		if len(got) != 2 || ended != 2*time.Second {
			t.Fatalf("%d frames until %v", len(got), ended)
		}
	})
}

// TestTime_LooksAtTheSession: within five seconds (protocol: a revoked key or
// session stops within 5 s).
func TestTime_LooksAtTheSession(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		p := newFake("one")
		c := pipe(t, newServer(t), p)
		c.welcome()
		time.AfterFunc(7*time.Second, func() { close(p.revoked) })
		got, _ := c.watch(start, true)
		want := []seen{
			{9 * time.Second, websocket.TextMessage, goodbye("revoked", false)},
			{9 * time.Second, websocket.CloseMessage, closed(4504, "revoked")},
		}
		if !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func TestDrain_SpreadsTheReturn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		const sockets = 50
		ends := make(chan []seen, sockets)
		for i := range sockets {
			c := pipe(t, s, newFake(fmt.Sprint(i)))
			if i%2 == 0 {
				c.welcome()
			}
			go func() {
				got, _ := c.watch(time.Now(), true)
				ends <- got
			}()
		}
		synctest.Wait()
		gone := make(chan error, 1)
		go func() { gone <- s.Drain(t.Context()) }()
		waits := map[int64]bool{}
		for range sockets {
			got := <-ends
			if len(got) != 2 || got[1].text != closed(1012, "drain") {
				t.Fatalf("got %v", got)
			}
			var bye goodbyeFrame
			if err := json.Unmarshal([]byte(got[0].text), &bye); err != nil {
				t.Fatal(err)
			}
			waits[bye.RetryAfter] = true
			if bye.Type != "goodbye" || bye.Reason != "drain" || !bye.Resume || bye.RetryAfter < 0 || bye.RetryAfter > 5000 {
				t.Fatalf("got %+v", bye)
			}
		}
		if err := <-gone; err != nil {
			t.Fatal(err)
		}
		if len(waits) < sockets/2 {
			t.Fatalf("%d waits for %d sockets", len(waits), sockets)
		}
		if open := s.Stats().Open; open != 0 {
			t.Fatalf("%d open", open)
		}
	})
}

// TestDrain_CutsWhoDoesNotGo: a client that reads nothing, not even goodbye.
func TestDrain_CutsWhoDoesNotGo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		c := pipe(t, s, newFake("one"))
		c.welcome()
		start := time.Now()
		if err := s.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != s.limits.last {
			t.Fatalf("took %v", took)
		}
	})
}
