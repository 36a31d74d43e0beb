package store

import (
	"cmp"
	"context"
	"slices"
	"time"
)

const (
	// A webhook has work when events were posted that it has no deliveries of, or
	// when a delivery is due that nobody attempts.
	readyWebhooks = `SELECT w.id, w.partner, w.url, w.events, w.secret, w.old_secret, w.old_until, w.through, w.created_at,
	w.disabled_at, w.reason, COALESCE(f.last, 0) AS last
	FROM webhooks w LEFT JOIN feeds f ON f.partner = w.partner WHERE w.disabled_at = 0 AND (COALESCE(f.last, 0) > w.through
	OR EXISTS (SELECT 1 FROM deliveries d WHERE d.webhook = w.id AND d.state = 'pending' AND d.next_at <= ? AND d.leased_until <= ?))
	ORDER BY w.id`
	moveThrough    = `UPDATE webhooks SET through = ? WHERE id = ? AND through = ? AND disabled_at = 0`
	insertDelivery = `INSERT INTO deliveries (id, webhook, n, conversation, type, body, state, tries, attempts, next_at,
	holder, leased_until, created_at) SELECT ?, ?, ?, ?, ?, ?, 'pending', 0, 0, ?, '', 0, ?
	WHERE EXISTS (SELECT 1 FROM conversations WHERE id = ?) ON CONFLICT DO NOTHING`
	// Who cannot have the webhook's row leaves it to the replica that has it: a
	// commit that holds messages of the chat must never wait for a webhook, and
	// nobody for a row while holding another's.
	lockWebhook = `SELECT id FROM webhooks WHERE id = ? AND disabled_at = 0`
	leaseDue    = `UPDATE deliveries SET holder = ?, leased_until = ? WHERE id IN (SELECT id FROM deliveries
	WHERE webhook = ? AND state = 'pending' AND next_at <= ? AND leased_until <= ? ORDER BY next_at, n
	LIMIT CASE WHEN (SELECT COUNT(*) FROM deliveries WHERE webhook = ? AND state = 'pending' AND leased_until > ?) >= ? THEN 0
	ELSE ? - (SELECT COUNT(*) FROM deliveries WHERE webhook = ? AND state = 'pending' AND leased_until > ?) END)
	RETURNING ` + deliveryFields
	settleDelivery = `UPDATE deliveries SET state = ?, tries = tries + 1, attempts = attempts + 1, next_at = ?, holder = '',
	leased_until = 0 WHERE id = ? AND holder = ? RETURNING attempts`
	insertAttempt  = `INSERT INTO attempts (delivery, n, at, took, status, error) VALUES (?, ?, ?, ?, ?, ?)`
	succeededSince = `SELECT COUNT(*) FROM attempts a JOIN deliveries d ON d.id = a.delivery
	WHERE d.webhook = ? AND a.error = '' AND a.at >= ?`
)

// Ready is a webhook that has work, and the last number of its partner's feed.
type Ready struct {
	Webhook
	Last int64
}

type readyRow struct {
	webhookRow
	Last int64 `db:"last"`
}

// ReadyWebhooks lists the webhooks that have work at this moment.
func (s *Store) ReadyWebhooks(ctx context.Context, now time.Time) ([]Ready, error) {
	rows, err := all[readyRow](ctx, s, "ready webhooks", readyWebhooks, millis(now), millis(now))
	return each(rows, err, func(r readyRow) Ready { return Ready{r.webhook(), r.Last} })
}

// Enqueue stores deliveries of the events between two numbers of the feed, the
// first of which the webhook has been brought through. ErrConflict: another
// replica has done so or is about to, or the webhook is gone or disabled.
func (s *Store) Enqueue(ctx context.Context, webhook string, from, through int64, ds []Delivery) error {
	return s.change(ctx, "enqueue deliveries", func(t *tx) error {
		locked, err := t.lockWebhook(webhook)
		if err != nil {
			return err
		}
		var n int64
		if locked {
			n, err = t.exec(moveThrough, through, webhook, from)
		}
		if err == nil && n == 0 {
			return ErrConflict
		}
		for i := range ds {
			d := &ds[i]
			if err == nil {
				_, err = t.exec(insertDelivery, d.ID, webhook, d.N, d.Conversation, d.Type, d.Body, millis(d.NextAt),
					millis(d.CreatedAt), d.Conversation)
			}
		}
		return err
	})
}

// lockWebhook takes the row of a webhook in use until the commit, unless another
// replica has it.
func (t *tx) lockWebhook(id string) (bool, error) {
	var got []string
	err := t.list(&got, lockWebhook+t.store.dialect.skipLocked, id)
	return len(got) > 0, err
}

// Lease gives the holder deliveries of a webhook that are due, the longest due
// first, until the lease ends. Over all replicas a webhook has at most so many
// leased at once.
func (s *Store) Lease(ctx context.Context, webhook, holder string, now, until time.Time, most int) ([]Delivery, error) {
	var out []Delivery
	err := s.change(ctx, "lease deliveries", func(t *tx) error {
		out = nil
		locked, err := t.lockWebhook(webhook)
		if err != nil || !locked {
			return err
		}
		at, rows := millis(now), []deliveryRow{}
		if err := t.list(&rows, leaseDue, holder, millis(until), webhook, at, at, webhook, at, most, most, webhook, at); err != nil {
			return err
		}
		slices.SortFunc(rows, func(a, b deliveryRow) int { return cmp.Or(cmp.Compare(a.NextAt, b.NextAt), cmp.Compare(a.N, b.N)) })
		out = make([]Delivery, len(rows))
		for i := range rows {
			out[i] = rows[i].delivery()
		}
		return nil
	})
	return out, err
}

// Settle notes how an attempt went and what is to become of the delivery.
// ErrConflict: the holder has lost it meanwhile; the attempt is not counted.
func (s *Store) Settle(ctx context.Context, holder string, a DeliveryAttempt, state DeliveryState, next time.Time) error {
	return s.change(ctx, "settle delivery", func(t *tx) error {
		var n []int
		if err := t.list(&n, settleDelivery, string(state), millis(next), a.Delivery, holder); err != nil {
			return err
		}
		if len(n) == 0 {
			return ErrConflict
		}
		_, err := t.exec(insertAttempt, a.Delivery, n[0], millis(a.At), a.Took.Milliseconds(), a.Status, a.Error)
		return err
	})
}

// SucceededSince reports whether a webhook has taken anything since then.
func (s *Store) SucceededSince(ctx context.Context, webhook string, since time.Time) (bool, error) {
	n, err := one[int](ctx, s, "successes", succeededSince, webhook, millis(since))
	return n > 0, err
}

// DisableWebhook stops everything to a webhook until it is enabled; what waits
// and what comes is kept. It reports whether it was in use.
func (s *Store) DisableWebhook(ctx context.Context, id, reason string, now time.Time) (was bool, err error) {
	err = s.change(ctx, "disable webhook", func(t *tx) error {
		n, err := t.exec(disableWebhook, millis(now), reason, id)
		was = n > 0
		return err
	})
	return was, err
}
