package chat

import (
	"context"
	"encoding/json"
	"slices"

	"usher/handoff"
	"usher/server/internal/wire"
)

// Team is what a console needs to know besides its own cases: who else is there,
// what they hold, and the numbers that cases are measured by.
type Team struct {
	Agents   []wire.Colleague `json:"agents"`    // who share a queue with the reader
	Handoffs []wire.Handoff   `json:"handoffs"`  // with colleagues, masked
	Targets  map[string]int   `json:"targets_s"` // queue → seconds within which a case should be taken
	Meter    Meter            `json:"meter"`
}

// Team lists the colleagues who serve one of the agent's queues, and the cases
// of these queues that are in others' hands.
func (s *Service) Team(ctx context.Context, a AgentPerson) (Team, error) {
	queues, now := s.queuesOf(a), s.Clock()
	all, err := s.Store.Agents(ctx)
	if err != nil {
		return Team{}, kind(err)
	}
	_, accepted, err := s.Store.OpenHandoffs(ctx, queues, 1)
	if err != nil {
		return Team{}, kind(err)
	}
	team := Team{Agents: []wire.Colleague{}, Handoffs: []wire.Handoff{}, Targets: s.targets(queues), Meter: s.meter()}
	holds := map[string]int{}
	for _, h := range accepted {
		holds[h.AgentID]++
		var d caseData
		if h.AgentID != a.ID && json.Unmarshal(h.Data, &d) == nil {
			team.Handoffs = append(team.Handoffs, *s.forColleague(h.Conversation, d, a.ID))
		}
	}
	for _, c := range all {
		shared := slices.DeleteFunc(slices.Clone(s.queuesOf(AgentPerson{Role: c.Role, Queues: c.Queues})), func(q string) bool { return !slices.Contains(queues, q) })
		if c.Disabled || c.ID == a.ID || len(shared) == 0 {
			continue
		}
		team.Agents = append(team.Agents, wire.Colleague{
			ID: c.ID, Name: c.Name, Role: c.Role, Languages: append([]string{}, c.Languages...), Queues: shared, State: s.presence.state(c.ID, now, s.signHolds()), Cases: holds[c.ID],
		})
	}
	return team, nil
}

// targets are the seconds within which the cases of some queues should be taken.
func (s *Service) targets(queues []string) map[string]int {
	out := map[string]int{}
	for _, id := range queues {
		if q, ok := s.Queues.Get(id); ok {
			out[id] = int(q.Target.Seconds())
		}
	}
	return out
}

// meter says which cancellation has which consequence.
func (s *Service) meter() Meter {
	warn := s.Bot.Policy().Warn
	return Meter{RiskFrom: warn.RiskFrom, MaterialFrom: warn.MaterialFrom, FreezeFrom: warn.FreezeFrom}
}

// agentOf is how a holder is shown to colleagues.
func agentOf(a *handoff.Agent) *wire.Agent {
	if a == nil {
		return nil
	}
	return &wire.Agent{ID: a.ID, Name: a.Name}
}
