package store

import (
	"database/sql/driver"
	"errors"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// dialect lists every way in which the databases differ.
type dialect struct {
	// goose is the name the migrations' bookkeeping knows the database by.
	goose goose.Dialect
	// bind is the driver name by which sqlx knows how parameters are written:
	// ? for SQLite, $1 for Postgres.
	bind string
	// poisoned: after an error inside a transaction Postgres refuses every
	// further statement, so the whole batch has to be run again; SQLite undoes
	// only the statement that failed.
	poisoned bool
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
		away:   sqliteAway,
		unique: sqliteUnique,
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
