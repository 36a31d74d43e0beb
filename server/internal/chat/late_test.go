package chat

import (
	"context"
	"testing"
	"time"

	"usher/server/internal/bus"
	"usher/server/internal/wire"
)

// late is a bus on which something happens in the last moment before somebody
// subscribes to a topic: whoever subscribes is not told of it.
type late struct {
	bus.Bus
	topic  string
	before func()
}

func (l *late) Subscribe(topic, id string) *bus.Subscription {
	if before := l.before; before != nil && topic == l.topic {
		l.before = nil
		before()
	}
	return l.Bus.Subscribe(topic, id)
}

// lateHouse is a house and another replica of it that hears nothing of the first.
func lateHouse(t *testing.T, topic string) (*house, *Service, *late) {
	t.Helper()
	h := newHouse(t)
	l := &late{Bus: h.restartBus(), topic: topic}
	return h, h.another(h.Store, l), l
}

// untilWoken reads as a socket does, when it is woken and only then, until an event
// of a type comes.
func untilWoken(t *testing.T, f feed, kind string) *wire.Event {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for {
		select {
		case <-f.Wake():
		case <-ctx.Done():
			return nil
		}
		for _, e := range pull(t, f) {
			if e.Type == kind {
				return &e
			}
		}
	}
}

// What is stored between the welcome and the moment from which a watcher is
// woken pokes nobody: it must be read after that moment (G4).
func TestFollow_ListensBeforeItReads(t *testing.T) {
	t.Parallel()
	h, s, l := lateHouse(t, topicChat)
	w := must(s.Hello(t.Context(), Hello{}))(t)
	l.before = func() { h.say(w.Conversation, "hi") }
	f := s.Follow(w.Conversation, w.LastSeq, w)
	defer f.Close()
	if e := untilWoken(t, f, "message.created"); e == nil || e.Message.Text != "hi" {
		t.Errorf("shown: %+v", e)
	}
}

// The same for a console and a case that joins a queue.
func TestDesk_ListensBeforeItReads(t *testing.T) {
	t.Parallel()
	h, s, l := lateHouse(t, topicCase)
	var id string
	l.before = func() { _, id = h.waiting() }
	w, d, err := s.AgentHello(t.Context(), ana)
	ok(t, err)
	defer d.Close()
	if len(w.Handoffs) == 1 && w.Handoffs[0].ID == id {
		return
	}
	if e := untilWoken(t, d, "handoff.queued"); e == nil || e.Handoff.ID != id {
		t.Errorf("%s is not shown: %+v", id, e)
	}
}
