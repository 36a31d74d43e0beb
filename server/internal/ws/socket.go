package ws

import (
	"context"
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"usher/server/internal/strictjson"
	"usher/server/internal/wire"
)

// peer is what one kind of client may do.
type peer interface {
	// hello lets the client in: it answers with welcome and returns the feed of
	// events and the name of the session, of which only so many sockets may be
	// open. After an error the client may try another hello unless the refusal
	// closes.
	hello(ctx context.Context, s *socket, f strictjson.Frame) (feed, string, error)
	// handle does what a frame after hello asks for.
	handle(ctx context.Context, s *socket, f strictjson.Frame) error
	// rates are how many frames the client may send, and how many end it.
	rates(l *limits) (frames, flood rate)
}

// revocable is a peer whose session can be ended while its socket is open.
type revocable interface {
	// stands reports whether the client may stay.
	stands(ctx context.Context) bool
}

// feed is a client's view of the events that concern it.
type feed interface {
	// Wake receives when there may be something to pull.
	Wake() <-chan struct{}
	// Pull returns what is new since the last Pull, in order, a page at most.
	Pull(ctx context.Context) ([]wire.Event, error)
	// More reports whether the last page was not all.
	More() bool
	Close()
}

// socket is one connection from handshake to end. See the package's doc for
// which goroutine does what; fields without a word are the loop's alone.
type socket struct {
	server *Server
	conn   *websocket.Conn // the reader's
	line   *line
	peer   peer
	feed   feed             // nil before welcome
	retry  <-chan time.Time // when to pull again after a failure

	flood, frames, typing, mistakes pace
	forbidden                       int
	session                         string // under the server's mu

	inbox    chan input    // reader to loop
	gone     chan struct{} // closed by the reader when it ends, readErr is set
	readErr  error
	done     chan struct{} // closed by the loop: what comes now is thrown away
	until    time.Time     // set before done closes: how long the reader goes on
	ending   chan *bye     // from anybody, one
	welcomed atomic.Bool
}

// input is what the reader hands over: a text message or the data of a ping.
type input struct {
	data *[]byte
	ping bool
}

// run is the loop's goroutine.
func (s *socket) run() {
	defer s.server.forget(s)
	go s.read()
	s.part(s.converse())
}

// end asks the loop to say goodbye; the first reason counts.
func (s *socket) end(b *bye) {
	select {
	case s.ending <- b:
	default:
	}
}

// converse serves the client until there is a reason to part.
func (s *socket) converse() (b *bye) {
	defer func() {
		if p := recover(); p != nil {
			s.server.options.Log.Error("socket failed", slog.String("stack", string(debug.Stack())))
			b = byeInternal()
		}
	}()
	defer func() {
		if s.feed != nil {
			s.feed.Close()
		}
	}()
	l := &s.server.limits
	ping := time.NewTimer(l.ping/2 + rand.N(l.ping/2)) //nolint:gosec // spreads load, keeps no secret
	defer ping.Stop()
	var check <-chan time.Time
	session, ok := s.peer.(revocable)
	if ok {
		ticker := time.NewTicker(l.recheck)
		defer ticker.Stop()
		check = ticker.C
	}
	var wake <-chan struct{}
	for {
		select {
		case in := <-s.inbox:
			if b = s.take(in); b == nil && s.feed != nil {
				wake = s.feed.Wake()
				select { // what the frame has caused leaves together with its answer
				case <-wake:
					b = s.pull()
				default:
				}
			}
		case <-wake:
			b = s.pull()
		case <-s.retry:
			b = s.pull()
		case <-ping.C:
			s.line.frame(websocket.PingMessage, nil)
			ping.Reset(l.ping)
		case <-check:
			b = s.check(session)
		case b = <-s.ending:
		case <-s.gone:
			b = byeFor(s.readErr, s.line, s.welcomed.Load())
		}
		if b == nil {
			b = s.flush()
		}
		if b != nil {
			return b
		}
	}
}

// flush writes what was gathered. A bye says that it could not.
func (s *socket) flush() *bye {
	switch err := s.line.flush(s.deadline); {
	case err == nil:
		return nil
	case timedOut(err):
		return byeSlow()
	}
	return byeLost()
}

// deadline is until when a piece must be taken: soon when the socket is about
// to end anyway.
func (s *socket) deadline() time.Time {
	if len(s.ending) > 0 {
		return s.server.options.Now().Add(s.server.limits.last)
	}
	return s.server.options.Now().Add(s.server.limits.write)
}

// check looks whether the client may still be here.
func (s *socket) check(session revocable) *bye {
	if s.feed == nil {
		return nil
	}
	if session.stands(s.server.ctx) {
		return nil
	}
	return byeRevoked()
}

// send appends a frame for the client.
func (s *socket) send(v any) error {
	var data []byte
	var err error
	if own, ok := v.(json.Marshaler); ok {
		data, err = own.MarshalJSON() // json.Marshal would read and copy it once more
	} else {
		data, err = json.Marshal(v)
	}
	if err != nil {
		return err
	}
	s.line.frame(websocket.TextMessage, data)
	s.server.counts.framesOut.Add(1)
	return nil
}
