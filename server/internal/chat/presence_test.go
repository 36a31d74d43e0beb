package chat

import (
	"testing"
	"time"

	"usher/bot"
	"usher/handoff"
	"usher/server/internal/bus"
)

// owner is who has a conversation, and whether it waits at the head.
type owner struct {
	Owner bot.Owner
	Front bool
}

func (h *house) owner(conv string) owner {
	s := h.state(conv)
	return owner{s.Owner, s.Ticket.Front}
}

var (
	agents = owner{bot.OwnerAgent, false}
	head   = owner{bot.OwnerQueue, true}
)

// restartBus is a bus of its own.
func (h *house) restartBus() bus.Bus { return bus.NewMemory(h.now) }

func poke(topic string) bus.Poke { return bus.Poke{Topic: topic} }

// An agent who is gone keeps a case for the grace, three times that when they
// have written, whichever way they went.
func TestPresence_GraceGivesTheCaseBack(t *testing.T) {
	t.Parallel()
	for name, gone := range map[string]func(h *house, d *Desk){
		"away":           func(h *house, _ *Desk) { ok(h.t, h.SetPresence(h.t.Context(), ana, "away")) },
		"last socket":    func(_ *house, d *Desk) { d.Close() },
		"server restart": func(h *house, _ *Desk) { h.restart() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			d := h.desk(ana)
			silent, _ := h.held(ana)
			wrote, _ := h.held(ana)
			must(h.AgentSend(t.Context(), ana, wrote, Sent{ClientID: "m", Text: "hello"}))(t)
			h.pass(time.Hour)
			equal(t, "at work", []owner{h.owner(silent), h.owner(wrote)}, []owner{agents, agents})
			gone(h, d)
			h.pass(grace - time.Millisecond)
			equal(t, "within the grace", []owner{h.owner(silent), h.owner(wrote)}, []owner{agents, agents})
			h.pass(time.Millisecond)
			equal(t, "after the grace", []owner{h.owner(silent), h.owner(wrote)}, []owner{head, agents})
			h.pass(2*grace - time.Millisecond)
			equal(t, "within three", h.owner(wrote), agents)
			h.pass(time.Millisecond)
			equal(t, "after three", h.owner(wrote), head)
			all := h.transcript(wrote)
			equal(t, "the person is told", all[len(all)-1].From, "bot")
			equal(t, "the age stays", h.state(silent).Ticket.QueuedAt, start)
			equal(t, "who had it", h.state(silent).Ticket.LastAgent, &handoff.Agent{ID: "ana", Name: "Ana"})
			fails(h.AgentSend(t.Context(), ana, wrote, Sent{ClientID: "m2", Text: "late"}))(t, ErrClaimLost)
		})
	}
}

func TestPresence_BackInTime(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d := h.desk(ana)
	conv, _ := h.held(ana)
	d.Close()
	h.pass(grace / 2)
	h.desk(ana)
	h.pass(time.Hour)
	equal(t, "kept", h.owner(conv), agents)
	ok(t, h.SetPresence(t.Context(), ana, "away"))
	h.pass(grace / 2)
	ok(t, h.SetPresence(t.Context(), ana, "online"))
	h.pass(time.Hour)
	equal(t, "kept", h.owner(conv), agents)
	failed(h.SetPresence(t.Context(), ana, "asleep"))(t, ErrBadValue)
}

func TestPresence_OneOfTwoSocketsIsEnough(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	one, two := h.desk(ana), h.desk(ana)
	conv, _ := h.held(ana)
	one.Close()
	h.pass(time.Hour)
	equal(t, "kept", h.owner(conv), agents)
	two.Close()
	h.pass(grace)
	equal(t, "given back", h.owner(conv), head)
}

// An agent at work on one replica is not absent for the others; when that
// replica is gone, they are.
func TestPresence_AcrossReplicas(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	other := h.replica()
	d := h.desk(ana)
	conv, _ := h.held(ana)
	for range 20 {
		h.pass(grace / 5)
		other.Sweep(t.Context())
	}
	equal(t, "kept", h.owner(conv), agents)
	d.Close()
	for range 4 {
		h.pass(grace / 5)
		other.Sweep(t.Context())
	}
	equal(t, "within the grace", h.owner(conv), agents)
	h.pass(grace / 5)
	equal(t, "given back", h.owner(conv), head)

	held, _ := h.held(bo)
	h.desk(bo)
	h.pass(grace)
	other.Sweep(t.Context())
	for range 6 { // the first replica stands still from here on
		h.mu.Lock()
		h.at = h.at.Add(grace / 5)
		h.mu.Unlock()
		other.Sweep(t.Context())
	}
	equal(t, "given back by the other", h.owner(held), head)
}

// Without a bell the replicas still know of each other's agents.
func TestPresence_ABellThatIsAwayChangesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	deaf := h.another(h.Store, h.restartBus())
	d := h.desk(ana)
	conv, _ := h.held(ana)
	for range 20 {
		h.pass(grace / 5)
		deaf.Sweep(t.Context())
	}
	equal(t, "kept", h.owner(conv), agents)
	d.Close()
	for range 7 { // the first replica stands still from here on
		h.mu.Lock()
		h.at = h.at.Add(grace / 5)
		h.mu.Unlock()
		deaf.Sweep(t.Context())
	}
	equal(t, "given back by the other", h.owner(conv), head)
}

// A replica that stood still for longer than the grace takes no case away from
// an agent who was at work elsewhere all the time, not even from one who had
// left it for there.
func TestPresence_AReplicaThatStoodStillTakesNothingAway(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	still := h.another(h.Store, h.Bus)
	still.Sweep(t.Context())
	moved := must2(still.AgentHello(t.Context(), ana))(t)
	moved.Close()
	h.desk(ana)
	h.desk(bo)
	one, _ := h.held(ana)
	two, _ := h.held(bo)
	still.Sweep(t.Context())
	for range 20 {
		h.pass(grace / 5)
	}
	still.Sweep(t.Context())
	equal(t, "kept", []owner{h.owner(one), h.owner(two)}, []owner{agents, agents})
}

// Who has just come in has a case at once, before their replica has swept: the
// others do not think them absent.
func TestPresence_JustCameIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	other := h.another(h.Store, h.Bus)
	other.Sweep(t.Context())
	h.pass(time.Hour)
	h.desk(ana)
	conv, _ := h.held(ana)
	other.Sweep(t.Context())
	equal(t, "kept", h.owner(conv), agents)
}

// While the store cannot be read nobody's absence grows.
func TestPresence_UnknownIsNotAbsent(t *testing.T) {
	t.Parallel()
	p := newPresence(start)
	at := start.Add(time.Hour)
	equal(t, "before", p.absent("ana", at, time.Second), time.Hour)
	p.read(nil, false, at)
	equal(t, "unread", p.absent("ana", at, time.Second), 1)
	equal(t, "from then on", p.absent("ana", at.Add(time.Minute), time.Second), time.Minute)
}

// must2 is must for a call with two results and an error; the first is of no use.
func must2[U, T any](_ U, v T, err error) func(*testing.T) T { return must(v, err) }
