package bus

import (
	"sync"
	"time"
)

// maxPending bounds what a subscription remembers. A watcher that far behind
// looks at everything anyway.
const maxPending = 4096

// Subscription is woken when what it watches changes.
type Subscription struct {
	at        *Memory // the end it watches from
	topic, id string
	wake      chan struct{}
	leave     func()

	mu        sync.Mutex
	pending   map[string]struct{}
	missed    bool
	elsewhere bool
}

// Wake receives after something changed since the last [Subscription.Drain].
// It never closes.
func (s *Subscription) Wake() <-chan struct{} { return s.wake }

// Drain returns the ids that changed since it was called last, in no order.
// missed says that others may have changed too: look at everything watched.
// Drain first and look then, or a change in between is overlooked.
func (s *Subscription) Drain() (ids []string, missed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id := range s.pending {
		ids = append(ids, id)
	}
	clear(s.pending)
	missed, s.missed = s.missed, false
	return ids, missed
}

// Elsewhere reports whether anything since it was asked last happened in
// another process, or may have: then memory of this one does not know it all.
func (s *Subscription) Elsewhere() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.elsewhere
	s.elsewhere = false
	return was
}

// Close ends the subscription. It may be called more than once.
func (s *Subscription) Close() { s.leave() }

// poke notes an id, "" for all of them, and wakes without waiting.
func (s *Subscription) poke(id string, elsewhere bool) {
	s.mu.Lock()
	s.elsewhere = s.elsewhere || elsewhere
	if _, known := s.pending[id]; id == "" || !known && len(s.pending) >= maxPending {
		s.missed = true
		clear(s.pending)
	} else if !s.missed {
		s.pending[id] = struct{}{}
	}
	s.mu.Unlock()
	signal(s.wake)
}

// TypingWatch is woken when somebody types in its conversation.
type TypingWatch struct {
	conversation string
	wake         chan struct{}
	leave        func()
	now          func() time.Time

	mu   sync.Mutex
	seen map[string]time.Time
}

// Wake receives after somebody typed since the last [TypingWatch.Drain]. It
// never closes.
func (w *TypingWatch) Wake() <-chan struct{} { return w.wake }

// Drain returns who typed since it was called last, in no order and without
// those whose typing has expired since.
func (w *TypingWatch) Drain() (from []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for who, at := range w.seen {
		if w.now().Sub(at) < TypingLife {
			from = append(from, who)
		}
	}
	clear(w.seen)
	return from
}

// Close ends the watch. It may be called more than once.
func (w *TypingWatch) Close() { w.leave() }

// maxTypists is more kinds of people than type in one conversation.
const maxTypists = 16

func (w *TypingWatch) show(from string) {
	w.mu.Lock()
	_, known := w.seen[from]
	keep := known || len(w.seen) < maxTypists
	if keep {
		w.seen[from] = w.now()
	}
	w.mu.Unlock()
	if keep {
		signal(w.wake)
	}
}

// signal leaves a wake-up where none waits already.
func signal(wake chan struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}
