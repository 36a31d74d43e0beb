package store

import (
	"context"

	"github.com/jmoiron/sqlx"
)

// one reads one row; ErrNotFound when there is none.
func one[T any](ctx context.Context, s *Store, doing, query string, args ...any) (T, error) {
	row, err := ask(ctx, s, func(ctx context.Context) (row T, err error) {
		stmt, err := s.prepared(ctx, query)
		if err == nil {
			err = stmt.GetContext(ctx, &row, args...)
		}
		return row, err
	})
	return row, s.wrap(doing, err)
}

// all reads all rows.
func all[T any](ctx context.Context, s *Store, doing, query string, args ...any) ([]T, error) {
	rows, err := ask(ctx, s, func(ctx context.Context) (rows []T, err error) {
		stmt, err := s.prepared(ctx, query)
		if err == nil {
			err = stmt.SelectContext(ctx, &rows, args...)
		}
		return rows, err
	})
	return rows, s.wrap(doing, err)
}

// ask reads, and waits no longer than it may. The driver of Postgres heeds no
// context, and a connection that dies is tried again over another one: two
// waits where one is promised.
func ask[T any](ctx context.Context, s *Store, read func(context.Context) (T, error)) (result T, err error) {
	type answer struct {
		result T
		err    error
	}
	err = s.reads.pass(ctx, func(ctx context.Context) (err error) {
		if s.file != "" {
			result, err = read(ctx)
			return err
		}
		came := make(chan answer, 1)
		go func() {
			got, err := read(ctx)
			came <- answer{got, err}
		}()
		select {
		case a := <-came:
			result = a.result
			return a.err
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	return result, err
}

// each turns rows into what they stand for.
func each[R, T any](rows []R, err error, of func(R) T) ([]T, error) {
	if err != nil {
		return nil, err
	}
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = of(r)
	}
	return out, nil
}

// prepared keeps one statement per query; their number is that of the queries
// in this package, times the few lengths of their lists.
func (s *Store) prepared(ctx context.Context, query string) (*sqlx.Stmt, error) {
	s.asked.Add(1)
	s.mu.RLock()
	stmt := s.stmts[query]
	s.mu.RUnlock()
	if stmt != nil {
		return stmt, nil
	}
	stmt, err := s.read.PreparexContext(ctx, s.read.Rebind(query))
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if first := s.stmts[query]; first != nil {
		return first, stmt.Close()
	}
	s.stmts[query] = stmt
	return stmt, nil
}
