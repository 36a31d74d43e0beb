package chat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"usher/bot"
	"usher/handoff"
	"usher/intents/secret"
	"usher/server/internal/audit"
	"usher/server/internal/bus"
	"usher/server/internal/store"
	"usher/server/internal/wire"
)

// Claim gives a waiting case to an agent; to who has it already it gives it
// again. *HeldError: another agent has it. ErrNotFound: no such case in this
// agent's queues.
func (s *Service) Claim(ctx context.Context, a AgentPerson, id string) (Claimed, error) {
	h, err := s.visible(ctx, a, id)
	if err != nil {
		return Claimed{}, err
	}
	return s.claim(ctx, a, h, false)
}

// claimAttempts is how many agents may press "next" in the same instant: each
// round one of them gets the case and the others ask again.
const claimAttempts = 256

// ClaimNext gives the agent the next waiting case: urgent first, then one kept
// for them, then their languages, then age. Claimed.Handoff is nil when nothing
// waits.
func (s *Service) ClaimNext(ctx context.Context, a AgentPerson) (Claimed, error) {
	queues := s.queuesOf(a)
	for range claimAttempts {
		h, err := s.Store.NextWaiting(ctx, queues, a.Languages, a.ID)
		if errors.Is(err, store.ErrNotFound) {
			return Claimed{}, nil
		}
		if err != nil {
			return Claimed{}, kind(err)
		}
		c, err := s.claim(ctx, a, h, false)
		if errors.Is(err, ErrConflict) {
			continue // somebody was faster: the next one, then
		}
		return c, err
	}
	return Claimed{}, fmt.Errorf("too many others claim at once: %w", ErrUnavailable)
}

func (s *Service) claim(ctx context.Context, a AgentPerson, h store.Handoff, take bool) (Claimed, error) {
	what := audit.CaseClaimed
	if take {
		what = audit.CaseTakenOver
	}
	note := ticketed(a, h.Conversation, what, audit.TranscriptViewed)
	_, err := s.step(ctx, h.Conversation, act{noted: note, prepare: func(r *record, at time.Time) (bot.Event, error) {
		t := r.Bot.Ticket
		switch {
		case !take && (t == nil || t.ID != h.ID):
			return nil, ErrConflict
		case t.Held(a.ID):
			return nil, errHas
		case take && r.Bot.Closed && !t.Open():
			return nil, ErrClosed
		}
		if !take && t.State == handoff.Accepted && t.Agent.ID != a.ID {
			return nil, &HeldError{By: t.Agent.Name}
		}
		return bot.AgentClaimed{At: at, Agent: handoff.Agent{ID: a.ID, Name: a.Name}, Take: take}, nil
	}})
	if errors.Is(err, errHas) {
		err = s.Note(ctx, a, audit.TranscriptViewed, h.Conversation, "", "")
	}
	if err != nil {
		return Claimed{}, err
	}
	return s.claimed(ctx, h.Conversation, a)
}

// errHas: the agent has the case already.
var errHas = errors.New("chat: the case is theirs already")

// claimed is the case with its whole transcript; the agent's desk follows it
// from there on.
func (s *Service) claimed(ctx context.Context, conv string, a AgentPerson) (Claimed, error) {
	agent, queues := a.ID, s.queuesOf(a)
	d, err := s.step(ctx, conv, act{quiet: true, event: func(at time.Time) bot.Event { return bot.Resumed{At: at} }})
	if err != nil {
		return Claimed{}, err
	}
	c := Claimed{Handoff: s.forAgent(conv, dataOf(&d.record, *d.record.Bot.Ticket)), Transcript: []wire.Message{}, Notes: []wire.Note{}}
	var seq int64
	for seq < d.conv.LastSeq {
		page, err := s.Store.Messages(ctx, conv, seq, page)
		if err != nil {
			return Claimed{}, kind(err)
		}
		for _, m := range page {
			if m.Seq <= d.conv.LastSeq {
				c.Transcript = append(c.Transcript, *message(m, true))
			}
			seq = m.Seq
		}
		if len(page) == 0 {
			break
		}
	}
	notes, err := s.Store.Notes(ctx, conv)
	if err != nil {
		return Claimed{}, kind(err)
	}
	for _, n := range notes {
		c.Notes = append(c.Notes, wire.Note{Conversation: conv, Agent: wire.Agent{ID: n.AgentID, Name: n.Name}, Text: n.Text, At: n.At})
	}
	if c.Earlier, err = s.earlier(ctx, d, queues); err != nil {
		return Claimed{}, err
	}
	s.desks.watch(agent, conv, d.conv.LastSeq, d.conv.LastEvent)
	return c, nil
}

