package store

import (
	"context"
	"time"
)

// Decision is the receipt of a decision that a partner asked for by itself.
// Receipts of what the bot said stand with its messages.
type Decision struct {
	ID      string
	Partner string
	At      time.Time
	Data    []byte // opaque here
}

type decisionRow struct {
	ID      string `db:"id"`
	Partner string `db:"partner"`
	At      int64  `db:"at"`
	Data    []byte `db:"data"`
}

const (
	insertDecision = `INSERT INTO decisions (id, partner, at, data) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`
	decisionByID   = `SELECT id, partner, at, data FROM decisions WHERE id = ?`
	sweepDecisions = `DELETE FROM decisions WHERE at < ?`
)

// AddDecision stores a receipt; one with this id that is there already stays.
func (s *Store) AddDecision(ctx context.Context, d Decision) error {
	return s.change(ctx, "add decision", func(t *tx) error {
		_, err := t.exec(insertDecision, d.ID, d.Partner, millis(d.At), d.Data)
		return err
	})
}

// Decision is the receipt with this id, or ErrNotFound.
func (s *Store) Decision(ctx context.Context, id string) (Decision, error) {
	r, err := one[decisionRow](ctx, s, "decision", decisionByID, id)
	return Decision{ID: r.ID, Partner: r.Partner, At: moment(r.At), Data: r.Data}, err
}

// SweepDecisions removes receipts from before the given time.
func (s *Store) SweepDecisions(ctx context.Context, before time.Time) error {
	return s.change(ctx, "sweep decisions", func(t *tx) error {
		_, err := t.exec(sweepDecisions, millis(before))
		return err
	})
}
