package chat

import (
	"context"
	"encoding/json"

	jsonv2 "github.com/go-json-experiment/json" // twice as fast for what every message pays

	"usher/bot"
	"usher/handoff"
	"usher/server/internal/store"
	"usher/server/internal/wire"
)

func dataOf(r *record, t handoff.Ticket) caseData {
	b := &r.Bot
	d := caseData{Ticket: t, Epoch: b.Epoch, Lang: b.Locale, Zone: b.Zone, Verified: b.Verified}
	if r.Partner != nil {
		d.Partner = r.Partner.Name
	}
	return d
}

// forUser is a handoff as the person sees it: what concerns them, without the
// bot's verdict, notes or anything about agents but a name.
func (s *Service) forUser(ctx context.Context, conv string, d caseData) *wire.Handoff {
	h := s.common(conv, d)
	if d.Ticket.Agent != nil {
		h.Agent = &wire.Agent{Name: d.Ticket.Agent.Name}
	}
	if d.Ticket.Waiting() {
		h.Position, h.Wait = s.board.place(ctx, d.Ticket)
	}
	return h
}

// forAgent is a handoff with everything that who holds or watches it sees; what
// the others of its queue get is outside.
func (s *Service) forAgent(conv string, d caseData) *wire.Handoff {
	h := s.common(conv, d)
	t := d.Ticket
	if t.Agent != nil {
		h.Agent = &wire.Agent{ID: t.Agent.ID, Name: t.Agent.Name}
	}
	h.Verdict = &wire.Verdict{
		Advice: t.Verdict.Advice, Facts: t.Verdict.Facts, Warnings: t.Verdict.Warnings,
		Cancellations: t.Verdict.Cancellations, Cancellations24h: t.Verdict.Cancellations24h,
	}
	if t.Verdict.CancellableAt != nil {
		h.Verdict.CancellableAt = *t.Verdict.CancellableAt
	}
	h.Verified, h.Timezone, h.QueuedAt, h.Partner = &d.Verified, d.Zone, t.QueuedAt, d.Partner
	h.Front, h.ReservedFor = t.Front, t.ReservedFor
	return h
}

// common is what both sides see.
func (s *Service) common(conv string, d caseData) *wire.Handoff {
	t := d.Ticket
	h := &wire.Handoff{
		ID: t.ID, Conversation: conv, Queue: t.Queue, Priority: string(t.Priority), State: string(t.State),
		StartsAt: t.StartsAt, Lang: d.Lang, Outcome: string(t.Outcome), Epoch: d.Epoch,
		Fields: wireFields(t.Fields), Request: handoff.Brief(t.Queue, t.Fields, bot.State{Zone: d.Zone}.Location()),
	}
	s.label(h.Fields, d.Lang)
	return h
}

// label puts the details into words of the conversation's language.
func (s *Service) label(fields map[string]wire.Field, lang string) {
	for id, f := range fields {
		f.Label = s.Lines.Say(lang, "field."+id, nil)
		switch {
		case f.Value == handoff.Unknown:
			f.Text = s.Lines.Say(lang, "field.unknown", nil)
		case id == "status", id == "reason":
			f.Text = s.Lines.Say(lang, id+"."+f.Value, nil)
		}
		fields[id] = f
	}
}

// wireFields are the details that were given, each with its source.
func wireFields(fields handoff.Fields) map[string]wire.Field {
	given := map[string]wire.Field{}
	for id, f := range map[string]handoff.Field{
		"email": fields.Email, "submitted_at": fields.SubmittedAt, "status": fields.Status, "reason": fields.Reason,
	} {
		if f.Given() {
			given[id] = wire.Field{Value: f.Value, Source: string(f.Source)}
		}
	}
	return given
}

// message is a stored message as clients see it. The sender's own id goes to
// the sender's side only.
func message(m store.Message, agent bool) *wire.Message {
	var x extra
	_ = jsonv2.Unmarshal(m.Extra, &x) // written by this package; empty where there is none
	if agent != (m.From == "agent") {
		x.Client = ""
	}
	return &wire.Message{
		Seq: m.Seq, Conversation: m.Conversation, From: m.From, Name: m.Name, Text: m.Text, Lang: m.Lang, At: m.At,
		Choices: x.Choices, Form: x.Form, Meta: x.Meta, ClientID: x.Client,
	}
}

// event is a stored event as one side sees it; nil when that side may not.
func (s *Service) event(ctx context.Context, e store.Event, agent bool) *wire.Event {
	out := &wire.Event{Type: e.Type}
	switch e.Type {
	case "conversation.owner_changed":
		var o ownerData
		if json.Unmarshal(e.Data, &o) != nil {
			return nil
		}
		out.Conversation, out.Owner, out.Epoch = e.Conversation, o.Owner, o.Epoch
		if o.Agent != nil {
			out.Agent = &wire.Agent{Name: o.Agent.Name}
			if agent {
				out.Agent.ID = o.Agent.ID
			}
		}
	case "conversation.closed":
		out.Conversation = e.Conversation
	default:
		var d caseData
		if json.Unmarshal(e.Data, &d) != nil {
			return nil
		}
		if agent {
			out.Handoff = s.forAgent(e.Conversation, d)
		} else {
			out.Handoff = s.forUser(ctx, e.Conversation, d)
		}
	}
	return out
}
