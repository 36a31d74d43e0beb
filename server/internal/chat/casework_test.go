package chat

import (
	"strings"
	"testing"

	"usher/server/internal/store"
	"usher/server/internal/wire"
)

// told is a case whose person told everything, waiting in kyc_review.
func (h *house) told() (conv, id string) {
	h.t.Helper()
	conv = h.chat().Conversation
	h.say(conv, "i uploaded the wrong passport")
	h.say(conv, "2 hours ago, utc")
	h.say(conv, "under review (manual)")
	h.say(conv, "lea@proton.me")
	h.say(conv, "yes")
	return conv, h.state(conv).Ticket.ID
}

func TestMask_UntilClaimed(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	conv, id := h.told()
	w, d, err := h.AgentHello(ctx, ana)
	ok(t, err)
	t.Cleanup(d.Close)
	waiting := w.Handoffs[0]
	equal(t, "email", waiting.Fields["email"], wire.Field{Value: "l•••@•••.me", Source: "user", Masked: true})
	equal(t, "reason", waiting.Fields["reason"], wire.Field{Value: hidden, Source: "user", Masked: true})
	equal(t, "request", waiting.Request, "")
	claimed := must(h.Claim(ctx, ana, id))(t).Handoff
	equal(t, "email", claimed.Fields["email"], wire.Field{Value: "lea@proton.me", Source: "user", Label: "Email"})
	if !strings.Contains(claimed.Request, "lea@proton.me") {
		t.Errorf("the request says %q", claimed.Request)
	}
	for _, f := range until(t, d, "handoff.accepted").Handoff.Fields {
		equal(t, "masked to the holder", f.Masked, false)
	}
	other := h.desk(bo)
	equal(t, "given back", must(h.Release(ctx, ana, id))(t).Fields["email"].Masked, true)
	for _, f := range until(t, other, "handoff.queued").Handoff.Fields {
		equal(t, "masked to the others", f.Masked, true)
	}
	must(h.Watch(ctx, boss, conv))(t)
}

// Every look at a masked field is written down, with whose and which, and none
// is given outside one's queues.
func TestReveal(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	conv, id := h.told()
	equal(t, "email", must(h.Reveal(ctx, bo, id, "email"))(t), wire.Field{Value: "lea@proton.me", Source: "user", Label: "Email"})
	equal(t, "noted", h.noted(conv), []string{"bo field.revealed "})
	entries := must(h.Store.Audit(ctx, store.AuditFilter{Conversation: conv}))(t)
	equal(t, "which", entries[0].Object, "email")
	fails(h.Reveal(ctx, bo, id, "password"))(t, ErrBadValue)
	fails(h.Reveal(ctx, sec, id, "email"))(t, ErrNotFound)
	fails(h.Reveal(ctx, bo, "none-1", "email"))(t, ErrNotFound)
	equal(t, "noted", len(h.noted(conv)), 1)
}

func TestPreview_SaysWhatTheBotThenSays(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	conv, id := h.told()
	fails(h.Preview(ctx, ana, id, "cancelled"))(t, ErrConflict)
	must(h.Claim(ctx, ana, id))(t)
	before := len(h.transcript(conv))
	preview := must(h.Preview(ctx, ana, id, "cancelled"))(t)
	equal(t, "nothing was said", len(h.transcript(conv)), before)
	fails(h.Preview(ctx, ana, id, "won"))(t, ErrBadValue)
	fails(h.Preview(ctx, bo, id, "cancelled"))(t, ErrConflict)
	must(h.Complete(ctx, ana, id, "cancelled", ""))(t)
	said := h.transcript(conv)[before:]
	equal(t, "messages", len(preview), len(said))
	for i, m := range said {
		equal(t, "text", preview[i].Text, m.Text)
	}
	if len(preview) == 0 || len(preview[0].Choices) == 0 {
		t.Errorf("the preview shows %+v", preview)
	}
}

// colleague stores an agent, as transfers look them up.
func (h *house) colleague(a AgentPerson, disabled bool) {
	h.t.Helper()
	ok(h.t, h.Store.AddAgent(h.t.Context(), store.Agent{
		ID: a.ID, Email: a.ID + "@northwind.example", Name: a.Name, Role: a.Role, Languages: a.Languages, Disabled: disabled, CreatedAt: h.now(),
	}))
}

