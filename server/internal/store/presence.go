package store

import (
	"context"
	"time"
)

// Sign is an agent's last sign of being at work on a replica. The beat counts
// up with each; nothing else about it means anything.
type Sign struct {
	Replica string `db:"replica"`
	Agent   string `db:"agent"`
	Beat    int64  `db:"beat"`
}

const (
	beatPresence = `INSERT INTO presence (replica, agent, beat, at) VALUES (?, ?, 1, ?)
	ON CONFLICT (replica, agent) DO UPDATE SET beat = presence.beat + 1, at = excluded.at`
	forgetPresence = `DELETE FROM presence WHERE at < ?`
	selectPresence = `SELECT replica, agent, beat FROM presence`
)

// signsKept is how long the sign of a replica that is gone stays: no shorter
// than the longest grace.
const signsKept = 24 * time.Hour

// ShowPresence gives a sign for each agent at work on a replica, and forgets
// signs that are long over.
func (s *Store) ShowPresence(ctx context.Context, replica string, agents []string) error {
	return s.change(ctx, "show presence", func(t *tx) error {
		now := s.clock()
		for _, agent := range agents {
			if _, err := t.exec(beatPresence, replica, agent, millis(now)); err != nil {
				return err
			}
		}
		_, err := t.exec(forgetPresence, millis(now.Add(-signsKept)))
		return err
	})
}

// Presence lists the signs of all agents on all replicas.
func (s *Store) Presence(ctx context.Context) ([]Sign, error) {
	return all[Sign](ctx, s, "presence", selectPresence)
}
