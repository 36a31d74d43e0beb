package store

import (
	"context"
	"time"
)

// Stats are counts since Open.
type Stats struct {
	Queued  int   // writes waiting now for a commit to begin
	Taken   int64 // writes whose commit has begun
	Commits int64 // transactions committed
	Writes  int64 // writes answered; Writes/Commits is how many share one
	Refused int64 // of these, how many with an error
	Failed  int64 // transactions whose outcome is unknown
	Reads   int64 // queries that only read
}

// Stats are cheap: nothing is asked of the database.
func (s *Store) Stats() Stats {
	c := s.commits
	return Stats{
		Queued: len(c.queue), Taken: c.taken.Load(), Commits: c.commits.Load(), Writes: c.jobs.Load(),
		Refused: c.refused.Load(), Failed: c.failed.Load(), Reads: s.asked.Load(),
	}
}

// QueueDepth is how many handoffs wait in a queue, and since when.
type QueueDepth struct {
	Queue   string `db:"queue"`
	Rank    int    `db:"rank"`
	Waiting int    `db:"waiting"`
	Oldest  int64  `db:"oldest"` // milliseconds since 1970, UTC
}

const queueDepths = `SELECT queue, rank, COUNT(*) AS waiting, MIN(queued_at) AS oldest
	FROM handoffs WHERE state = 'queued' GROUP BY queue, rank ORDER BY queue, rank`

// QueueDepths counts what waits; it reads one index entry for each.
func (s *Store) QueueDepths(ctx context.Context) ([]QueueDepth, error) {
	return all[QueueDepth](ctx, s, "queue depths", queueDepths)
}

// OverdueMax is where Overdue stops counting.
const OverdueMax = 1000

const overdue = `SELECT COUNT(*) AS cases, COALESCE(MIN(queued_at), 0) AS oldest FROM (SELECT queued_at FROM handoffs
	WHERE state = 'queued' AND queue = ? AND queued_at <= ? LIMIT ?) AS w`

// Overdue counts what has waited in a queue since a moment or longer, up to
// OverdueMax, and says since when; the zero time when there is none.
func (s *Store) Overdue(ctx context.Context, queue string, since time.Time) (cases int, oldest time.Time, err error) {
	r, err := one[struct {
		Cases  int   `db:"cases"`
		Oldest int64 `db:"oldest"`
	}](ctx, s, "overdue handoffs", overdue, queue, millis(since), OverdueMax)
	return r.Cases, moment(r.Oldest), err
}
