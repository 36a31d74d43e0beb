package store

import (
	"context"
	"time"
)

// DeliveryState says what becomes of a delivery.
type DeliveryState string

// The states of a delivery.
const (
	Pending   DeliveryState = "pending"   // it is to be attempted at NextAt
	Delivered DeliveryState = "delivered" // the receiver has it
	Failed    DeliveryState = "failed"    // it is attempted no more, unless asked for
)

// Delivery is one event on its way to one webhook.
type Delivery struct {
	ID           string // the same at every attempt
	Webhook      string
	N            int64 // of the event in the partner's feed
	Conversation string
	Type         string
	Body         []byte // as it is sent
	State        DeliveryState
	Tries        int // attempts of the schedule under way
	Attempts     int // all attempts
	NextAt       time.Time
	CreatedAt    time.Time
}

// DeliveryAttempt is how one attempt went.
type DeliveryAttempt struct {
	Delivery string
	N        int // 1, 2, 3 … of the delivery
	At       time.Time
	Took     time.Duration
	Status   int    // of the answer; 0: none came
	Error    string // a word for what failed; "": nothing
}

type deliveryRow struct {
	ID           string `db:"id"`
	Webhook      string `db:"webhook"`
	N            int64  `db:"n"`
	Conversation string `db:"conversation"`
	Type         string `db:"type"`
	Body         []byte `db:"body"`
	State        string `db:"state"`
	Tries        int    `db:"tries"`
	Attempts     int    `db:"attempts"`
	NextAt       int64  `db:"next_at"`
	CreatedAt    int64  `db:"created_at"`
}

func (r deliveryRow) delivery() Delivery {
	return Delivery{
		ID: r.ID, Webhook: r.Webhook, N: r.N, Conversation: r.Conversation, Type: r.Type, Body: r.Body,
		State: DeliveryState(r.State), Tries: r.Tries, Attempts: r.Attempts, NextAt: moment(r.NextAt), CreatedAt: moment(r.CreatedAt),
	}
}

type attemptLogRow struct {
	Delivery string `db:"delivery"`
	N        int    `db:"n"`
	At       int64  `db:"at"`
	Took     int64  `db:"took"`
	Status   int    `db:"status"`
	Error    string `db:"error"`
}

func (r attemptLogRow) attempt() DeliveryAttempt {
	return DeliveryAttempt{
		Delivery: r.Delivery, N: r.N, At: moment(r.At), Took: time.Duration(r.Took) * time.Millisecond, Status: r.Status, Error: r.Error,
	}
}

const (
	deliveryFields = `id, webhook, n, conversation, type, body, state, tries, attempts, next_at, created_at`
	oneDelivery    = `SELECT ` + deliveryFields + ` FROM deliveries WHERE webhook = ? AND id = ?`
	listDeliveries = `SELECT ` + deliveryFields + ` FROM deliveries WHERE webhook = ? AND n < ? ORDER BY n DESC LIMIT ?`
	listAttempts   = `SELECT a.delivery, a.n, a.at, a.took, a.status, a.error FROM attempts a JOIN deliveries d ON d.id = a.delivery
	WHERE d.webhook = ? AND d.n >= ? AND d.n < ? ORDER BY d.n DESC, a.n`
	redeliver = `UPDATE deliveries SET state = 'pending', tries = 0, next_at = ? WHERE webhook = ? AND id = ?`
)

// Delivery is a webhook's delivery with this id, or ErrNotFound.
func (s *Store) Delivery(ctx context.Context, webhook, id string) (Delivery, error) {
	r, err := one[deliveryRow](ctx, s, "delivery", oneDelivery, webhook, id)
	return r.delivery(), err
}

// Deliveries lists up to limit deliveries of events before the given number,
// the newest first.
func (s *Store) Deliveries(ctx context.Context, webhook string, before int64, limit int) ([]Delivery, error) {
	rows, err := all[deliveryRow](ctx, s, "deliveries", listDeliveries, webhook, before, limit)
	return each(rows, err, deliveryRow.delivery)
}

// DeliveryAttempts lists the attempts of a webhook's deliveries whose numbers are
// from the first up to before the last given, by delivery.
func (s *Store) DeliveryAttempts(ctx context.Context, webhook string, from, before int64) (map[string][]DeliveryAttempt, error) {
	rows, err := all[attemptLogRow](ctx, s, "attempts", listAttempts, webhook, from, before)
	out := map[string][]DeliveryAttempt{}
	for _, r := range rows {
		out[r.Delivery] = append(out[r.Delivery], r.attempt())
	}
	return out, err
}

// Redeliver begins the schedule of a delivery again, whatever became of it. An
// attempt that is under way at that moment counts as its first.
func (s *Store) Redeliver(ctx context.Context, webhook, id string, now time.Time) error {
	return s.alter(ctx, "redeliver", []any{redeliver, millis(now), webhook, id})
}
