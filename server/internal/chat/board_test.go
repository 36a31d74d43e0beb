package chat

import (
	"context"
	"testing"
	"time"

	"usher/server/internal/wire"
)

// positions are the places told.
func positions(events []wire.Event) []int {
	told := []int{}
	for _, e := range events {
		if e.Type == "queue.position" {
			told = append(told, e.Position)
		}
	}
	return told
}

func (h *house) queueUp() (Welcome, *Follow) {
	h.t.Helper()
	h.pass(time.Second)
	conv, _ := h.waiting()
	w := must(h.Hello(h.t.Context(), Hello{Session: h.secretOf(conv)}))(h.t)
	return w, h.follow(w, w.LastSeq)
}

func TestBoard_PlacesMoveUp(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, _ = h.queueUp()
	second, f2 := h.queueUp()
	third, f3 := h.queueUp()
	equal(t, "at the welcome", []int{second.Handoff.Position, third.Handoff.Position}, []int{2, 3})
	must(h.ClaimNext(t.Context(), ana))(t)
	h.board.refresh(t.Context(), "kyc_review")
	equal(t, "the second", positions(pull(t, f2)), []int{1})
	equal(t, "the third", positions(pull(t, f3)), []int{2})
	h.board.refresh(t.Context(), "kyc_review")
	equal(t, "once", positions(pull(t, f3)), []int{})
	must(h.ClaimNext(t.Context(), ana))(t)
	h.board.refresh(t.Context(), "kyc_review")
	equal(t, "none any more", positions(pull(t, f2)), []int{})
}

// Theft moves a case out of a queue: those behind it move up there.
func TestBoard_TheQueueThatIsLeftIsReadAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	first, _ := h.queueUp()
	h.queueUp()
	sub := h.Bus.Subscribe(topicQueue, "kyc_review")
	defer sub.Close()
	sub.Drain()
	h.say(first.Conversation, theft)
	ids, _ := sub.Drain()
	equal(t, "poked", ids, []string{"kyc_review"})
}

// Who comes back is not told the place they had when they left.
func TestBoard_NothingOlderThanTheWelcome(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.queueUp()
	h.queueUp()
	w, _ := h.queueUp()
	h.board.refresh(t.Context(), "kyc_review") // now the board says 3
	must(h.ClaimNext(t.Context(), ana))(t)
	must(h.ClaimNext(t.Context(), ana))(t)
	back := must(h.Hello(t.Context(), Hello{Session: w.Session, After: w.LastSeq}))(t)
	equal(t, "at the welcome", back.Handoff.Position, 1)
	f := h.follow(back, w.LastSeq)
	equal(t, "before the board is read", positions(pull(t, f)), []int{})
	h.board.refresh(t.Context(), "kyc_review")
	equal(t, "after", positions(pull(t, f)), []int{})
}

// The board reads by itself once somebody sits down or the queue moves.
func TestBoard_Runs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.queueUp()
	_, f := h.queueUp()
	pull(t, f)
	done := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer close(done)
		h.board.run(ctx)
	}()
	must(h.ClaimNext(t.Context(), ana))(t)
	e := until(t, f, "queue.position")
	equal(t, "place", []any{e.Position, *e.Wait}, []any{1, wire.Wait{LowS: 60, HighS: 300}})
	cancel()
	<-done
}

func TestBoard_WaitByAgentsAtWork(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	equal(t, "alone", *h.board.wait("kyc_review", 3), wire.Wait{LowS: 60 + 2*600, HighS: 300 + 2*1800})
	h.desk(ana)
	h.desk(bo)
	h.desk(sec)
	equal(t, "two at work", *h.board.wait("kyc_review", 3), wire.Wait{LowS: 60 + 600, HighS: 300 + 1800})
}
