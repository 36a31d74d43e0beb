package store_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"usher/server/internal/store"
)

// An upgrade killed after any of its statements is finished by the next start,
// and the schema is the same as without the kill. A killed transaction is one
// that was never committed: the file is left as it is, with its journal.
func TestOpen_FinishesAKilledUpgrade(t *testing.T) {
	t.Parallel()
	want := schema(t, opened(t, t.TempDir()))
	statements := upStatements(t)
	if len(statements) < 10 {
		t.Fatalf("only %d statements found", len(statements))
	}
	for n := range len(statements) + 1 {
		dir := t.TempDir()
		killedAfter(t, dir, statements[:n])
		if got := schema(t, opened(t, dir)); got != want {
			t.Fatalf("after %d statements:\n%s\nwant\n%s", n, got, want)
		}
	}
}

// opened opens and closes a store, which brings its schema up to date.
func opened(t *testing.T, dir string) string {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, store.FileName)
}

// upStatements are the statements of all migrations in order.
func upStatements(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("migrations/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal("no migrations", err)
	}
	var out []string
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		up, _, _ := strings.Cut(regexp.MustCompile(`(?m)^--.*Up$`).Split(string(text), 2)[1], "-- +goose Down")
		for s := range strings.SplitSeq(up, ";") {
			if s = strings.TrimSpace(s); s != "" {
				out = append(out, s)
			}
		}
	}
	return out
}

// killedAfter leaves the database as a process does that was killed in the
// transaction of its upgrade: the copied files are what is on the disk then.
func killedAfter(t *testing.T, dir string, statements []string) {
	t.Helper()
	ctx := context.Background()
	live := t.TempDir()
	db, err := sql.Open("sqlite", filepath.Join(live, store.FileName)+"?_pragma=journal_mode(WAL)&_pragma=cache_spill(1)&_pragma=cache_size(2)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if _, err := tx.ExecContext(ctx, s); err != nil {
			t.Fatal(err)
		}
	}
	names, err := filepath.Glob(filepath.Join(live, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "-shm") {
			continue // shared memory dies with the process
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(name)), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
}

// schema is all that the database says it consists of.
func schema(t *testing.T, path string) string {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var all sql.NullString
	if err := db.QueryRow(`SELECT group_concat(sql, char(10)) FROM (SELECT sql FROM sqlite_schema ORDER BY name)`).Scan(&all); err != nil {
		t.Fatal(err)
	}
	var version int
	if err := db.QueryRow(`SELECT max(version_id) FROM goose_db_version`).Scan(&version); err != nil || version == 0 {
		t.Fatalf("schema version %d: %v", version, err)
	}
	return all.String
}
