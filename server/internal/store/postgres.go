package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

const (
	// answerWithin bounds each wait for Postgres: below the five seconds in
	// which every request is answered. lib/pq alone waits for a frozen server
	// without end, whatever the context says (measured: over 90 s).
	answerWithin = 3 * time.Second
	// upgradeWithin is the same for migrations, which may rewrite a table.
	upgradeWithin = 15 * time.Minute
)

// What is said once on each connection.
const (
	// Postgres would keep the locks of a transaction whose process stands still,
	// or whose connection has silently died, for as long as that lasts, and
	// everybody else who writes to these conversations would wait. A transaction
	// here never rests for longer than its next statement takes to arrive; the
	// limit lies below the time that others wait (answerWithin).
	writing = `SET idle_in_transaction_session_timeout = '2s'; ` + short
	// Planning who is next anew for each claim takes longer than finding out
	// (measured: 7 ms of 8), and every query here is made to go along an index
	// whatever it is asked for, so one plan serves all.
	reading = `SET plan_cache_mode = force_generic_plan; ` + short
	// Statements here are over before code for them would be compiled, or other
	// processes started to share in them (measured: 38 ms instead of 0.7 for who
	// is next among a million).
	short = `SET jit = off; SET max_parallel_workers_per_gather = 0`
)

// openPostgres opens one connection for writing and several for reading: few
// connections that share commits do more than many that do not.
func (s *Store) openPostgres(o Options) error {
	s.dialect = postgresDialect()
	var err error
	if s.write, err = openPostgresPool(o.DatabaseURL, 2, answerWithin, writing); err != nil {
		return err
	}
	s.read, err = openPostgresPool(o.DatabaseURL, o.Readers, answerWithin, reading)
	return err
}

func openPostgresPool(url string, connections int, within time.Duration, first string) (*sqlx.DB, error) {
	connector, err := pq.NewConnector(url)
	if err != nil {
		return nil, fmt.Errorf("%w: database URL", ErrInvalid) // its text may hold the password
	}
	connector.Dialer(deadlineDialer{within: within})
	db := sqlx.NewDb(sql.OpenDB(opening{connector, first}), "postgres")
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// opening makes connections on which something is said first.
type opening struct {
	driver.Connector
	first string
}

// Connect connects.
func (o opening) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := o.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	said, ok := conn.(driver.ExecerContext)
	if !ok {
		return conn, nil
	}
	if _, err := said.ExecContext(ctx, o.first, nil); err != nil {
		return nil, errors.Join(fmt.Errorf("connect: %w", err), conn.Close())
	}
	return conn, nil
}

// deadlineDialer makes connections on which every read and write has an end.
type deadlineDialer struct{ within time.Duration }

// Dial connects.
func (d deadlineDialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

// DialTimeout connects within a time of the driver's.
func (d deadlineDialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

// DialContext connects until ctx ends.
func (d deadlineDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: min(d.within, answerWithin)}).DialContext(ctx, network, address)
	if err != nil {
		return nil, fmt.Errorf("dial database: %w", err)
	}
	return deadlineConn{Conn: conn, within: d.within}, nil
}

type deadlineConn struct {
	net.Conn
	within time.Duration
}

// Read waits for bytes at most that long.
func (c deadlineConn) Read(b []byte) (int, error) {
	if err := c.SetReadDeadline(c.end()); err != nil {
		return 0, err
	}
	return c.Conn.Read(b)
}

// Write waits for room at most that long.
func (c deadlineConn) Write(b []byte) (int, error) {
	if err := c.SetWriteDeadline(c.end()); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

// end is when a wait that begins now is over; the network keeps real time,
// whatever clock the rest of the store was given.
func (c deadlineConn) end() time.Time { return time.Now().Add(c.within) } //nolint:forbidigo // see above
