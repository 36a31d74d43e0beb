package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Receipt is how far a party has read.
type Receipt struct {
	Party string `db:"party"`
	Read  int64  `db:"read"`
}

// Rating is what a user thought of a handoff; a later one replaces it.
type Rating struct {
	Handoff string
	Stars   int
	Text    string
	At      time.Time
}

type ratingRow struct {
	Stars int    `db:"stars"`
	Text  string `db:"text"`
	At    int64  `db:"at"`
}

const (
	// The mark never goes back and never lies beyond the last message.
	upsertReceipt = `INSERT INTO receipts (conversation, party, read)
	SELECT id, ?, CASE WHEN last_seq < ? THEN last_seq ELSE ? END FROM conversations WHERE id = ?
	ON CONFLICT (conversation, party) DO UPDATE SET read = excluded.read WHERE receipts.read < excluded.read`
	selectReceipt  = `SELECT read FROM receipts WHERE conversation = ? AND party = ?`
	selectReceipts = `SELECT party, read FROM receipts WHERE conversation = ? ORDER BY party`
	upsertRating   = `INSERT INTO ratings (handoff, stars, text, at) SELECT id, ?, ?, ? FROM handoffs WHERE id = ?
	ON CONFLICT (handoff) DO UPDATE SET stars = excluded.stars, text = excluded.text, at = excluded.at`
	selectRating = `SELECT stars, text, at FROM ratings WHERE handoff = ?`
)

func (r Receipt) apply(t *tx, conversation string) error {
	_, err := t.exec(upsertReceipt, r.Party, r.Read, r.Read, conversation)
	return err
}

// SetReceipt raises the mark up to which a party has read, at most to the last
// message, and returns where it now stands. ErrNotFound: no such conversation.
func (s *Store) SetReceipt(ctx context.Context, conversation, party string, read int64) (int64, error) {
	var mark int64
	err := s.change(ctx, "set receipt", func(t *tx) error {
		if err := (Receipt{Party: party, Read: read}).apply(t, conversation); err != nil {
			return err
		}
		err := t.get(&mark, selectReceipt, conversation, party)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	return mark, nil
}

// Receipts lists how far each party of a conversation has read.
func (s *Store) Receipts(ctx context.Context, conversation string) ([]Receipt, error) {
	return all[Receipt](ctx, s, "receipts", selectReceipts, conversation)
}

// AddRating stores what a user thought. ErrNotFound: no such handoff.
func (s *Store) AddRating(ctx context.Context, r Rating) error {
	if !storable(r.Text) {
		return s.wrap("add rating", ErrInvalid)
	}
	return s.change(ctx, "add rating", func(t *tx) error {
		n, err := t.exec(upsertRating, r.Stars, r.Text, millis(r.At), r.Handoff)
		if err == nil && n == 0 {
			return ErrNotFound
		}
		return err
	})
}

// Rating is the rating of a handoff, or ErrNotFound.
func (s *Store) Rating(ctx context.Context, handoff string) (Rating, error) {
	r, err := one[ratingRow](ctx, s, "rating", selectRating, handoff)
	if err != nil {
		return Rating{}, err
	}
	return Rating{Handoff: handoff, Stars: r.Stars, Text: r.Text, At: moment(r.At)}, nil
}
