package store

import (
	"context"
	"database/sql"
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

// openPostgres opens one connection for writing and several for reading: few
// connections that share commits do more than many that do not.
func (s *Store) openPostgres(o Options) error {
	s.dialect = postgresDialect()
	var err error
	if s.write, err = openPostgresPool(o.DatabaseURL, 2, answerWithin); err != nil {
		return err
	}
	s.read, err = openPostgresPool(o.DatabaseURL, o.Readers, answerWithin)
	return err
}

func openPostgresPool(url string, connections int, within time.Duration) (*sqlx.DB, error) {
	connector, err := pq.NewConnector(url)
	if err != nil {
		return nil, fmt.Errorf("%w: database URL", ErrInvalid) // its text may hold the password
	}
	connector.Dialer(deadlineDialer{within: within})
	db := sqlx.NewDb(sql.OpenDB(connector), "postgres")
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
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
