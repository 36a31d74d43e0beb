package chat

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"usher/bot"
	"usher/handoff"
	"usher/server/internal/audit"
	"usher/server/internal/store"
)

// presence knows which agents are at their desks: those of this replica by
// their sockets, those of the others by the signs these leave in the store. A
// sign is a count that moves, watched by one's own clock: clocks that differ, a
// replica that stood still for a while and a bell that is away change nothing.
type presence struct {
	mu      sync.Mutex
	replica string
	start   time.Time // nobody is thought absent for longer than since then
	agents  map[string]*desktop
	signs   map[post]sign // of other replicas
	looked  bool          // the signs were read once
	told    time.Time     // when this replica last left its own
}

// desktop is one agent's presence.
type desktop struct {
	sockets int
	away    bool
	gone    time.Time // since when not at work; zero while at work
	queues  []string
}

// post is an agent's place on a replica.
type post struct{ replica, agent string }

// sign is what was last read of a post, and when it was seen to move.
type sign struct {
	beat  int64
	moved time.Time
}

func newPresence(start time.Time) *presence {
	return &presence{replica: newID(), start: start, agents: map[string]*desktop{}, signs: map[post]sign{}}
}

// beatEvery is how often a replica leaves signs: several times in a grace.
func (s *Service) beatEvery() time.Duration { return min(s.Grace/4, 5*time.Second) }

// signHolds is how long a sign is good for: the next one comes with the first
// sweep after beatEvery.
func (s *Service) signHolds() time.Duration { return s.beatEvery() + sweepEvery }

// beat leaves signs of who is at work here.
func (s *Service) beat(ctx context.Context, now time.Time) {
	here := s.presence.due(now, s.beatEvery())
	if len(here) == 0 {
		return
	}
	if err := s.Store.ShowPresence(ctx, s.presence.replica, here); err != nil {
		s.Log.WarnContext(ctx, "presence not told", "error", err)
	}
}

// appear leaves an agent's first sign, before they can have a case: one without
// any would be thought absent for as long as a replica runs.
func (s *Service) appear(ctx context.Context, agent string) error {
	return kind(s.Store.ShowPresence(ctx, s.presence.replica, []string{agent}))
}

// held reads who holds what and then the signs of everybody: in this order,
// nobody's case is read without the sign that came before it. Where either was
// not read, nobody knows who is absent, nor for how long they will have been.
func (s *Service) held(ctx context.Context, now time.Time) (accepted []store.Handoff, err error) {
	var all []string
	for _, q := range s.Queues {
		all = append(all, q.ID)
	}
	_, accepted, err = s.Store.OpenHandoffs(ctx, all, 1)
	var signs []store.Sign
	if err == nil {
		signs, err = s.Store.Presence(ctx)
	}
	s.presence.read(signs, err == nil, now)
	return accepted, err
}

// due lists who is at work here when it is time to leave signs again.
func (p *presence) due(now time.Time, every time.Duration) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now.Sub(p.told) < every {
		return nil
	}
	p.told = now
	var here []string
	for agent, d := range p.agents {
		if d.gone.IsZero() {
			here = append(here, agent)
		}
	}
	return here
}

// read takes in the signs that the others have left.
func (p *presence) read(all []store.Sign, known bool, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !known {
		p.start = now // perhaps nobody else could leave any either
		return
	}
	signs := make(map[post]sign, len(all))
	for _, s := range all {
		if s.Replica == p.replica {
			continue
		}
		at := post{s.Replica, s.Agent}
		was, there := p.signs[at]
		if there && was.beat != s.Beat || !there && p.looked {
			was.moved = now
		}
		was.beat = s.Beat
		signs[at] = was
	}
	p.signs, p.looked = signs, true
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
// a restart everybody is absent since then.
func (p *presence) absent(agent string, now time.Time, holds time.Duration) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	since := p.start
	if d := p.agents[agent]; d != nil {
		if d.gone.IsZero() {
			return 0
		}
		since = latest(since, d.gone)
	}
	for at, s := range p.signs {
		if at.agent == agent && !s.moved.IsZero() {
			since = latest(since, s.moved.Add(holds))
		}
	}
	return max(now.Sub(since), 1)
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
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
func (s *Service) SetPresence(ctx context.Context, a AgentPerson, state string) error {
	switch state {
	case "online":
		if err := s.appear(ctx, a.ID); err != nil {
			return err
		}
	case "away":
	default:
		return ErrBadValue
	}
	s.presence.change(a.ID, func(d *desktop) { d.away = state == "away" }, s.Clock())
	return nil
}

// sweepAbsent returns the cases of agents who are gone: after the grace when
// they have not answered yet, after three times that when they have.
func (s *Service) sweepAbsent(ctx context.Context, now time.Time) {
	accepted, err := s.held(ctx, now)
	if err != nil {
		s.Log.WarnContext(ctx, "held cases not read", "error", err)
		return
	}
	for _, h := range accepted {
		gone := s.presence.absent(h.AgentID, now, s.signHolds())
		var data caseData
		if gone < s.Grace || json.Unmarshal(h.Data, &data) != nil {
			continue
		}
		agent := handoff.Agent{ID: h.AgentID}
		note := func(bot.State) []audit.Entry {
			return []audit.Entry{{Actor: audit.System, Action: audit.CaseReturned, Conversation: h.Conversation, Handoff: h.ID, Object: h.AgentID}}
		}
		_, err := s.step(ctx, h.Conversation, act{noted: note, prepare: func(r *record, at time.Time) (bot.Event, error) {
			t := r.Bot.Ticket
			if !t.Held(h.AgentID) || r.Bot.Epoch != data.Epoch || t.AgentWrote && gone < 3*s.Grace {
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
