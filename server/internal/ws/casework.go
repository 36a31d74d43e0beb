package ws

import (
	"context"

	"usher/server/internal/chat"
	"usher/server/internal/strictjson"
	"usher/server/internal/wire"
)

// What agents do with a case besides claiming it and writing: pass it on, look
// at a masked field, see what the bot will say next, see who else is there.

type transferFrame struct {
	Type    string  `json:"type"`
	ID      string  `json:"id" strict:"required"`
	Handoff string  `json:"handoff" strict:"required"`
	Queue   *string `json:"queue"`
	Agent   *string `json:"agent"` // instead of a queue: a colleague, who has it at once
}

func (a *agent) transfer(ctx context.Context, s *socket, f strictjson.Frame) error {
	t, err := decode[transferFrame](f)
	if err != nil {
		return err
	}
	if t.Queue == nil && t.Agent == nil {
		return refusal{code: codeMissingField}
	}
	to := given(t.Queue) + given(t.Agent)
	if err := check(clientID(f, t.ID), name(t.Handoff), unless(t.Queue == nil || t.Agent == nil, codeBadValue), name(to)); err != nil {
		return err
	}
	move := a.server.options.Chat.Transfer
	if t.Agent != nil {
		move = a.server.options.Chat.HandTo
	}
	h, err := move(ctx, a.person, t.Handoff, to)
	if err != nil {
		return err
	}
	return s.send(handoffAck{"ack", f.ID, h})
}

type revealFrame struct {
	Type    string `json:"type"`
	ID      string `json:"id" strict:"required"`
	Handoff string `json:"handoff" strict:"required"`
	Field   string `json:"field" strict:"required"`
}

type revealAck struct {
	Type    string     `json:"type"`
	ID      string     `json:"id"`
	Handoff string     `json:"handoff"`
	Name    string     `json:"name"`
	Field   wire.Field `json:"field"`
}

func (a *agent) reveal(ctx context.Context, s *socket, f strictjson.Frame) error {
	r, err := decode[revealFrame](f)
	if err != nil {
		return err
	}
	if err := check(clientID(f, r.ID), name(r.Handoff), name(r.Field)); err != nil {
		return err
	}
	field, err := a.server.options.Chat.Reveal(ctx, a.person, r.Handoff, r.Field)
	if err != nil {
		return err
	}
	return s.send(revealAck{"ack", f.ID, r.Handoff, r.Field, field})
}

type previewFrame struct {
	Type    string `json:"type"`
	ID      string `json:"id" strict:"required"`
	Handoff string `json:"handoff" strict:"required"`
	Outcome string `json:"outcome" strict:"required"`
}

type previewAck struct {
	Type     string         `json:"type"`
	ID       string         `json:"id"`
	Messages []wire.Message `json:"messages"`
}

func (a *agent) preview(ctx context.Context, s *socket, f strictjson.Frame) error {
	p, err := decode[previewFrame](f)
	if err != nil {
		return err
	}
	if err := check(clientID(f, p.ID), name(p.Handoff), name(p.Outcome)); err != nil {
		return err
	}
	messages, err := a.server.options.Chat.Preview(ctx, a.person, p.Handoff, p.Outcome)
	if err != nil {
		return err
	}
	return s.send(previewAck{"ack", f.ID, messages})
}

type teamAck struct {
	Type string `json:"type"`
	ID   string `json:"id"`
	chat.Team
}

func (a *agent) team(ctx context.Context, s *socket, f strictjson.Frame) error {
	t, err := decode[idFrame](f)
	if err != nil {
		return err
	}
	if err := check(clientID(f, t.ID)); err != nil {
		return err
	}
	team, err := a.server.options.Chat.Team(ctx, a.person)
	if err != nil {
		return err
	}
	return s.send(teamAck{"ack", f.ID, team})
}
