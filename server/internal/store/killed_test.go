package store_test

import (
	"database/sql"
	"net"
	"sync"
	"testing"
	"time"

	"usher/server/internal/store"
	"usher/server/internal/testneeds"
)

// guillotine is a wire to Postgres that is cut after so many things were said
// over it: the last of them still arrives, as from a process that is killed
// right after it has sent it.
type guillotine struct {
	mu    sync.Mutex
	left  int
	fell  bool
	conns []net.Conn
}

func (g *guillotine) through(t *testing.T, database string) string {
	t.Helper()
	return between(t, database, func(near, far net.Conn) {
		if g.keep(near, far) {
			pass(near, far, func(piece []byte) bool { return g.lets(far, piece) })
		}
	})
}

// keep notes a connection; none are made after the fall.
func (g *guillotine) keep(conns ...net.Conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.conns = append(g.conns, conns...)
	return !g.fell
}

// lets passes on what is said, and falls behind the last piece.
func (g *guillotine) lets(far net.Conn, piece []byte) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.fell {
		return false
	}
	_, err := far.Write(piece)
	if g.left--; g.left == 0 {
		g.fell = true
		for _, c := range g.conns {
			_ = c.Close()
		}
	}
	return err == nil
}

func (g *guillotine) hasFallen() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.fell
}

// A process that upgrades Postgres and is killed after anything it says – each
// statement of each migration, its begin, its commit, what is written down of
// it – leaves a database that the next start brings to the same schema (G23).
func TestPostgres_FinishesAKilledUpgrade(t *testing.T) {
	t.Parallel()
	o := (&databases{url: testneeds.Postgres(t)}).fresh(t)
	db, err := sql.Open("postgres", o.DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	start := func(o store.Options) error {
		s, err := store.Open(t.Context(), o)
		if err != nil {
			return err
		}
		return s.Close()
	}
	if err := start(o); err != nil {
		t.Fatal(err)
	}
	want := postgresSchema(t, db)
	kills := 0
	for {
		if _, err := db.Exec(`DROP SCHEMA public CASCADE; CREATE SCHEMA public`); err != nil {
			t.Fatal(err)
		}
		g := &guillotine{left: kills + 1}
		err := start(store.Options{DatabaseURL: g.through(t, o.DatabaseURL)})
		if !g.hasFallen() {
			if err != nil {
				t.Fatalf("not killed, and yet: %v", err)
			}
			break
		}
		kills++
		buried(t, db)
		if err := start(o); err != nil {
			t.Fatalf("after %d things said: %v", kills, err)
		}
		if got := postgresSchema(t, db); got != want {
			t.Fatalf("after %d things said:\n%s\nwant\n%s", kills, got, want)
		}
	}
	t.Logf("killed at %d moments", kills)
	if statements := len(upStatements(t)); kills < statements {
		t.Errorf("killed at %d moments of %d statements: too few", kills, statements)
	}
}

// buried waits until the killed process's connections are gone.
func buried(t *testing.T, db *sql.DB) {
	t.Helper()
	for {
		var others int
		err := db.QueryRow(`SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
		AND backend_type = 'client backend'`).Scan(&others)
		if err != nil {
			t.Fatal(err)
		}
		if others == 0 {
			return
		}
		select {
		case <-t.Context().Done():
			t.Fatal("a killed process's connection stays")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// postgresSchema is every column and index, and which migrations are done.
func postgresSchema(t *testing.T, db *sql.DB) string {
	t.Helper()
	var all string
	err := db.QueryRow(`SELECT string_agg(line, E'\n' ORDER BY line) FROM (
	SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || COALESCE(collation_name, '') AS line
	FROM information_schema.columns WHERE table_schema = 'public'
	UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
	UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
	UNION ALL SELECT 'version ' || version_id || ' ' || is_applied FROM goose_db_version) AS s`).Scan(&all)
	if err != nil {
		t.Fatal(err)
	}
	return all
}
