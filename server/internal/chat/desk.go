package chat

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"usher/bot"
	"usher/handoff"
	"usher/server/internal/bus"
	"usher/server/internal/store"
	"usher/server/internal/wire"
)

// openMax is how many waiting cases a console gets at hello.
const openMax = 2_000

// Desk is one console's live view: the cases of its queues and the
// conversations it holds or watches. Pull and Close are for one goroutine.
type Desk struct {
	s      *Service
	agent  AgentPerson
	queues []string
	cases  *bus.Subscription
	wake   chan struct{}
	done   chan struct{}

	missed bool        // a Pull failed half-way: look at everything
	look   atomic.Bool // pokes may have been lost: the same

	mu      sync.Mutex
	closed  bool
	seen    map[string]int64   // handoff → version last told
	follows map[string]*Follow // conversations held or watched
	notes   []wire.Note
	more    bool
}

// AgentHello lets an agent in and makes them online.
func (s *Service) AgentHello(ctx context.Context, a AgentPerson) (AgentWelcome, *Desk, error) {
	queues := s.queuesOf(a)
	if err := s.appear(ctx, a.ID); err != nil {
		return AgentWelcome{}, nil, err
	}
	d := &Desk{
		s: s, agent: a, queues: queues, cases: s.Bus.Subscribe(topicCase, ""),
		wake: make(chan struct{}, 1), done: make(chan struct{}),
		seen: map[string]int64{}, follows: map[string]*Follow{},
	}
	waiting, accepted, err := s.Store.OpenHandoffs(ctx, queues, openMax)
	if err != nil {
		d.cases.Close()
		return AgentWelcome{}, nil, kind(err)
	}
	w := AgentWelcome{
		Agent:  AgentInfo{ID: a.ID, Name: a.Name, Role: a.Role, Languages: a.Languages},
		Queues: queues, Handoffs: []wire.Handoff{},
	}
	for _, h := range waiting {
		d.tell(h, &w.Handoffs)
	}
	for _, h := range accepted {
		if h.AgentID == a.ID || d.oversees() {
			d.tell(h, &w.Handoffs)
		}
		if h.AgentID == a.ID {
			if conv, err := s.Store.Load(ctx, h.Conversation); err == nil {
				d.watch(h.Conversation, conv.LastSeq, conv.LastEvent)
			}
		}
	}
	s.presence.change(a.ID, func(p *desktop) { p.sockets++; p.away = false; p.queues = queues }, s.Clock())
	s.desks.add(d)
	go d.listen()
	return w, d, nil
}

func (d *Desk) tell(h store.Handoff, to *[]wire.Handoff) {
	var data caseData
	if json.Unmarshal(h.Data, &data) != nil {
		return
	}
	d.seen[h.ID] = h.Version
	*to = append(*to, *d.s.forColleague(h.Conversation, data, d.agent.ID))
}

func (d *Desk) listen() {
	for {
		select {
		case <-d.done:
			return
		case <-d.cases.Wake():
			d.Poke()
		}
	}
}

// Poke wakes the console.
func (d *Desk) Poke() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Wake says that there may be something to Pull.
func (d *Desk) Wake() <-chan struct{} { return d.wake }

// More says that the last Pull took a full page.
func (d *Desk) More() bool { return d.more }

// Close ends the view. When it was the agent's last one they are gone from now
// on, and the grace runs.
func (d *Desk) Close() {
	close(d.done)
	d.cases.Close()
	d.s.desks.remove(d)
	d.mu.Lock()
	d.closed = true
	for conv := range d.follows {
		d.drop(conv)
	}
	d.mu.Unlock()
	d.s.presence.change(d.agent.ID, func(p *desktop) { p.sockets-- }, d.s.Clock())
}

// Pull reads what is new for this console. What was read before an error is
// returned with it and not told again.
func (d *Desk) Pull(ctx context.Context) ([]wire.Event, error) {
	d.more = false
	out, err := d.pullCases(ctx)
	if err != nil {
		return out, err
	}
	d.mu.Lock()
	follows := slices.Collect(maps.Values(d.follows))
	notes := d.notes
	d.notes = nil
	d.mu.Unlock()
	for i := range notes {
		out = append(out, wire.Event{Type: "note.created", Note: &notes[i]})
	}
	for _, f := range follows {
		events, err := f.Pull(ctx)
		out = append(out, d.allowed(f, events)...)
		if err != nil {
			return out, err
		}
		d.more = d.more || f.More()
	}
	return out, nil
}

