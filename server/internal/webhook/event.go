package webhook

import (
	"encoding/json"
	"strconv"
	"time"

	"usher/server/internal/chat"
	"usher/server/internal/store"
	"usher/server/internal/wire"
)

// Event is what is sent. It says that something happened and where to read it;
// what was written stays where the key is needed.
type Event struct {
	Cursor    string    `json:"cursor" doc:"The event's place in the feed: pass it as after to read what followed."`
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp" doc:"When it happened; webhook-timestamp says when it was sent."`
	Data      Thin      `json:"data"`
}

// Thin is what an event is about, by its ids.
type Thin struct {
	Conversation string `json:"conversation"`
	Seq          int64  `json:"seq,omitempty" doc:"Of the message; 1, 2, 3 … in its conversation."`
	From         string `json:"from,omitempty" doc:"Who wrote the message."`
	Handoff      string `json:"handoff,omitempty" doc:"Id of the handoff."`
	State        string `json:"state,omitempty" doc:"Of the handoff when it happened."`
	Queue        string `json:"queue,omitempty" doc:"Of the handoff."`
	Owner        string `json:"owner,omitempty" doc:"Who answers from now on."`
	Epoch        int64  `json:"epoch,omitempty" doc:"Counts the owners of the conversation."`
}

// Types lists the events that a webhook may ask for.
func Types() []string {
	return []string{
		"message.created", "handoff.scheduled", "handoff.queued", "handoff.accepted", "handoff.completed", "handoff.failed",
		"handoff.withdrawn", "conversation.owner_changed", "conversation.closed",
	}
}

// thin leaves out of an event what is to be read with the key.
func thin(data any) Thin {
	switch d := data.(type) {
	case *wire.Message:
		return Thin{Conversation: d.Conversation, Seq: d.Seq, From: d.From}
	case *wire.Handoff:
		return Thin{Conversation: d.Conversation, Handoff: d.ID, State: d.State, Queue: d.Queue, Epoch: d.Epoch}
	case wire.OwnerChange:
		return Thin{Conversation: d.Conversation, Owner: d.Owner, Epoch: d.Epoch}
	case wire.Closing:
		return Thin{Conversation: d.Conversation}
	}
	return Thin{}
}

// deliveryOf is an event on its way to a webhook. Its id follows from both, so
// that it is one delivery whoever makes it.
func (s *Sender) deliveryOf(w *store.Webhook, item chat.FeedItem, now time.Time) store.Delivery {
	e := Event{Cursor: s.Cursor(w.Partner, item.N), Type: item.Type, Timestamp: item.At, Data: thin(item.Data)}
	body, _ := json.Marshal(e) // texts, numbers and a time
	return store.Delivery{
		ID: "msg_" + w.ID + "_" + strconv.FormatInt(item.N, 10), Webhook: w.ID, N: item.N, Conversation: e.Data.Conversation,
		Type: item.Type, Body: body, NextAt: now, CreatedAt: now,
	}
}
