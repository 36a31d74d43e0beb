package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Webhook is an address that a partner wants its events sent to.
type Webhook struct {
	ID, Partner, URL    string
	Events              []string // types that are sent; none: all
	Secret              []byte   // signs what is sent
	OldSecret           []byte   // signs it as well until OldUntil
	Through             int64    // up to which number of the partner's feed deliveries are made
	OldUntil, CreatedAt time.Time
	DisabledAt          time.Time // zero: it is in use
	Reason              string    // why it was disabled
}

// WebhooksOfPartner is how many webhooks a partner may have at once.
const WebhooksOfPartner = 10

type webhookRow struct {
	ID         string `db:"id"`
	Partner    string `db:"partner"`
	URL        string `db:"url"`
	Events     string `db:"events"`
	Secret     []byte `db:"secret"`
	OldSecret  []byte `db:"old_secret"`
	OldUntil   int64  `db:"old_until"`
	Through    int64  `db:"through"`
	CreatedAt  int64  `db:"created_at"`
	DisabledAt int64  `db:"disabled_at"`
	Reason     string `db:"reason"`
}

func (r webhookRow) webhook() Webhook {
	return Webhook{
		ID: r.ID, Partner: r.Partner, URL: r.URL, Events: strings.Fields(r.Events), Secret: r.Secret, OldSecret: r.OldSecret,
		Through: r.Through, OldUntil: moment(r.OldUntil), CreatedAt: moment(r.CreatedAt),
		DisabledAt: moment(r.DisabledAt), Reason: r.Reason,
	}
}

const (
	lastOfFeed    = `SELECT COALESCE((SELECT last FROM feeds WHERE partner = ?), 0)`
	countWebhooks = `SELECT COUNT(*) FROM webhooks WHERE partner = ?`
	insertWebhook = `INSERT INTO webhooks (id, partner, url, events, secret, old_secret, old_until, through, created_at,
	disabled_at, reason) VALUES (?, ?, ?, ?, ?, NULL, 0, ?, ?, 0, '') ON CONFLICT (id) DO NOTHING`
	selectWebhook = `SELECT id, partner, url, events, secret, old_secret, old_until, through, created_at,
	disabled_at, reason FROM webhooks `
	webhookByID   = selectWebhook + `WHERE id = ?`
	webhooksOf    = selectWebhook + `WHERE partner = ? ORDER BY created_at, id`
	deleteWebhook = `DELETE FROM webhooks WHERE id = ?`
	// Again within the time: who did not get the answer has the older one.
	rotateWebhook = `UPDATE webhooks SET old_secret = CASE WHEN old_until > ? THEN old_secret ELSE secret END,
	old_until = ?, secret = ? WHERE id = ?`
	// What was given up because the webhook did not answer is wanted at once.
	enableWebhook   = `UPDATE webhooks SET disabled_at = 0, reason = '' WHERE id = ?`
	enableWaiting   = `UPDATE deliveries SET next_at = ?, tries = 0 WHERE webhook = ? AND state = 'pending'`
	disableWebhook  = `UPDATE webhooks SET disabled_at = ?, reason = ? WHERE id = ? AND disabled_at = 0`
	disabledOnes    = `SELECT COUNT(*) FROM webhooks WHERE disabled_at > 0`
	waitingOnes     = `SELECT COUNT(*) FROM deliveries WHERE state = 'pending'`
	sweepDeliveries = `DELETE FROM deliveries WHERE created_at < ?`
)

// AddWebhook stores a new webhook; it gets the events from now on. ErrExists:
// the id is taken. ErrConflict: its partner has WebhooksOfPartner already; those
// who add some at the same moment on other replicas are not waited for.
func (s *Store) AddWebhook(ctx context.Context, w Webhook) error {
	if w.ID == "" || w.Partner == "" || len(w.Secret) == 0 || !storable(w.ID, w.Partner, w.URL) || !storable(w.Events...) {
		return s.wrap("add webhook", fmt.Errorf("%w: webhook", ErrInvalid))
	}
	return s.change(ctx, "add webhook", func(t *tx) error {
		var last int64
		if err := t.get(&last, lastOfFeed, w.Partner); err != nil {
			return err
		}
		var n int
		if err := t.get(&n, countWebhooks, w.Partner); err != nil {
			return err
		}
		if n >= WebhooksOfPartner {
			return ErrConflict
		}
		stored, err := t.exec(insertWebhook, w.ID, w.Partner, w.URL, strings.Join(w.Events, " "), w.Secret, last, millis(w.CreatedAt))
		if err == nil && stored == 0 {
			return ErrExists
		}
		return err
	})
}

// Webhook is the webhook with this id, or ErrNotFound.
func (s *Store) Webhook(ctx context.Context, id string) (Webhook, error) {
	r, err := one[webhookRow](ctx, s, "webhook", webhookByID, id)
	return r.webhook(), err
}

// Webhooks lists a partner's, the oldest first.
func (s *Store) Webhooks(ctx context.Context, partner string) ([]Webhook, error) {
	rows, err := all[webhookRow](ctx, s, "webhooks", webhooksOf, partner)
	return each(rows, err, webhookRow.webhook)
}

// alter changes one webhook by the statements, the first of which tells whether
// it is there.
func (s *Store) alter(ctx context.Context, doing string, statements ...[]any) error {
	return s.change(ctx, doing, func(t *tx) error {
		for i, args := range statements {
			n, err := t.exec(args[0].(string), args[1:]...)
			switch {
			case err != nil:
				return err
			case i == 0 && n == 0:
				return ErrNotFound
			}
		}
		return nil
	})
}

// DeleteWebhook removes a webhook with its log. ErrNotFound: there is none.
func (s *Store) DeleteWebhook(ctx context.Context, id string) error {
	return s.alter(ctx, "delete webhook", []any{deleteWebhook, id})
}

// RotateWebhook gives a webhook another secret; the one it had signs as well
// until the given time. While one from before still does, that one goes on, and
// the one in between is forgotten.
func (s *Store) RotateWebhook(ctx context.Context, id string, secret []byte, oldUntil time.Time) error {
	return s.alter(ctx, "rotate webhook", []any{rotateWebhook, millis(s.clock()), millis(oldUntil), secret, id})
}

// EnableWebhook puts a webhook to use again: what waits for it is due at the
// given time, and the events that came meanwhile follow.
func (s *Store) EnableWebhook(ctx context.Context, id string, now time.Time) error {
	return s.alter(ctx, "enable webhook", []any{enableWebhook, id}, []any{enableWaiting, millis(now), id})
}

// WebhookStats is how many webhooks are disabled and how many deliveries wait.
func (s *Store) WebhookStats(ctx context.Context) (disabled, waiting int64, err error) {
	if disabled, err = one[int64](ctx, s, "disabled webhooks", disabledOnes); err == nil {
		waiting, err = one[int64](ctx, s, "waiting deliveries", waitingOnes)
	}
	return disabled, waiting, err
}

// SweepDeliveries removes deliveries made before the given time, with their log.
func (s *Store) SweepDeliveries(ctx context.Context, before time.Time) error {
	return s.change(ctx, "sweep deliveries", func(t *tx) error {
		_, err := t.exec(sweepDeliveries, millis(before))
		return err
	})
}

// Wants reports whether events of this type are sent.
func (w *Webhook) Wants(kind string) bool {
	return len(w.Events) == 0 || slices.Contains(w.Events, kind)
}
