package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"
)

// writer is the committer's connection with its prepared statements.
type writer struct {
	store *Store
	conn  *sqlx.Conn
	stmts map[string]*sqlx.Stmt
}

// tx is the transaction that the changes of one commit share. It is the driver's
// own: that of database/sql holds the connection until it ends, and a statement
// that finds the connection dead waits for it to be let go, for ever.
type tx struct {
	*writer
	ctx   context.Context
	open  driver.Tx // nil when it has ended
	wrote bool      // something was written since the last change began

	outbox outbox // what goes to the feeds with the commit
}

// begin opens a transaction, connecting first where there is no connection.
// Its context never ends: what a commit does cannot be called back.
func (w *writer) begin() (*tx, error) {
	ctx := context.Background()
	if w.conn == nil {
		conn, err := w.store.write.Connx(ctx)
		if err != nil {
			return nil, fmt.Errorf("connect: %w", err)
		}
		w.conn, w.stmts = conn, map[string]*sqlx.Stmt{}
	}
	t := &tx{writer: w, ctx: ctx}
	err := w.conn.Raw(func(conn any) (err error) {
		beginner, ok := conn.(driver.ConnBeginTx)
		if !ok {
			return errors.ErrUnsupported
		}
		t.open, err = beginner.BeginTx(ctx, driver.TxOptions{})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	return t, nil
}

// drop closes the connection, in whatever state it is; the next transaction
// makes a new one.
func (w *writer) drop() {
	if w.conn == nil {
		return
	}
	for _, stmt := range w.stmts {
		_ = stmt.Close()
	}
	_ = w.conn.Raw(func(any) error { return driver.ErrBadConn }) // tells the pool to forget it
	_ = w.conn.Close()
	w.conn, w.stmts = nil, nil
}

func (t *tx) commit() error {
	open := t.open
	t.open = nil
	if err := t.conn.Raw(func(any) error { return open.Commit() }); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// rollback undoes what was not committed; after a commit it does nothing.
func (t *tx) rollback() {
	if open := t.open; open != nil {
		t.open = nil
		_ = t.conn.Raw(func(any) error { return open.Rollback() })
	}
}

// together runs one change without a savepoint. What it returns is the
// change's refusal, or errSpoiled when it left something behind.
func (t *tx) together(run func(*tx) error) error {
	t.wrote = false
	before := t.outbox.mark()
	err := run(t)
	if err != nil {
		t.outbox.back(before)
	}
	if err == nil || t.store.unavailable(err) {
		return err
	}
	if t.wrote || (t.store.dialect.poisoned && !isKind(err)) {
		return errSpoiled
	}
	return err
}

// apart runs one change in a savepoint, so that a refusal leaves nothing.
func (t *tx) apart(run func(*tx) error) error {
	if _, err := t.exec(`SAVEPOINT change`); err != nil {
		return err
	}
	before := t.outbox.mark()
	refusal := run(t)
	if refusal != nil {
		t.outbox.back(before)
		if t.store.unavailable(refusal) {
			return refusal
		}
		if _, err := t.exec(`ROLLBACK TO SAVEPOINT change`); err != nil {
			// The whole commit fails with it, and every change in it is answered
			// with this error: the refusal was of one.
			return fmt.Errorf("undo a refused change: %w", err)
		}
	}
	if _, err := t.exec(`RELEASE SAVEPOINT change`); err != nil {
		return err
	}
	return refusal
}

// exec runs a statement that changes rows and tells how many it changed.
func (t *tx) exec(query string, args ...any) (int64, error) {
	stmt, err := t.prepared(query)
	if err != nil {
		return 0, err
	}
	res, err := stmt.ExecContext(t.ctx, args...)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	t.wrote = t.wrote || n > 0
	return n, err
}

// get reads one row into dest; sql.ErrNoRows when there is none.
func (t *tx) get(dest any, query string, args ...any) error {
	stmt, err := t.prepared(query)
	if err != nil {
		return err
	}
	return stmt.GetContext(t.ctx, dest, args...)
}

// list reads rows into dest, a slice. The statement may change them as well.
func (t *tx) list(dest any, query string, args ...any) error {
	stmt, err := t.prepared(query)
	if err != nil {
		return err
	}
	t.wrote = t.wrote || !strings.HasPrefix(query, "SELECT")
	return stmt.SelectContext(t.ctx, dest, args...)
}

func (t *tx) prepared(query string) (*sqlx.Stmt, error) {
	if stmt := t.stmts[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := t.conn.PreparexContext(t.ctx, t.store.write.Rebind(query))
	if err != nil {
		return nil, err
	}
	t.stmts[query] = stmt
	return stmt, nil
}
