package chat

import (
	"strings"
	"testing"
	"time"

	"usher/bot"
	"usher/handoff"
)

func TestRelease_HeadOfTheQueue(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, first := h.waiting()
	h.pass(time.Second)
	conv, id := h.waiting()
	must(h.Claim(t.Context(), ana, id))(t)
	epoch := h.state(conv).Epoch
	back := must(h.Release(t.Context(), ana, id))(t)
	equal(t, "state", back.State, "queued")
	equal(t, "epoch", h.state(conv).Epoch, epoch+1)
	all := h.transcript(conv)
	if last := all[len(all)-1]; last.From != "bot" || !strings.Contains(last.Text, "first in line") {
		t.Errorf("the person was told %+v", last)
	}
	w := must(h.Hello(t.Context(), Hello{Session: h.secretOf(conv)}))(t)
	equal(t, "place", w.Handoff.Position, 1)
	fails(h.Release(t.Context(), ana, id))(t, ErrConflict)
	equal(t, "next", must(h.ClaimNext(t.Context(), bo))(t).Handoff.ID, id)
	equal(t, "then", must(h.ClaimNext(t.Context(), bo))(t).Handoff.ID, first)
}

func TestTransfer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	conv, id := h.held(ana)
	fails(h.Transfer(t.Context(), ana, id, "nowhere"))(t, ErrBadValue)
	fails(h.Transfer(t.Context(), bo, id, "supervisor"))(t, ErrConflict)
	moved := must(h.Transfer(t.Context(), ana, id, "account_security"))(t)
	equal(t, "case", []string{moved.ID, moved.Queue, moved.Priority, moved.State}, []string{id, "account_security", "urgent", "queued"})
	equal(t, "owner", h.state(conv).Owner, bot.OwnerQueue)
	fails(h.Claim(t.Context(), ana, id))(t, ErrNotFound)
	equal(t, "claimed", must(h.ClaimNext(t.Context(), sec))(t).Handoff.ID, id)
	fails(h.AgentSend(t.Context(), ana, conv, Sent{ClientID: "m", Text: "hi"}))(t, ErrClaimLost)
}

func TestComplete_EachOutcome(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for outcome, words := range map[string]string{
		"cancelled": "refresh", "refused": "supervisor", "restored": "restored",
		"answered": "finished", "escalated": "escalated", "no_reply": "no reply",
	} {
		conv, id := h.held(ana)
		done := must(h.Complete(t.Context(), ana, id, outcome, "checked"))(t)
		equal(t, "state", []string{done.State, done.Outcome}, []string{"completed", outcome})
		s := h.state(conv)
		equal(t, outcome, []any{s.Owner, s.Ticket.Agent, s.Ticket.Note}, []any{bot.OwnerBot, (*handoff.Agent)(nil), "checked"})
		all := h.transcript(conv)
		if last := all[len(all)-1]; !strings.Contains(last.Text, words) {
			t.Errorf("%s: the bot says %q", outcome, last.Text)
		}
		fails(h.Complete(t.Context(), ana, id, outcome, ""))(t, ErrConflict)
	}
	_, id := h.held(ana)
	fails(h.Complete(t.Context(), ana, id, "done", ""))(t, ErrBadValue)
	fails(h.Complete(t.Context(), bo, id, "answered", ""))(t, ErrConflict)
}

func TestComplete_EscalatedInOneTap(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	conv, id := h.held(ana)
	must(h.Complete(t.Context(), ana, id, "refused", ""))(t)
	must(h.Send(t.Context(), conv, Sent{ClientID: "e", Choice: "escalate"}))(t)
	s := h.state(conv)
	equal(t, "case", []string{s.Ticket.Queue, string(s.Ticket.State)}, []string{"supervisor", "queued"})
}

func TestEnd_TakesTheRequestBackButNotTheReport(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	conv, _ := h.waiting()
	ok(t, h.End(t.Context(), conv))
	failed(h.End(t.Context(), conv))(t, ErrClosed)
	failed(h.Withdraw(t.Context(), conv))(t, ErrClosed)
	failed(h.RequestPerson(t.Context(), conv))(t, ErrClosed)
	equal(t, "nothing waits", must(h.ClaimNext(t.Context(), boss))(t).Handoff == nil, true)
	stolen, id := h.stolen()
	ok(t, h.End(t.Context(), stolen))
	c := must(h.ClaimNext(t.Context(), sec))(t)
	equal(t, "the report", c.Handoff.ID, id)
	must(h.Complete(t.Context(), sec, id, "restored", ""))(t)
	fails(h.TakeOver(t.Context(), boss, stolen))(t, ErrClosed)
}

func TestWithdraw_NotUnderAnAgent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	conv, _ := h.held(ana)
	failed(h.Withdraw(t.Context(), conv))(t, ErrConflict)
	failed(h.RequestPerson(t.Context(), conv))(t, ErrConflict)
	failed(h.Withdraw(t.Context(), h.chat().Conversation))(t, ErrConflict)
}

func TestRate(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	conv, id := h.held(ana)
	failed(h.Rate(t.Context(), conv, id, 5, ""))(t, ErrConflict)
	must(h.Complete(t.Context(), ana, id, "answered", ""))(t)
	for _, stars := range []int{0, 6, -1} {
		failed(h.Rate(t.Context(), conv, id, stars, ""))(t, ErrBadValue)
	}
	failed(h.Rate(t.Context(), conv, "never-1", 5, ""))(t, ErrNotFound)
	failed(h.Rate(t.Context(), h.chat().Conversation, id, 5, ""))(t, ErrNotFound)
	ok(t, h.Rate(t.Context(), conv, id, 4, "fine"))
	ok(t, h.Rate(t.Context(), conv, id, 2, "on second thought"))
	r := must(h.Store.Rating(t.Context(), id))(t)
	equal(t, "the last one counts", []any{r.Stars, r.Text}, []any{2, "on second thought"})
}

func TestRead_OnlyForwardAndNeverAhead(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	conv, _ := h.held(ana)
	f := h.desk(ana)
	last := int64(len(h.transcript(conv)))
	failed(h.Read(t.Context(), conv, last+1))(t, ErrResync)
	failed(h.Read(t.Context(), conv, -1))(t, ErrResync)
	ok(t, h.Read(t.Context(), conv, last))
	ok(t, h.Read(t.Context(), conv, 1))
	equal(t, "mark", until(t, f, "message.receipt").Read, last)
	ok(t, h.AgentRead(t.Context(), boss, conv, last)) // watches only
	marks := must(h.Store.Receipts(t.Context(), conv))(t)
	equal(t, "marks", len(marks), 1)
	failed(h.Read(t.Context(), "unknown", 0))(t, ErrNotFound)
}
