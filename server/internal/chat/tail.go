package chat

import (
	"context"
	"sync"

	"usher/server/internal/store"
)

// tailMax is how many messages, and how many events, of a conversation are kept
// in memory at least for those who follow it, and tailSlack how many more at
// most: what is over is dropped so many at a time.
const (
	tailMax   = 64
	tailSlack = 8
)

// tails are the last things that this replica stored in each conversation that
// somebody here follows, so that who follows need not ask the store for what
// has just been written here. They are a shortcut and never the truth: what
// another replica wrote, or may have written, is read from the store.
type tails struct {
	mu  sync.Mutex
	all map[string]*tail
}

// tail is a stretch of one conversation's history without a gap: what comes
// after message seq and event n.
type tail struct {
	followed int // by how many; under the lock of tails

	mu       sync.Mutex
	known    bool
	seq, n   int64
	messages []store.Message
	events   []store.Event
	doubts   int64 // how often a save ended without saying whether it was done
}

func newTails() *tails { return &tails{all: map[string]*tail{}} }

// join finds or makes the tail of a conversation; leave must follow.
func (ts *tails) join(conv string) *tail {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	t := ts.all[conv]
	if t == nil {
		t = &tail{}
		ts.all[conv] = t
	}
	t.followed++
	return t
}

func (ts *tails) leave(conv string) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	t := ts.all[conv]
	if t.followed--; t.followed == 0 {
		delete(ts.all, conv)
	}
}

func (ts *tails) get(conv string) *tail {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	return ts.all[conv]
}

// saved adds what a committed change appended to before.
func (ts *tails) saved(before store.Conversation, change store.Change) {
	if t := ts.get(before.ID); t != nil {
		t.add(before.LastSeq, before.LastEvent, change.Messages, change.Events)
	}
}

// doubt says that a change may have been stored.
func (ts *tails) doubt(conv string) {
	t := ts.get(conv)
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.doubts++
}

// ends is where the tail ends: what the next change must follow.
func (t *tail) ends() (seq, n int64) {
	return t.seq + int64(len(t.messages)), t.n + int64(len(t.events))
}

// add appends a change that follows seq and n. One that leaves a gap, because
// another replica wrote in between, begins the tail anew; one that is older than
// what is known adds nothing.
func (t *tail) add(seq, n int64, messages []store.Message, events []store.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	endSeq, endN := t.ends()
	switch {
	case t.known && seq == endSeq && n == endN:
	case !t.known || seq >= endSeq && n >= endN:
		t.known, t.seq, t.n, t.messages, t.events = true, seq, n, nil, nil
	default:
		return
	}
	t.messages, t.events = append(t.messages, messages...), append(t.events, events...)
	var dropped int
	t.messages, dropped = recent(t.messages)
	t.seq += int64(dropped)
	t.events, dropped = recent(t.events)
	t.n += int64(dropped)
}

// recent drops all but the last tailMax of what has grown by tailSlack, and says
// how many: so not all are copied for each that comes. Who still reads the old
// ones keeps them.
func recent[T any](all []T) (kept []T, dropped int) {
	if len(all) < tailMax+tailSlack {
		return all, 0
	}
	dropped = len(all) - tailMax
	return append(make([]T, 0, tailMax+tailSlack), all[dropped:]...), dropped
}

// after is everything that this replica knows to come after seq and n; ok is
// false when the store has to be asked. What it returns must not be changed.
func (t *tail) after(seq, n int64) (messages []store.Message, events []store.Event, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	endSeq, endN := t.ends()
	if !t.known || seq < t.seq || n < t.n || seq > endSeq || n > endN {
		return nil, nil, false
	}
	return t.messages[seq-t.seq : len(t.messages) : len(t.messages)], t.events[n-t.n : len(t.events) : len(t.events)], true
}

// doubtful reports how often what is stored was in doubt.
func (t *tail) doubtful() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.doubts
}

// read is what comes after the follower's place, from memory where that is
// known to be all, else from the store. It reports whether there may be more.
func (f *Follow) read(ctx context.Context) (messages []store.Message, events []store.Event, more bool, err error) {
	doubts := f.tail.doubtful()
	if f.sub.Elsewhere() || f.behind.Swap(false) || doubts != f.doubts {
		f.look = true
	}
	if !f.look {
		if messages, events, ok := f.tail.after(f.seq, f.n); ok {
			return messages, events, false, nil
		}
	}
	f.look = true // until the store was read to its end
	if messages, err = f.s.Store.Messages(ctx, f.conv, f.seq, page); err != nil {
		return nil, nil, false, kind(err)
	}
	if events, err = f.s.Store.Events(ctx, f.conv, f.n, page); err != nil {
		return nil, nil, false, kind(err)
	}
	more = len(messages) == page || len(events) == page
	f.look, f.doubts = more, doubts
	return messages, events, more, nil
}
