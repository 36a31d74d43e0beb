package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// FeedEntry is one thing that happened to a partner's conversation: either a
// message or an event of it. The feed is the outbox of partners: whoever tells
// them of it, by their asking or by calling them, reads it from a number of its
// own, and so misses nothing that was stored.
type FeedEntry struct {
	N            int64 // 1, 2, 3 … of the partner; what was erased leaves gaps
	Conversation string
	Message      *Message
	Event        *Event
}

const (
	// The row of the partner's feed is held until the commit is done, so that a
	// number never becomes visible before a smaller one.
	countFeed = `INSERT INTO feeds (partner, last, swept) VALUES (?, ?, 0)
	ON CONFLICT (partner) DO UPDATE SET last = feeds.last + excluded.last RETURNING last`
	insertFeed = `INSERT INTO feed (partner, n, conversation, seq, event, at) VALUES (?, ?, ?, ?, ?, ?)`
	feedAfter  = `SELECT f.n AS feed_n, f.conversation, f.seq, f.event, f.at,
	COALESCE(m.sender, '') AS sender, COALESCE(m.name, '') AS name, COALESCE(m.agent, '') AS agent, m.client_key,
	COALESCE(m.text, '') AS text, COALESCE(m.lang, '') AS lang, COALESCE(m.through, 0) AS through, m.extra,
	COALESCE(e.after_seq, 0) AS after_seq, COALESCE(e.type, '') AS type, e.data
	FROM feed f LEFT JOIN messages m ON m.conversation = f.conversation AND m.seq = f.seq AND f.seq > 0
	LEFT JOIN events e ON e.conversation = f.conversation AND e.n = f.event AND f.event > 0
	WHERE f.partner = ? AND f.n > ? ORDER BY f.n LIMIT ?`
	feedSwept = `SELECT COALESCE((SELECT swept FROM feeds WHERE partner = ?), 0)`
)

// posted is a row of the outbox before it has its number.
type posted struct {
	conversation string
	seq, event   int64
	at           int64
}

// post puts what a change adds to a partner's conversation into the outbox of
// the transaction.
func (c *Change) post(t *tx) {
	partner := c.Conversation.Partner
	if partner == "" {
		return
	}
	for i := range c.Messages {
		m := &c.Messages[i]
		t.outbox.add(partner, posted{conversation: c.Conversation.ID, seq: m.Seq, at: millis(m.At)})
	}
	for i := range c.Events {
		e := &c.Events[i]
		t.outbox.add(partner, posted{conversation: c.Conversation.ID, event: e.N, at: millis(e.At)})
	}
}

// outbox is what a commit posts to the feeds, by partner.
type outbox map[string][]posted

func (o *outbox) add(partner string, p posted) {
	if *o == nil {
		*o = outbox{}
	}
	(*o)[partner] = append((*o)[partner], p)
}

// mark remembers how much each partner has, for back.
func (o outbox) mark() map[string]int {
	if o == nil {
		return nil
	}
	m := make(map[string]int, len(o))
	for partner, rows := range o {
		m[partner] = len(rows)
	}
	return m
}

// back forgets what was posted after the mark.
func (o outbox) back(mark map[string]int) {
	for partner, rows := range o {
		o[partner] = rows[:mark[partner]]
	}
}

// deliver numbers what the commit posts, as the last thing before it is done
// and partner by partner in the order of their names: two commits that meet at
// these rows hold no others that either of them still wants.
func (t *tx) deliver() error {
	for _, partner := range slices.Sorted(maps.Keys(t.outbox)) {
		rows := t.outbox[partner]
		if len(rows) == 0 {
			continue
		}
		var last int64
		if err := t.get(&last, countFeed, partner, len(rows)); err != nil {
			return fmt.Errorf("count feed: %w", err)
		}
		for i, p := range rows {
			n := last - int64(len(rows)-1-i)
			if _, err := t.exec(insertFeed, partner, n, p.conversation, p.seq, p.event, p.at); err != nil {
				return fmt.Errorf("feed: %w", err)
			}
		}
	}
	return nil
}

type feedRow struct {
	FeedN int64 `db:"feed_n"`
	messageRow
	Event    int64  `db:"event"`
	AfterSeq int64  `db:"after_seq"`
	Type     string `db:"type"`
	Data     []byte `db:"data"`
}

func (r feedRow) entry() FeedEntry {
	e := FeedEntry{N: r.FeedN, Conversation: r.Conversation}
	if r.Event > 0 {
		e.Event = &Event{Conversation: r.Conversation, N: r.Event, AfterSeq: r.AfterSeq, Type: r.Type, At: moment(r.At), Data: r.Data}
		return e
	}
	m := r.message()
	e.Message = &m
	return e
}

// Feed lists up to limit entries of a partner after the given number, in order.
func (s *Store) Feed(ctx context.Context, partner string, after int64, limit int) ([]FeedEntry, error) {
	rows, err := all[feedRow](ctx, s, "feed", feedAfter, partner, after, limit)
	return each(rows, err, feedRow.entry)
}

// FeedSwept is up to which number a partner's entries were removed because they
// were old.
func (s *Store) FeedSwept(ctx context.Context, partner string) (int64, error) {
	return one[int64](ctx, s, "feed's swept", feedSwept, partner)
}

const (
	markSwept = `UPDATE feeds SET swept = (SELECT MAX(n) FROM feed WHERE feed.partner = feeds.partner AND at < ?)
	WHERE EXISTS (SELECT 1 FROM feed WHERE feed.partner = feeds.partner AND at < ?)`
	deleteSwept = `DELETE FROM feed WHERE n <= (SELECT swept FROM feeds WHERE feeds.partner = feed.partner)`
)

// SweepFeed removes entries older than the given time and all before them; the
// numbers go on.
func (s *Store) SweepFeed(ctx context.Context, before time.Time) error {
	return s.change(ctx, "sweep feed", func(t *tx) error {
		n, err := t.exec(markSwept, millis(before), millis(before))
		if err != nil || n == 0 {
			return err
		}
		_, err = t.exec(deleteSwept)
		return err
	})
}
