package store

import (
	"fmt"

	"github.com/lib/pq"
)

// Many changes in one statement, for Postgres. The conversations are written
// first; a message goes in where its conversation did. What comes back is each
// conversation written, with how many of its messages were new.
const (
	bulkMessages = `said AS (INSERT INTO messages
	(conversation, seq, sender, name, agent, client_key, text, lang, at, through, extra)
	SELECT m.conversation, m.seq, m.sender, m.name, m.agent, NULLIF(m.client_key, ''), m.text, m.lang, m.at, m.through,
	NULLIF(m.extra, '') FROM unnest(?::text[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
	?::text[], ?::bigint[], ?::bigint[], ?::bytea[])
	AS m (conversation, seq, sender, name, agent, client_key, text, lang, at, through, extra)
	WHERE m.conversation IN (SELECT id FROM written)
	ON CONFLICT (conversation, client_key) WHERE client_key IS NOT NULL DO NOTHING RETURNING conversation)
	SELECT id, (SELECT COUNT(*) FROM said WHERE conversation = id) AS said FROM written`

	bulkRows = `unnest(?::text[], ?::bigint[], ?::bigint[], ?::text[], ?::bigint[], ?::bigint[], ?::bytea[], ?::text[],
	?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bytea[], ?::bigint[], ?::bigint[])
	AS v (id, version, epoch, owner, last_seq, last_event, session_hash, subject, partner, due, closed_at, created_at,
	updated_at, state, seq_before, event_before)`

	bulkInsert = `WITH written AS (INSERT INTO conversations (id, version, epoch, owner, last_seq, last_event,
	session_hash, subject, partner, due, closed_at, created_at, updated_at, state)
	SELECT v.id, 1, v.epoch, v.owner, v.last_seq, v.last_event, NULLIF(v.session_hash, ''), v.subject, v.partner,
	v.due, v.closed_at, v.created_at, v.updated_at, NULLIF(v.state, '') FROM ` + bulkRows + `
	ON CONFLICT (id) DO NOTHING RETURNING id), ` + bulkMessages

	bulkUpdate = `WITH written AS (UPDATE conversations AS c SET version = c.version + 1, epoch = v.epoch,
	owner = v.owner, last_seq = v.last_seq, last_event = v.last_event, session_hash = NULLIF(v.session_hash, ''),
	subject = v.subject, partner = v.partner, due = v.due, closed_at = v.closed_at, updated_at = v.updated_at,
	state = NULLIF(v.state, '') FROM ` + bulkRows + `
	WHERE c.id = v.id AND c.version = v.version AND c.last_seq = v.seq_before AND c.last_event = v.event_before
	AND c.epoch <= v.epoch RETURNING c.id), ` + bulkMessages
)

// bulk stores the changes among the jobs, new conversations with one statement
// and known ones with another. It answers those it could not store and reports
// which it did. The second change of one conversation in a batch is left for
// the usual way: what becomes of it depends on the first. A batch with a client
// key that is taken is spoiled, and run again one by one.
func (t *tx) bulk(batch []*job, answers []error) ([]bool, error) {
	stored := make([]bool, len(batch))
	seen := map[string]bool{}
	var fresh, known []int
	for i, j := range batch {
		if j.save == nil || answers[i] != nil || seen[j.save.Conversation.ID] {
			continue
		}
		seen[j.save.Conversation.ID] = true
		if j.save.Conversation.Version == 0 {
			fresh = append(fresh, i)
		} else {
			known = append(known, i)
		}
	}
	if err := t.bulkOf(bulkInsert, batch, fresh, answers, stored); err != nil {
		return nil, err
	}
	return stored, t.bulkOf(bulkUpdate, batch, known, answers, stored)
}

