package chat

import (
	"testing"

	"usher/server/internal/audit"
	"usher/server/internal/store"
)

// log is what was noted of a conversation, the oldest first: who, what, about
// what.
func (h *house) noted(conv string) []string {
	h.t.Helper()
	entries := must(h.Store.Audit(h.t.Context(), store.AuditFilter{Conversation: conv}))(h.t)
	out := make([]string, len(entries))
	for i, e := range entries {
		out[len(entries)-1-i] = e.Actor + " " + string(e.Action) + " " + e.Detail
	}
	return out
}

// Everything that staff do to a case is noted, once, and what they are refused
// is not.
func TestLog_WhatStaffDo(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	one := AgentPerson{ID: "one", Name: "One", Role: "agent"}
	two := AgentPerson{ID: "two", Name: "Two", Role: "agent"}
	boss := AgentPerson{ID: "boss", Name: "Boss", Role: "supervisor"}
	conv, id := h.waiting()
	must(h.Claim(ctx, one, id))(t)
	fails(h.Claim(ctx, two, id))(t, ErrConflict)
	must(h.Claim(ctx, one, id))(t) // again: only another view
	must(h.Release(ctx, one, id))(t)
	fails(h.Release(ctx, one, id))(t, ErrConflict)
	must(h.ClaimNext(ctx, two))(t)
	must(h.Watch(ctx, boss, conv))(t)
	fails(h.Watch(ctx, one, conv))(t, ErrForbidden)
	must(h.TakeOver(ctx, boss, conv))(t)
	must(h.Transfer(ctx, boss, id, "kyc_review"))(t)
	must(h.Claim(ctx, two, id))(t)
	ok(t, h.Note(ctx, two, audit.FieldRevealed, conv, "email", ""))
	failed(h.Note(ctx, two, audit.FieldRevealed, "none", "email", ""))(t, ErrNotFound)
	failed(h.Note(ctx, two, audit.FieldRevealed, conv, "ana@example.com", ""))(t, ErrBadValue)
	must(h.Complete(ctx, two, id, "cancelled", "done"))(t)
	equal(t, "noted", h.noted(conv), []string{
		"one case.claimed queue=kyc_review", "one transcript.viewed queue=kyc_review", "one transcript.viewed ",
		"one case.released ", "two case.claimed queue=kyc_review", "two transcript.viewed queue=kyc_review",
		"boss conversation.watched ", "boss case.taken_over queue=kyc_review", "boss transcript.viewed queue=kyc_review",
		"boss case.transferred queue=kyc_review", "two case.claimed queue=kyc_review", "two transcript.viewed queue=kyc_review",
		"two field.revealed ", "two case.completed outcome=cancelled",
	})
	if _, fault, err := h.Store.VerifyAudit(ctx, audit.Head{}); fault != nil || err != nil {
		t.Errorf("the log: %+v, %v", fault, err)
	}
}

func TestLog_ACaseOfSomebodyGone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	one := AgentPerson{ID: "one", Name: "One", Role: "agent"}
	conv, _ := h.held(one)
	h.pass(grace)
	h.pass(grace)
	got := h.noted(conv)
	equal(t, "last", got[len(got)-1], "system case.returned ")
}