// pullCases reads the cases that changed.
func (d *Desk) pullCases(ctx context.Context) ([]wire.Event, error) {
	var out []wire.Event
	convs, missed := d.cases.Drain()
	if missed || d.look.Swap(false) || d.missed {
		d.missed = true
		all, err := d.everything(ctx)
		if err != nil {
			return out, err
		}
		convs = append(convs, all...)
	}
	for _, conv := range convs {
		rows, err := d.s.Store.HandoffsOfConversation(ctx, conv)
		if err != nil {
			d.missed = true
			return out, kind(err)
		}
		for _, h := range rows {
			out = append(out, d.caseEvents(h)...)
		}
	}
	d.missed = false
	return out, nil
}

// allowed is what of a conversation's events this desk may tell: cases are told
// by the queues the role may see, and nothing that comes after the conversation
// went to somebody else.
func (d *Desk) allowed(f *Follow, events []wire.Event) []wire.Event {
	out := make([]wire.Event, 0, len(events))
	for _, e := range events {
		if e.Handoff != nil {
			continue
		}
		out = append(out, e)
		if e.Type == "conversation.owner_changed" && !d.oversees() && (e.Agent == nil || e.Agent.ID != d.agent.ID) {
			d.mu.Lock()
			if d.follows[f.conv] == f {
				d.drop(f.conv)
			}
			d.mu.Unlock()
			break
		}
	}
	return out
}

// oversees tells whether the role may read what others hold.
func (d *Desk) oversees() bool { return d.agent.Role == "supervisor" || d.agent.Role == "admin" }

// everything lists the conversations of all open cases of this desk's queues
// and of those it has told of, for when pokes may have been missed.
func (d *Desk) everything(ctx context.Context) ([]string, error) {
	waiting, accepted, err := d.s.Store.OpenHandoffs(ctx, d.queues, openMax)
	if err != nil {
		return nil, kind(err)
	}
	convs := map[string]bool{}
	for _, h := range append(waiting, accepted...) {
		convs[h.Conversation] = true
	}
	d.mu.Lock()
	for id := range d.seen {
		if conv, _, ok := strings.Cut(id, "-"); ok { // a ticket's id begins with its conversation's
			convs[conv] = true
		}
	}
	d.mu.Unlock()
	return slices.Collect(maps.Keys(convs)), nil
}

// caseEvents tells how a case now stands to a role that may see its queue; one
// that has seen it before and may no longer learns only that it has moved. Who
// held or watched it is told that the conversation has another owner.
func (d *Desk) caseEvents(h store.Handoff) []wire.Event {
	d.mu.Lock()
	defer d.mu.Unlock()
	seen, known := d.seen[h.ID]
	var data caseData
	if known && seen >= h.Version || json.Unmarshal(h.Data, &data) != nil {
		return nil
	}
	mine := slices.Contains(d.queues, h.Queue)
	if !mine && !known {
		return nil
	}
	var out []wire.Event
	if d.follows[h.Conversation] != nil && (!mine || !d.keeps(data.Ticket)) {
		d.drop(h.Conversation)
		out = append(out, wire.Event{
			Type: "conversation.owner_changed", Conversation: h.Conversation,
			Owner: string(ownerOf(data.Ticket)), Epoch: data.Epoch,
		})
	}
	e := wire.Event{Type: "handoff." + h.State}
	if mine {
		d.seen[h.ID] = h.Version
		if e.Handoff = d.s.forAgent(h.Conversation, data); d.follows[h.Conversation] == nil {
			e.Handoff = d.s.forColleague(h.Conversation, data, d.agent.ID)
		}
	} else {
		delete(d.seen, h.ID)
		e.Handoff = &wire.Handoff{
			ID: h.ID, Conversation: h.Conversation, Queue: h.Queue, State: h.State,
			Priority: string(data.Ticket.Priority), Epoch: data.Epoch,
		}
	}
	return append(out, e)
}

// keeps tells whether the conversation of a case stays open on this desk.
func (d *Desk) keeps(t handoff.Ticket) bool {
	return t.Held(d.agent.ID) || d.oversees()
}

// ownerOf is who answers a conversation whose ticket stands so.
func ownerOf(t handoff.Ticket) bot.Owner {
	switch t.State {
	case handoff.Accepted:
		return bot.OwnerAgent
	case handoff.Queued:
		return bot.OwnerQueue
	}
	return bot.OwnerBot
}

// drop stops following a conversation that is no longer this agent's. The
// caller holds the lock.
func (d *Desk) drop(conv string) {
	if f := d.follows[conv]; f != nil {
		delete(d.follows, conv)
		f.Close()
	}
}

// watch follows a conversation from a place on.
func (d *Desk) watch(conv string, seq, n int64) {
	f := d.s.follow(conv, seq, n, true)
	d.mu.Lock()
	if d.closed {
		d.mu.Unlock()
		f.Close()
		return
	}
	d.drop(conv)
	d.follows[conv] = f
	d.mu.Unlock()
	go func() {
		for {
			select {
			case <-d.done:
				return
			case <-f.done:
				return
			case <-f.Wake():
				d.Poke()
			}
		}
	}()
}
