package store

import (
	"context"
	"time"
)

// Case is a handoff with what a report says of it.
type Case struct {
	Handoff
	AnsweredAt time.Time // when an agent first had it; zero: not yet
	Rating     Rating    // Stars is 0 for none
}

type caseRow struct {
	handoffRow
	AnsweredAt int64  `db:"answered_at"`
	Stars      int    `db:"stars"`
	Text       string `db:"text"`
	RatedAt    int64  `db:"rated_at"`
}

const casesSince = `SELECT h.id, h.conversation, h.queue, h.rank, h.front, h.state, h.lang, h.agent, h.reserved_for,
	h.queued_at, h.updated_at, h.version, h.data, COALESCE((SELECT MIN(e.at) FROM events AS e
	WHERE e.conversation = h.conversation AND e.type = 'handoff.accepted' AND e.at >= h.queued_at), 0) AS answered_at,
	COALESCE(r.stars, 0) AS stars, COALESCE(r.text, '') AS text, COALESCE(r.at, 0) AS rated_at
	FROM handoffs AS h LEFT JOIN ratings AS r ON r.handoff = h.id
	WHERE h.queued_at >= ? ORDER BY h.queued_at DESC, h.id LIMIT ?`

// CasesSince lists the handoffs that joined a queue at or after a moment, the
// newest first, up to limit.
func (s *Store) CasesSince(ctx context.Context, since time.Time, limit int) ([]Case, error) {
	rows, err := all[caseRow](ctx, s, "cases", casesSince, max(millis(since), 1), limit)
	return each(rows, err, func(r caseRow) Case {
		return Case{
			Handoff: r.handoff(), AnsweredAt: moment(r.AnsweredAt),
			Rating: Rating{Handoff: r.ID, Stars: r.Stars, Text: r.Text, At: moment(r.RatedAt)},
		}
	})
}

// Span counts the conversations that began in one span of time.
type Span struct {
	N      int64 `db:"span"`   // which, see [Store.ConversationsSince]
	Begun  int   `db:"begun"`  // in which somebody wrote
	Handed int   `db:"handed"` // of these, how many asked for a person and did not take it back
}

const conversationsSince = `SELECT span, COUNT(*) AS begun, SUM(handed) AS handed FROM (
	SELECT (c.created_at + ?) / ? AS span, CASE WHEN EXISTS (SELECT 1 FROM handoffs AS h
	WHERE h.conversation = c.id AND h.state <> 'withdrawn') THEN 1 ELSE 0 END AS handed
	FROM conversations AS c WHERE c.created_at >= ? AND c.last_seq > 1) AS s GROUP BY span ORDER BY span`

// ConversationsSince counts the conversations begun at or after a moment in
// which somebody wrote, in spans of a length that begin at multiples of it in a
// zone this far east of UTC.
func (s *Store) ConversationsSince(ctx context.Context, since time.Time, length, east time.Duration) ([]Span, error) {
	return all[Span](ctx, s, "conversations", conversationsSince, east.Milliseconds(), length.Milliseconds(), millis(since))
}
