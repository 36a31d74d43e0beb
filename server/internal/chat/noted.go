package chat

import (
	"context"

	"usher/bot"
	"usher/server/internal/audit"
)

// noted is an entry of the log about what an agent did.
func noted(a AgentPerson, what audit.Action, conv, handoff, detail string) audit.Entry {
	return audit.Entry{Actor: a.ID, Role: a.Role, Action: what, Conversation: conv, Handoff: handoff, Detail: detail}
}

// ticketed makes the entries of an act from the ticket it left, each with the
// queue the case is in.
func ticketed(a AgentPerson, conv string, what ...audit.Action) func(bot.State) []audit.Entry {
	return func(after bot.State) []audit.Entry {
		var entries []audit.Entry
		for _, w := range what {
			e := noted(a, w, conv, "", "")
			if t := after.Ticket; t != nil {
				e.Handoff, e.Detail = t.ID, "queue="+t.Queue
			}
			entries = append(entries, e)
		}
		return entries
	}
}

// Note writes down what an agent did that changes no conversation: a field
// revealed, a message stopped, an export. What is to be shown is shown after
// it: while storage is away nothing is revealed. The conversation must be one
// that the agent may know of, or "". ErrBadValue: an entry the log does not take.
func (s *Service) Note(ctx context.Context, a AgentPerson, what audit.Action, conv, object, detail string) error {
	if conv != "" {
		if err := s.knows(ctx, a, conv); err != nil {
			return err
		}
	}
	e := noted(a, what, conv, "", detail)
	e.Object = object
	if e.Check() != nil {
		return ErrBadValue
	}
	return kind(s.Store.Record(ctx, e))
}

// whispered notes that a supervisor spoke to the agent who has a case, by a
// remark in it that the person never sees.
func whispered(a AgentPerson, conv string) func(bot.State) []audit.Entry {
	return func(after bot.State) []audit.Entry {
		t := after.Ticket
		if !overseer(a) || t == nil || t.Agent == nil || t.Held(a.ID) {
			return nil
		}
		e := noted(a, audit.Whispered, conv, t.ID, "")
		e.Object = t.Agent.ID
		return []audit.Entry{e}
	}
}

// overseer tells who may watch, reassign and take over.
func overseer(a AgentPerson) bool { return a.Role == "supervisor" || a.Role == "admin" }