// visible is a case that the agent may know of: in their queues, or theirs.
// Anything else is not found, as if it were not there.
func (s *Service) visible(ctx context.Context, a AgentPerson, id string) (store.Handoff, error) {
	h, err := s.Store.Handoff(ctx, id)
	if err != nil {
		return h, kind(err)
	}
	if !slices.Contains(s.queuesOf(a), h.Queue) {
		return h, ErrNotFound
	}
	return h, nil
}

// Release puts the agent's case back at the head of its queue. ErrConflict: it
// is not theirs.
func (s *Service) Release(ctx context.Context, a AgentPerson, id string) (*wire.Handoff, error) {
	return s.move(ctx, a, id, audit.CaseReleased, "", "", func(at time.Time, by handoff.Agent) bot.Event {
		return bot.AgentReleased{At: at, Agent: by}
	})
}

// Complete ends the agent's case; the bot goes on with the aftercare.
// ErrBadValue: no such outcome.
func (s *Service) Complete(ctx context.Context, a AgentPerson, id, outcome, note string) (*wire.Handoff, error) {
	if !slices.Contains(handoff.Outcomes(), handoff.Outcome(outcome)) {
		return nil, ErrBadValue
	}
	masked, _ := s.Masker.Mask(note, secret.Context{})
	return s.move(ctx, a, id, audit.CaseCompleted, "", "outcome="+outcome, func(at time.Time, by handoff.Agent) bot.Event {
		return bot.AgentCompleted{At: at, Agent: by, Outcome: handoff.Outcome(outcome), Note: masked}
	})
}

// move is one thing the holder of a case does to it, and how it is noted.
func (s *Service) move(ctx context.Context, a AgentPerson, id string, what audit.Action, object, detail string,
	event func(time.Time, handoff.Agent) bot.Event,
) (*wire.Handoff, error) {
	h, err := s.visible(ctx, a, id)
	if err != nil {
		return nil, err
	}
	e := noted(a, what, h.Conversation, id, detail)
	e.Object = object
	note := func(bot.State) []audit.Entry { return []audit.Entry{e} }
	d, err := s.step(ctx, h.Conversation, act{noted: note, prepare: func(r *record, at time.Time) (bot.Event, error) {
		if t := r.Bot.Ticket; t == nil || t.ID != id {
			return nil, ErrConflict
		}
		return event(at, handoff.Agent{ID: a.ID, Name: a.Name}), nil
	}})
	if errors.Is(err, ErrClaimLost) {
		err = ErrConflict
		if h.AgentID != "" && h.AgentID != a.ID {
			err = s.heldBy(ctx, h)
		}
	}
	if err != nil {
		return nil, err
	}
	return s.forColleague(h.Conversation, dataOf(&d.record, *d.record.Bot.Ticket), a.ID), nil
}

// heldBy names who has a case.
func (s *Service) heldBy(_ context.Context, h store.Handoff) error {
	var d caseData
	if json.Unmarshal(h.Data, &d) != nil || d.Ticket.Agent == nil {
		return ErrConflict
	}
	return &HeldError{By: d.Ticket.Agent.Name}
}

// AgentSend takes a message of the agent who holds the case. ErrClaimLost:
// somebody else holds it, or nobody. ErrAsksSecret: it asks for what nobody may
// ask a person for.
func (s *Service) AgentSend(ctx context.Context, a AgentPerson, conv string, m Sent) (Ack, error) {
	if err := s.knows(ctx, a, conv); err != nil {
		return Ack{}, err
	}
	if s.Masker.Asks(m.Text) {
		return Ack{}, s.stopped(ctx, a, conv)
	}
	raw, err := json.Marshal(extra{Print: fingerprint(masked{text: m.Text}, ""), Client: m.ClientID})
	if err != nil {
		return Ack{}, fmt.Errorf("message: %w", err)
	}
	msg := store.Message{
		From: "agent", Name: a.Name, AgentID: a.ID, ClientKey: "a:" + a.ID + ":" + m.ClientID, Text: m.Text, Extra: raw,
	}
	d, err := s.step(ctx, conv, act{message: &msg, event: func(at time.Time) bot.Event {
		return bot.AgentSaid{At: at, Agent: handoff.Agent{ID: a.ID, Name: a.Name}}
	}})
	if err != nil {
		return Ack{}, err
	}
	return ackOf(m.ClientID, d), nil
}

