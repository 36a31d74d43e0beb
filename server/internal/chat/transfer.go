package chat

import (
	"context"
	"errors"
	"slices"
	"time"

	"usher/bot"
	"usher/handoff"
	"usher/server/internal/audit"
	"usher/server/internal/store"
	"usher/server/internal/wire"
)

// Transfer moves the agent's case to another queue. ErrBadValue: no such queue.
func (s *Service) Transfer(ctx context.Context, a AgentPerson, id, queue string) (*wire.Handoff, error) {
	if _, ok := s.Queues.Get(queue); !ok {
		return nil, ErrBadValue
	}
	return s.move(ctx, a, id, audit.CaseTransferred, "", "queue="+queue, func(at time.Time, by handoff.Agent) bot.Event {
		return bot.AgentTransferred{At: at, Agent: by, Queue: queue}
	})
}

// HandTo gives the agent's case to a colleague, who has it at once: it never
// waits, and when they do not answer it goes back like any other. ErrBadValue:
// there is no such colleague, or none who may see this case's queue.
// ErrConflict: they are not at their desk, or it is not the agent's case.
func (s *Service) HandTo(ctx context.Context, a AgentPerson, id, colleague string) (*wire.Handoff, error) {
	h, err := s.visible(ctx, a, id)
	if err != nil {
		return nil, err
	}
	to, err := s.Store.AgentByID(ctx, colleague)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, ErrBadValue
	case err != nil:
		return nil, kind(err)
	case to.Disabled, to.ID == a.ID, !slices.Contains(s.queuesOf(AgentPerson{Role: to.Role, Queues: to.Queues}), h.Queue):
		return nil, ErrBadValue
	case s.presence.state(to.ID, s.Clock(), s.signHolds()) != "online":
		return nil, ErrConflict
	}
	return s.move(ctx, a, id, audit.CaseTransferred, to.ID, "queue="+h.Queue, func(at time.Time, by handoff.Agent) bot.Event {
		return bot.AgentTransferred{At: at, Agent: by, Queue: h.Queue, To: &handoff.Agent{ID: to.ID, Name: to.Name}}
	})
}
