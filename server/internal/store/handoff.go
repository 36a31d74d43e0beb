package store

import (
	"context"
	"time"
)

// The states of a handoff that this package looks at; it stores any.
const (
	StateQueued   = "queued"
	StateAccepted = "accepted"
)

// Handoff is a case on its way to a person.
type Handoff struct {
	ID           string
	Conversation string
	Queue        string
	Rank         int    // 0 goes first
	Front        int    // 1: ahead of its class, because it was released or reopened
	State        string // scheduled, queued, accepted, completed, failed, withdrawn
	Lang         string
	AgentID      string
	ReservedFor  string // the agent it goes back to
	QueuedAt     time.Time
	UpdatedAt    time.Time
	Version      int64 // how often it was stored; counted here
	Data         []byte
}

type handoffRow struct {
	ID           string `db:"id"`
	Conversation string `db:"conversation"`
	Queue        string `db:"queue"`
	Rank         int    `db:"rank"`
	Front        int    `db:"front"`
	State        string `db:"state"`
	Lang         string `db:"lang"`
	Agent        string `db:"agent"`
	ReservedFor  string `db:"reserved_for"`
	QueuedAt     int64  `db:"queued_at"`
	UpdatedAt    int64  `db:"updated_at"`
	Version      int64  `db:"version"`
	Data         []byte `db:"data"`
}

func (r handoffRow) handoff() Handoff {
	return Handoff{
		ID: r.ID, Conversation: r.Conversation, Queue: r.Queue, Rank: r.Rank, Front: r.Front, State: r.State,
		Lang: r.Lang, AgentID: r.Agent, ReservedFor: r.ReservedFor, QueuedAt: moment(r.QueuedAt),
		UpdatedAt: moment(r.UpdatedAt), Version: r.Version, Data: r.Data,
	}
}

// handoffColumns are the columns of a handoffRow.
const handoffColumns = `id, conversation, queue, rank, front, state, lang, agent, reserved_for, queued_at, updated_at, version, data`

const (
	// A handoff never moves to another conversation.
	upsertHandoff = `INSERT INTO handoffs (` + handoffColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)
	ON CONFLICT (id) DO UPDATE SET queue = excluded.queue, rank = excluded.rank, front = excluded.front,
	state = excluded.state, lang = excluded.lang, agent = excluded.agent, reserved_for = excluded.reserved_for,
	queued_at = excluded.queued_at, updated_at = excluded.updated_at, version = handoffs.version + 1,
	data = excluded.data WHERE handoffs.conversation = excluded.conversation`
	handoffByID     = `SELECT ` + handoffColumns + ` FROM handoffs WHERE id = ?`
	handoffsOfAgent = `SELECT ` + handoffColumns + ` FROM handoffs WHERE state = 'accepted' AND agent = ? ORDER BY updated_at, id`
	handoffsSubject = `SELECT ` + handoffColumns + ` FROM handoffs WHERE conversation IN
	(SELECT id FROM conversations WHERE subject = ? AND subject <> '' AND partner = ?) ORDER BY queued_at DESC, id DESC LIMIT ?`
	handoffsConversations = `SELECT ` + handoffColumns + ` FROM handoffs WHERE conversation = ? ORDER BY queued_at, id`
)

// apply writes the handoff into a transaction.
func (h *Handoff) apply(t *tx, conversation string) error {
	n, err := t.exec(upsertHandoff, h.ID, conversation, h.Queue, h.Rank, h.Front, h.State, h.Lang, h.AgentID,
		h.ReservedFor, millis(h.QueuedAt), millis(h.UpdatedAt), h.Data)
	if err == nil && n == 0 {
		return ErrExists
	}
	return err
}

// Handoff is the handoff with this id, or ErrNotFound.
func (s *Store) Handoff(ctx context.Context, id string) (Handoff, error) {
	r, err := one[handoffRow](ctx, s, "handoff", handoffByID, id)
	if err != nil {
		return Handoff{}, err
	}
	return r.handoff(), nil
}

// HandoffsOfAgent lists what an agent has accepted and not finished, the oldest first.
func (s *Store) HandoffsOfAgent(ctx context.Context, agent string) ([]Handoff, error) {
	return s.handoffs(ctx, "handoffs of agent", handoffsOfAgent, agent)
}

// HandoffsOfConversation lists all of a conversation's handoffs, the oldest first.
func (s *Store) HandoffsOfConversation(ctx context.Context, conversation string) ([]Handoff, error) {
	return s.handoffs(ctx, "handoffs of conversation", handoffsConversations, conversation)
}

// HandoffsOfSubject lists the handoffs of all conversations that a person had
// with one partner, the latest first, up to limit. Nobody is the empty subject.
func (s *Store) HandoffsOfSubject(ctx context.Context, subject, partner string, limit int) ([]Handoff, error) {
	return s.handoffs(ctx, "handoffs of subject", handoffsSubject, subject, partner, limit)
}

func (s *Store) handoffs(ctx context.Context, doing, query string, args ...any) ([]Handoff, error) {
	rows, err := all[handoffRow](ctx, s, doing, query, args...)
	return each(rows, err, handoffRow.handoff)
}
