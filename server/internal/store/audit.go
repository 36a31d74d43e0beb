package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"usher/server/internal/audit"
)

const (
	// holdHead locks the head until the commit, so that replicas append in turn.
	// A head that somebody has removed comes back as one that no entry goes with.
	holdHead = `INSERT INTO audit_head (id, n, hash) VALUES (1, 0, 'missing')
	ON CONFLICT (id) DO UPDATE SET id = audit_head.id`
	// headAndLast differ only where somebody has put entries in.
	headAndLast = `SELECT n, hash, (SELECT COALESCE(MAX(n), 0) FROM audit) AS last FROM audit_head WHERE id = 1`
	insertAudit = `INSERT INTO audit (n, at, actor, role, action, conversation, handoff, object, detail, hash)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	moveHead    = `UPDATE audit_head SET n = ?, hash = ? WHERE id = 1`
	selectHead  = `SELECT n, hash FROM audit_head WHERE id = 1`
	selectAudit = `SELECT n, at, actor, role, action, conversation, handoff, object, detail, hash FROM audit `
	auditOnward = selectAudit + `WHERE n > ? ORDER BY n LIMIT ?`
)

type auditRow struct {
	N            int64  `db:"n"`
	At           int64  `db:"at"`
	Actor        string `db:"actor"`
	Role         string `db:"role"`
	Action       string `db:"action"`
	Conversation string `db:"conversation"`
	Handoff      string `db:"handoff"`
	Object       string `db:"object"`
	Detail       string `db:"detail"`
	Hash         string `db:"hash"`
}

func (r auditRow) entry() audit.Entry {
	return audit.Entry{
		N: r.N, At: moment(r.At), Actor: r.Actor, Role: r.Role, Action: audit.Action(r.Action),
		Conversation: r.Conversation, Handoff: r.Handoff, Object: r.Object, Detail: r.Detail,
	}
}

type headRow struct {
	N    int64  `db:"n"`
	Hash string `db:"hash"`
	Last int64  `db:"last"`
}

// Record adds entries to the log of what staff do, in this order, and returns
// after the commit that covers them; N and At are given here. Where the act
// itself is stored, its entries go along with it instead ([Change.Audit] and
// the last argument of those that change agents), so that neither is ever there
// without the other. ErrInvalid: an entry holds what a log must not.
func (s *Store) Record(ctx context.Context, entries ...audit.Entry) error {
	return s.changeNoted(ctx, "record", entries, func(*tx) error { return nil })
}

// changeNoted is change with entries for the log.
func (s *Store) changeNoted(ctx context.Context, doing string, entries []audit.Entry, f func(*tx) error) error {
	if err := checkEntries(entries); err != nil {
		return s.wrap(doing, err)
	}
	return s.wrap(doing, s.commit(ctx, &job{run: f, audit: entries}))
}

func checkEntries(entries []audit.Entry) error {
	for _, e := range entries {
		if err := e.Check(); err != nil {
			return fmt.Errorf("%w: %w", ErrInvalid, err)
		}
	}
	return nil
}

// note appends the entries of all changes of a commit that were not refused.
// It comes last in a transaction: who holds the head waits for no other row, so
// replicas cannot wait for each other in a circle.
func (t *tx) note(batch []*job, answers []error) error {
	var head headRow
	held := false
	for i, j := range batch {
		if answers[i] != nil || len(j.audit) == 0 {
			continue
		}
		if !held {
			if _, err := t.exec(holdHead); err != nil {
				return fmt.Errorf("audit: %w", err)
			}
			if err := t.get(&head, headAndLast); err != nil {
				return fmt.Errorf("audit: %w", err)
			}
			held, head.N = true, max(head.N, head.Last)
		}
		for _, e := range j.audit {
			if err := t.append(&head, e); err != nil {
				return fmt.Errorf("audit: %w", err)
			}
		}
	}
	if !held {
		return nil
	}
	if _, err := t.exec(moveHead, head.N, head.Hash); err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	return nil
}

// append writes one entry and moves the head on.
func (t *tx) append(head *headRow, e audit.Entry) error {
	head.N++
	e.N, e.At = head.N, t.store.clock().Truncate(time.Millisecond)
	head.Hash = audit.Link(head.Hash, e)
	_, err := t.exec(insertAudit, e.N, millis(e.At), e.Actor, e.Role, string(e.Action), e.Conversation, e.Handoff,
		e.Object, e.Detail, head.Hash)
	return err
}

// AuditFilter chooses entries of the log; what is empty chooses all.
type AuditFilter struct {
	Actor, Conversation string
	Action              audit.Action
	Before              int64 // entries with a smaller number; 0: from the newest on
	Limit               int   // 0: 100
}

// Audit lists entries of the log, the newest first.
func (s *Store) Audit(ctx context.Context, f AuditFilter) ([]audit.Entry, error) {
	const page = 100
	where, args := []string{"1 = 1"}, []any{}
	add := func(clause string, value any) { where, args = append(where, clause), append(args, value) }
	if f.Actor != "" {
		add("actor = ?", f.Actor)
	}
	if f.Conversation != "" {
		add("conversation = ?", f.Conversation)
	}
	if f.Action != "" {
		add("action = ?", string(f.Action))
	}
	if f.Before > 0 {
		add("n < ?", f.Before)
	}
	args = append(args, orDefault(f.Limit, page))
	query := selectAudit + "WHERE " + strings.Join(where, " AND ") + " ORDER BY n DESC LIMIT ?"
	rows, err := all[auditRow](ctx, s, "audit", query, args...)
	return each(rows, err, auditRow.entry)
}

// AuditHead is where the log ends. Kept elsewhere, it proves later that the log
// was not written anew. ErrNotFound: somebody has removed it.
func (s *Store) AuditHead(ctx context.Context) (audit.Head, error) {
	row, err := one[headRow](ctx, s, "audit head", selectHead)
	return audit.Head{N: row.N, Hash: row.Hash}, err
}

// VerifyAudit reads the whole log and returns where it ends and the first thing
// in it that is not as it was written, nil when all of it is. known is a head
// that was kept elsewhere, or the zero value. What is appended meanwhile is
// read as well.
func (s *Store) VerifyAudit(ctx context.Context, known audit.Head) (audit.Head, *audit.Fault, error) {
	chain := audit.NewChain(known)
	from, promised := int64(math.MinInt64), int64(0)
	for {
		const page = 1000
		rows, err := all[auditRow](ctx, s, "verify audit", auditOnward, from, page)
		if err != nil {
			return chain.Head, nil, err
		}
		for _, r := range rows {
			if fault := chain.Next(r.entry(), r.Hash); fault != nil {
				return chain.Head, fault, nil
			}
			from = r.N
		}
		if len(rows) == page {
			continue
		}
		head, err := s.AuditHead(ctx)
		if errors.Is(err, ErrNotFound) {
			return chain.Head, &audit.Fault{N: chain.Head.N + 1, Why: "the head beside the log is missing"}, nil
		}
		if err != nil {
			return chain.Head, nil, err
		}
		if head.N > chain.Head.N && chain.Head.N >= promised {
			promised = head.N // it grew since the rows were read: what the head knows can be read now
			continue
		}
		return chain.Head, chain.End(head), nil
	}
}
