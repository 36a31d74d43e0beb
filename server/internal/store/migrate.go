package store

import (
	"context"
	"crypto/rand"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate applies what the schema lacks, each file in its own transaction, so
// that an upgrade killed anywhere goes on from the last whole file.
func (s *Store) migrate(ctx context.Context, o Options) error {
	db, options := s.write.DB, []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithSlog(s.log)}
	if s.dialect.locks {
		patient, err := openPostgresPool(o.DatabaseURL, 2, upgradeWithin)
		if err != nil {
			return err
		}
		defer func() { _ = patient.Close() }()
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return fmt.Errorf("migrations: %w", err)
		}
		db, options = patient.DB, append(options, goose.WithSessionLocker(locker))
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	p, err := goose.NewProvider(s.dialect.goose, db, rewritten{FS: files, rewrite: s.dialect.schema}, options...)
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	for range startersAtOnce {
		done, upErr := p.Up(ctx)
		for _, m := range done {
			s.log.InfoContext(ctx, "migration applied", "version", m.Source.Version, "took", m.Duration)
		}
		if err = upErr; err == nil || ctx.Err() != nil {
			break
		}
	}
	return s.wrap("migrate", err)
}

// startersAtOnce bounds how often an upgrade is tried. Of several processes
// that start together one applies a file and the others find its tables there
// already; they look again and see it recorded.
const startersAtOnce = 8

const (
	insertMeta = `INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING`
	selectMeta = `SELECT value FROM meta WHERE key = ?`
	upsertMeta = `INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`
)

// historyKey is where the history's identity is kept.
const historyKey = "history"

// identify gives a new database its history's identity.
func (s *Store) identify(ctx context.Context) error {
	tx, err := s.write.BeginTxx(ctx, nil)
	if err != nil {
		return s.wrap("identify", err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, tx.Rebind(insertMeta), historyKey, rand.Text()); err != nil {
		return s.wrap("identify", err)
	}
	if err := tx.GetContext(ctx, &s.history, tx.Rebind(selectMeta), historyKey); err != nil {
		return s.wrap("identify", err)
	}
	return s.wrap("identify", tx.Commit())
}

// History is the identity of this history: random, made with the database.
// Positions of another history mean nothing in this one.
func (s *Store) History() string { return s.history }

// Meta is a value kept beside the data; ErrNotFound when it was never set.
func (s *Store) Meta(ctx context.Context, key string) (string, error) {
	return one[string](ctx, s, "meta", selectMeta, key)
}

// SetMeta keeps a value beside the data.
func (s *Store) SetMeta(ctx context.Context, key, value string) error {
	return s.change(ctx, "set meta", func(t *tx) error {
		_, err := t.exec(upsertMeta, key, value)
		return err
	})
}
