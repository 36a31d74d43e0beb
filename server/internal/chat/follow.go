package chat

import (
	"context"
	"sync/atomic"

	"usher/server/internal/bus"
	"usher/server/internal/wire"
)

// page is how many messages or events one Pull takes at most, and pageBytes is
// how much text, but for the last message of it: a page is kept until a slow
// reader has taken it, and two hundred long messages are megabytes.
const (
	page      = 200
	pageBytes = 128 << 10
)

// Follow is one watcher's place in a conversation. Pull reads everything after
// that place, so a lost or doubled wake loses and doubles nothing. Not safe for
// concurrent use; Wake is.
type Follow struct {
	s        *Service
	conv     string
	agent    bool   // sees what agents see
	self     string // whose own marks and typing are not told back: user or agent
	seq, n   int64
	more     bool
	tail     *tail
	doubts   int64       // of the tail, when the store was read last
	look     bool        // in the store, whatever the tail says
	behind   atomic.Bool // the store may have what no tail here knows of
	stale    atomic.Bool // the history may have grown
	marks    map[string]int64
	unread   atomic.Bool // the read marks may have moved
	place    *seat
	position int
	sub      *bus.Subscription
	reads    *bus.Subscription
	typing   *bus.TypingWatch
	wake     chan struct{}
	done     chan struct{}
}

// Follow gives a chat socket everything after `after`, history first, then what
// comes, in order.
func (s *Service) Follow(conv string, after int64, w Welcome) *Follow {
	f := s.follow(conv, after, w.events, false)
	if w.Handoff != nil && w.Handoff.State == "queued" {
		f.position = w.Handoff.Position
		f.sit(w.Handoff.Queue, w.Handoff.ID)
	}
	return f
}

func (s *Service) follow(conv string, seq, n int64, agent bool) *Follow {
	f := &Follow{
		s: s, conv: conv, agent: agent, self: "user", seq: seq, n: n, marks: map[string]int64{},
		sub: s.Bus.Subscribe(topicChat, conv), reads: s.Bus.Subscribe(topicRead, conv),
		look: true, typing: s.Bus.WatchTyping(conv), wake: make(chan struct{}, 1), done: make(chan struct{}),
	}
	if agent {
		f.self = "agent"
	}
	f.tail = s.tails.join(conv)
	s.watchers.add(f)
	f.Poke()
	go f.listen()
	return f
}

// listen turns every source into one wake.
func (f *Follow) listen() {
	for {
		select {
		case <-f.done:
			return
		case <-f.sub.Wake():
		case <-f.reads.Wake():
			f.unread.Store(true)
		case <-f.typing.Wake():
		}
		f.nudge()
	}
}

// Poke wakes the watcher to look at everything.
func (f *Follow) Poke() {
	f.unread.Store(true)
	f.behind.Store(true)
	f.stale.Store(true)
	f.nudge()
}

// nudge wakes the watcher to look at what is known to have changed. Nothing is
// asked of the store for that alone: a queue that moves nudges all who wait.
func (f *Follow) nudge() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// Wake says that there may be something to Pull.
func (f *Follow) Wake() <-chan struct{} { return f.wake }

// More says that the last Pull took a full page: pull again.
func (f *Follow) More() bool { return f.more }

// Close ends the watching.
func (f *Follow) Close() {
	close(f.done)
	f.s.tails.leave(f.conv)
	f.s.watchers.remove(f)
	f.stand()
	f.sub.Close()
	f.reads.Close()
	f.typing.Close()
}

// Pull reads what is new: messages and events in their order, then read marks,
// the place in the queue, and who is typing.
func (f *Follow) Pull(ctx context.Context) ([]wire.Event, error) {
	ids, missed := f.sub.Drain()
	stale := f.stale.Swap(false) || missed || len(ids) > 0 || f.tail.doubtful() != f.doubts
	if !stale {
		f.more = false
		return f.passing(ctx, nil)
	}
	out, err := f.history(ctx)
	if err != nil || f.more {
		f.stale.Store(true)
	}
	if err != nil {
		return nil, err
	}
	return f.passing(ctx, out)
}

// history reads what was stored after this place, a page of it.
func (f *Follow) history(ctx context.Context) ([]wire.Event, error) {
	messages, events, more, err := f.read(ctx)
	if err != nil {
		return nil, err
	}
	f.more = more
	out := make([]wire.Event, 0, len(messages)+len(events))
	full := len(events) == page
	for size := 0; len(messages) > 0 || len(events) > 0; {
		if size > pageBytes {
			f.more = true
			break
		}
		// An event comes after the messages that were stored with it.
		if len(events) > 0 && events[0].AfterSeq <= f.seq {
			e := f.s.event(ctx, events[0], f.agent)
			f.n, events = events[0].N, events[1:]
			if e != nil {
				f.seat(e)
				out = append(out, *e)
			}
			continue
		}
		if len(messages) == 0 || len(events) == 0 && full {
			f.more, f.look = true, true // the rest was stored in between, or is on the next page
			break
		}
		m := message(messages[0], f.agent)
		size += len(m.Text)
		f.seq, messages = m.Seq, messages[1:]
		out = append(out, wire.Event{Type: "message.created", Message: m})
	}
	return out, nil
}

// passing adds what is not part of the history. What was read before an error
// is returned with it: the place has moved on.
func (f *Follow) passing(ctx context.Context, out []wire.Event) ([]wire.Event, error) {
	if f.unread.Swap(false) {
		marks, err := f.s.Store.Receipts(ctx, f.conv)
		if err != nil {
			f.unread.Store(true)
			return out, kind(err)
		}
		for _, r := range marks {
			if r.Party != f.self && f.marks[r.Party] < r.Read {
				f.marks[r.Party] = r.Read
				out = append(out, wire.Event{Type: "message.receipt", Conversation: f.conv, From: r.Party, Read: r.Read})
			}
		}
	}
	if f.place != nil {
		if position, wait := f.place.now(); position > 0 && position != f.position {
			f.position = position
			out = append(out, wire.Event{Type: "queue.position", HandoffID: f.place.handoff, Position: position, Wait: wait})
		}
	}
	for _, from := range f.typing.Drain() {
		if from != f.self {
			out = append(out, wire.Event{Type: "typing", Conversation: f.conv, From: from})
		}
	}
	return out, nil
}

// seat follows the place in the queue while the handoff waits.
func (f *Follow) seat(e *wire.Event) {
	if e.Handoff == nil || f.agent {
		return
	}
	if e.Handoff.State != "queued" {
		f.stand()
		return
	}
	f.position = e.Handoff.Position
	f.sit(e.Handoff.Queue, e.Handoff.ID)
}

func (f *Follow) sit(queue, handoff string) {
	f.stand()
	f.place = f.s.board.sit(queue, handoff, f.nudge)
}

func (f *Follow) stand() {
	if f.place != nil {
		f.place.leave()
		f.place = nil
	}
}
