package chat

import (
	"context"
	"encoding/json"
	"fmt"

	"usher/server/internal/audit"
	"usher/server/internal/wire"
)

// Reveal shows one field of a waiting case before it is claimed, and writes
// down who looked at what: a look that cannot be written down is not given.
// ErrNotFound: no such case in this agent's queues. ErrBadValue: no such field,
// or the person has not told it.
func (s *Service) Reveal(ctx context.Context, a AgentPerson, id, field string) (wire.Field, error) {
	h, err := s.visible(ctx, a, id)
	if err != nil {
		return wire.Field{}, err
	}
	var d caseData
	if err := json.Unmarshal(h.Data, &d); err != nil {
		return wire.Field{}, fmt.Errorf("case data: %w", err)
	}
	f, ok := s.common(h.Conversation, d).Fields[field]
	if !ok {
		return wire.Field{}, ErrBadValue
	}
	if err := s.Note(ctx, a, audit.FieldRevealed, h.Conversation, field, ""); err != nil {
		return wire.Field{}, err
	}
	return f, nil
}

// stopped is what becomes of a message that asks for a secret: it is noted that
// there was one, not what it said.
func (s *Service) stopped(ctx context.Context, a AgentPerson, conv string) error {
	if err := s.Note(ctx, a, audit.MessageStopped, conv, "", ""); err != nil {
		return err
	}
	return ErrAsksSecret
}
