package bot

import (
	"slices"

	"usher/handoff"
)

func (t *turn) claimed(e AgentClaimed) error {
	s := &t.s
	if e.Take && s.Ticket.Open() && s.Ticket.State == handoff.Accepted && !s.Ticket.Held(e.Agent.ID) {
		if err := s.Ticket.Release(); err != nil {
			return ErrConflict
		}
	}
	if e.Take && !s.Ticket.Open() {
		if s.Closed {
			return ErrClosed
		}
		t.ticket().Enqueue(t.queue(handoff.Supervisor), t.at)
	}
	if !s.Ticket.Waiting() || s.Ticket.Accept(e.Agent, t.at) != nil {
		return ErrConflict
	}
	s.Ask = nil
	t.own(OwnerAgent)
	t.announce("handoff.accepted")
	t.system = true
	t.say("handoff.accepted", "name", e.Agent.Name)
	return nil
}

func (t *turn) agentSaid(e AgentSaid) error {
	if err := t.held(e.Agent); err != nil {
		return err
	}
	t.s.Ticket.AgentWrote = true
	return nil
}

func (t *turn) held(a handoff.Agent) error {
	if !t.s.Ticket.Held(a.ID) {
		return ErrNotOwner
	}
	return nil
}

// released puts the case back at the head of its queue and tells the person.
// Where they have ended the conversation nobody waits any more, so it is taken
// back for them; a theft report stays (see ended).
func (t *turn) released(e AgentReleased) error {
	if err := t.held(e.Agent); err != nil {
		return err
	}
	if err := t.s.Ticket.Release(); err != nil {
		return ErrConflict
	}
	if tk := t.s.Ticket; t.s.Closed && tk.Queue != handoff.AccountSecurity {
		if tk.Withdraw() != nil {
			return ErrConflict
		}
		t.own(OwnerBot)
		t.announce("handoff.withdrawn")
		return nil
	}
	t.own(OwnerQueue)
	t.announce("handoff.queued")
	if t.s.Closed {
		return nil
	}
	if e.Gone {
		t.say("handoff.agent_gone")
	} else {
		t.say("handoff.released")
	}
	return nil
}

func (t *turn) transferred(e AgentTransferred) error {
	if err := t.held(e.Agent); err != nil {
		return err
	}
	q, ok := t.b.queues.Get(e.Queue)
	if !ok {
		return ErrBadValue
	}
	if t.s.Closed && q.ID != handoff.AccountSecurity {
		return ErrClosed // nobody waits any more: complete it
	}
	t.s.Ticket.Enqueue(q, t.at)
	if e.To != nil {
		return t.handed(*e.To)
	}
	t.own(OwnerQueue)
	t.announce("handoff.queued")
	if t.s.Closed {
		return nil
	}
	t.say("handoff.transferred_" + q.ID)
	return nil
}

// handed gives the ticket to a colleague of who had it, and tells the person
// who answers from now on.
func (t *turn) handed(to handoff.Agent) error {
	if t.s.Ticket.Accept(to, t.at) != nil {
		return ErrConflict
	}
	t.own(OwnerAgent)
	t.announce("handoff.accepted")
	if !t.s.Closed {
		t.system = true
		t.say("handoff.accepted", "name", to.Name)
	}
	return nil
}

// completed gives the conversation back to the bot, which looks after what
// follows from the outcome.
func (t *turn) completed(e AgentCompleted) error {
	if err := t.held(e.Agent); err != nil {
		return err
	}
	if !slices.Contains(handoff.Outcomes(), e.Outcome) {
		return ErrBadValue
	}
	if err := t.s.Ticket.Complete(e.Outcome, e.Note, t.at); err != nil {
		return ErrConflict
	}
	t.own(OwnerBot)
	t.announce("handoff.completed")
	if !t.s.Closed {
		t.aftercare(e.Outcome)
	}
	return nil
}
