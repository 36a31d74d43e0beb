package webhook

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"usher/server/internal/store"
)

// begin leases what is due to a webhook and attempts it.
func (s *Sender) begin(ctx context.Context, w *store.Webhook) error {
	most := min(parallel, cap(s.places)-len(s.places))
	if most <= 0 {
		return nil // the next place that is free rings
	}
	now := s.Clock()
	due, err := s.Store.Lease(ctx, w.ID, s.holder, now, now.Add(s.CallMax+noteMax), most)
	for i := range due {
		s.places <- struct{}{} // only this goroutine takes places, so there is one
		s.flying.Go(func() {
			defer func() {
				<-s.places
				s.ring()
			}()
			s.attempt(&due[i])
		})
	}
	return err
}

// attempt calls and notes how it went.
func (s *Sender) attempt(d *store.Delivery) {
	// As it is now: it may be gone, disabled, or have another secret.
	w, err := s.Store.Webhook(s.calls, d.Webhook)
	if err != nil || !w.DisabledAt.IsZero() {
		return // the lease ends by itself
	}
	at := s.Clock()
	got := call(s.calls, s.Client, &w, d, at)
	a := store.DeliveryAttempt{Delivery: d.ID, At: at, Took: s.Clock().Sub(at), Status: got.status, Error: got.fail}
	state, next := s.fate(d, got, at)
	s.count(d, got)
	s.mayDisable(&w, d, state, got, at)
	if err := s.settle(a, state, next); err != nil {
		// It is attempted again when the lease ends: at least once, not at most.
		s.complain(s.calls, "an attempt was not noted", lost(err))
	}
}

// settle notes an attempt; a database that is away for a moment is asked again
// until the lease is nearly over.
func (s *Sender) settle(a store.DeliveryAttempt, state store.DeliveryState, next time.Time) error {
	ctx, cancel := context.WithTimeout(s.calls, noteMax)
	defer cancel()
	for {
		err := s.Store.Settle(ctx, s.holder, a, state, next)
		if !errors.Is(err, store.ErrUnavailable) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(lookEvery):
		}
	}
}

// fate says what becomes of a delivery.
func (s *Sender) fate(d *store.Delivery, got outcome, at time.Time) (store.DeliveryState, time.Time) {
	if got.fail == "" {
		return store.Delivered, time.Time{}
	}
	if got.status == http.StatusGone {
		return store.Failed, time.Time{}
	}
	pause, more := wait(d.Tries+1, s.Chance(), got.retryAfter)
	if !more {
		return store.Failed, time.Time{}
	}
	return store.Pending, at.Add(pause)
}

// mayDisable stops a webhook whose receiver says that it is gone, or that has
// taken nothing since the event which has now been attempted for the last time.
func (s *Sender) mayDisable(w *store.Webhook, d *store.Delivery, state store.DeliveryState, got outcome, at time.Time) {
	if state != store.Failed {
		return
	}
	reason := "gone"
	if got.status != http.StatusGone {
		if works, err := s.Store.SucceededSince(s.calls, w.ID, d.CreatedAt); works || err != nil {
			s.complain(s.calls, "a webhook was not disabled", err)
			return
		}
		reason = "failing"
	}
	was, err := s.Store.DisableWebhook(s.calls, w.ID, reason, at)
	s.complain(s.calls, "a webhook was not disabled", err)
	if was {
		s.counted.disabled.Add(1)
		s.Log.WarnContext(s.calls, "webhook disabled: its partner has to enable it", "webhook", w.ID, "partner", w.Partner,
			"reason", reason, "last_error", got.fail, "last_status", got.status)
	}
}

func (s *Sender) count(d *store.Delivery, got outcome) {
	switch got.fail {
	case "":
		s.counted.delivered.Add(1)
		return
	case failBlocked:
		s.counted.blocked.Add(1)
		s.Log.WarnContext(s.calls, "webhook leads to an address that may not be called", "webhook", d.Webhook, "delivery", d.ID)
	}
	s.counted.failed.Add(1)
}

// chance spreads attempts; nothing has to be secret about it.
func chance() float64 { return rand.Float64() } //nolint:gosec // see above
