package store

import (
	"context"
	"time"
)

// Conversation is one chat and where it stands.
type Conversation struct {
	ID      string
	Version int64 // how often it was stored; 0: not yet
	Epoch   int64 // counts the owners; never goes down
	Owner   string
	LastSeq int64 // the last message's number
	// LastEvent is the last event's number.
	LastEvent   int64
	SessionHash []byte    // of the secret that resumes it; unique; nil for none
	Subject     string    // the host app's user; empty: not verified
	Partner     string    // whose conversation it is; empty: our own chat's
	Due         time.Time // the next reminder; zero: none
	ClosedAt    time.Time
	CreatedAt   time.Time
	UpdatedAt   time.Time
	State       []byte // opaque here
}

// Reminder is a conversation that wants to be woken.
type Reminder struct {
	Conversation string
	At           time.Time
}

type reminderRow struct {
	ID  string `db:"id"`
	Due int64  `db:"due"`
}

type conversationRow struct {
	ID          string `db:"id"`
	Version     int64  `db:"version"`
	Epoch       int64  `db:"epoch"`
	Owner       string `db:"owner"`
	LastSeq     int64  `db:"last_seq"`
	LastEvent   int64  `db:"last_event"`
	SessionHash []byte `db:"session_hash"`
	Subject     string `db:"subject"`
	Partner     string `db:"partner"`
	Due         int64  `db:"due"`
	ClosedAt    int64  `db:"closed_at"`
	CreatedAt   int64  `db:"created_at"`
	UpdatedAt   int64  `db:"updated_at"`
	State       []byte `db:"state"`
}

func (r conversationRow) conversation() Conversation {
	return Conversation{
		ID: r.ID, Version: r.Version, Epoch: r.Epoch, Owner: r.Owner, LastSeq: r.LastSeq, LastEvent: r.LastEvent,
		SessionHash: r.SessionHash, Subject: r.Subject, Partner: r.Partner, Due: moment(r.Due),
		ClosedAt: moment(r.ClosedAt), CreatedAt: moment(r.CreatedAt), UpdatedAt: moment(r.UpdatedAt), State: r.State,
	}
}

const (
	selectConversation = `SELECT id, version, epoch, owner, last_seq, last_event, session_hash, subject, partner,
	due, closed_at, created_at, updated_at, state FROM conversations `
	byID      = selectConversation + `WHERE id = ?`
	bySession = selectConversation + `WHERE session_hash = ?`
	bySubject = selectConversation + `WHERE subject = ? AND partner = ? AND subject <> ''
	ORDER BY created_at DESC, id LIMIT 1`
)

// Load is the conversation with this id, or ErrNotFound.
func (s *Store) Load(ctx context.Context, id string) (Conversation, error) {
	return s.conversation(ctx, "load conversation", byID, id)
}

// BySession is the conversation resumed by the secret with this hash, or ErrNotFound.
func (s *Store) BySession(ctx context.Context, hash []byte) (Conversation, error) {
	return s.conversation(ctx, "load conversation by session", bySession, hash)
}

// LatestBySubject is the newest conversation of a verified user, open or
// closed, or ErrNotFound. An empty partner means our own chat.
func (s *Store) LatestBySubject(ctx context.Context, subject, partner string) (Conversation, error) {
	return s.conversation(ctx, "load conversation by subject", bySubject, subject, partner)
}

func (s *Store) conversation(ctx context.Context, doing, query string, args ...any) (Conversation, error) {
	r, err := one[conversationRow](ctx, s, doing, query, args...)
	if err != nil {
		return Conversation{}, err
	}
	return r.conversation(), nil
}

// A page of reminders goes on after the last one of the page before, so that
// conversations which cannot be woken never hide the ones behind them.
const selectDue = `SELECT id, due FROM conversations
	WHERE due > 0 AND due <= ? AND (due > ? OR (due = ? AND id > ?)) ORDER BY due, id LIMIT ?`

// Due lists up to limit conversations whose reminder is at or before now, the
// oldest first, beginning after the given one (the zero Reminder: from the start).
func (s *Store) Due(ctx context.Context, now time.Time, after Reminder, limit int) ([]Reminder, error) {
	from := millis(after.At)
	rows, err := all[reminderRow](ctx, s, "due conversations", selectDue, millis(now), from, from, after.Conversation, limit)
	return each(rows, err, func(r reminderRow) Reminder { return Reminder{Conversation: r.ID, At: moment(r.Due)} })
}