// bulkOf runs one statement over the jobs at these places.
func (t *tx) bulkOf(query string, batch []*job, places []int, answers []error, stored []bool) error {
	if len(places) == 0 {
		return nil
	}
	var rows bulkColumns
	for _, i := range places {
		rows.add(batch[i].save)
	}
	stmt, err := t.prepared(query)
	if err != nil {
		return t.spoiled(err)
	}
	var written []struct {
		ID   string `db:"id"`
		Said int    `db:"said"`
	}
	if err := stmt.SelectContext(t.ctx, &written, rows.arguments()...); err != nil {
		return t.spoiled(err)
	}
	said := make(map[string]int, len(written))
	for _, w := range written {
		said[w.ID] = w.Said
	}
	for _, i := range places {
		c := batch[i].save
		n, ok := said[c.Conversation.ID]
		switch {
		case !ok:
			answers[i] = ErrConflict
			continue
		case n != len(c.Messages):
			return errSpoiled
		}
		if err := c.applyRest(t); err != nil {
			return t.spoiled(err)
		}
		stored[i] = true
	}
	return nil
}

// spoiled tells a database that is away from a batch to be run one by one.
func (t *tx) spoiled(err error) error {
	if t.store.unavailable(err) {
		return err
	}
	return fmt.Errorf("%w: %w", errSpoiled, err)
}

// bulkColumns are the arrays of the statements above.
type bulkColumns struct {
	id, owner, subject, partner                                                               pq.StringArray
	version, epoch, lastSeq, lastEvent, due, closed, created, updated, seqBefore, eventBefore pq.Int64Array
	session, state                                                                            pq.ByteaArray

	conversation, sender, name, agent, key, text, lang pq.StringArray
	seq, at, through                                   pq.Int64Array
	extra                                              pq.ByteaArray
}

func (b *bulkColumns) add(c *Change) {
	v := &c.Conversation
	b.id, b.owner = append(b.id, v.ID), append(b.owner, v.Owner)
	b.subject, b.partner = append(b.subject, v.Subject), append(b.partner, v.Partner)
	b.version, b.epoch = append(b.version, v.Version), append(b.epoch, v.Epoch)
	b.lastSeq, b.lastEvent = append(b.lastSeq, v.LastSeq), append(b.lastEvent, v.LastEvent)
	b.due, b.closed = append(b.due, millis(v.Due)), append(b.closed, millis(v.ClosedAt))
	b.created, b.updated = append(b.created, millis(v.CreatedAt)), append(b.updated, millis(v.UpdatedAt))
	b.session, b.state = append(b.session, orEmpty(v.SessionHash)), append(b.state, orEmpty(v.State))
	b.seqBefore, b.eventBefore = append(b.seqBefore, c.firstSeq()-1), append(b.eventBefore, c.firstEvent()-1)
	for i := range c.Messages {
		m := &c.Messages[i]
		b.conversation, b.seq = append(b.conversation, v.ID), append(b.seq, m.Seq)
		b.sender, b.name = append(b.sender, m.From), append(b.name, m.Name)
		b.agent, b.key = append(b.agent, m.AgentID), append(b.key, m.ClientKey)
		b.text, b.lang = append(b.text, m.Text), append(b.lang, m.Lang)
		b.at, b.through = append(b.at, millis(m.At)), append(b.through, m.Through)
		b.extra = append(b.extra, orEmpty(m.Extra))
	}
}

// arguments are the arrays in the order of the statements.
func (b *bulkColumns) arguments() []any {
	args := []any{
		b.id, b.version, b.epoch, b.owner, b.lastSeq, b.lastEvent, b.session, b.subject, b.partner, b.due, b.closed,
		b.created, b.updated, b.state, b.seqBefore, b.eventBefore,
		b.conversation, b.seq, b.sender, b.name, b.agent, b.key, b.text, b.lang, b.at, b.through, b.extra,
	}
	for i, a := range args { // no message in the whole batch: empty arrays, not NULL
		switch a := a.(type) {
		case pq.StringArray:
			args[i] = pq.StringArray(orNone(a))
		case pq.Int64Array:
			args[i] = pq.Int64Array(orNone(a))
		case pq.ByteaArray:
			args[i] = pq.ByteaArray(orNone(a))
		}
	}
	return args
}

func orNone[T any](a []T) []T {
	if a == nil {
		return []T{}
	}
	return a
}

// orEmpty stands for nothing in an array; the statement makes it NULL.
func orEmpty(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
