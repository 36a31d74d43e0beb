package store

import (
	"context"
	"strings"
)

// NextWaiting is the handoff that an agent who serves these queues and speaks
// these languages should take next, or ErrNotFound. The order: rank, reserved
// for this agent, ahead of its class, in a language the agent speaks, waiting
// longest, id. Nothing is claimed by this: that is a Save under the
// conversation's version, and a conflict there means asking again.
//
// One statement, one snapshot; every part of it reads a few index entries, so
// a million waiting cost what a thousand do.
func (s *Store) NextWaiting(ctx context.Context, queues, langs []string, agent string) (Handoff, error) {
	if len(queues) == 0 {
		return Handoff{}, s.wrap("next waiting", ErrNotFound)
	}
	query, args := nextWaiting(queues, langs, agent)
	r, err := one[handoffRow](ctx, s, "next waiting", query, args...)
	if err != nil {
		return Handoff{}, err
	}
	return r.handoff(), nil
}

// The parts of the statement. The head is the best (rank, front) over the
// queues; below it one index probe for each queue and language. They read what
// the indexes hold and nothing else, so that no statistics make a planner
// prefer the table; the one row that is wanted is fetched at the end.
const (
	headOf = `SELECT * FROM (SELECT rank, front FROM handoffs WHERE state = 'queued' AND queue = ?
	ORDER BY rank, front DESC LIMIT 1) AS h`
	reservedIn = `SELECT * FROM (SELECT 0 AS tier, front, SPOKEN AS spoken, queued_at, id FROM handoffs
	WHERE state = 'queued' AND reserved_for <> '' AND reserved_for = ? AND queue = ? AND rank = (SELECT rank FROM head)
	ORDER BY front DESC, spoken, queued_at, id LIMIT 1) AS w`
	spokenIn = `SELECT * FROM (SELECT 1 AS tier, front, 0 AS spoken, queued_at, id FROM handoffs
	WHERE state = 'queued' AND queue = ? AND rank = (SELECT rank FROM head) AND front = (SELECT front FROM head)
	AND lang = ? ORDER BY queued_at, id LIMIT 1) AS w`
	oldestIn = `SELECT * FROM (SELECT 2 AS tier, front, 0 AS spoken, queued_at, id FROM handoffs
	WHERE state = 'queued' AND queue = ? AND rank = (SELECT rank FROM head) AND front = (SELECT front FROM head)
	ORDER BY queued_at, id LIMIT 1) AS w`
)

func nextWaiting(queues, langs []string, agent string) (string, []any) {
	var args []any
	heads := make([]string, len(queues))
	for i, q := range queues {
		heads[i] = headOf
		args = append(args, q)
	}
	spoken := `CASE WHEN lang IN (` + marks(len(langs)) + `) THEN 0 ELSE 1 END`
	if len(langs) == 0 {
		spoken = `1`
	}
	var parts []string
	for _, q := range queues {
		if agent != "" {
			parts = append(parts, strings.Replace(reservedIn, "SPOKEN", spoken, 1))
			for _, l := range langs {
				args = append(args, l)
			}
			args = append(args, agent, q)
		}
		for _, l := range langs {
			parts = append(parts, spokenIn)
			args = append(args, q, l)
		}
		parts = append(parts, oldestIn)
		args = append(args, q)
	}
	return `WITH head AS (SELECT rank, front FROM (` + strings.Join(heads, ` UNION ALL `) +
		`) AS hs ORDER BY rank, front DESC LIMIT 1) SELECT ` + handoffColumns + ` FROM handoffs WHERE id = (SELECT id FROM (` +
		strings.Join(parts, ` UNION ALL `) + `) AS n ORDER BY tier, front DESC, spoken, queued_at, id LIMIT 1)`, args
}

// marks is n question marks for a list.
func marks(n int) string {
	return strings.TrimSuffix(strings.Repeat("?, ", n), ", ")
}

// inOrder is the order of a queue for everybody: an agent's reservations and
// languages come on top of it in NextWaiting.
const inOrder = ` ORDER BY rank, front DESC, queued_at, id`

// OpenHandoffs lists what waits in these queues, in order, up to limit, and
// everything accepted there, the oldest first.
func (s *Store) OpenHandoffs(ctx context.Context, queues []string, limit int) (waiting, accepted []Handoff, err error) {
	if len(queues) == 0 {
		return nil, nil, nil
	}
	in := ` IN (` + marks(len(queues)) + `)`
	args := make([]any, 0, len(queues)+1)
	for _, q := range queues {
		args = append(args, q)
	}
	accepted, err = s.handoffs(ctx, "accepted handoffs",
		`SELECT `+handoffColumns+` FROM handoffs WHERE state = 'accepted' AND queue`+in+` ORDER BY updated_at, id`, args...)
	if err != nil {
		return nil, nil, err
	}
	parts := make([]string, len(queues))
	args = args[:0]
	for i, q := range queues {
		parts[i] = `SELECT * FROM (SELECT ` + handoffColumns + ` FROM handoffs WHERE state = 'queued' AND queue = ?` + inOrder + ` LIMIT ?) AS w`
		args = append(args, q, limit)
	}
	waiting, err = s.handoffs(ctx, "waiting handoffs",
		`SELECT * FROM (`+strings.Join(parts, ` UNION ALL `)+`) AS q`+inOrder+` LIMIT ?`, append(args, limit)...)
	return waiting, accepted, err
}

// Position is a handoff's place in its queue, 1 at the head.
type Position struct {
	Handoff      string `db:"id"`
	Conversation string `db:"conversation"`
	Position     int    `db:"position"`
}

const (
	positions = `SELECT id, conversation, ROW_NUMBER() OVER (ORDER BY rank, front DESC, queued_at, id) AS position
	FROM handoffs WHERE state = 'queued' AND queue = ?` + inOrder + ` LIMIT ?`
	ahead = `SELECT COUNT(*) FROM handoffs WHERE state = 'queued' AND queue = ? AND (rank < ? OR (rank = ? AND
	(front > ? OR (front = ? AND (queued_at < ? OR (queued_at = ? AND id < ?))))))`
)

// Positions lists the first limit places of a queue.
func (s *Store) Positions(ctx context.Context, queue string, limit int) ([]Position, error) {
	return all[Position](ctx, s, "positions", positions, queue, limit)
}

// WaitingAhead counts what waits in the handoff's queue before it; its
// position is one more. It reads as many index entries as it counts.
func (s *Store) WaitingAhead(ctx context.Context, h Handoff) (int, error) {
	since := millis(h.QueuedAt)
	return one[int](ctx, s, "waiting ahead", ahead, h.Queue, h.Rank, h.Rank, h.Front, h.Front, since, since, h.ID)
}
