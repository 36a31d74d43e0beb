package store

import (
	"context"
	"errors"
	"time"
)

const (
	insertDevice = `INSERT INTO agent_devices (hash, agent, expires_at) VALUES (?, ?, ?)
	ON CONFLICT (hash) DO UPDATE SET agent = excluded.agent, expires_at = excluded.expires_at`
	selectDevice  = `SELECT agent FROM agent_devices WHERE hash = ? AND expires_at > ?`
	deleteDevices = `DELETE FROM agent_devices WHERE agent = ?`
	forgetDevices = `DELETE FROM agent_devices WHERE expires_at <= ?`
)

// AddDevice remembers, by the hash of its mark, a browser in which an agent has
// signed in, and forgets those that have expired.
func (s *Store) AddDevice(ctx context.Context, hash []byte, agent string, expires time.Time) error {
	return s.change(ctx, "add device", func(t *tx) error {
		if _, err := t.exec(forgetDevices, millis(s.clock())); err != nil {
			return err
		}
		_, err := t.exec(insertDevice, hash, agent, millis(expires))
		return err
	})
}

// DeviceOf is the agent who signed in last in the browser with this mark, "" for
// an unknown one.
func (s *Store) DeviceOf(ctx context.Context, hash []byte) (string, error) {
	agent, err := one[string](ctx, s, "device", selectDevice, hash, millis(s.clock()))
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return agent, err
}

// SignOutAll ends every session of an agent; with devices, their browsers are
// strangers again too.
func (s *Store) SignOutAll(ctx context.Context, agent string, devices bool) error {
	return s.change(ctx, "sign out everywhere", func(t *tx) error {
		if _, err := t.exec(deleteOfAgent, agent); err != nil || !devices {
			return err
		}
		_, err := t.exec(deleteDevices, agent)
		return err
	})
}
