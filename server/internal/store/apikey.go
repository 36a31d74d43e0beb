package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"usher/server/internal/audit"
)

// APIKey is what is kept of a partner's key: never the key, only its hash.
type APIKey struct {
	ID      string
	Partner string // whose: keys of one partner see the same things
	Name    string
	Hash    []byte
	Scopes  []string
	Rate    string
	// CreatedAt, and until when it opens anything; zero RevokedAt: not revoked;
	// zero UsedAt: never used.
	CreatedAt, ExpiresAt, RevokedAt, UsedAt time.Time
}

// Live reports whether the key opens anything at this moment.
func (k APIKey) Live(now time.Time) bool { return k.RevokedAt.IsZero() && now.Before(k.ExpiresAt) }

// LiveKeys is how many keys of one partner may be live at once: the old one
// and its successor while the partner changes over.
const LiveKeys = 2

type apiKeyRow struct {
	ID        string `db:"id"`
	Partner   string `db:"partner"`
	Name      string `db:"name"`
	Hash      []byte `db:"hash"`
	Scopes    string `db:"scopes"`
	Rate      string `db:"rate"`
	CreatedAt int64  `db:"created_at"`
	ExpiresAt int64  `db:"expires_at"`
	RevokedAt int64  `db:"revoked_at"`
	UsedAt    int64  `db:"used_at"`
}

func (r apiKeyRow) key() APIKey {
	return APIKey{
		ID: r.ID, Partner: r.Partner, Name: r.Name, Hash: r.Hash, Scopes: strings.Fields(r.Scopes), Rate: r.Rate,
		CreatedAt: moment(r.CreatedAt), ExpiresAt: moment(r.ExpiresAt), RevokedAt: moment(r.RevokedAt), UsedAt: moment(r.UsedAt),
	}
}

const (
	insertKey = `INSERT INTO api_keys (id, partner, name, hash, scopes, rate, created_at, expires_at, revoked_at, used_at)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0) ON CONFLICT DO NOTHING`
	// Every key of the partner is written, so that two who add one at once wait
	// for each other, on whatever replica.
	lockKeys  = `UPDATE api_keys SET partner = partner WHERE partner = ?`
	countLive = `SELECT COUNT(*) FROM api_keys WHERE partner = ? AND revoked_at = 0 AND expires_at > ?`
	selectKey = `SELECT id, partner, name, hash, scopes, rate, created_at, expires_at, revoked_at, used_at FROM api_keys `
	keyByHash = selectKey + `WHERE hash = ?`
	keyByID   = selectKey + `WHERE id = ?`
	allKeys   = selectKey + `ORDER BY created_at, id`
	revokeKey = `UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at = 0`
	touchKey  = `UPDATE api_keys SET used_at = ? WHERE id = ? AND used_at < ?`
)

// AddKey stores a new key. ErrExists: the id or the hash is taken. ErrConflict:
// its partner has LiveKeys live ones already.
func (s *Store) AddKey(ctx context.Context, k APIKey, noted ...audit.Entry) error {
	if k.ID == "" || k.Partner == "" || len(k.Hash) == 0 || !storable(k.ID, k.Partner, k.Name, k.Rate) || !storable(k.Scopes...) {
		return s.wrap("add key", fmt.Errorf("%w: key", ErrInvalid))
	}
	return s.changeNoted(ctx, "add key", noted, func(t *tx) error {
		if _, err := t.exec(lockKeys, k.Partner); err != nil {
			return err
		}
		var live int
		if err := t.get(&live, countLive, k.Partner, millis(s.clock())); err != nil {
			return err
		}
		if live >= LiveKeys {
			return ErrConflict
		}
		n, err := t.exec(insertKey, k.ID, k.Partner, k.Name, k.Hash, strings.Join(k.Scopes, " "), k.Rate,
			millis(k.CreatedAt), millis(k.ExpiresAt))
		if err == nil && n == 0 {
			return ErrExists
		}
		return err
	})
}

// KeyByHash is the key with this hash, live or not, or ErrNotFound.
func (s *Store) KeyByHash(ctx context.Context, hash []byte) (APIKey, error) {
	r, err := one[apiKeyRow](ctx, s, "key by hash", keyByHash, hash)
	return r.key(), err
}

// KeyByID is the key with this id, live or not, or ErrNotFound.
func (s *Store) KeyByID(ctx context.Context, id string) (APIKey, error) {
	r, err := one[apiKeyRow](ctx, s, "key by id", keyByID, id)
	return r.key(), err
}

// Keys lists every key, the oldest first.
func (s *Store) Keys(ctx context.Context) ([]APIKey, error) {
	rows, err := all[apiKeyRow](ctx, s, "keys", allKeys)
	return each(rows, err, apiKeyRow.key)
}

// RevokeKey ends a key; one that is revoked stays as it was, and nothing is
// noted. ErrNotFound: there is none.
func (s *Store) RevokeKey(ctx context.Context, id string, noted ...audit.Entry) error {
	err := s.changeNoted(ctx, "revoke key", noted, func(t *tx) error {
		n, err := t.exec(revokeKey, millis(s.clock()), id)
		if err == nil && n == 0 {
			return ErrNotFound
		}
		return err
	})
	if errors.Is(err, ErrNotFound) {
		if _, lookup := s.KeyByID(ctx, id); lookup == nil {
			return nil // revoked before
		}
	}
	return err
}

// TouchKey notes that a key was used.
func (s *Store) TouchKey(ctx context.Context, id string, at time.Time) error {
	return s.change(ctx, "touch key", func(t *tx) error {
		_, err := t.exec(touchKey, millis(at), id, millis(at))
		return err
	})
}
