package chat

import (
	"context"
	"slices"
	"time"

	"usher/bot"
	"usher/handoff"
	"usher/server/internal/wire"
)

// Preview is what the bot will say when the agent completes their case with an
// outcome, word for word, and nothing happens. ErrBadValue: no such outcome.
// ErrConflict: it is not their case.
func (s *Service) Preview(ctx context.Context, a AgentPerson, id, outcome string) ([]wire.Message, error) {
	if !slices.Contains(handoff.Outcomes(), handoff.Outcome(outcome)) {
		return nil, ErrBadValue
	}
	h, err := s.visible(ctx, a, id)
	if err != nil {
		return nil, err
	}
	conv, err := s.Store.Load(ctx, h.Conversation)
	if err != nil {
		return nil, kind(err)
	}
	rec, err := decode(conv)
	if err != nil {
		return nil, err
	}
	if t := rec.Bot.Ticket; t == nil || t.ID != id || !t.Held(a.ID) {
		return nil, ErrConflict
	}
	at := s.Clock().UTC().Truncate(time.Millisecond)
	next, effects := s.Bot.Step(rec.Bot, bot.AgentCompleted{At: at, Agent: handoff.Agent{ID: a.ID, Name: a.Name}, Outcome: handoff.Outcome(outcome)})
	w := &writer{s: s, at: at, conv: conv, record: record{Bot: next, Offered: rec.Offered}}
	for _, effect := range effects {
		if refused, ok := effect.(bot.Refused); ok {
			return nil, kind(refused.Err)
		}
		if err := w.perform(effect); err != nil {
			return nil, err
		}
	}
	out := make([]wire.Message, 0, len(w.messages))
	for _, m := range w.messages {
		out = append(out, *message(m, true))
	}
	return out, nil
}
