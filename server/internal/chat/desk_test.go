package chat

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"usher/bot"
	"usher/server/internal/wire"
)

func TestDesk_HelloShowsWhatTheRoleMaySee(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, old := h.waiting()
	h.pass(time.Second)
	_, young := h.waiting()
	_, stolen := h.stolen()
	_, mine := h.held(bo)
	for _, c := range []struct {
		who    AgentPerson
		queues []string
		cases  []string
	}{
		{ana, []string{"kyc_review"}, []string{old, young}},
		{bo, []string{"kyc_review"}, []string{old, young, mine}},
		{sec, []string{"account_security"}, []string{stolen}},
		{boss, []string{"account_security", "kyc_review", "supervisor"}, []string{stolen, old, young, mine}},
	} {
		w, d, err := h.AgentHello(t.Context(), c.who)
		ok(t, err)
		cases := []string{}
		for _, x := range w.Handoffs {
			cases = append(cases, x.ID)
		}
		equal(t, c.who.ID+"'s queues", w.Queues, c.queues)
		equal(t, c.who.ID+"'s cases", cases, c.cases)
		equal(t, "agent", w.Agent, AgentInfo{ID: c.who.ID, Name: c.who.Name, Role: c.who.Role, Languages: c.who.Languages})
		d.Close()
	}
}

func TestDesk_TellsOnlyOfItsQueues(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, b, s, v := h.desk(ana), h.desk(bo), h.desk(sec), h.desk(boss)
	conv, id := h.waiting()
	told := func(want, security, both []string) {
		t.Helper()
		equal(t, "another agent's desk", names(pull(t, b)), want)
		equal(t, "security's desk", names(pull(t, s)), security)
		equal(t, "the supervisor's desk", names(pull(t, v)), both)
	}
	none := []string{}
	queued, accepted, completed := []string{"handoff.queued kyc_review"}, []string{"handoff.accepted kyc_review"}, []string{"handoff.completed kyc_review"}
	told(queued, none, queued)
	must(h.Claim(t.Context(), ana, id))(t)
	told(accepted, none, accepted)
	h.say(conv, "for the agent only")
	told(none, none, none)
	equal(t, "the holder's desk", names(pull(t, a)), []string{"handoff.accepted kyc_review", "4 user"})
	must(h.Complete(t.Context(), ana, id, "answered", ""))(t)
	told(completed, none, completed)
	equal(t, "the holder's desk", names(pull(t, a)), []string{"conversation.owner_changed bot", "handoff.completed kyc_review"})
	h.stolen()
	urgent := []string{"handoff.queued account_security"}
	told(none, urgent, urgent)
}

// Theft told to a KYC agent: the case moves with its id, and the agent hears no
// more of the conversation.
func TestDesk_TheftTakesTheCaseAway(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, s := h.desk(ana), h.desk(sec)
	conv, id := h.held(ana)
	pull(t, a)
	epoch := h.state(conv).Epoch
	h.say(conv, theft)
	st := h.state(conv)
	equal(t, "case", []any{st.Ticket.ID, st.Ticket.Queue, st.Owner, st.Epoch}, []any{id, "account_security", bot.OwnerQueue, epoch + 1})
	all := h.transcript(conv)
	if last := all[len(all)-1]; last.From != "bot" || !strings.Contains(last.Text, "password") {
		t.Errorf("the bot says %q", last.Text)
	}
	equal(t, "told to the agent", names(pull(t, a)), []string{"conversation.owner_changed queue", "handoff.queued account_security"})
	h.say(conv, "and they changed my email")
	equal(t, "and no more", names(pull(t, a)), []string{})
	fails(h.AgentSend(t.Context(), ana, conv, Sent{ClientID: "m", Text: "hi"}))(t, ErrClaimLost)
	fails(h.Complete(t.Context(), ana, id, "answered", ""))(t, ErrNotFound)
	equal(t, "told to security", names(pull(t, s)), []string{"handoff.queued account_security"})
	must(h.ClaimNext(t.Context(), sec))(t)
	before := len(h.transcript(conv))
	h.say(conv, theft)
	equal(t, "under security the bot is silent", len(h.transcript(conv)), before+1)
	equal(t, "it stays", h.state(conv).Owner, bot.OwnerAgent)
}

// What a moved case shows to who may no longer see it is that it has moved.
func TestDesk_MovedCaseShowsNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.desk(bo)
	conv, id := h.waiting()
	pull(t, b)
	h.say(conv, theft+", my email is eva@proton.me")
	equal(t, "told", pull(t, b), []wire.Event{{Type: "handoff.queued", Handoff: &wire.Handoff{
		ID: id, Conversation: conv, Queue: "account_security", State: "queued", Priority: "urgent", Epoch: h.state(conv).Epoch,
	}}})
	h.say(conv, "my email is eva@proton.me")
	equal(t, "once", names(pull(t, b)), []string{})
}

