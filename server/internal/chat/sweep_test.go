package chat

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"usher/handoff"
	"usher/server/internal/store"
)

// scheduled is a conversation whose request joins the queue by itself, 20
// minutes from now.
func (h *house) scheduled() (conv string) {
	h.t.Helper()
	conv = must(h.Hello(h.t.Context(), Hello{Person: &Person{
		Subject: newID(), Email: "eva@proton.me", Status: "under_review", SubmittedAt: h.now().Add(-10 * time.Minute),
	}}))(h.t).Conversation
	h.say(conv, "i uploaded the wrong passport, please cancel my review")
	for range 4 {
		if t := h.state(conv).Ticket; t != nil {
			break
		}
		h.say(conv, "yes")
	}
	if t := h.state(conv).Ticket; t == nil || t.State != handoff.Scheduled {
		h.t.Fatalf("nothing is scheduled: %+v", t)
	}
	return conv
}

func TestSweep_ScheduledJoinsAtThirtyMinutes(t *testing.T) {
	t.Parallel()
	for _, restart := range []bool{false, true} {
		h := newHouse(t)
		conv := h.scheduled()
		equal(t, "starts", h.state(conv).Ticket.StartsAt, start.Add(20*time.Minute))
		d := h.desk(ana)
		if restart {
			h.restart()
			d = h.desk(ana)
		}
		h.pass(20*time.Minute - time.Millisecond)
		equal(t, "at 29:59", h.state(conv).Ticket.State, handoff.Scheduled)
		equal(t, "told", names(pull(t, d)), []string{})
		h.pass(time.Millisecond)
		tk := h.state(conv).Ticket
		equal(t, "at 30:00", []any{tk.State, tk.Queue, tk.QueuedAt}, []any{handoff.Queued, "kyc_review", start.Add(20 * time.Minute)})
		equal(t, "told", names(pull(t, d)), []string{"handoff.queued kyc_review"})
		before := len(h.transcript(conv))
		h.pass(time.Hour)
		equal(t, "once", len(h.transcript(conv)), before)
	}
}

func TestSweep_TwoReplicasAndManyPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	conv, gone := h.scheduled(), h.scheduled()
	ok(t, h.Withdraw(t.Context(), gone))
	other := h.replica()
	h.pass(19 * time.Minute)
	done := make(chan struct{})
	h.mu.Lock()
	h.at = h.at.Add(time.Minute)
	h.mu.Unlock()
	go func() {
		defer close(done)
		other.Sweep(t.Context())
	}()
	h.Sweep(t.Context())
	<-done
	queued := 0
	for _, e := range must(h.Store.Events(t.Context(), conv, 0, page))(t) {
		if e.Type == "handoff.queued" {
			queued++
		}
	}
	equal(t, "joined once", queued, 1)
	equal(t, "withdrawn", h.state(gone).Ticket.State, handoff.Withdrawn)
	due := must(h.Store.Due(t.Context(), h.now(), store.Reminder{}, 10))(t)
	equal(t, "due", len(due), 0)
}

// Conversations that cannot be woken, however many, hide none behind them.
func TestSweep_PassesWhatCannotBeWoken(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	conv := h.scheduled()
	const damaged = 250 // more than two pages
	var all sync.WaitGroup
	for i := range damaged {
		all.Go(func() {
			c := store.Conversation{ID: fmt.Sprint("damaged", i), Owner: "bot", Due: start.Add(time.Second), State: []byte("{")}
			if err := h.Store.Save(t.Context(), store.Change{Conversation: c}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	h.pass(20 * time.Minute)
	equal(t, "the one behind them", h.state(conv).Ticket.State, handoff.Queued)
	due := must(h.Store.Due(t.Context(), h.now(), store.Reminder{}, 2*damaged))(t)
	equal(t, "still in front", len(due), damaged)
}
