package api

import (
	"crypto/rand"
	"errors"
	"fmt"
	"math"
	"slices"

	"usher/server/internal/store"
	"usher/server/internal/webhook"
)

// theirs is a webhook of the partner; whose it is not is answered as if it never
// was.
func (c *call) theirs() (store.Webhook, error) {
	w, err := c.api.Store.Webhook(c.ctx, c.params["webhook"])
	if errors.Is(err, store.ErrNotFound) || err == nil && w.Partner != c.partner.ID {
		return store.Webhook{}, errNotFound
	}
	return w, err
}

// gone tells what was removed between two looks from what failed.
func gone(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return errNotFound
	}
	return err
}

func shown(w store.Webhook) *hook {
	out := &hook{
		ID: w.ID, URL: w.URL, Events: slices.Clone(w.Events), CreatedAt: w.CreatedAt, DisabledAt: w.DisabledAt, Reason: w.Reason, OldUntil: w.OldUntil,
	}
	if out.Events == nil {
		out.Events = []string{}
	}
	return out
}

func makeWebhook(c *call) (any, error) {
	b := c.body.(*hookBody)
	for i, kind := range b.Events {
		if !slices.Contains(webhook.Types(), kind) || slices.Contains(b.Events[:i], kind) {
			return nil, badValues(fault{Pointer: new(fmt.Sprintf("/events/%d", i)), Code: "bad_value"})
		}
	}
	if err := c.api.Hooks.Check(c.ctx, b.URL); err != nil {
		return nil, errHookURL
	}
	w := store.Webhook{
		ID: c.fresh, Partner: c.partner.ID, URL: b.URL, Events: b.Events, Secret: webhook.NewSecret(), CreatedAt: c.api.Clock(),
	}
	if w.ID == "" {
		w.ID = rand.Text()
	}
	err := c.api.Store.AddWebhook(c.ctx, w)
	switch {
	case errors.Is(err, store.ErrConflict):
		return nil, errHooks
	case errors.Is(err, store.ErrExists): // made the first time, when its answer was lost
		if w, err = c.api.Store.Webhook(c.ctx, w.ID); err != nil {
			return nil, gone(err)
		}
	case err != nil:
		return nil, err
	}
	out := shown(w)
	out.Secret = webhook.ShowSecret(w.Secret)
	return out, nil
}

func listWebhooks(c *call) (any, error) {
	all, err := c.api.Store.Webhooks(c.ctx, c.partner.ID)
	out := hookList{Webhooks: make([]hook, len(all))}
	for i, w := range all {
		out.Webhooks[i] = *shown(w)
	}
	return &out, err
}

func getWebhook(c *call) (any, error) {
	w, err := c.theirs()
	return shown(w), err
}

func deleteWebhook(c *call) (any, error) {
	w, err := c.theirs()
	if err != nil {
		return nil, err
	}
	return shown(w), gone(c.api.Store.DeleteWebhook(c.ctx, w.ID))
}

func enableWebhook(c *call) (any, error) {
	w, err := c.theirs()
	if err != nil {
		return nil, err
	}
	if !w.DisabledAt.IsZero() {
		if err := c.api.Store.EnableWebhook(c.ctx, w.ID, c.api.Clock()); err != nil {
			return nil, gone(err)
		}
	}
	return getWebhook(c)
}

func rotateWebhook(c *call) (any, error) {
	w, err := c.theirs()
	if err != nil {
		return nil, err
	}
	now := c.api.Clock()
	secret := webhook.NewSecret()
	if err := c.api.Store.RotateWebhook(c.ctx, w.ID, secret, now.Add(webhook.KeepSecret)); err != nil {
		return nil, gone(err)
	}
	w.OldUntil = now.Add(webhook.KeepSecret)
	out := shown(w)
	out.Secret = webhook.ShowSecret(secret)
	return out, nil
}

func listDeliveries(c *call) (any, error) {
	w, err := c.theirs()
	if err != nil {
		return nil, err
	}
	log := "webhook " + w.ID // whose cursors open no other log
	before, err := c.api.position(log, c.query["before"])
	if err != nil {
		return nil, err
	}
	if before == 0 {
		before = math.MaxInt64
	}
	limit := int(c.number("limit"))
	ds, err := c.api.Store.Deliveries(c.ctx, w.ID, before, limit)
	if err != nil || len(ds) == 0 {
		return &deliveryList{Deliveries: []delivered{}}, err
	}
	oldest := ds[len(ds)-1].N
	attempts, err := c.api.Store.DeliveryAttempts(c.ctx, w.ID, oldest, before)
	out := deliveryList{Deliveries: make([]delivered, len(ds))}
	for i, d := range ds {
		out.Deliveries[i] = shownDelivery(d, attempts[d.ID])
	}
	if len(ds) == limit {
		out.Cursor = c.api.cursor(log, oldest)
	}
	return &out, err
}

func shownDelivery(d store.Delivery, attempts []store.DeliveryAttempt) delivered {
	out := delivered{ID: d.ID, Type: d.Type, State: string(d.State), CreatedAt: d.CreatedAt, Attempts: make([]tried, len(attempts))}
	if d.State == store.Pending {
		out.NextAt = d.NextAt
	}
	for i, a := range attempts {
		out.Attempts[i] = tried{At: a.At, TookMS: a.Took.Milliseconds(), Status: a.Status, Error: a.Error}
	}
	return out
}

func redeliver(c *call) (any, error) {
	w, err := c.theirs()
	if err != nil {
		return nil, err
	}
	if _, err := c.api.Store.Delivery(c.ctx, w.ID, c.params["delivery"]); err != nil {
		return nil, gone(err)
	}
	if !w.DisabledAt.IsZero() {
		return nil, errDisabled
	}
	if err := c.api.Store.Redeliver(c.ctx, w.ID, c.params["delivery"], c.api.Clock()); err != nil {
		return nil, gone(err)
	}
	d, err := c.api.Store.Delivery(c.ctx, w.ID, c.params["delivery"])
	if err != nil {
		return nil, gone(err)
	}
	attempts, err := c.api.Store.DeliveryAttempts(c.ctx, w.ID, d.N, d.N+1)
	out := shownDelivery(d, attempts[d.ID])
	return &out, err
}
