package store

import (
	"context"
	"crypto/rand"
	"embed"
	"fmt"
	"io/fs"
	"time"

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
		patient, err := openPostgresPool(o.DatabaseURL, 2, upgradeWithin, short)
		if err != nil {
			return err
		}
		defer func() { _ = patient.Close() }()
		// Asked for each second: replicas that start together wait for no more
		// than the upgrade.
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, uint64(upgradeWithin/time.Second)))
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
	// holdMeta makes a key or keeps its value, and holds it against others who
	// start at the same time until the transaction ends.
	holdMeta   = `INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = meta.value`
	upsertMeta = `INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`
)

// Where the history's identity is kept, and where the database was when it got it.
const (
	historyKey = "history"
	placeKey   = "place"
)

// identify gives a new database its history's identity, and a new one to a
// database that is no longer where it was: it may be a copy from before, whose
// positions another history has used since. Whoever holds such a position then
// loads again from the start, which is also all that a needless change costs.
func (s *Store) identify(ctx context.Context) error {
	// SQLite has one such transaction at a time, over all processes: what is
	// written beside the file is written in it too.
	tx, err := s.write.BeginTxx(ctx, nil)
	if err != nil {
		return s.wrap("identify", err)
	}
	defer func() { _ = tx.Rollback() }()
	place, err := s.place(ctx)
	if err != nil {
		return s.wrap("identify", err)
	}
	put, get := tx.Rebind(insertMeta), tx.Rebind(selectMeta)
	if _, err := tx.ExecContext(ctx, tx.Rebind(holdMeta), placeKey, place); err != nil {
		return s.wrap("identify", err)
	}
	var was string
	if err := tx.GetContext(ctx, &was, get, placeKey); err != nil {
		return s.wrap("identify", err)
	}
	if was != place {
		put = tx.Rebind(upsertMeta)
		s.log.WarnContext(ctx, "the database is not where it was: its history gets a new identity")
	}
	if place, err = s.mark(place); err != nil {
		return s.wrap("identify", err)
	}
	if place != was {
		if _, err := tx.ExecContext(ctx, tx.Rebind(upsertMeta), placeKey, place); err != nil {
			return s.wrap("identify", err)
		}
	}
	if _, err := tx.ExecContext(ctx, put, historyKey, rand.Text()); err != nil {
		return s.wrap("identify", err)
	}
	if err := tx.GetContext(ctx, &s.history, get, historyKey); err != nil {
		return s.wrap("identify", err)
	}
	return s.wrap("identify", tx.Commit())
}

// place is where the database is: for SQLite the file's identity and the mark
// beside it; for Postgres that of the server, its timeline, which a recovery
// ends, and that of a table, which a restored dump makes anew.
func (s *Store) place(ctx context.Context) (string, error) {
	if s.file != "" {
		return markedFile(s.file)
	}
	return one[string](ctx, s, "place", `SELECT (SELECT system_identifier FROM pg_control_system()) || '/' ||
	(SELECT timeline_id FROM pg_control_checkpoint()) || '/' || CAST('meta'::regclass::oid AS TEXT)`)
}

// History is the identity of this history: random, made with the database and
// again when it was restored. Positions of another history mean nothing in
// this one.
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
