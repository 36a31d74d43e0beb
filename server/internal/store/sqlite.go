package store

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jmoiron/sqlx"
	_ "modernc.org/sqlite" // the driver
)

// FileName is the SQLite database's name inside Options.DataDir.
const FileName = "usher.db"

// openSQLite opens the file with one connection for writing and several for
// reading. WAL lets them work at once; synchronous=FULL makes every commit
// survive a power cut (NORMAL was measured to lose commits, and to gain
// nothing once commits are shared).
func (s *Store) openSQLite(o Options) error {
	s.dialect = sqliteDialect()
	path, err := filepath.Abs(filepath.Join(o.DataDir, FileName))
	if err == nil {
		err = makeFolder(filepath.Dir(path))
	}
	if err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) // readable by nobody else
	if err != nil {
		return fmt.Errorf("database file: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("database file: %w", err)
	}
	if s.write, err = openSQLitePool(path, 1, writerPragmas...); err != nil {
		return err
	}
	s.file = path
	s.read, err = openSQLitePool(path, o.Readers, readerPragmas...)
	return err
}

// makeFolder makes a folder and what is missing above it. Each new name is
// synced: SQLite syncs what is in the folder, and a power cut could still take
// the folder itself, with every message acked since.
func makeFolder(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	above := filepath.Dir(path)
	if err := makeFolder(above); err != nil {
		return err
	}
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(above)
}

// busy_timeout is well below half of the five seconds in which every request is
// answered: a write may wait for the commit before its own, and then for its own.
// The checkpoint after 4,096 pages (16 MiB) writes a page that many commits
// changed once. secure_delete overwrites what is erased.
var (
	writerPragmas = []string{
		"busy_timeout(1500)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
		"wal_autocheckpoint(4096)", "journal_size_limit(67108864)", "cache_size(-16000)", "secure_delete(1)",
	}
	readerPragmas = []string{"busy_timeout(2000)", "query_only(1)", "cache_size(-4000)"}
)

func openSQLitePool(path string, connections int, pragmas ...string) (*sqlx.DB, error) {
	q := url.Values{"_txlock": {"immediate"}, "_pragma": pragmas}
	// The path goes into a URI, where ? and % have a meaning.
	uri := "file:" + strings.ReplaceAll(url.PathEscape(path), "%2F", "/") + "?" + q.Encode()
	db, err := sqlx.Open("sqlite", uri)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db = sqlx.NewDb(db.DB, "sqlite3") // the name by which sqlx knows that parameters are ?
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}
