package chat

import (
	"context"
	"time"

	"usher/bot"
	"usher/handoff"
	"usher/server/internal/audit"
)

// Live is how the queues and the agents stand now.
type Live struct {
	At     time.Time   `json:"at"`
	Queues []LiveQueue `json:"queues"`
	Agents []LiveAgent `json:"agents"`
}

// LiveQueue is one queue. Late counts the cases that wait for longer than the
// queue's target, up to [store.OverdueMax].
type LiveQueue struct {
	Queue   string    `json:"queue"`
	Waiting int       `json:"waiting"`
	Oldest  time.Time `json:"oldest,omitzero"`
	TargetS int       `json:"target_s"`
	Late    int       `json:"late"`
}

// LiveAgent is one agent and the cases they have.
type LiveAgent struct {
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	Role  string   `json:"role"`
	State string   `json:"state"` // online, away, offline
	Cases []string `json:"cases"` // handoffs, the oldest first
}

// Live reads how everything stands, over all replicas. Whoever is disabled and
// has no case is left out.
func (s *Service) Live(ctx context.Context) (Live, error) {
	now := s.Clock().UTC()
	live := Live{At: now, Queues: []LiveQueue{}, Agents: []LiveAgent{}}
	depths, err := s.Store.QueueDepths(ctx)
	if err != nil {
		return Live{}, kind(err)
	}
	var all []string
	for _, q := range s.Queues {
		all = append(all, q.ID)
		row := LiveQueue{Queue: q.ID, TargetS: int(q.Target / time.Second)}
		for _, d := range depths {
			if d.Queue != q.ID {
				continue
			}
			row.Waiting += d.Waiting
			if at := time.UnixMilli(d.Oldest).UTC(); row.Oldest.IsZero() || at.Before(row.Oldest) {
				row.Oldest = at
			}
		}
		if row.Late, _, err = s.Store.Overdue(ctx, q.ID, now.Add(-q.Target)); err != nil {
			return Live{}, kind(err)
		}
		live.Queues = append(live.Queues, row)
	}
	agents, err := s.Store.Agents(ctx)
	if err != nil {
		return Live{}, kind(err)
	}
	_, accepted, err := s.Store.OpenHandoffs(ctx, all, 1)
	if err != nil {
		return Live{}, kind(err)
	}
	cases := map[string][]string{}
	for _, h := range accepted {
		cases[h.AgentID] = append(cases[h.AgentID], h.ID)
	}
	for _, a := range agents {
		if a.Disabled && len(cases[a.ID]) == 0 {
			continue
		}
		live.Agents = append(live.Agents, LiveAgent{
			ID: a.ID, Name: a.Name, Role: a.Role, State: s.presence.state(a.ID, now, s.signHolds()), Cases: append([]string{}, cases[a.ID]...),
		})
	}
	return live, nil
}

// state is whether an agent is at work, as far as this replica knows: away is
// known of its own sockets only.
func (p *presence) state(agent string, now time.Time, holds time.Duration) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.agents[agent]
	if d != nil && d.gone.IsZero() {
		return "online"
	}
	for at, s := range p.signs {
		if at.agent == agent && !s.moved.IsZero() && now.Before(s.moved.Add(holds)) {
			return "online"
		}
	}
	if d != nil && d.sockets > 0 {
		return "away"
	}
	return "offline"
}

// Reassign gives an open case to another agent, whoever has it. ErrForbidden:
// who asks is no supervisor. ErrNotFound: no such case or agent. ErrBadValue:
// the agent does not work on the case's queue, or no longer. ErrConflict: the
// case is over, or theirs already.
func (s *Service) Reassign(ctx context.Context, a AgentPerson, id, to string) error {
	if !overseer(a) {
		return ErrForbidden
	}
	h, err := s.visible(ctx, a, id)
	if err != nil {
		return err
	}
	agent, err := s.Store.AgentByID(ctx, to)
	if err != nil {
		return kind(err)
	}
	other := AgentPerson{ID: agent.ID, Name: agent.Name, Role: agent.Role, Queues: agent.Queues}
	if _, err := s.visible(ctx, other, id); err != nil || agent.Disabled {
		return ErrBadValue
	}
	e := noted(a, audit.CaseReassigned, h.Conversation, id, "")
	e.Object = to
	note := func(bot.State) []audit.Entry { return []audit.Entry{e} }
	_, err = s.step(ctx, h.Conversation, act{noted: note, prepare: func(r *record, at time.Time) (bot.Event, error) {
		if t := r.Bot.Ticket; t == nil || t.ID != id || t.Ended() || t.Held(to) {
			return nil, ErrConflict
		}
		return bot.AgentClaimed{At: at, Agent: handoff.Agent{ID: other.ID, Name: other.Name}, Take: true}, nil
	}})
	return err
}
