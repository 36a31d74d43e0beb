package ws

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/gorilla/websocket"

	"usher/server/internal/chat"
	"usher/server/internal/strictjson"
)

// take does what one input asks for.
func (s *socket) take(in input) *bye {
	defer s.server.recycle(in.data)
	if in.ping {
		s.line.frame(websocket.PongMessage, *in.data)
		return nil
	}
	s.server.counts.framesIn.Add(1)
	now := s.server.options.Now()
	frames, flood := s.peer.rates(&s.server.limits)
	if s.flood.take(now, flood) > 0 {
		return s.refuse("", refusal{code: codeRateLimited, close: byeFlood()})
	}
	wait := s.frames.take(now, frames)
	f, err := strictjson.Peek(*in.data)
	switch {
	case wait > 0 && f.Type == "typing":
		return nil
	case wait > 0:
		err = refusal{code: codeRateLimited, wait: wait}
	case err == nil:
		err = s.dispatch(f)
	case s.feed == nil:
		r := refuse(err)
		r.close = byeHelloFirst()
		err = r
	}
	if err != nil {
		return s.refuse(f.ID, err)
	}
	return nil
}

// dispatch brings a frame to the peer: hello first and once, then the rest.
func (s *socket) dispatch(f strictjson.Frame) error {
	// The work does not end with the connection: what was begun is finished. How
	// long it may take is for the store to say.
	ctx := s.server.ctx
	switch {
	case s.feed != nil && f.Type == "hello":
		return refusal{code: codeBadFrame, close: byeHelloFirst()}
	case s.feed != nil:
		return s.peer.handle(ctx, s, f)
	case f.Type != "hello":
		return refusal{code: codeUnauthenticated, close: byeHelloFirst()}
	}
	feed, session, err := s.peer.hello(ctx, s, f)
	if err != nil {
		return err
	}
	s.feed = feed
	s.server.join(s, session)
	s.welcomed.Store(true)
	if err := s.conn.SetReadDeadline(s.server.options.Now().Add(s.server.limits.idle)); err != nil {
		return refusal{code: codeInternal, close: byeLost()}
	}
	if b := s.pull(); b != nil {
		s.end(b)
	}
	return nil
}

// pull writes all events that are new. A page leaves before the next is read,
// so that a slow reader costs one page and no more.
func (s *socket) pull() *bye {
	s.retry = nil
	for {
		events, err := s.feed.Pull(s.server.ctx)
		if errors.Is(err, chat.ErrResync) {
			s.refuse("", err)
			return byeResync()
		}
		for i := range events {
			if err := s.send(&events[i]); err != nil {
				s.server.options.Log.Error("event not written", slog.String("type", events[i].Type), slog.Any("error", err))
			}
			if len(s.line.out) >= gather {
				if b := s.flush(); b != nil {
					return b
				}
			}
		}
		if err != nil {
			s.server.options.Log.Warn("events not read", slog.Any("error", err))
			s.retry = time.After(retryUnavailable)
			return nil
		}
		if !s.feed.More() {
			return nil
		}
		if b := s.flush(); b != nil {
			return b
		}
		if len(s.ending) > 0 {
			return <-s.ending
		}
	}
}

// errorFrame is the answer to a frame that was not taken.
type errorFrame struct {
	Type       string     `json:"type"`
	Code       code       `json:"code"`
	ID         string     `json:"id,omitempty"`
	Retryable  bool       `json:"retryable"`
	RetryAfter int64      `json:"retry_after_ms,omitempty"`
	Detail     string     `json:"detail"`
	Agent      *agentName `json:"agent,omitempty"` // who has the case
}

type agentName struct {
	Name string `json:"name"`
}

// refuse answers with an error frame. A bye says that it was the last.
func (s *socket) refuse(id string, err error) *bye {
	r := refuse(err)
	if r.code == codeInternal {
		s.server.options.Log.Error("frame not handled", slog.Any("error", err))
	}
	s.server.counts.refused(r.code)
	frame := errorFrame{
		Type: "error", Code: r.code, ID: id, Retryable: r.code.retryable(),
		RetryAfter: (r.wait + time.Millisecond - 1).Milliseconds(), Detail: r.code.sentence(),
	}
	if r.why != "" {
		frame.Detail = r.why
	}
	if r.by != "" {
		frame.Agent = &agentName{Name: r.by}
		frame.Detail = "Take another case; this one is with " + r.by + "."
	}
	if err := s.send(frame); err != nil {
		return byeInternal()
	}
	if r.code == codeForbidden {
		s.forbidden++
	}
	switch {
	case r.close != nil:
		return r.close
	case r.code.mistake() && s.mistakes.take(s.server.options.Now(), s.server.limits.mistakes) > 0:
		return byeTooManyErrors()
	case s.forbidden >= s.server.limits.forbidden:
		return byeForbidden()
	}
	return nil
}

// isTyping takes one sign of typing, unless they come too fast to be worth
// carrying.
func (s *socket) isTyping() bool {
	return s.typing.take(s.server.options.Now(), s.server.limits.typing) == 0
}

// allow takes one message out of what a sender may send.
func (s *socket) allow(ctx context.Context, sender string) error {
	if s.server.options.Allow == nil {
		return nil
	}
	if wait := s.server.options.Allow(ctx, sender); wait > 0 {
		return refusal{code: codeRateLimited, wait: wait}
	}
	return nil
}
