package chat

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"usher/bot"
	"usher/handoff"
	"usher/server/internal/bus"
)

// presence knows which agents are at their desks: those of this replica by
// their sockets, those of the others by what these tell on the bus.
type presence struct {
	mu      sync.Mutex
	replica string
	start   time.Time // nobody is thought absent for longer than since then
	agents  map[string]*desktop
	heard   map[string]time.Time // agent → when another replica last told of them
	told    time.Time            // when this replica last told of its own
}

// desktop is one agent's presence.
type desktop struct {
	sockets int
	away    bool
	gone    time.Time // since when not at work; zero while at work
	queues  []string
}

func newPresence(start time.Time) *presence {
	return &presence{replica: newID(), start: start, agents: map[string]*desktop{}, heard: map[string]time.Time{}}
}

// exchange tells the other replicas who is at work here, several times in a
// grace, and takes in what they have told.
func (s *Service) exchange(ctx context.Context, now time.Time) {
	p := s.presence
	ids, missed := s.present.Drain()
	p.mu.Lock()
	defer p.mu.Unlock()
	if missed {
		p.start = now // who was at work elsewhere meanwhile is not known
	}
	for _, id := range ids {
		if replica, agent, ok := strings.Cut(id, " "); ok && replica != p.replica {
			p.heard[agent] = now
		}
	}
	if now.Sub(p.told) < min(s.Grace/4, 5*time.Second) {
		return
	}
	p.told = now
	var pokes []bus.Poke
	for agent, d := range p.agents {
		if d.gone.IsZero() {
			pokes = append(pokes, bus.Poke{Topic: topicPresent, ID: p.replica + " " + agent})
		}
	}
	s.Bus.Publish(ctx, pokes...)
}

func (p *presence) change(agent string, f func(*desktop), now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.agents[agent]
	if d == nil {
		d = &desktop{gone: p.start}
		p.agents[agent] = d
	}
	f(d)
	switch {
	case d.sockets > 0 && !d.away:
		d.gone = time.Time{}
	case d.gone.IsZero():
		d.gone = now
	}
}

// absent is for how long an agent has not been at work, 0 when they are. After
// a restart everybody is absent since then. While other replicas cannot be
// heard, agents who were never here are taken for present there.
func (p *presence) absent(agent string, now time.Time, live bool) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	since, d := p.start, p.agents[agent]
	switch {
	case d != nil && d.gone.IsZero(), d == nil && !live:
		return 0
	case d != nil:
		since = d.gone
	}
	if heard := p.heard[agent]; heard.After(since) {
		since = heard
	}
	return max(now.Sub(since), 1)
}

// online counts the agents at work who may claim from a queue.
func (p *presence) online(queue string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, d := range p.agents {
		if d.gone.IsZero() && slices.Contains(d.queues, queue) {
			n++
		}
	}
	return n
}

// SetPresence takes an agent's word for being online or away. Being away gives
// their cases back after the grace. ErrBadValue: another word.
func (s *Service) SetPresence(_ context.Context, a AgentPerson, state string) error {
	if state != "online" && state != "away" {
		return ErrBadValue
	}
	s.presence.change(a.ID, func(d *desktop) { d.away = state == "away" }, s.Clock())
	return nil
}

// sweepAbsent returns the cases of agents who are gone: after the grace when
// they have not answered yet, after three times that when they have.
func (s *Service) sweepAbsent(ctx context.Context, now time.Time) {
	var all []string
	for _, q := range s.Queues {
		all = append(all, q.ID)
	}
	_, accepted, err := s.Store.OpenHandoffs(ctx, all, 1)
	if err != nil {
		s.Log.WarnContext(ctx, "held cases not read", "error", err)
		return
	}
	live := s.Bus.Live()
	for _, h := range accepted {
		gone := s.presence.absent(h.AgentID, now, live)
		if gone < s.Grace {
			continue
		}
		agent := handoff.Agent{ID: h.AgentID}
		_, err := s.step(ctx, h.Conversation, act{prepare: func(r *record, at time.Time) (bot.Event, error) {
			t := r.Bot.Ticket
			if !t.Held(h.AgentID) || t.AgentWrote && gone < 3*s.Grace {
				return nil, errStays
			}
			return bot.AgentReleased{At: at, Agent: agent, Gone: true}, nil
		}})
		if err != nil && !errors.Is(err, errStays) {
			s.Log.WarnContext(ctx, "case of an absent agent not returned", "handoff", h.ID, "error", err)
		}
	}
}

// errStays: the agent still has time.
var errStays = errors.New("chat: the case stays where it is")
