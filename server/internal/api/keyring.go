package api

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"usher/server/internal/auth"
	"usher/server/internal/limit"
	"usher/server/internal/store"
)

const (
	// keyTrust is how long a key that was read is taken for good: a revoked one
	// is promised to stop within five seconds.
	keyTrust = 2 * time.Second
	// keyUse is how exactly a key's last use is kept.
	keyUse = time.Minute
	// keysKept bounds the memory; beyond it all are read again.
	keysKept = 10_000
)

// access is a live key with what it may do.
type access struct {
	store.APIKey
	rate limit.Rate
}

// name is what the log calls a key: its id, which opens nothing.
func (k *access) name() string {
	if k == nil {
		return "none"
	}
	return k.ID
}

func (k *access) may(scope string) bool { return slices.Contains(k.Scopes, scope) }

// keyring remembers keys for a moment. Keys that open nothing are not kept: a
// checksum keeps most of them from the store.
type keyring struct {
	store *store.Store
	clock func() time.Time

	mu    sync.Mutex
	known map[auth.Hash]*trusted
}

// trusted is a key that was live when it was read.
type trusted struct {
	access
	until time.Time
}

func newKeyring(st *store.Store, clock func() time.Time) *keyring {
	return &keyring{store: st, clock: clock, known: map[auth.Hash]*trusted{}}
}

// open is the live key of a text; nil: there is none.
func (k *keyring) open(ctx context.Context, text string) (*access, error) {
	hash, ok := auth.ParseAPIKey(text)
	if !ok {
		return nil, nil
	}
	return k.find(ctx, hash)
}

// still is nil while a key that was opened is live: for requests that last
// longer than a key is trusted.
func (k *keyring) still(ctx context.Context, key *access) error {
	now, err := k.find(ctx, auth.Hash(key.Hash))
	if err == nil && now == nil {
		err = errUnauthenticated
	}
	return err
}

func (k *keyring) find(ctx context.Context, hash auth.Hash) (*access, error) {
	now := k.clock()
	k.mu.Lock()
	t := k.known[hash]
	k.mu.Unlock()
	if t != nil && now.Before(t.until) && now.After(t.until.Add(-2*keyTrust)) {
		if !t.Live(now) {
			return nil, nil
		}
		return &t.access, nil
	}
	key, err := k.store.KeyByHash(ctx, hash[:])
	if errors.Is(err, store.ErrNotFound) || err == nil && !key.Live(now) {
		k.mu.Lock()
		delete(k.known, hash)
		k.mu.Unlock()
		return nil, nil
	}
	if err != nil {
		return nil, errUnavailable
	}
	rate, err := limit.ParseRate(key.Rate)
	if err != nil {
		return nil, err
	}
	if now.Sub(key.UsedAt) >= keyUse {
		_ = k.store.TouchKey(ctx, key.ID, now) // a use that is not noted is no reason to refuse it
	}
	t = &trusted{access: access{APIKey: key, rate: rate}, until: now.Add(keyTrust)}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.known) >= keysKept {
		clear(k.known)
	}
	k.known[hash] = t
	return &t.access, nil
}

// strangers is how many keys that open nothing an address may try.
var strangers = limit.Rate{Count: 6000, Per: time.Minute, Burst: 6000}

// authenticate is the key that a request carries. Whoever has none is counted
// by the address the connection came from; what headers say of it is not asked.
func (a *API) authenticate(w http.ResponseWriter, r *http.Request) (*access, error) {
	if keyInURL(r.URL) {
		return nil, a.stranger(w, r, errKeyInURL)
	}
	header := r.Header.Values("Authorization")
	if len(header) != 1 {
		return nil, a.stranger(w, r, errUnauthenticated)
	}
	scheme, text, _ := strings.Cut(header[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return nil, a.stranger(w, r, errUnauthenticated)
	}
	key, err := a.keys.open(r.Context(), text)
	if err == nil && key == nil {
		err = a.stranger(w, r, errUnauthenticated)
	}
	return key, err
}

// stranger counts a request without a key and says how it is refused.
func (a *API) stranger(w http.ResponseWriter, r *http.Request, otherwise error) error {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	d := a.Limiter.Allow(r.Context(), "stranger:"+host, strangers, 1)
	tell(w, "stranger", strangers, d, a.Clock())
	if !d.Allowed {
		return exceeded("stranger", d)
	}
	return otherwise
}

// keyInURL reports whether a query carries what looks like a credential.
func keyInURL(u *url.URL) bool {
	if strings.Contains(u.RawQuery, auth.KeyPrefix) || strings.Contains(u.EscapedPath(), auth.KeyPrefix) {
		return true
	}
	for name := range u.Query() {
		switch strings.ToLower(name) {
		case "key", "api_key", "apikey", "api-key", "access_token", "token", "authorization", "bearer":
			return true
		}
	}
	return false
}
