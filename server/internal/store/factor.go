package store

import (
	"context"
	"fmt"

	"usher/server/internal/audit"
)

// Factor is an agent's authenticator app: the secret it was given, the step of
// the last code that was used, and how many recovery codes are left.
type Factor struct {
	Secret   string `db:"secret"`
	Step     int64  `db:"step"`
	Recovery int    `db:"recovery"`
}

const (
	upsertFactor = `INSERT INTO agent_factors (agent, secret, step) VALUES (?, ?, ?)
	ON CONFLICT (agent) DO UPDATE SET secret = excluded.secret, step = excluded.step`
	selectFactor = `SELECT secret, step, (SELECT COUNT(*) FROM agent_recovery WHERE agent = agent_factors.agent) AS recovery
	FROM agent_factors WHERE agent = ?`
	selectFactors   = `SELECT agent FROM agent_factors`
	useStep         = `UPDATE agent_factors SET step = ? WHERE agent = ? AND step < ?`
	deleteFactor    = `DELETE FROM agent_factors WHERE agent = ?`
	insertRecovery  = `INSERT INTO agent_recovery (agent, hash) VALUES (?, ?)`
	deleteRecovery  = `DELETE FROM agent_recovery WHERE agent = ?`
	useRecoveryCode = `DELETE FROM agent_recovery WHERE agent = ? AND hash = ?`
)

// Factor is an agent's authenticator app, or ErrNotFound.
func (s *Store) Factor(ctx context.Context, agent string) (Factor, error) {
	return one[Factor](ctx, s, "factor", selectFactor, agent)
}

// Enrolled lists the agents who have an authenticator app.
func (s *Store) Enrolled(ctx context.Context) ([]string, error) {
	return all[string](ctx, s, "enrolled agents", selectFactors)
}

// EnrolFactor gives an agent an authenticator app and recovery codes, by their
// hashes, instead of what there was.
func (s *Store) EnrolFactor(ctx context.Context, agent string, f Factor, recovery [][]byte, noted ...audit.Entry) error {
	return s.changeNoted(ctx, "enrol factor", noted, func(t *tx) error {
		if _, err := t.exec(upsertFactor, agent, f.Secret, f.Step); err != nil {
			return fmt.Errorf("factor: %w", err)
		}
		return t.recovery(agent, recovery)
	})
}

// RenewRecovery replaces an agent's recovery codes. ErrNotFound: they have no
// authenticator app.
func (s *Store) RenewRecovery(ctx context.Context, agent string, recovery [][]byte, noted ...audit.Entry) error {
	if _, err := s.Factor(ctx, agent); err != nil {
		return err
	}
	return s.changeNoted(ctx, "renew recovery codes", noted, func(t *tx) error { return t.recovery(agent, recovery) })
}

func (t *tx) recovery(agent string, hashes [][]byte) error {
	if _, err := t.exec(deleteRecovery, agent); err != nil {
		return fmt.Errorf("recovery codes: %w", err)
	}
	for _, hash := range hashes {
		if _, err := t.exec(insertRecovery, agent, hash); err != nil {
			return fmt.Errorf("recovery codes: %w", err)
		}
	}
	return nil
}

// RemoveFactor takes an agent's authenticator app and recovery codes away.
// ErrNotFound: there is none.
func (s *Store) RemoveFactor(ctx context.Context, agent string, noted ...audit.Entry) error {
	return s.changeNoted(ctx, "remove factor", noted, func(t *tx) error {
		n, err := t.exec(deleteFactor, agent)
		if err == nil && n == 0 {
			return ErrNotFound
		}
		if err == nil {
			err = t.recovery(agent, nil)
		}
		return err
	})
}

// UseStep spends the one-time code of a step. ErrNotFound: it, or a later one,
// was spent before, on whichever replica.
func (s *Store) UseStep(ctx context.Context, agent string, step int64) error {
	return s.spend(ctx, "use step", nil, useStep, step, agent, step)
}

// UseRecovery spends a recovery code, by its hash. ErrNotFound: there is no
// such code, or no longer.
func (s *Store) UseRecovery(ctx context.Context, agent string, hash []byte, noted ...audit.Entry) error {
	return s.spend(ctx, "use recovery code", noted, useRecoveryCode, agent, hash)
}

// spend changes the one row that is still unspent.
func (s *Store) spend(ctx context.Context, doing string, noted []audit.Entry, query string, args ...any) error {
	return s.changeNoted(ctx, doing, noted, func(t *tx) error {
		n, err := t.exec(query, args...)
		if err == nil && n == 0 {
			return ErrNotFound
		}
		return err
	})
}
