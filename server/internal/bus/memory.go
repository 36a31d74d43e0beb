package bus

import (
	"context"
	"sync"
	"time"
)

// Memory carries pokes within one process.
type Memory struct {
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
	return &Memory{now: now, topics: map[string]map[string]watchers[*Subscription]{}, typing: map[string]watchers[*TypingWatch]{}}
}

// Publish wakes who watches the addresses.
func (m *Memory) Publish(_ context.Context, pokes ...Poke) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, poke := range pokes {
		byID := m.topics[poke.Topic]
		if poke.ID == "" {
			for _, all := range byID {
				pokeAll(all, "")
			}
			continue
		}
		pokeAll(byID[poke.ID], poke.ID)
		pokeAll(byID[""], poke.ID)
	}
}

func pokeAll(all watchers[*Subscription], id string) {
	for watcher := range all {
		watcher.poke(id)
	}
}

// wakeAll tells every watcher that it may have missed something.
func (m *Memory) wakeAll() {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, byID := range m.topics {
		for _, all := range byID {
			pokeAll(all, "")
		}
	}
}

// Subscribe watches one id of a topic, or with "" every id of it.
func (m *Memory) Subscribe(topic, id string) *Subscription {
	s := &Subscription{topic: topic, id: id, wake: make(chan struct{}, 1), pending: map[string]struct{}{}}
	s.leave = func() { m.unsubscribe(s) }
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.topics[topic] == nil {
		m.topics[topic] = map[string]watchers[*Subscription]{}
	}
	if m.topics[topic][id] == nil {
		m.topics[topic][id] = watchers[*Subscription]{}
	}
	m.topics[topic][id][s] = struct{}{}
	return s
}

func (m *Memory) unsubscribe(s *Subscription) {
	m.mu.Lock()
	defer m.mu.Unlock()
	byID := m.topics[s.topic]
	delete(byID[s.id], s)
	if len(byID[s.id]) == 0 {
		delete(byID, s.id)
	}
	if len(byID) == 0 {
		delete(m.topics, s.topic)
	}
}

// ShowTyping tells who watches the conversation that somebody types.
func (m *Memory) ShowTyping(_ context.Context, typing Typing) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for watcher := range m.typing[typing.Conversation] {
		watcher.show(typing.From)
	}
}

// WatchTyping watches who types in a conversation.
func (m *Memory) WatchTyping(conversation string) *TypingWatch {
	w := &TypingWatch{conversation: conversation, wake: make(chan struct{}, 1), now: m.now, seen: map[string]time.Time{}}
	w.leave = func() { m.unwatch(w) }
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.typing[conversation] == nil {
		m.typing[conversation] = watchers[*TypingWatch]{}
	}
	m.typing[conversation][w] = struct{}{}
	return w
}

func (m *Memory) unwatch(w *TypingWatch) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.typing[w.conversation], w)
	if len(m.typing[w.conversation]) == 0 {
		delete(m.typing, w.conversation)
	}
}

// Live is always true: there are no other replicas to hear from.
func (m *Memory) Live() bool { return true }

// Close does nothing; there is nothing to end.
func (m *Memory) Close() error { return nil }
