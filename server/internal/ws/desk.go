package ws

import (
	"context"

	"usher/server/internal/chat"
	"usher/server/internal/strictjson"
	"usher/server/internal/wire"
)

// The acks of what agents do besides writing.

// caseAck comes with all an agent needs to take a case on; the handoff is null
// when nothing waits or, on a conversation that is only watched, none is open.
type caseAck struct {
	Type       string         `json:"type"`
	ID         string         `json:"id,omitempty"`
	Handoff    *wire.Handoff  `json:"handoff"`
	Transcript []wire.Message `json:"transcript"`
	Notes      []wire.Note    `json:"notes"`
	Earlier    []wire.Earlier `json:"earlier,omitempty"`
}

func claimedAck(id string, c chat.Claimed) caseAck {
	a := caseAck{"ack", id, c.Handoff, c.Transcript, c.Notes, c.Earlier}
	if a.Transcript == nil {
		a.Transcript = []wire.Message{}
	}
	if a.Notes == nil {
		a.Notes = []wire.Note{}
	}
	return a
}

type handoffAck struct {
	Type    string        `json:"type"`
	ID      string        `json:"id"`
	Handoff *wire.Handoff `json:"handoff"`
}

type noteAck struct {
	Type string    `json:"type"`
	ID   string    `json:"id,omitempty"`
	Note wire.Note `json:"note"`
}

type presenceAck struct {
	Type  string `json:"type"`
	ID    string `json:"id,omitempty"`
	State string `json:"state"`
}

type handoffFrame struct {
	Type    string `json:"type"`
	ID      string `json:"id" strict:"required"`
	Handoff string `json:"handoff" strict:"required"`
}

// handoff does what needs only a handoff's id, and sends the ack do returns.
func (a *agent) handoff(ctx context.Context, s *socket, f strictjson.Frame, do func(context.Context, string) (any, error)) error {
	h, err := decode[handoffFrame](f)
	if err != nil {
		return err
	}
	if err := check(clientID(f, h.ID), name(h.Handoff)); err != nil {
		return err
	}
	answer, err := do(ctx, h.Handoff)
	if err != nil {
		return err
	}
	return s.send(answer)
}

type idFrame struct {
	Type string `json:"type"`
	ID   string `json:"id" strict:"required"`
}

func (a *agent) claimNext(ctx context.Context, s *socket, f strictjson.Frame) error {
	n, err := decode[idFrame](f)
	if err != nil {
		return err
	}
	if err := check(clientID(f, n.ID)); err != nil {
		return err
	}
	claimed, err := a.server.options.Chat.ClaimNext(ctx, a.person)
	if err != nil {
		return err
	}
	return s.send(claimedAck(f.ID, claimed))
}

type completeFrame struct {
	Type    string  `json:"type"`
	ID      string  `json:"id" strict:"required"`
	Handoff string  `json:"handoff" strict:"required"`
	Outcome string  `json:"outcome" strict:"required"`
	Note    *string `json:"note"`
}

func (a *agent) complete(ctx context.Context, s *socket, f strictjson.Frame) error {
	c, err := decode[completeFrame](f)
	if err != nil {
		return err
	}
	if err := check(clientID(f, c.ID), name(c.Handoff), name(c.Outcome), short(given(c.Note))); err != nil {
		return err
	}
	h, err := a.server.options.Chat.Complete(ctx, a.person, c.Handoff, c.Outcome, given(c.Note))
	if err != nil {
		return err
	}
	return s.send(handoffAck{"ack", f.ID, h})
}

type noteFrame struct {
	Type         string  `json:"type"`
	ID           *string `json:"id"`
	Conversation string  `json:"conversation" strict:"required"`
	Text         string  `json:"text" strict:"required"`
}

func (a *agent) note(ctx context.Context, s *socket, f strictjson.Frame) error {
	n, err := decode[noteFrame](f)
	if err != nil {
		return err
	}
	if err := check(optionalID(f, n.ID), name(n.Conversation), text(n.Text)); err != nil {
		return err
	}
	if err := s.allow(ctx, agentSession+a.person.ID); err != nil {
		return err
	}
	note, err := a.server.options.Chat.AddNote(ctx, a.person, n.Conversation, n.Text)
	if err != nil {
		return err
	}
	return s.send(noteAck{"ack", f.ID, note})
}

type presenceFrame struct {
	Type  string  `json:"type"`
	ID    *string `json:"id"`
	State string  `json:"state" strict:"required"`
}

func (a *agent) presence(ctx context.Context, s *socket, f strictjson.Frame) error {
	p, err := decode[presenceFrame](f)
	if err != nil {
		return err
	}
	if err := check(optionalID(f, p.ID), unless(p.State == "online" || p.State == "away", codeBadValue)); err != nil {
		return err
	}
	if err := a.server.options.Chat.SetPresence(ctx, a.person, p.State); err != nil {
		return err
	}
	return s.send(presenceAck{"ack", f.ID, p.State})
}

type conversationFrame struct {
	Type         string  `json:"type"`
	ID           *string `json:"id"`
	Conversation string  `json:"conversation" strict:"required"`
}

// conversation does what needs only a conversation's id.
func (a *agent) conversation(ctx context.Context, s *socket, f strictjson.Frame,
	do func(context.Context, chat.AgentPerson, string) (chat.Claimed, error),
) error {
	c, err := decode[conversationFrame](f)
	if err != nil {
		return err
	}
	if err := check(optionalID(f, c.ID), name(c.Conversation)); err != nil {
		return err
	}
	claimed, err := do(ctx, a.person, c.Conversation)
	if err != nil {
		return err
	}
	return s.send(claimedAck(f.ID, claimed))
}
