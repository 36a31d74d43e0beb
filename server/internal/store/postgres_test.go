package store_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq"

	"usher/server/internal/store"
	"usher/server/internal/store/storetest"
	"usher/server/internal/testneeds"
)

// databases hands out empty databases of one server.
type databases struct{ url string }

// made counts them: tests that share a server must not share a database.
var made atomic.Int64

func (d *databases) fresh(t testing.TB) store.Options {
	t.Helper()
	db, err := sqlx.Open("postgres", d.url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	name := fmt.Sprintf("store_%s_%d", strings.ToLower(strings.NewReplacer("/", "_", "-", "_").Replace(t.Name()))[:10], made.Add(1))
	if _, err := db.Exec(`DROP DATABASE IF EXISTS ` + name); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`CREATE DATABASE ` + name); err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(d.url)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return store.Options{DatabaseURL: u.String()}
}

// Whatever the store is asked to do, it writes in transactions only.
func TestStore_Postgres(t *testing.T) {
	t.Parallel()
	w := wireTo(t, testneeds.Postgres(t))
	t.Cleanup(func() { w.transactionsOnly(t, 5) })
	d := &databases{url: w.url}
	storetest.Run(t, func(t *testing.T) store.Options { return d.fresh(t) })
}

// A frozen Postgres is answered for as unavailable, by the deadline and not by
// whoever asks giving up; after it, everything goes on without a restart.
func TestPostgres_FrozenAndKilled(t *testing.T) {
	t.Parallel()
	server := testneeds.StartPostgres(t)
	ctx := t.Context()
	o := (&databases{url: server.URL()}).fresh(t)
	o.DatabaseURL = ordinary(t, o.DatabaseURL)
	s, err := store.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	next := 0
	save := func() error {
		next++
		return s.Save(ctx, store.Change{Conversation: store.Conversation{ID: fmt.Sprint(next), Owner: "bot"}})
	}
	healthy := func() {
		t.Helper()
		if err := save(); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Load(ctx, "1"); err != nil {
			t.Fatal(err)
		}
	}
	unavailable := func() {
		t.Helper()
		_, err := s.Load(ctx, "1")
		for what, err := range map[string]error{"save": save(), "load": err} {
			if !errors.Is(err, store.ErrUnavailable) {
				t.Fatalf("%s: error %v, want %v", what, err, store.ErrUnavailable)
			}
		}
	}
	healthy()
	server.Pause()
	unavailable()
	server.Resume()
	recovered(t, s, healthy)
	server.Kill()
	unavailable()
	server.Start()
	recovered(t, s, healthy)
}

// ordinary makes a role that may do nothing but own this database, and returns
// the URL to connect as it.
func ordinary(t *testing.T, database string) string {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sqlx.Open("postgres", database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, sql := range []string{`CREATE ROLE ordinary LOGIN`, `ALTER DATABASE ` + u.Path[1:] + ` OWNER TO ordinary`} {
		if _, err := db.Exec(sql); err != nil {
			t.Fatal(err)
		}
	}
	u.User = url.User("ordinary")
	return u.String()
}

// recovered waits until the database is asked again, and lets each connection
// that died be noticed: one answer each.
func recovered(t *testing.T, s *store.Store, healthy func()) {
	t.Helper()
	const within = 5 * time.Second
	late := time.NewTimer(within)
	defer late.Stop()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for s.Ping(t.Context()) != nil || s.SetMeta(t.Context(), "k", "v") != nil {
		select {
		case <-late.C:
			t.Fatalf("still unavailable after %v", within)
		case <-again.C:
		}
	}
	healthy()
}

// Callers of a frozen Postgres who have to wait for one another do not add up:
// whoever comes after the first has waited is answered at once.
func TestPostgres_FrozenOneAfterAnother(t *testing.T) {
	t.Parallel()
	server := testneeds.StartPostgres(t)
	s, err := store.Open(t.Context(), (&databases{url: server.URL()}).fresh(t))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	server.Pause()
	for what, ask := range map[string]func() error{
		"read":  func() error { return s.Ping(t.Context()) },
		"write": func() error { return s.SetMeta(t.Context(), "k", "v") },
	} {
		const promised = 5 * time.Second // for all of them
		from := time.Now()
		for range 10 {
			if err := ask(); !errors.Is(err, store.ErrUnavailable) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if took := time.Since(from); took > promised {
			t.Errorf("ten %ss were answered after %v", what, took)
		}
	}
	server.Resume()
	recovered(t, s, func() {})
}