// knows lets an agent name a conversation only when a case of it is or was
// theirs, or is in their queues.
func (s *Service) knows(ctx context.Context, a AgentPerson, conv string) error {
	rows, err := s.Store.HandoffsOfConversation(ctx, conv)
	if err != nil {
		return kind(err)
	}
	queues := s.queuesOf(a)
	for _, h := range rows {
		if slices.Contains(queues, h.Queue) || hadBy(h, a.ID) || s.desks.watches(a.ID, conv) {
			return nil
		}
	}
	return ErrNotFound
}

// hadBy tells whether a case is an agent's, or was until it was taken away.
func hadBy(h store.Handoff, agent string) bool {
	var d caseData
	if json.Unmarshal(h.Data, &d) != nil {
		return false
	}
	return d.Ticket.Held(agent) || d.Ticket.LastAgent != nil && d.Ticket.LastAgent.ID == agent
}

// holds tells whether the agent has the conversation now.
func (s *Service) holds(ctx context.Context, a AgentPerson, conv string) (bool, error) {
	rows, err := s.Store.HandoffsOfConversation(ctx, conv)
	if err != nil {
		return false, kind(err)
	}
	return slices.ContainsFunc(rows, func(h store.Handoff) bool {
		return h.State == string(handoff.Accepted) && h.AgentID == a.ID
	}), nil
}

// AddNote keeps a remark that only agents see.
func (s *Service) AddNote(ctx context.Context, a AgentPerson, conv, text string) (wire.Note, error) {
	if err := s.knows(ctx, a, conv); err != nil {
		return wire.Note{}, err
	}
	masked, _ := s.Masker.Mask(text, secret.Context{})
	note := store.Note{AgentID: a.ID, Name: a.Name, Text: masked}
	d, err := s.step(ctx, conv, act{notes: []store.Note{note}, noted: whispered(a, conv), event: func(at time.Time) bot.Event { return bot.Resumed{At: at} }})
	if err != nil {
		return wire.Note{}, err
	}
	n := wire.Note{Conversation: conv, Agent: wire.Agent{ID: a.ID, Name: a.Name}, Text: masked, At: d.conv.UpdatedAt}
	s.desks.note(conv, n)
	s.ringNote(ctx, conv)
	return n, nil
}

// AgentTyping says that the holder is typing; nobody is told of others.
func (s *Service) AgentTyping(ctx context.Context, a AgentPerson, conv string) error {
	if err := s.knows(ctx, a, conv); err != nil {
		return err
	}
	if holds, err := s.holds(ctx, a, conv); err != nil || !holds {
		return err
	}
	s.Bus.ShowTyping(ctx, bus.Typing{Conversation: conv, From: "agent"})
	return nil
}

// AgentRead moves the agents' read mark; who only watches leaves it alone.
func (s *Service) AgentRead(ctx context.Context, a AgentPerson, conv string, seq int64) error {
	if err := s.knows(ctx, a, conv); err != nil {
		return err
	}
	if holds, err := s.holds(ctx, a, conv); err != nil || !holds {
		return err
	}
	return s.read(ctx, conv, "agent", seq)
}

// Watch lets a supervisor read a conversation live. ErrForbidden: another role.
func (s *Service) Watch(ctx context.Context, a AgentPerson, conv string) (Claimed, error) {
	if a.Role != "supervisor" && a.Role != "admin" {
		return Claimed{}, ErrForbidden
	}
	if err := s.Note(ctx, a, audit.Watched, conv, "", ""); err != nil {
		return Claimed{}, err
	}
	return s.claimed(ctx, conv, a)
}

// TakeOver gives the conversation's case to a supervisor, whoever has it.
func (s *Service) TakeOver(ctx context.Context, a AgentPerson, conv string) (Claimed, error) {
	if a.Role != "supervisor" && a.Role != "admin" {
		return Claimed{}, ErrForbidden
	}
	if err := s.knows(ctx, a, conv); err != nil {
		return Claimed{}, err
	}
	return s.claim(ctx, a, store.Handoff{Conversation: conv}, true)
}
