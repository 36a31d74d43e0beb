package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"usher/server/internal/store"
)

// hook is a webhook of a partner.
func hook(partner, id string) store.Webhook {
	return store.Webhook{ID: id, Partner: partner, URL: "https://p.example/" + id, Secret: []byte("secret of " + id), CreatedAt: Start}
}

// parcel is a delivery of event n to webhook w, due at once.
func parcel(conversation string, n int64) store.Delivery {
	const webhook = "w"
	return store.Delivery{
		ID: fmt.Sprintf("%s-%d", webhook, n), Webhook: webhook, N: n, Conversation: conversation, Type: "message.created",
		Body: []byte(`{}`), State: store.Pending, NextAt: Start, CreatedAt: Start,
	}
}

func webhooks(t *testing.T, s *store.Store) {
	ctx := t.Context()
	partnerConversation(t, s, "p", "before")
	w := hook("p", "w")
	w.Events = []string{"message.created", "handoff.queued"}
	ok(t, s.AddWebhook(ctx, w))
	w.Through = 1 // what came before is not sent
	equal(t, "one", must(s.Webhook(ctx, "w"))(t), w)
	wantErr(t, s.AddWebhook(ctx, w), store.ErrExists)
	wantErr(t, s.AddWebhook(ctx, store.Webhook{ID: "x", Partner: "p"}), store.ErrInvalid)
	equal(t, "wants", []bool{w.Wants("handoff.queued"), w.Wants("handoff.failed"), (&store.Webhook{}).Wants("anything")}, []bool{true, false, true})
	for i := 1; i < store.WebhooksOfPartner; i++ {
		ok(t, s.AddWebhook(ctx, hook("p", fmt.Sprint("w", i))))
	}
	wantErr(t, s.AddWebhook(ctx, hook("p", "more")), store.ErrConflict)
	ok(t, s.AddWebhook(ctx, hook("q", "other's")))
	equal(t, "of a partner", len(must(s.Webhooks(ctx, "p"))(t)), store.WebhooksOfPartner)
	equal(t, "without work", must(s.ReadyWebhooks(ctx, Start))(t), []store.Ready{})

	ok(t, s.RotateWebhook(ctx, "w", []byte("lost"), Start.Add(time.Minute)))
	ok(t, s.RotateWebhook(ctx, "w", []byte("next"), Start.Add(time.Hour)))
	w.OldSecret, w.Secret, w.OldUntil = w.Secret, []byte("next"), Start.Add(time.Hour)
	equal(t, "disabled", must(s.DisableWebhook(ctx, "w", "gone", Start))(t), true)
	equal(t, "again", must(s.DisableWebhook(ctx, "w", "other", Start.Add(1)))(t), false)
	w.DisabledAt, w.Reason = Start, "gone"
	equal(t, "altered", must(s.Webhook(ctx, "w"))(t), w)
	disabled, waiting, err := s.WebhookStats(ctx)
	equal(t, "stats", must([]int64{disabled, waiting}, err)(t), []int64{1, 0})
	ok(t, s.DeleteWebhook(ctx, "w"))
	_, err = s.Webhook(ctx, "w")
	for _, err := range []error{err, s.DeleteWebhook(ctx, "w"), s.RotateWebhook(ctx, "w", nil, Start), s.EnableWebhook(ctx, "w", Start)} {
		wantErr(t, err, store.ErrNotFound)
	}
}

