package chat

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"usher/server/internal/store"
)

// sessionKeyName is where the key that session secrets are derived from is kept.
const sessionKeyName = "session_key"

// sessionKey reads the key, or makes it at the first start.
func sessionKey(ctx context.Context, st *store.Store) ([]byte, error) {
	text, err := st.Meta(ctx, sessionKeyName)
	if errors.Is(err, store.ErrNotFound) {
		fresh := make([]byte, 32)
		_, _ = rand.Read(fresh)
		if err := st.AddMeta(ctx, sessionKeyName, hex.EncodeToString(fresh)); err != nil {
			return nil, fmt.Errorf("keep session key: %w", err)
		}
		text, err = st.Meta(ctx, sessionKeyName)
	}
	if err != nil {
		return nil, fmt.Errorf("read session key: %w", err)
	}
	key, err := hex.DecodeString(text)
	if err != nil || len(key) < 32 {
		return nil, errors.New("the stored session key is damaged")
	}
	return key, nil
}

// secretOf is the session secret of a conversation: 256 bits that only this
// server can derive, so that a signed-in person gets the same one on every
// device and none of them is signed out by another.
func (s *Service) secretOf(conversation string) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte("session " + conversation))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// tagged is the session as a client gets it: the secret, and which history its
// positions will belong to. After a backup was restored its numbers may have
// grown past a client's position again, with other messages; the position alone
// would then pass for a good one.
func (s *Service) tagged(conversation string) string {
	return s.secretOf(conversation) + historyMark + s.tag()
}

// historyMark stands between them; it is in neither.
const historyMark = "."

// tag tells this history from others: 50 bits of its identity.
func (s *Service) tag() string {
	const enough = 10
	history := s.Store.History()
	return history[:min(len(history), enough)]
}

// untagged is the secret in a session that a client sent, and whether it may
// be of this history. A bare secret may.
func (s *Service) untagged(session string) (secret string, ours bool) {
	secret, tag, found := strings.Cut(session, historyMark)
	return secret, !found || tag == s.tag()
}

// Key is a secret of this database for one purpose, the same on every replica.
func (s *Service) Key(purpose string) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte("key " + purpose + " " + s.Store.History()))
	return mac.Sum(nil)
}

// hashOf is what the store keeps of a session secret.
func hashOf(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// queuesOf are the queues an agent works on: their own choice among those of
// their role, the most urgent kind first.
func (s *Service) queuesOf(a AgentPerson) []string {
	all := s.Queues.ForRole(a.Role)
	if len(a.Queues) == 0 {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(q string) bool { return !slices.Contains(a.Queues, q) })
}
