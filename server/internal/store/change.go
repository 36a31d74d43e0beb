package store

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"usher/server/internal/audit"
)

// Change is all that one step did to one conversation. It is stored whole or
// not at all. The conversation is as it should be afterwards, except Version:
// that is the one it was loaded with (0: a new one) and is stored one higher.
// Whoever calls Save leaves the slices alone until it returns, and for ever
// when it returned ErrUnavailable.
type Change struct {
	Conversation Conversation
	Before       *Conversation // as it was loaded, where that is at hand: what is the same is not stored again
	Messages     []Message     // numbered on from the stored LastSeq; the last one has LastSeq
	Events       []Event       // the same with LastEvent
	Notes        []Note
	Handoffs     []Handoff // stored by id, new or again
	Receipts     []Receipt
	Audit        []audit.Entry // what is noted of it in the log of what staff do
}

// Save stores a change and returns after the commit that covers it.
// ErrConflict: the conversation has another version, or a new one exists
// already. ErrDuplicate: a client key is taken. ErrExists: another
// conversation has this session, or another conversation's handoff has this
// id. ErrInvalid: numbers with a gap, or text no database takes.
// ErrUnavailable: it may or may not be stored.
func (s *Store) Save(ctx context.Context, c Change) error {
	if err := c.check(); err != nil {
		return fmt.Errorf("save: %w", err)
	}
	return s.wrap("save", s.commit(ctx, &job{run: c.apply, save: &c, audit: c.Audit}))
}

// check refuses what would leave a gap in the numbers, and what Postgres would
// refuse, so that both databases take the same.
func (c *Change) check() error {
	conv := &c.Conversation
	if conv.ID == "" || conv.Version < 0 || !storable(conv.ID, conv.Owner, conv.Subject, conv.Partner) {
		return fmt.Errorf("%w: conversation", ErrInvalid)
	}
	seq, n := c.firstSeq(), c.firstEvent()
	for _, m := range c.Messages {
		if m.Seq != seq || !storable(m.From, m.Name, m.AgentID, m.ClientKey, m.Text, m.Lang) {
			return fmt.Errorf("%w: message %d, expected %d", ErrInvalid, m.Seq, seq)
		}
		seq++
	}
	for _, e := range c.Events {
		if e.N != n || !storable(e.Type) {
			return fmt.Errorf("%w: event %d, expected %d", ErrInvalid, e.N, n)
		}
		n++
	}
	if seq < 1 || n < 1 || (conv.Version == 0 && (c.firstSeq() != 1 || c.firstEvent() != 1)) {
		return fmt.Errorf("%w: numbers do not start at 1", ErrInvalid)
	}
	for _, note := range c.Notes {
		if !storable(note.AgentID, note.Name, note.Text) {
			return fmt.Errorf("%w: note", ErrInvalid)
		}
	}
	for _, h := range c.Handoffs {
		if h.ID == "" || !storable(h.ID, h.Queue, h.State, h.Lang, h.AgentID, h.ReservedFor) {
			return fmt.Errorf("%w: handoff", ErrInvalid)
		}
	}
	return checkEntries(c.Audit)
}

// firstSeq is the number the first message must have.
func (c *Change) firstSeq() int64 { return c.Conversation.LastSeq - int64(len(c.Messages)) + 1 }

// firstEvent is the number the first event must have.
func (c *Change) firstEvent() int64 { return c.Conversation.LastEvent - int64(len(c.Events)) + 1 }

// storable reports whether text is UTF-8 without NUL, which Postgres demands.
func storable(texts ...string) bool {
	for _, t := range texts {
		if !utf8.ValidString(t) || strings.IndexByte(t, 0) >= 0 {
			return false
		}
	}
	return true
}

const (
	insertConversation = `INSERT INTO conversations (id, version, epoch, owner, last_seq, last_event, session_hash,
	subject, partner, due, closed_at, created_at, updated_at, state)
	VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`
	// The counters in the condition make a gap impossible, the epoch in it
	// refuses a write by an owner who has been replaced.
	updateConversation = `UPDATE conversations SET version = version + 1, epoch = ?, owner = ?, last_seq = ?,
	last_event = ?, updated_at = ?, state = ?
	WHERE id = ? AND version = ? AND last_seq = ? AND last_event = ? AND epoch <= ?`
	// Apart from the rest, for the sake of the indexes.
	updateIndexed = `UPDATE conversations SET session_hash = ?, subject = ?, partner = ?, due = ?, closed_at = ?
	WHERE id = ? AND (due <> ? OR closed_at <> ? OR subject <> ? OR partner <> ? OR session_hash IS DISTINCT FROM ?)`
	insertMessage = `INSERT INTO messages (conversation, seq, sender, name, agent, client_key, text, lang, at, through, extra)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
	ON CONFLICT (conversation, client_key) WHERE client_key IS NOT NULL DO NOTHING`
	insertEvent = `INSERT INTO events (conversation, n, after_seq, type, at, data) VALUES (?, ?, ?, ?, ?, ?)`
	insertNote  = `INSERT INTO notes (conversation, n, agent, name, text, at) SELECT ?, CASE WHEN ? > 0 THEN ? ELSE
	(SELECT COALESCE(MAX(n), 0) + 1 FROM notes WHERE conversation = ?) END, ?, ?, ?, ?`
)