func deliveries(t *testing.T, s *store.Store) {
	ctx := t.Context()
	const most = 2
	ok(t, s.AddWebhook(ctx, hook("p", "w")))
	for n := range 4 {
		partnerConversation(t, s, "p", fmt.Sprint("c", n+1))
	}
	ready := must(s.ReadyWebhooks(ctx, Start))(t)
	if len(ready) != 1 || ready[0].Through != 0 || ready[0].Last != 4 {
		t.Fatalf("ready: %+v", ready)
	}
	lease := func(holder string, now time.Time) (ids []string) {
		for _, d := range must(s.Lease(ctx, "w", holder, now, now.Add(time.Minute), most))(t) {
			ids = append(ids, d.ID)
		}
		return ids
	}
	equal(t, "nothing yet", lease("a", Start), []string(nil))
	one, two, three := parcel("c1", 1), parcel("c2", 2), parcel("c3", 3)
	three.NextAt = Start.Add(time.Second)
	erased := parcel("nowhere", 4)
	ok(t, s.Enqueue(ctx, "w", 0, 4, []store.Delivery{one, two, three, erased}))
	wantErr(t, s.Enqueue(ctx, "w", 0, 4, []store.Delivery{one}), store.ErrConflict)
	equal(t, "log", must(s.Deliveries(ctx, "w", 9, 2))(t), []store.Delivery{three, two})
	equal(t, "its next page", must(s.Deliveries(ctx, "w", 2, 2))(t), []store.Delivery{one})

	equal(t, "leased", lease("a", Start), []string{"w-1", "w-2"})
	equal(t, "all places taken", lease("b", Start.Add(time.Second)), []string(nil))
	try := store.DeliveryAttempt{Delivery: "w-1", N: 1, At: Start, Took: time.Second, Status: 500, Error: "status"}
	wantErr(t, s.Settle(ctx, "b", try, store.Delivered, time.Time{}), store.ErrConflict)
	ok(t, s.Settle(ctx, "a", try, store.Pending, Start.Add(time.Hour)))
	equal(t, "a place is free", lease("b", Start.Add(time.Second)), []string{"w-3"})
	// Who was killed loses its lease.
	equal(t, "after the lease", lease("c", Start.Add(time.Minute)), []string{"w-2"})
	done := store.DeliveryAttempt{Delivery: "w-2", N: 1, At: Start.Add(time.Minute), Status: 204}
	wantErr(t, s.Settle(ctx, "a", done, store.Delivered, time.Time{}), store.ErrConflict)
	ok(t, s.Settle(ctx, "c", done, store.Delivered, time.Time{}))
	equal(t, "succeeded", []bool{
		must(s.SucceededSince(ctx, "w", done.At))(t), must(s.SucceededSince(ctx, "w", done.At.Add(time.Second)))(t), must(s.SucceededSince(ctx, "v", Start))(t),
	}, []bool{true, false, false})
	equal(t, "attempts", must(s.DeliveryAttempts(ctx, "w", 1, 3))(t), map[string][]store.DeliveryAttempt{"w-1": {try}, "w-2": {done}})
	one.Tries, one.Attempts, one.NextAt = 1, 1, Start.Add(time.Hour)
	equal(t, "settled", must(s.Delivery(ctx, "w", "w-1"))(t), one)
	_, err := s.Delivery(ctx, "other", "w-1")
	wantErr(t, err, store.ErrNotFound)

	ok(t, s.Redeliver(ctx, "w", "w-2", Start.Add(2*time.Minute)))
	wantErr(t, s.Redeliver(ctx, "other", "w-2", Start), store.ErrNotFound)
	must(s.DisableWebhook(ctx, "w", "gone", Start))(t)
	equal(t, "disabled", lease("d", Start.Add(24*time.Hour)), []string(nil))
	equal(t, "disabled, no work", len(must(s.ReadyWebhooks(ctx, Start.Add(24*time.Hour)))(t)), 0)
	wantErr(t, s.Enqueue(ctx, "w", 4, 5, nil), store.ErrConflict)
	ok(t, s.EnableWebhook(ctx, "w", Start.Add(2*time.Minute)))
	equal(t, "enabled", lease("d", Start.Add(2*time.Minute)), []string{"w-1", "w-2"})
	ok(t, s.SweepDeliveries(ctx, Start))
	equal(t, "none is old", len(must(s.Deliveries(ctx, "w", 9, 9))(t)), 3)
	ok(t, s.SweepDeliveries(ctx, Start.Add(time.Second)))
	equal(t, "swept", len(must(s.Deliveries(ctx, "w", 9, 9))(t)), 0)
}

// Two replicas take from one webhook: each delivery goes to one of them, and
// together they never hold more than they may.
func leaseOfTwoReplicas(t *testing.T, o store.Options) {
	a, b := open(t, o), open(t, o)
	const total, most = 60, 4
	ok(t, a.AddWebhook(t.Context(), hook("p", "w")))
	partnerConversation(t, a, "p", "c")
	var all []store.Delivery
	for n := range int64(total) {
		all = append(all, parcel("c", n+1))
	}
	ok(t, a.Enqueue(t.Context(), "w", 0, total, all))
	var mu sync.Mutex
	held, took := 0, map[string]int{}
	var workers sync.WaitGroup
	for w := range 4 {
		s, holder := []*store.Store{a, b}[w%2], fmt.Sprint("holder ", w)
		workers.Go(func() {
			for {
				ds, err := s.Lease(t.Context(), "w", holder, Start, Start.Add(time.Minute), most)
				mu.Lock()
				held += len(ds)
				if err != nil || held > most {
					t.Errorf("%d held, %v", held, err)
				}
				for _, d := range ds {
					took[d.ID]++
				}
				over := len(took) == total || t.Failed()
				mu.Unlock()
				for _, d := range ds {
					mu.Lock()
					held-- // before it is settled, after which another may have the place
					mu.Unlock()
					if err := s.Settle(t.Context(), holder, store.DeliveryAttempt{Delivery: d.ID, At: Start}, store.Delivered, time.Time{}); err != nil {
						t.Error(err)
					}
				}
				if over {
					return
				}
			}
		})
	}
	workers.Wait()
	for id, n := range took {
		if n != 1 {
			t.Errorf("%s was taken %d times", id, n)
		}
	}
	equal(t, "taken", len(took), total)
}
