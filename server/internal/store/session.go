package store

import (
	"context"
	"errors"
	"time"

	"github.com/alexedwards/scs/v2"
)

// Sessions is where the session manager keeps agents' sessions. The manager
// hashes the tokens (HashTokenInStore), so what is stored opens nothing.
type Sessions struct {
	store    *Store
	agentKey string
}

var (
	_ scs.CtxStore         = (*Sessions)(nil)
	_ scs.IterableCtxStore = (*Sessions)(nil)
)

// Sessions is the table of agents' sessions. agentKey names the session value
// that holds the agent's id, so that all of an agent's sessions can be ended.
func (s *Store) Sessions(agentKey string) *Sessions {
	return &Sessions{store: s, agentKey: agentKey}
}

const (
	selectSession = `SELECT data FROM agent_sessions WHERE token = ? AND expires_at > ?`
	upsertSession = `INSERT INTO agent_sessions (token, agent, data, expires_at) VALUES (?, ?, ?, ?)
	ON CONFLICT (token) DO UPDATE SET agent = excluded.agent, data = excluded.data, expires_at = excluded.expires_at`
	deleteSession   = `DELETE FROM agent_sessions WHERE token = ?`
	deleteOfAgent   = `DELETE FROM agent_sessions WHERE agent = ? AND agent <> ''`
	deleteExpired   = `DELETE FROM agent_sessions WHERE expires_at <= ?`
	selectSessions  = `SELECT token, data FROM agent_sessions WHERE expires_at > ?`
	insertToken     = `INSERT INTO admin_tokens (hash, expires_at, used_at) VALUES (?, ?, 0) ON CONFLICT (hash) DO NOTHING`
	useToken        = `UPDATE admin_tokens SET used_at = ? WHERE hash = ? AND used_at = 0 AND expires_at > ?`
	deleteOldTokens = `DELETE FROM admin_tokens WHERE expires_at <= ?`
)

// FindCtx is the data of a session that has not expired.
func (x *Sessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	data, err := one[[]byte](ctx, x.store, "find session", selectSession, token, millis(x.store.clock()))
	if errors.Is(err, ErrNotFound) {
		return nil, false, nil
	}
	return data, err == nil, err
}

// CommitCtx stores a session.
func (x *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	agent := ""
	if _, values, err := (scs.GobCodec{}).Decode(data); err == nil {
		agent, _ = values[x.agentKey].(string)
	}
	return x.store.change(ctx, "commit session", func(t *tx) error {
		_, err := t.exec(upsertSession, token, agent, data, millis(expiry))
		return err
	})
}

// DeleteCtx ends a session; one that is not there is fine.
func (x *Sessions) DeleteCtx(ctx context.Context, token string) error {
	return x.store.change(ctx, "delete session", func(t *tx) error {
		_, err := t.exec(deleteSession, token)
		return err
	})
}

// AllCtx is the data of every session that has not expired, by stored token.
func (x *Sessions) AllCtx(ctx context.Context) (map[string][]byte, error) {
	rows, err := all[struct {
		Token string `db:"token"`
		Data  []byte `db:"data"`
	}](ctx, x.store, "all sessions", selectSessions, millis(x.store.clock()))
	if err != nil {
		return nil, err
	}
	out := make(map[string][]byte, len(rows))
	for _, r := range rows {
		out[r.Token] = r.Data
	}
	return out, nil
}

// DeleteOfAgent ends every session of an agent.
func (x *Sessions) DeleteOfAgent(ctx context.Context, agent string) error {
	return x.store.change(ctx, "delete sessions of agent", func(t *tx) error {
		_, err := t.exec(deleteOfAgent, agent)
		return err
	})
}

// Sweep deletes sessions that have expired; they are never found anyway.
func (x *Sessions) Sweep(ctx context.Context) error {
	return x.store.change(ctx, "sweep sessions", func(t *tx) error {
		_, err := t.exec(deleteExpired, millis(x.store.clock()))
		return err
	})
}

// Find is FindCtx for a manager that passes no context.
func (x *Sessions) Find(token string) ([]byte, bool, error) {
	return x.FindCtx(context.Background(), token)
}

// Commit is CommitCtx for a manager that passes no context.
func (x *Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return x.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx for a manager that passes no context.
func (x *Sessions) Delete(token string) error {
	return x.DeleteCtx(context.Background(), token)
}

// AddAdminToken stores the hash of a link that makes one admin, until it
// expires. Expired ones are removed.
func (s *Store) AddAdminToken(ctx context.Context, hash []byte, expires time.Time) error {
	return s.change(ctx, "add admin token", func(t *tx) error {
		if _, err := t.exec(deleteOldTokens, millis(s.clock())); err != nil {
			return err
		}
		n, err := t.exec(insertToken, hash, millis(expires))
		if err == nil && n == 0 {
			return ErrExists
		}
		return err
	})
}

// UseAdminToken spends a token. ErrNotFound: unknown, spent or expired, which
// are not told apart.
func (s *Store) UseAdminToken(ctx context.Context, hash []byte) error {
	return s.change(ctx, "use admin token", func(t *tx) error {
		now := millis(s.clock())
		n, err := t.exec(useToken, now, hash, now)
		if err == nil && n == 0 {
			return ErrNotFound
		}
		return err
	})
}