// apply writes the change into a transaction.
func (c *Change) apply(t *tx) error {
	if err := c.applyConversation(t); err != nil {
		return err
	}
	if err := c.applyMessages(t); err != nil {
		return err
	}
	return c.applyRest(t)
}

func (c *Change) applyMessages(t *tx) error {
	for i := range c.Messages {
		m := &c.Messages[i]
		n, err := t.exec(insertMessage, c.Conversation.ID, m.Seq, m.From, m.Name, m.AgentID, orNull(m.ClientKey),
			m.Text, m.Lang, millis(m.At), m.Through, m.Extra)
		if err != nil {
			return fmt.Errorf("message: %w", err)
		}
		if n == 0 {
			return ErrDuplicate
		}
	}
	return nil
}

// applyRest writes what comes along less often than messages.
func (c *Change) applyRest(t *tx) error {
	id := c.Conversation.ID
	for i := range c.Events {
		e := &c.Events[i]
		if _, err := t.exec(insertEvent, id, e.N, e.AfterSeq, e.Type, millis(e.At), e.Data); err != nil {
			return fmt.Errorf("event: %w", err)
		}
	}
	for i := range c.Notes {
		n := &c.Notes[i]
		if _, err := t.exec(insertNote, id, n.N, n.N, id, n.AgentID, n.Name, n.Text, millis(n.At)); err != nil {
			return fmt.Errorf("note: %w", err)
		}
	}
	for i := range c.Handoffs {
		if err := c.Handoffs[i].apply(t, id); err != nil {
			return err
		}
	}
	for _, r := range c.Receipts {
		if err := r.apply(t, id); err != nil {
			return err
		}
	}
	c.post(t)
	return nil
}

// applyConversation stores the conversation under its version.
func (c *Change) applyConversation(t *tx) error {
	v := &c.Conversation
	if v.Version == 0 {
		n, err := t.exec(insertConversation, v.ID, v.Epoch, v.Owner, v.LastSeq, v.LastEvent, orNil(v.SessionHash),
			v.Subject, v.Partner, millis(v.Due), millis(v.ClosedAt), millis(v.CreatedAt), millis(v.UpdatedAt), v.State)
		return refused(n, err)
	}
	n, err := t.exec(updateConversation, v.Epoch, v.Owner, v.LastSeq, v.LastEvent, millis(v.UpdatedAt), v.State,
		v.ID, v.Version, c.firstSeq()-1, c.firstEvent()-1, v.Epoch)
	if err := refused(n, err); err != nil {
		return err
	}
	if v.sameIndexed(c.Before) {
		return nil
	}
	hash, due, closed := orNil(v.SessionHash), millis(v.Due), millis(v.ClosedAt)
	if _, err = t.exec(updateIndexed, hash, v.Subject, v.Partner, due, closed,
		v.ID, due, closed, v.Subject, v.Partner, hash); err != nil {
		return fmt.Errorf("conversation: %w", err)
	}
	return nil
}

// sameIndexed reports whether what updateIndexed writes is as it was. The
// version that has just been found is the one that before was loaded with.
func (v *Conversation) sameIndexed(before *Conversation) bool {
	return before != nil && before.Version == v.Version && bytes.Equal(v.SessionHash, before.SessionHash) &&
		v.Subject == before.Subject && v.Partner == before.Partner && v.Due.Equal(before.Due) && v.ClosedAt.Equal(before.ClosedAt)
}

// refused turns a conversation that was not written into ErrConflict.
func refused(n int64, err error) error {
	switch {
	case err != nil:
		return fmt.Errorf("conversation: %w", err)
	case n == 0:
		return ErrConflict
	}
	return nil
}

// orNull stores an empty text as NULL, which no unique index compares.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// orNil does the same for bytes.
func orNil(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return b
}
