package api

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"usher/server/internal/audit"
	"usher/server/internal/auth"
	"usher/server/internal/limit"
	"usher/server/internal/store"
	"usher/server/internal/wire"
)

const (
	// defaultRate is what a key may do that was made without a rate.
	defaultRate = "60/m"
	// defaultLife is how long such a key lives, so that a forgotten one ends;
	// longestLife is how long any may.
	defaultLife = 365 * 24 * time.Hour
	longestLife = 2 * defaultLife
	nameMax     = 100
)

// NewKey is how a key is asked for; what is left out has a default.
type NewKey struct {
	Name   string        // of the partner, as agents see it
	Scopes []string      // none: all
	Rate   string        // like 60/m; "": that
	Life   time.Duration // 0: a year
	// Replaces is the id of a live key of the same partner. Both live until
	// that one is revoked or expires; "": a partner of its own.
	Replaces string
	By       Maker
}

// Maker is who makes or revokes a key, for the log of what staff do: an agent's
// id and role, or [audit.Operator].
type Maker struct{ ID, Role string }

// notes is the entry of the log about a key.
func (m Maker) notes(did audit.Action, key, detail string) audit.Entry {
	return audit.Entry{Actor: m.ID, Role: m.Role, Action: did, Object: key, Detail: detail}
}

// RevokeKey ends a key within five seconds, see keyTrust; again is no error.
func RevokeKey(ctx context.Context, st *store.Store, id string, by Maker) error {
	return st.RevokeKey(ctx, id, by.notes(audit.KeyRevoked, id, ""))
}

// KeyError says why a key cannot be made like that.
type KeyError struct{ Field, Rule string }

// Error says what to do.
func (e *KeyError) Error() string { return "key: " + e.Field + " " + e.Rule }

// MakeKey makes and stores a key. The text is shown once and kept nowhere.
func MakeKey(ctx context.Context, st *store.Store, n NewKey, now time.Time) (store.APIKey, string, error) {
	bad := func(field, rule string) (store.APIKey, string, error) {
		return store.APIKey{}, "", &KeyError{field, rule}
	}
	n.Name = strings.TrimSpace(n.Name)
	rate, err := limit.ParseRate(orText(n.Rate, defaultRate))
	switch {
	case !wire.Visible(n.Name) || len(n.Name) > nameMax || !auth.Shown(n.Name):
		return bad("name", "has 1 to 100 bytes that can be seen, and none that turn the direction of text")
	case err != nil:
		return bad("rate", "is a count and s, m, h or d, like 60/m")
	case n.Life < 0 || n.Life > longestLife:
		return bad("days", "are at most two years")
	}
	for _, scope := range n.Scopes {
		if !slices.Contains(Scopes(), scope) {
			return bad("scopes", "are of "+strings.Join(Scopes(), ", "))
		}
	}
	if len(n.Scopes) == 0 {
		n.Scopes = Scopes()
	}
	if n.Life == 0 {
		n.Life = defaultLife
	}
	text, hash := auth.NewAPIKey()
	id := auth.NewID()
	key := store.APIKey{
		ID: id, Partner: id, Name: n.Name, Hash: hash[:], Scopes: n.Scopes, Rate: rate.String(),
		CreatedAt: now.UTC().Truncate(time.Millisecond), ExpiresAt: now.Add(n.Life).UTC().Truncate(time.Millisecond),
	}
	if n.Replaces != "" {
		old, err := st.KeyByID(ctx, n.Replaces)
		switch {
		case errors.Is(err, store.ErrNotFound) || err == nil && !old.Live(now):
			return bad("replaces", "is the id of a live key")
		case err != nil:
			return store.APIKey{}, "", err
		}
		key.Partner = old.Partner
	}
	detail := "rate=" + key.Rate + " scopes=" + strings.Join(key.Scopes, ",")
	if n.Replaces != "" {
		detail += " beside=" + n.Replaces
	}
	err = st.AddKey(ctx, key, n.By.notes(audit.KeyAdded, key.ID, detail))
	if errors.Is(err, store.ErrConflict) {
		return bad("replaces", "names a partner with two live keys: revoke one first")
	}
	return key, text, err
}

func orText(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// StateOf is what a key is at this moment: live, revoked or expired.
func StateOf(k store.APIKey, now time.Time) string {
	switch {
	case !k.RevokedAt.IsZero():
		return "revoked"
	case !now.Before(k.ExpiresAt):
		return "expired"
	}
	return "live"
}
