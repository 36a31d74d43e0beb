package ws

import (
	"bufio"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"usher/server/internal/chat"
	"usher/server/internal/strictjson"
	"usher/server/internal/wire"
)

// fake is a peer that answers every frame with {"type":"<type>.done"}, and
// fails, or panics, when the type says so.
type fake struct {
	feed    *fakeFeed
	session string
	revoked chan struct{} // closed: the session no longer stands
}

func (p *fake) rates(l *limits) (frames, flood rate) { return l.frames, l.flood }

func (p *fake) hello(_ context.Context, s *socket, f strictjson.Frame) (feed, string, error) {
	if f.ID == "stranger" {
		return nil, "", chat.ErrUnauthenticated
	}
	if f.ID == "ahead" {
		return nil, "", chat.ErrResync
	}
	return p.feed, p.session, s.send(plainAck{"welcome", ""})
}

func (p *fake) handle(_ context.Context, s *socket, f strictjson.Frame) error {
	switch f.Type {
	case "panic":
		panic("on purpose")
	case "fail":
		return errors.New("secret internals")
	case "forbidden":
		return chat.ErrForbidden
	}
	return s.send(plainAck{f.Type + ".done", f.ID})
}

func (p *fake) stands(context.Context) bool {
	select {
	case <-p.revoked:
		return false
	default:
		return true
	}
}

// fakeFeed holds what push gave it.
type fakeFeed struct {
	pulled atomic.Int64 // events so far
	mu     sync.Mutex
	events []wire.Event
	err    error
	wake   chan struct{}
	closed chan struct{}
}

func newFake(session string) *fake {
	return &fake{
		feed:    &fakeFeed{wake: make(chan struct{}, 1), closed: make(chan struct{})},
		session: session,
		revoked: make(chan struct{}),
	}
}

func (f *fakeFeed) Wake() <-chan struct{} { return f.wake }
func (f *fakeFeed) Close()                { close(f.closed) }

func (f *fakeFeed) More() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.events) > 0
}

func (f *fakeFeed) Pull(context.Context) ([]wire.Event, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := min(len(f.events), 10)
	page := f.events[:n]
	f.events = f.events[n:]
	f.pulled.Add(int64(n))
	err := f.err
	f.err = nil
	return page, err
}

// push adds events of a text each and wakes.
func (f *fakeFeed) push(texts ...string) {
	f.load(texts...)
	f.rouse()
}

func (f *fakeFeed) load(texts ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, text := range texts {
		f.events = append(f.events, wire.Event{Type: "message.created", Message: &wire.Message{Text: text}})
	}
}

func (f *fakeFeed) rouse() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// fail makes the next Pull return an error beside its page.
func (f *fakeFeed) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

// newServer is a Server for fakes.
func newServer(t testing.TB) *Server {
	t.Helper()
	return New(Options{
		Log:    slog.New(slog.DiscardHandler),
		Now:    time.Now,
		Origin: func(r *http.Request) bool { return r.Header.Get("Origin") == "https://usher.test" },
	})
}

// listen serves fakes over TCP and returns the address.
func listen(t testing.TB, s *Server, next func() peer) string {
	t.Helper()
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.acceptable(w, r) {
			s.open(w, r, next())
		}
	}))
	t.Cleanup(func() {
		h.Close()
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = s.Drain(ctx)
	})
	return strings.TrimPrefix(h.URL, "http://")
}

// hello opens a socket to a server of fakes and is welcomed.
func hello(t testing.TB, s *Server) *client {
	t.Helper()
	c := dial(t, listen(t, s, func() peer { return newFake("one") }))
	c.welcome()
	return c
}

func (c *client) welcome() {
	c.t.Helper()
	c.send(`{"type":"hello"}`)
	if got := c.text(); got != `{"type":"welcome"}` {
		c.t.Fatalf("welcome: %s", got)
	}
}

// pipe opens a socket over a connection without any buffer, for tests whose
// clock stands still (testing/synctest).
func pipe(t testing.TB, s *Server, p peer) *client {
	t.Helper()
	near, far := net.Pipe()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for line := range strings.Lines(handshake) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			r.Header.Set(name, value)
		}
	}
	go s.open(takeover{httptest.NewRecorder(), far}, r, p)
	t.Cleanup(func() { _ = near.Close() })
	c := &client{t: t, conn: near, in: bufio.NewReader(near)}
	res, err := http.ReadResponse(c.in, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	return c
}

// takeover is a response whose connection is conn.
type takeover struct {
	*httptest.ResponseRecorder
	conn net.Conn
}

func (w takeover) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return w.conn, bufio.NewReadWriter(bufio.NewReader(w.conn), bufio.NewWriter(w.conn)), nil
}
