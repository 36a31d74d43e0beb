package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Attempt is one request of a partner under a name of its own choice.
type Attempt struct {
	Partner, Name string
	Print         []byte    // of what was asked; another request has another
	Holder        string    // who carries it out, unlike any other; 26 random letters
	Until         time.Time // when somebody else may carry it out instead
}

// Answer is what a request was answered.
type Answer struct {
	Status int
	Body   []byte
	// Conversation is whose data the body has, an answer being erased with it.
	// It is only stored; "", or one that is not there: nobody's.
	Conversation string
}

type attemptRow struct {
	Print     []byte `db:"print"`
	Status    int    `db:"status"`
	Body      []byte `db:"body"`
	ExpiresAt int64  `db:"expires_at"`
}

const (
	// The seed stays while the same request is begun again, and is another one
	// for what has the name after it has expired.
	beginAttempt = `INSERT INTO idempotency (partner, name, print, holder, seed, status, body, expires_at)
	VALUES (?, ?, ?, ?, ?, 0, NULL, ?)
	ON CONFLICT (partner, name) DO UPDATE SET print = excluded.print, holder = excluded.holder,
	seed = CASE WHEN idempotency.status > 0 THEN excluded.seed ELSE idempotency.seed END, status = 0, body = NULL,
	conversation = NULL, expires_at = excluded.expires_at
	WHERE idempotency.expires_at <= ? AND (idempotency.status > 0 OR idempotency.print = excluded.print) RETURNING seed`
	readAttempt = `SELECT print, status, body, expires_at FROM idempotency WHERE partner = ? AND name = ?`
	endAttempt  = `UPDATE idempotency SET status = ?, body = ?, expires_at = ?,
	conversation = (SELECT id FROM conversations WHERE id = ?)
	WHERE partner = ? AND name = ? AND holder = ? AND status = 0`
	dropAttempt = `UPDATE idempotency SET expires_at = ? WHERE partner = ? AND name = ? AND holder = ? AND status = 0`
	// An attempt that was begun and never ended keeps its name for a day as well.
	sweepAttempts = `DELETE FROM idempotency WHERE expires_at <= ? AND (status > 0 OR expires_at <= ?)`
)

// Begin says what to do with a request: carry it out (no answer), or answer what
// it was answered. The seed is the same whoever carries it out, so what it makes
// can be named after it and is made once. ErrExists: the name belongs to another
// request. ErrConflict: it is being carried out.
func (s *Store) Begin(ctx context.Context, a Attempt) (seed string, answer *Answer, err error) {
	err = s.change(ctx, "begin attempt", func(t *tx) error {
		seed, answer = "", nil
		err := t.get(&seed, beginAttempt, a.Partner, a.Name, a.Print, a.Holder, a.Holder, millis(a.Until), millis(s.clock()))
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		var row attemptRow
		if err := t.get(&row, readAttempt, a.Partner, a.Name); err != nil {
			return err
		}
		switch {
		case string(row.Print) != string(a.Print):
			return ErrExists
		case row.Status == 0:
			return ErrConflict
		}
		answer = &Answer{Status: row.Status, Body: row.Body}
		return nil
	})
	return seed, answer, err
}

// Finish keeps the answer of a request that was carried out, until the given
// time. It does nothing when somebody else carries it out meanwhile.
func (s *Store) Finish(ctx context.Context, a Attempt, answer Answer, until time.Time) error {
	return s.change(ctx, "finish attempt", func(t *tx) error {
		_, err := t.exec(endAttempt, answer.Status, answer.Body, millis(until), answer.Conversation, a.Partner, a.Name, a.Holder)
		return err
	})
}

// Abandon lets the same request begin again at once; another may not.
func (s *Store) Abandon(ctx context.Context, a Attempt) error {
	return s.change(ctx, "abandon attempt", func(t *tx) error {
		_, err := t.exec(dropAttempt, millis(s.clock()), a.Partner, a.Name, a.Holder)
		return err
	})
}

// SweepAttempts removes what has expired, and what was begun before the given
// time and never ended.
func (s *Store) SweepAttempts(ctx context.Context, begunBefore time.Time) error {
	return s.change(ctx, "sweep attempts", func(t *tx) error {
		_, err := t.exec(sweepAttempts, millis(s.clock()), millis(begunBefore))
		return err
	})
}
