package chat

import (
	"context"
	"encoding/json"
	"time"

	"usher/server/internal/bus"
	"usher/server/internal/store"
	"usher/server/internal/wire"
)

// FeedItem is one event of a partner's feed. Data is a message, a handoff or
// what else the event is about, without anything that is for agents only.
type FeedItem struct {
	N    int64
	Type string
	At   time.Time
	Data any
}

// PartnerFeed lists up to limit events after the given number, in order, and
// the number to go on from: that of the last one read. ErrResync: some of what
// followed was removed because it was old.
func (s *Service) PartnerFeed(ctx context.Context, p Partner, after int64, limit int) ([]FeedItem, int64, error) {
	entries, err := s.Store.Feed(ctx, p.ID, after, limit)
	if err != nil {
		return nil, after, kind(err)
	}
	if after > 0 && (len(entries) == 0 || entries[0].N != after+1) { // a gap: of something erased, or of age
		swept, err := s.Store.FeedSwept(ctx, p.ID)
		if err != nil {
			return nil, after, kind(err)
		}
		if after < swept {
			return nil, after, ErrResync
		}
	}
	items := make([]FeedItem, 0, len(entries))
	for _, e := range entries {
		after = e.N
		item := FeedItem{N: e.N}
		if e.Message != nil {
			item.Type, item.At, item.Data = "message.created", e.Message.At, message(*e.Message, false)
		} else {
			item.Type, item.At, item.Data = e.Event.Type, e.Event.At, s.payload(*e.Event)
		}
		items = append(items, item)
	}
	return items, after, nil
}

// payload is an event's own part, as it was when it happened: without a place
// in the queue, which has moved on since.
func (s *Service) payload(e store.Event) any {
	switch e.Type {
	case "conversation.owner_changed":
		var o ownerData
		_ = json.Unmarshal(e.Data, &o) // written by this package
		out := wire.OwnerChange{Conversation: e.Conversation, Owner: o.Owner, Epoch: o.Epoch}
		if o.Agent != nil {
			out.Agent = &wire.Agent{Name: o.Agent.Name}
		}
		return out
	case "conversation.closed":
		return wire.Closing{Conversation: e.Conversation}
	}
	var d caseData
	_ = json.Unmarshal(e.Data, &d) // the same
	h := s.common(e.Conversation, d)
	if d.Ticket.Agent != nil {
		h.Agent = &wire.Agent{Name: d.Ticket.Agent.Name}
	}
	return h
}

// AwaitFeed reads again and again until read has found something, fails, or ctx
// ends, which is no error: whoever waited gets what there is, nothing. It reads
// after every event of the partner, and now and then by itself.
func (s *Service) AwaitFeed(ctx context.Context, p Partner, read func() (found bool, err error)) error {
	return s.await(ctx, topicPartner, p.ID, read)
}

// AwaitConversation does the same for a conversation.
func (s *Service) AwaitConversation(ctx context.Context, conv string, read func() (found bool, err error)) error {
	return s.await(ctx, topicChat, conv, read)
}

func (s *Service) await(ctx context.Context, topic, id string, read func() (bool, error)) error {
	bell := s.Bus.Subscribe(topic, id)
	defer bell.Close()
	look := time.NewTicker(lookEveryDeaf)
	defer look.Stop()
	for {
		if found, err := read(); found || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-bell.Wake():
			bell.Drain()
		case <-look.C:
		}
	}
}

// pokePartner is the poke for those who wait at a partner's feed.
func pokePartner(conv store.Conversation) []bus.Poke {
	if conv.Partner == "" {
		return nil
	}
	return []bus.Poke{{Topic: topicPartner, ID: conv.Partner}}
}