func TestHandTo_FromHandToHand(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	for _, a := range []AgentPerson{ana, bo, sec} {
		h.colleague(a, false)
	}
	h.colleague(AgentPerson{ID: "cat", Name: "Cat", Role: "agent"}, true)
	conv, id := h.held(ana)
	epoch := h.state(conv).Epoch
	for _, who := range []string{"nobody", "ana", "sec", "cat"} {
		fails(h.HandTo(ctx, ana, id, who))(t, ErrBadValue)
	}
	fails(h.HandTo(ctx, bo, id, "bo"))(t, ErrBadValue)
	fails(h.HandTo(ctx, ana, id, "bo"))(t, ErrConflict) // not at their desk
	theirs := h.desk(bo)
	given := must(h.HandTo(ctx, ana, id, "bo"))(t)
	entries := must(h.Store.Audit(ctx, store.AuditFilter{Conversation: conv}))(t)
	equal(t, "noted", []string{string(entries[0].Action), entries[0].Actor, entries[0].Object}, []string{"case.transferred", "ana", "bo"})
	equal(t, "holder", given.Agent, &wire.Agent{ID: "bo", Name: "Bo"})
	equal(t, "masked to who gave it", given.Request, "")
	equal(t, "epoch", h.state(conv).Epoch, epoch+1)
	equal(t, "theirs", until(t, theirs, "handoff.accepted").Handoff.Agent.ID, "bo")
	fails(h.AgentSend(ctx, ana, conv, Sent{ClientID: "m", Text: "hi"}))(t, ErrClaimLost)
	must(h.AgentSend(ctx, bo, conv, Sent{ClientID: "m", Text: "hi"}))(t)
	fails(h.HandTo(ctx, ana, id, "bo"))(t, ErrConflict)
	all := h.transcript(conv)
	if last := all[len(all)-2]; last.From != "system" || !strings.Contains(last.Text, "Bo") {
		t.Errorf("the person was told %+v", last)
	}
}

func TestTeam(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	for _, a := range []AgentPerson{ana, bo, sec, boss} {
		h.colleague(a, false)
	}
	h.held(bo)
	h.desk(bo)
	team := must(h.Team(ctx, ana))(t)
	equal(t, "colleagues", team.Agents, []wire.Colleague{
		{ID: "bo", Name: "Bo", Role: "agent", Languages: []string{"es"}, Queues: []string{"kyc_review"}, State: "online", Cases: 1},
		{ID: "boss", Name: "Boss", Role: "supervisor", Languages: []string{"en"}, Queues: []string{"kyc_review"}, State: "offline", Cases: 0},
	})
	equal(t, "cases", []string{team.Handoffs[0].Agent.Name, team.Handoffs[0].Request}, []string{"Bo", ""})
	equal(t, "targets", team.Targets, map[string]int{"kyc_review": 1800})
	equal(t, "meter", team.Meter, Meter{RiskFrom: 2, MaterialFrom: 4, FreezeFrom: 6})
	equal(t, "of security", len(must(h.Team(ctx, sec))(t).Handoffs), 0)
}

// A message that asks for a secret is not stored, shown or sent, and that there
// was one is written down without its words.
func TestAgentSend_StopsWhatAsksForASecret(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	conv, _ := h.held(ana)
	before := len(h.transcript(conv))
	fails(h.AgentSend(ctx, ana, conv, Sent{ClientID: "1", Text: "Please send me the code you got"}))(t, ErrAsksSecret)
	fails(h.AgentSend(ctx, sec, conv, Sent{ClientID: "1", Text: "Please send me the code you got"}))(t, ErrNotFound)
	must(h.AgentSend(ctx, ana, conv, Sent{ClientID: "1", Text: "Never send anybody the code you got."}))(t)
	equal(t, "messages", len(h.transcript(conv)), before+1)
	got := h.noted(conv)
	equal(t, "noted", got[len(got)-1], "ana message.stopped ")
}

// Earlier cases are those of the person the host app vouches for, within the
// reader's queues.
func TestClaim_EarlierCasesOfAVerifiedPerson(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	begin := func(subject string) (string, string) {
		w := must(h.Hello(ctx, Hello{Person: &Person{Subject: subject}}))(t)
		ok(t, h.RequestPerson(ctx, w.Conversation))
		return w.Conversation, h.state(w.Conversation).Ticket.ID
	}
	conv, first := begin("u-1")
	equal(t, "the first has none", len(must(h.Claim(ctx, ana, first))(t).Earlier), 0)
	must(h.Complete(ctx, ana, first, "answered", "asked about photos"))(t)
	ok(t, h.End(ctx, conv))
	_, foreign := begin("u-2")
	must(h.Claim(ctx, ana, foreign))(t)
	_, second := begin("u-1")
	earlier := must(h.Claim(ctx, bo, second))(t).Earlier
	equal(t, "earlier", earlier, []wire.Earlier{{
		Handoff: first, Queue: "kyc_review", State: "completed", Outcome: "answered", Agent: &wire.Agent{ID: "ana", Name: "Ana"},
		At: start, Note: "asked about photos",
	}})
	_, third := h.waiting()
	equal(t, "of somebody unknown", len(must(h.Claim(ctx, bo, third))(t).Earlier), 0)
}
