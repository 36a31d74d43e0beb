package bus

import (
	"context"
	"sync"
	"time"
)

// Memory carries pokes within one process. It is one end of a room: what is
// published at another end happened elsewhere.
type Memory struct{ room *room }

// room is who watches what.
type room struct {
	now func() time.Time

	mu     sync.RWMutex
	topics map[string]map[string]watchers[*Subscription] // by topic and id, "" for every id
	typing map[string]watchers[*TypingWatch]             // by conversation
}

// watchers is a set.
type watchers[W comparable] map[W]struct{}

var _ Bus = (*Memory)(nil)

// NewMemory returns a bus without watchers.
func NewMemory(now func() time.Time) *Memory {
	return &Memory{&room{now: now, topics: map[string]map[string]watchers[*Subscription]{}, typing: map[string]watchers[*TypingWatch]{}}}
}

// Another is a further end, as another process has: for replicas that live in
// one process, as those of tests do.
func (m *Memory) Another() *Memory { return &Memory{m.room} }

// Publish wakes who watches the addresses.
func (m *Memory) Publish(_ context.Context, pokes ...Poke) { m.room.publish(m, pokes) }

// publish wakes for what happened at an end; nil: in another process.
func (r *room) publish(at *Memory, pokes []Poke) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, poke := range pokes {
		byID := r.topics[poke.Topic]
		if poke.ID == "" {
			for _, all := range byID {
				pokeAll(all, "", at)
			}
			continue
		}
		pokeAll(byID[poke.ID], poke.ID, at)
		pokeAll(byID[""], poke.ID, at)
	}
}

func pokeAll(all watchers[*Subscription], id string, at *Memory) {
	for watcher := range all {
		watcher.poke(id, watcher.at != at)
	}
}

// wakeAll tells every watcher that it may have missed something.
func (r *room) wakeAll() {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, byID := range r.topics {
		for _, all := range byID {
			pokeAll(all, "", nil)
		}
	}
}

// Subscribe watches one id of a topic, or with "" every id of it.
func (m *Memory) Subscribe(topic, id string) *Subscription {
	s := &Subscription{at: m, topic: topic, id: id, wake: make(chan struct{}, 1), pending: map[string]struct{}{}}
	r := m.room
	s.leave = func() { r.unsubscribe(s) }
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.topics[topic] == nil {
		r.topics[topic] = map[string]watchers[*Subscription]{}
	}
	if r.topics[topic][id] == nil {
		r.topics[topic][id] = watchers[*Subscription]{}
	}
	r.topics[topic][id][s] = struct{}{}
	return s
}

func (r *room) unsubscribe(s *Subscription) {
	r.mu.Lock()
	defer r.mu.Unlock()
	byID := r.topics[s.topic]
	delete(byID[s.id], s)
	if len(byID[s.id]) == 0 {
		delete(byID, s.id)
	}
	if len(byID) == 0 {
		delete(r.topics, s.topic)
	}
}

// ShowTyping tells who watches the conversation that somebody types.
func (m *Memory) ShowTyping(_ context.Context, typing Typing) {
	r := m.room
	r.mu.RLock()
	defer r.mu.RUnlock()
	for watcher := range r.typing[typing.Conversation] {
		watcher.show(typing.From)
	}
}

// WatchTyping watches who types in a conversation.
func (m *Memory) WatchTyping(conversation string) *TypingWatch {
	r := m.room
	w := &TypingWatch{conversation: conversation, wake: make(chan struct{}, 1), now: r.now, seen: map[string]time.Time{}}
	w.leave = func() { r.unwatch(w) }
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.typing[conversation] == nil {
		r.typing[conversation] = watchers[*TypingWatch]{}
	}
	r.typing[conversation][w] = struct{}{}
	return w
}

func (r *room) unwatch(w *TypingWatch) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.typing[w.conversation], w)
	if len(r.typing[w.conversation]) == 0 {
		delete(r.typing, w.conversation)
	}
}

// Live is always true: there are no other replicas to hear from.
func (m *Memory) Live() bool { return true }

// Close does nothing; there is nothing to end.
func (m *Memory) Close() error { return nil }
