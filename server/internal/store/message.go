package store

import (
	"context"
	"database/sql"
	"time"
)

// Message is one line of a conversation, as it was said.
type Message struct {
	Conversation string
	Seq          int64 // 1, 2, 3 … within the conversation
	From         string
	Name         string
	AgentID      string
	ClientKey    string // the sender's own id for it; unique in the conversation; empty: none
	Text         string
	Lang         string
	At           time.Time
	Through      int64  // on a message that was acked: the last seq of its answer
	Extra        []byte // JSON: choices, form, meta
}

// Event is something that happened to a conversation and is not a message.
type Event struct {
	Conversation string
	N            int64 // 1, 2, 3 … within the conversation
	AfterSeq     int64 // the last message before it
	Type         string
	At           time.Time
	Data         []byte
}

// Note is for agents only.
type Note struct {
	Conversation string
	N            int64 // 1, 2, 3 … within the conversation; 0 when stored: the next one
	AgentID      string
	Name         string
	Text         string
	At           time.Time
}

type messageRow struct {
	Conversation string         `db:"conversation"`
	Seq          int64          `db:"seq"`
	Sender       string         `db:"sender"`
	Name         string         `db:"name"`
	Agent        string         `db:"agent"`
	ClientKey    sql.NullString `db:"client_key"`
	Text         string         `db:"text"`
	Lang         string         `db:"lang"`
	At           int64          `db:"at"`
	Through      int64          `db:"through"`
	Extra        []byte         `db:"extra"`
}

func (r messageRow) message() Message {
	return Message{
		Conversation: r.Conversation, Seq: r.Seq, From: r.Sender, Name: r.Name, AgentID: r.Agent,
		ClientKey: r.ClientKey.String, Text: r.Text, Lang: r.Lang, At: moment(r.At), Through: r.Through, Extra: r.Extra,
	}
}

type eventRow struct {
	Conversation string `db:"conversation"`
	N            int64  `db:"n"`
	AfterSeq     int64  `db:"after_seq"`
	Type         string `db:"type"`
	At           int64  `db:"at"`
	Data         []byte `db:"data"`
}

func (r eventRow) event() Event {
	return Event{Conversation: r.Conversation, N: r.N, AfterSeq: r.AfterSeq, Type: r.Type, At: moment(r.At), Data: r.Data}
}

type noteRow struct {
	Conversation string `db:"conversation"`
	N            int64  `db:"n"`
	Agent        string `db:"agent"`
	Name         string `db:"name"`
	Text         string `db:"text"`
	At           int64  `db:"at"`
}

func (r noteRow) note() Note {
	return Note{Conversation: r.Conversation, N: r.N, AgentID: r.Agent, Name: r.Name, Text: r.Text, At: moment(r.At)}
}

const (
	selectMessage = `SELECT conversation, seq, sender, name, agent, client_key, text, lang, at, through, extra FROM messages `
	messagesAfter = selectMessage + `WHERE conversation = ? AND seq > ? ORDER BY seq LIMIT ?`
	messageByKey  = selectMessage + `WHERE conversation = ? AND client_key = ?`
	eventsAfter   = `SELECT conversation, n, after_seq, type, at, data FROM events
	WHERE conversation = ? AND n > ? ORDER BY n LIMIT ?`
	notesOf = `SELECT conversation, n, agent, name, text, at FROM notes WHERE conversation = ? ORDER BY n`
)

// Messages lists up to limit messages after the given number, in order.
func (s *Store) Messages(ctx context.Context, conversation string, after int64, limit int) ([]Message, error) {
	rows, err := all[messageRow](ctx, s, "messages", messagesAfter, conversation, after, limit)
	return each(rows, err, messageRow.message)
}

// MessageByClientKey is the message stored under a sender's own id, or ErrNotFound.
func (s *Store) MessageByClientKey(ctx context.Context, conversation, key string) (Message, error) {
	r, err := one[messageRow](ctx, s, "message by client key", messageByKey, conversation, key)
	if err != nil {
		return Message{}, err
	}
	return r.message(), nil
}

// Events lists up to limit events after the given number, in order.
func (s *Store) Events(ctx context.Context, conversation string, after int64, limit int) ([]Event, error) {
	rows, err := all[eventRow](ctx, s, "events", eventsAfter, conversation, after, limit)
	return each(rows, err, eventRow.event)
}

// Notes lists the agents' notes on a conversation, in order.
func (s *Store) Notes(ctx context.Context, conversation string) ([]Note, error) {
	rows, err := all[noteRow](ctx, s, "notes", notesOf, conversation)
	return each(rows, err, noteRow.note)
}
