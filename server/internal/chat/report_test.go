package chat

import (
	"testing"
	"time"

	"usher/server/internal/store"
)

// staff adds an agent to the store.
func (h *house) staff(a AgentPerson) AgentPerson {
	h.t.Helper()
	ok(h.t, h.Store.AddAgent(h.t.Context(), store.Agent{ID: a.ID, Email: a.ID + "@example.com", Name: a.Name, Role: a.Role, Queues: a.Queues, CreatedAt: h.now()}))
	return a
}

func TestLive_QueuesAndAgents(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	one := h.staff(AgentPerson{ID: "one", Name: "One", Role: "agent"})
	two := h.staff(AgentPerson{ID: "two", Name: "Two", Role: "agent"})
	h.staff(AgentPerson{ID: "three", Name: "Three", Role: "security"})
	h.desk(one)
	h.desk(two)
	ok(t, h.SetPresence(ctx, two, "away"))
	_, id := h.held(one)
	h.waiting()
	h.pass(time.Minute)
	h.stolen()
	h.pass(3 * time.Minute)
	live := must(h.Live(ctx))(t)
	equal(t, "queues", live.Queues, []LiveQueue{
		{Queue: "account_security", Waiting: 1, Oldest: h.now().Add(-3 * time.Minute), TargetS: 120, Late: 1},
		{Queue: "kyc_review", Waiting: 1, Oldest: h.now().Add(-4 * time.Minute), TargetS: 1800},
		{Queue: "supervisor", TargetS: 1800},
	})
	equal(t, "agents", live.Agents, []LiveAgent{
		{ID: "one", Name: "One", Role: "agent", State: "online", Cases: []string{id}},
		{ID: "three", Name: "Three", Role: "security", State: "offline", Cases: []string{}},
		{ID: "two", Name: "Two", Role: "agent", State: "away", Cases: []string{}},
	})
	// Another replica knows who is at work by the signs.
	other := h.replica()
	other.Sweep(ctx)
	h.pass(grace / 4)
	other.Sweep(ctx)
	if got := must(other.Live(ctx))(t).Agents[0].State; got != "online" {
		t.Errorf("seen from another replica: %s", got)
	}
}

func TestReport_WhatHappened(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	one := h.staff(AgentPerson{ID: "one", Name: "One", Role: "agent"})
	w := h.chat()
	h.say(w.Conversation, "what is the cooldown?") // the bot's own
	conv, id := h.waiting()
	h.pass(5 * time.Minute)
	must(h.Claim(ctx, one, id))(t)
	must(h.Complete(ctx, one, id, "cancelled", "=cmd|' /C calc'!A0"))(t)
	ok(t, h.Rate(ctx, conv, id, 4, "good"))
	h.waiting()
	h.stolen()
	h.pass(29 * time.Minute)
	r := must(h.Report(ctx, 7, 24*time.Hour, 0))(t)
	equal(t, "since", r.Since, start.Truncate(24*time.Hour).Add(-6*24*time.Hour))
	equal(t, "counts", []int{r.Begun, r.Solved, r.Cases, r.Missed, len(r.Spans)}, []int{4, 1, 3, 1, 7})
	equal(t, "today", r.Spans[6], ReportSpan{At: start.Truncate(24 * time.Hour), Begun: 4, Solved: 1, Cases: 3, Missed: 1})
	equal(t, "outcomes", r.Outcome, map[string]int{"cancelled": 1})
	equal(t, "stars", r.Stars, [5]int{0, 0, 0, 1, 0})
	equal(t, "queue", r.Queues[0], ReportGroup{Key: "kyc_review", Cases: 2, Rated: 1, Stars: 4, WaitS: 300})
	equal(t, "theft", r.Queues[1], ReportGroup{Key: "account_security", Cases: 1, Missed: 1})
	equal(t, "languages", []int{len(r.Langs), r.Langs[0].Cases}, []int{1, 3})
	told := must(h.Told(ctx, time.Time{}, 10))(t)
	equal(t, "told", []string{told[2].Outcome, told[2].Agent, told[2].Note}, []string{"cancelled", "One", "=cmd|' /C calc'!A0"})
}

func TestReassign(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	boss := h.staff(AgentPerson{ID: "boss", Name: "Boss", Role: "supervisor"})
	one := h.staff(AgentPerson{ID: "one", Name: "One", Role: "agent"})
	two := h.staff(AgentPerson{ID: "two", Name: "Two", Role: "agent"})
	h.staff(AgentPerson{ID: "sec", Name: "Sec", Role: "security"})
	conv, id := h.held(one)
	failed(h.Reassign(ctx, one, id, "two"))(t, ErrForbidden)
	failed(h.Reassign(ctx, boss, id, "nobody"))(t, ErrNotFound)
	failed(h.Reassign(ctx, boss, "none", "two"))(t, ErrNotFound)
	failed(h.Reassign(ctx, boss, id, "sec"))(t, ErrBadValue)
	failed(h.Reassign(ctx, boss, id, "one"))(t, ErrConflict)
	ok(t, h.Reassign(ctx, boss, id, "two"))
	equal(t, "holder", h.state(conv).Ticket.Agent.ID, "two")
	fails(h.AgentSend(ctx, one, conv, Sent{ClientID: "m", Text: "hi"}))(t, ErrClaimLost)
	must(h.AgentSend(ctx, two, conv, Sent{ClientID: "m", Text: "hi"}))(t)
	got := h.noted(conv)
	equal(t, "noted", got[len(got)-1], "boss case.reassigned ")
	_, waits := h.waiting()
	ok(t, h.Reassign(ctx, boss, waits, "two"))
	must(h.AddNote(ctx, boss, conv, "ask for the date"))(t)
	got = h.noted(conv)
	equal(t, "whispered", got[len(got)-1], "boss conversation.whispered ")
	must(h.AddNote(ctx, two, conv, "will do"))(t)
	equal(t, "an agent's own note", len(h.noted(conv)), len(got))
	must(h.Complete(ctx, two, id, "answered", ""))(t)
	failed(h.Reassign(ctx, boss, id, "one"))(t, ErrConflict)
}
