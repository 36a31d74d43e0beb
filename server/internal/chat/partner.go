package chat

import (
	"context"
	"fmt"
	"time"

	"usher/bot"
	"usher/handoff"
	"usher/intents/secret"
	"usher/server/internal/store"
	"usher/server/internal/wire"
)

// Partner is who acts through the partner API. It sees only the conversations
// it opened: for all others the answer is ErrNotFound, as for those that never
// were.
type Partner struct{ ID, Name string }

// PartnerOpen is how a partner begins a conversation for one of its users.
type PartnerOpen struct {
	ID       string // of the conversation; "": a fresh one. The same again: the first one
	Person   Person // Subject is the partner's own id of its user
	Locale   string
	Timezone string
	Metadata map[string]any // texts, numbers and flags
}

// partnerData is what is kept of a partner's conversation in its record.
type partnerData struct {
	Name     string         `json:"name"`
	Metadata map[string]any `json:"metadata,omitempty"`
}

// PartnerOpen begins a conversation; it opens with the bot's greeting.
func (s *Service) PartnerOpen(ctx context.Context, p Partner, o PartnerOpen) (*wire.Conversation, error) {
	id := o.ID
	if id == "" {
		id = newID()
	}
	locale, _ := s.Lines.Match(o.Locale, o.Person.Locale)
	conv := store.Conversation{
		ID: id, Partner: p.ID, Subject: o.Person.Subject, CreatedAt: s.Clock().UTC().Truncate(time.Millisecond),
	}
	data := &partnerData{Name: p.Name, Metadata: make(map[string]any, len(o.Metadata))}
	for k, v := range o.Metadata {
		if text, ok := v.(string); ok {
			v, _ = s.Masker.Mask(text, secret.Context{AskedTime: true})
		}
		data.Metadata[k] = v
	}
	h := Hello{Person: &o.Person, Timezone: o.Timezone}
	d, err := s.step(ctx, id, act{create: &conv, partner: p.ID, about: data, event: func(at time.Time) bot.Event {
		return bot.Opened{At: at, ID: id, Locale: locale, Client: o.Locale, Zone: zone(h), Identity: identity(h.Person)}
	}})
	if o.ID != "" && err != nil { // it may be there from the first time
		if there, lookup := s.PartnerConversation(ctx, p, id); lookup == nil {
			return there, nil
		}
	}
	if err != nil {
		return nil, err
	}
	return s.forPartner(ctx, d), nil
}

// PartnerConversation is a conversation of the partner as it now stands.
func (s *Service) PartnerConversation(ctx context.Context, p Partner, conv string) (*wire.Conversation, error) {
	d, err := s.owned(ctx, p, conv)
	if err != nil {
		return nil, err
	}
	return s.forPartner(ctx, d), nil
}

// owned is a conversation of the partner, fresh from the store.
func (s *Service) owned(ctx context.Context, p Partner, conv string) (done, error) {
	c, err := s.Store.Load(ctx, conv)
	if err != nil {
		return done{}, kind(err)
	}
	if c.Partner != p.ID {
		return done{}, ErrNotFound
	}
	rec, err := decode(c)
	return done{conv: c, record: rec}, err
}

// PartnerSend takes a message of the partner's user, as Send does.
func (s *Service) PartnerSend(ctx context.Context, p Partner, conv string, m Sent) (*wire.Reply, error) {
	d, err := s.send(ctx, conv, p.ID, m)
	if err != nil {
		return nil, err
	}
	ack := ackOf(m.ClientID, d)
	stored, err := s.Store.Messages(ctx, conv, ack.Seq-1, int(ack.Through-ack.Seq)+1)
	if err != nil || len(stored) == 0 {
		return nil, kind(fmt.Errorf("%d messages: %w", len(stored), err))
	}
	if d.duplicate {
		if d, err = s.owned(ctx, p, conv); err != nil {
			return nil, err
		}
	}
	r := &wire.Reply{
		Message: message(stored[0], false), Replies: make([]wire.Message, 0, len(stored)-1),
		Owner: d.conv.Owner, Handoff: s.ticketOf(ctx, d), Repeated: ack.Duplicate,
	}
	for _, reply := range stored[1:] {
		r.Replies = append(r.Replies, *message(reply, false))
	}
	return r, nil
}

// PartnerMessages lists up to limit messages after the given number, in order.
// ErrResync: there is no such number yet.
func (s *Service) PartnerMessages(ctx context.Context, p Partner, conv string, after int64, limit int) ([]wire.Message, error) {
	d, err := s.owned(ctx, p, conv)
	if err != nil {
		return nil, err
	}
	if after > d.conv.LastSeq {
		return nil, ErrResync
	}
	stored, err := s.Store.Messages(ctx, conv, after, limit)
	if err != nil {
		return nil, kind(err)
	}
	out := make([]wire.Message, len(stored))
	for i := range stored {
		out[i] = *message(stored[i], false)
	}
	return out, nil
}

// PartnerHandoff asks for a person, in a queue and for a reason where they are
// given. ErrConflict: a person answers already.
func (s *Service) PartnerHandoff(ctx context.Context, p Partner, conv, queue string, reason bot.Reason) (*wire.Handoff, error) {
	d, err := s.step(ctx, conv, act{partner: p.ID, event: func(at time.Time) bot.Event {
		return bot.PersonRequested{At: at, Queue: queue, Reason: reason}
	}})
	return s.ticketOf(ctx, d), err
}

// PartnerWithdraw takes a waiting request back. ErrConflict: nothing waits, or
// a person has it.
func (s *Service) PartnerWithdraw(ctx context.Context, p Partner, conv string) (*wire.Handoff, error) {
	d, err := s.step(ctx, conv, act{partner: p.ID, event: func(at time.Time) bot.Event { return bot.Withdrew{At: at} }})
	return s.ticketOf(ctx, d), err
}

// ticketOf is the conversation's handoff as its user may see it; nil: none yet.
func (s *Service) ticketOf(ctx context.Context, d done) *wire.Handoff {
	t := d.record.Bot.Ticket
	if t == nil {
		return nil
	}
	return s.forUser(ctx, d.conv.ID, dataOf(&d.record, *t))
}

// forPartner is a conversation as its partner sees it.
func (s *Service) forPartner(ctx context.Context, d done) *wire.Conversation {
	b := d.record.Bot
	c := &wire.Conversation{
		ID: d.conv.ID, ExternalUserID: d.conv.Subject, Locale: b.Locale, Timezone: b.Zone, Owner: d.conv.Owner,
		Epoch: d.conv.Epoch, LastSeq: d.conv.LastSeq, Handoff: s.ticketOf(ctx, d), Fields: fields(b.Fields),
		Metadata: map[string]any{}, CreatedAt: d.conv.CreatedAt, ClosedAt: d.conv.ClosedAt,
	}
	if d.record.Partner != nil && d.record.Partner.Metadata != nil {
		c.Metadata = d.record.Partner.Metadata
	}
	return c
}

// fields are the details that were given, by name.
func fields(f handoff.Fields) map[string]wire.Field {
	out := map[string]wire.Field{}
	for id, f := range map[string]handoff.Field{
		"email": f.Email, "submitted_at": f.SubmittedAt, "status": f.Status, "reason": f.Reason,
	} {
		if f.Given() {
			out[id] = wire.Field{Value: f.Value, Source: string(f.Source)}
		}
	}
	return out
}
