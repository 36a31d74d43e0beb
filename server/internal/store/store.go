package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
)

// patience is how long a caller waits for the database: every request is to be
// answered within five seconds, whatever state the database is in, and a machine
// that is busy needs one of them for itself.
const patience = 4 * time.Second

// Options say where the data lives.
type Options struct {
	// DataDir is the folder of the SQLite file, made when it is not there.
	DataDir string
	// DatabaseURL is a Postgres URL; empty means SQLite in DataDir.
	DatabaseURL string
	// Clock tells the time for what expires; nil is the system's clock.
	Clock func() time.Time
	// Logger hears about migrations and failed commits; nil is silence.
	Logger *slog.Logger
	// Queue is how many writes may wait for a commit before further ones are
	// refused with ErrUnavailable; 0 is 4096.
	Queue int
	// Readers is the number of connections for reading; 0 is 16 on Postgres,
	// where one waits for the network, and 4 on SQLite.
	Readers int
}

// Store is the database. It is safe for concurrent use.
type Store struct {
	dialect dialect
	clock   func() time.Time
	log     *slog.Logger
	write   *sqlx.DB // one connection in use: the committer's
	read    *sqlx.DB
	commits *committer
	reads   *gate
	writes  *gate
	end     context.CancelFunc // of the gates
	history string
	file    string // of SQLite; empty: Postgres
	left    sync.Once
	asked   atomic.Int64 // how often the database was read

	mu    sync.RWMutex
	stmts map[string]*sqlx.Stmt // of the read pool, by query
}

// Open opens the database, brings its schema up to date and starts the
// committer. An upgrade that was killed is finished here.
func Open(ctx context.Context, o Options) (*Store, error) {
	s := &Store{clock: o.Clock, log: o.Logger, stmts: map[string]*sqlx.Stmt{}}
	if s.clock == nil {
		s.clock = time.Now //nolint:forbidigo // the default of an injected clock
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	o.Queue = orDefault(o.Queue, 4096)
	var err error
	if o.DatabaseURL != "" {
		o.Readers = orDefault(o.Readers, 16)
		err = s.openPostgres(o)
	} else {
		o.Readers = orDefault(o.Readers, 4)
		err = s.openSQLite(o)
	}
	s.gates()
	if err == nil {
		err = s.prepare(ctx, o)
	}
	if err != nil {
		s.end()
		return nil, errors.Join(fmt.Errorf("open store: %w", err), s.closePools())
	}
	s.commits = startCommitter(s, o.Queue)
	return s, nil
}

// prepare brings schema and identity up to date.
func (s *Store) prepare(ctx context.Context, o Options) error {
	if err := s.migrate(ctx, o); err != nil {
		return err
	}
	return s.identify(ctx)
}

// Close stores what is queued, then closes the database. Writes that come
// later are refused with ErrUnavailable.
func (s *Store) Close() error {
	s.end()
	s.commits.close()
	s.reads.probe.Wait()
	s.writes.probe.Wait()
	s.left.Do(s.leave)
	return s.closePools()
}

func (s *Store) closePools() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, stmt := range s.stmts {
		errs = append(errs, stmt.Close())
	}
	clear(s.stmts)
	for _, pool := range []*sqlx.DB{s.read, s.write} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(errs...)
}

// Ping reports whether the database answers a read.
func (s *Store) Ping(ctx context.Context) error {
	_, err := one[int](ctx, s, "ping", `SELECT 1`)
	return err
}

func orDefault(n, otherwise int) int {
	if n > 0 {
		return n
	}
	return otherwise
}

// millis is how times are stored: milliseconds since 1970, UTC; 0 for no time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// moment is the way back.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
