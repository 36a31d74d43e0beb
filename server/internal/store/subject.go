package store

import (
	"context"
	"fmt"
)

// Record is all that is stored about one conversation.
type Record struct {
	Conversation Conversation
	Messages     []Message
	Events       []Event
	Notes        []Note
	Handoffs     []Handoff
	Receipts     []Receipt
	Ratings      []Rating
}

// everything is a page that never ends.
const everything = 1 << 40

const (
	deleteSubject = `DELETE FROM conversations WHERE subject = ? AND subject <> ''`
	ratingsOf     = `SELECT handoff, stars, text, at FROM ratings
	WHERE handoff IN (SELECT id FROM handoffs WHERE conversation = ?) ORDER BY handoff`
)

// Erase deletes every conversation of a host app's user, with all that belongs
// to it, whoever's conversation it was, and returns how many there were. What
// is deleted is overwritten in the file.
func (s *Store) Erase(ctx context.Context, subject string) (int64, error) {
	var n int64
	err := s.change(ctx, "erase", func(t *tx) (err error) {
		n, err = t.exec(deleteSubject, subject) // the rest goes with it: ON DELETE CASCADE
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// Export is all that is stored about a conversation, or ErrNotFound. What is
// written meanwhile may be missing; nothing is there in part.
func (s *Store) Export(ctx context.Context, conversation string) (Record, error) {
	var r Record
	var err error
	// The conversation comes last: a list read before it can only be shorter.
	if r.Ratings, err = s.ratings(ctx, conversation); err != nil {
		return Record{}, err
	}
	if r.Receipts, err = s.Receipts(ctx, conversation); err != nil {
		return Record{}, err
	}
	if r.Handoffs, err = s.HandoffsOfConversation(ctx, conversation); err != nil {
		return Record{}, err
	}
	if r.Notes, err = s.Notes(ctx, conversation); err != nil {
		return Record{}, err
	}
	if r.Events, err = s.Events(ctx, conversation, 0, everything); err != nil {
		return Record{}, err
	}
	if r.Messages, err = s.Messages(ctx, conversation, 0, everything); err != nil {
		return Record{}, err
	}
	if r.Conversation, err = s.Load(ctx, conversation); err != nil {
		return Record{}, fmt.Errorf("export: %w", err)
	}
	return r, nil
}

func (s *Store) ratings(ctx context.Context, conversation string) ([]Rating, error) {
	type row struct {
		Handoff string `db:"handoff"`
		ratingRow
	}
	rows, err := all[row](ctx, s, "ratings", ratingsOf, conversation)
	return each(rows, err, func(r row) Rating {
		return Rating{Handoff: r.Handoff, Stars: r.Stars, Text: r.Text, At: moment(r.At)}
	})
}
