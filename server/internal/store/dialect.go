package store

import (
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/lib/pq"
	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// dialect lists every way in which the databases differ; the SQL does not.
type dialect struct {
	// goose is the name the migrations' bookkeeping knows the database by.
	goose goose.Dialect
	// bind is the driver name by which sqlx knows how parameters are written:
	// ? for SQLite, $1 for Postgres.
	bind string
	// schema rewrites a migration. Postgres compares text by the rules of a
	// language unless told otherwise, SQLite byte by byte; ids have no language.
	schema func(string) string
	// poisoned: after an error inside a transaction Postgres refuses every
	// further statement, so the whole batch has to be run again; SQLite undoes
	// only the statement that failed.
	poisoned bool
	// locks: several processes may upgrade a Postgres at once, and DDL there
	// deadlocks; an advisory lock keeps them apart. SQLite has one writer.
	locks bool
	// bulk: a statement costs a round trip to Postgres, so the changes of a
	// commit go there in one (bulk.go); SQLite gains nothing by that.
	bulk bool
	// skipLocked ends a SELECT that takes rows for its transaction and leaves those
	// that another one has. SQLite has one writer, who has everything.
	skipLocked string
	// away tells the errors of a database that is gone, full, locked or broken
	// from those of a statement; the drivers number them differently.
	away func(error) bool
	// unique tells a refused duplicate in a unique index.
	unique func(error) bool
}

// sqliteDialect is SQLite through modernc.org/sqlite.
func sqliteDialect() dialect {
	return dialect{
		goose:  goose.DialectSQLite3,
		bind:   "sqlite3",
		schema: func(sql string) string { return sql },
		away:   sqliteAway,
		unique: sqliteUnique,
	}
}

// postgresDialect is Postgres through github.com/lib/pq.
func postgresDialect() dialect {
	return dialect{
		goose:    goose.DialectPostgres,
		bind:     "postgres",
		schema:   func(sql string) string { return strings.ReplaceAll(sql, " TEXT", ` TEXT COLLATE "C"`) },
		poisoned: true,
		locks:    true,
		bulk:     true,

		skipLocked: " FOR UPDATE SKIP LOCKED",

		away:   postgresAway,
		unique: postgresUnique,
	}
}

// sqliteAway lists the primary result codes that say nothing about the statement.
func sqliteAway(err error) bool {
	if errors.Is(err, driver.ErrBadConn) {
		return true
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY,
		sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL,
		sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOTADB:
		return true
	}
	return false
}

func sqliteUnique(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) &&
		(e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

// postgresAway lists the classes of error codes (PostgreSQL, appendix A) that
// say nothing about the statement, and a connection that broke.
func postgresAway(err error) bool {
	var e *pq.Error
	if errors.As(err, &e) {
		switch e.Code.Class() {
		case "08", // connection exception
			"25", // a database that was made read-only, a transaction that ended
			"40", // deadlock, serialization: run it again
			"53", // out of disk, memory, connections
			"55", // lock not available
			"57", // cancelled, shutting down, starting up
			"58", // I/O error
			"XX": // internal
			return true
		}
		return false
	}
	var n net.Error
	return errors.As(err, &n) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

func postgresUnique(err error) bool {
	var e *pq.Error
	return errors.As(err, &e) && e.Code == "23505" // unique_violation
}
