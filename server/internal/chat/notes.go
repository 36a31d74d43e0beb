package chat

import (
	"context"

	"usher/server/internal/bus"
	"usher/server/internal/store"
	"usher/server/internal/wire"
)

// topicNote is the bell for remarks, by conversation.
const topicNote = "note"

// noteOf is a stored remark as agents see it.
func noteOf(n store.Note) wire.Note {
	return wire.Note{Conversation: n.Conversation, Agent: wire.Agent{ID: n.AgentID, Name: n.Name}, Text: n.Text, At: n.At}
}

// tellNotes shows remarks that were made on other replicas to the consoles of
// this one, until ctx ends. A remark that comes while the bell is away is read
// with the case, the next time it is opened.
func (s *Service) tellNotes(ctx context.Context) {
	sub := s.Bus.Subscribe(topicNote, "")
	defer sub.Close()
	for {
		select {
		case <-ctx.Done():
			return
		case <-sub.Wake():
		}
		convs, _ := sub.Drain()
		for _, conv := range convs {
			s.tellNote(ctx, conv)
		}
	}
}

// tellNote shows a conversation's newest remark, unless it was shown here
// already: who makes one shows it to the consoles beside them at once.
func (s *Service) tellNote(ctx context.Context, conv string) {
	if !s.desks.follow(conv) {
		return
	}
	notes, err := s.Store.Notes(ctx, conv)
	if err != nil || len(notes) == 0 {
		if err != nil {
			s.Log.WarnContext(ctx, "remarks not read", "conversation", conv, "error", err)
		}
		return
	}
	newest := noteOf(notes[len(notes)-1])
	newest.Conversation = conv
	s.desks.note(conv, newest)
}

// ringNote wakes the other replicas after the remark was stored.
func (s *Service) ringNote(ctx context.Context, conv string) {
	s.Bus.Publish(context.WithoutCancel(ctx), bus.Poke{Topic: topicNote, ID: conv})
}

// follow tells whether any console of this replica has the conversation open.
func (ds *desks) follow(conv string) bool {
	for _, d := range ds.of("") {
		d.mu.Lock()
		_, open := d.follows[conv]
		d.mu.Unlock()
		if open {
			return true
		}
	}
	return false
}