// Even when the follower is read before the news of the case arrives.
func TestDesk_NothingAfterTheOwnerChanged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a := h.desk(ana)
	conv, _ := h.held(ana)
	pull(t, a)
	h.say(conv, theft)
	h.say(conv, "and they changed my email")
	a.cases.Drain() // as if the case's news were still on their way
	events := pull(t, a)
	last := events[len(events)-1]
	equal(t, "the last event", []string{last.Type, last.Owner}, []string{"conversation.owner_changed", "queue"})
	h.say(conv, "hello?")
	a.cases.Drain()
	equal(t, "and no more", names(pull(t, a)), []string{})
}

func TestDesk_NotesGoToWhoHasTheConversationOpen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, b, v := h.desk(ana), h.desk(bo), h.desk(boss)
	conv, _ := h.held(ana)
	must(h.Watch(t.Context(), boss, conv))(t)
	for _, d := range []*Desk{a, b, v} {
		pull(t, d)
	}
	note := must(h.AddNote(t.Context(), ana, conv, "called before"))(t)
	equal(t, "note", note, wire.Note{Conversation: conv, Agent: wire.Agent{ID: "ana", Name: "Ana"}, Text: "called before", At: start})
	equal(t, "the holder", pull(t, a), []wire.Event{{Type: "note.created", Note: &note}})
	equal(t, "the watcher", pull(t, v), []wire.Event{{Type: "note.created", Note: &note}})
	equal(t, "nobody else", names(pull(t, b)), []string{})
	fails(h.AddNote(t.Context(), ana, h.chat().Conversation, "hi"))(t, ErrNotFound)
}

func TestDesk_TakeOver(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, v := h.desk(ana), h.desk(boss)
	conv, id := h.held(ana)
	pull(t, a)
	must(h.Watch(t.Context(), boss, conv))(t)
	pull(t, v)
	h.say(conv, "hello")
	equal(t, "live to who watches", len(pull(t, v)), 1)
	pull(t, a)
	epoch := h.state(conv).Epoch
	c := must(h.TakeOver(t.Context(), boss, conv))(t)
	equal(t, "case", []any{c.Handoff.ID, c.Handoff.Agent.Name, c.Handoff.Epoch}, []any{id, "Boss", epoch + 1})
	equal(t, "again", must(h.TakeOver(t.Context(), boss, conv))(t), c)
	equal(t, "the agent is told", names(pull(t, a)), []string{"conversation.owner_changed agent", "handoff.accepted kyc_review"})
	fails(h.AgentSend(t.Context(), ana, conv, Sent{ClientID: "m", Text: "hi"}))(t, ErrClaimLost)
	must(h.AgentSend(t.Context(), boss, conv, Sent{ClientID: "m", Text: "hi"}))(t)
}

// Without any poke, one that says "something was missed" brings everything up
// to date, cases that were told of and are gone from the queues among it.
func TestDesk_MissedPokes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a := h.desk(ana)
	conv, id := h.waiting()
	pull(t, a)
	other := h.another(h.Store, h.restartBus()) // whose pokes do not arrive here
	must(other.Claim(t.Context(), bo, id))(t)
	must(other.Complete(t.Context(), bo, id, "answered", ""))(t)
	ok(t, other.RequestPerson(t.Context(), must(other.Hello(t.Context(), Hello{}))(t).Conversation))
	equal(t, "not heard", names(pull(t, a)), []string{})
	h.Bus.Publish(t.Context(), poke(topicCase))
	got := names(pull(t, a))
	slices.Sort(got)
	equal(t, "heard", got, []string{"handoff.completed kyc_review", "handoff.queued kyc_review"})
	_ = conv
}

// A failed read is made up for at the next.
func TestDesk_ErrorsLoseNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a := h.desk(ana)
	h.waiting()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.Pull(ctx); !errors.Is(err, ErrUnavailable) {
		t.Errorf("error %v", err)
	}
	equal(t, "after all", names(pull(t, a)), []string{"handoff.queued kyc_review"})
}

// A console that closes while a claim is on its way leaves nothing behind.
func TestDesk_ClosedBeforeItFollows(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d := h.desk(ana)
	conv := h.chat().Conversation
	d.Close()
	d.watch(conv, 0, 0)
	equal(t, "followers", len(d.follows), 0)
}

// Two consoles of one agent both see what either claims.
func TestDesk_EveryConsoleOfAnAgent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	one, two := h.desk(ana), h.desk(ana)
	conv, _ := h.held(ana)
	h.say(conv, "hello")
	want := []string{"handoff.accepted kyc_review", "4 user"}
	equal(t, "one", names(pull(t, one)), want)
	equal(t, "two", names(pull(t, two)), want)
	again := h.desk(ana)
	h.say(conv, "still there?")
	equal(t, "a third that comes later", names(pull(t, again)), []string{"5 user"})
}
