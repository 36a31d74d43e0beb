package main

import (
	"database/sql"
	"fmt"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"usher/server/internal/histcheck"
	"usher/server/internal/store"
	"usher/server/internal/testneeds"
)

// A backup taken while everybody writes restores to what a moment was: all that
// had been acked before it began is there, once and in order, without a hole,
// and it is another history, so that clients load again (G22).
func TestBackup_OfSQLiteUnderLoad(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	f := newFleet(t, 1, "--data", data)
	backups(t, f, store.Options{DataDir: data}, func(int) ([]string, store.Options) {
		db, err := sql.Open("sqlite", "file:"+filepath.Join(data, store.FileName)+"?_pragma=busy_timeout(5000)")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		copied := t.TempDir()
		if _, err := db.ExecContext(t.Context(), `VACUUM INTO ?`, filepath.Join(copied, store.FileName)); err != nil {
			t.Fatal(err)
		}
		return []string{"--data", copied}, store.Options{DataDir: copied}
	})
}

func TestBackup_OfPostgresUnderLoad(t *testing.T) {
	t.Parallel()
	dump, restore := testneeds.PostgresTool(t, "pg_dump"), testneeds.PostgresTool(t, "pg_restore")
	f, postgres, _ := three(t)
	backups(t, f, store.Options{DatabaseURL: postgres.URL()}, func(n int) ([]string, store.Options) {
		file := filepath.Join(t.TempDir(), "usher.dump")
		runTool(t, dump, "--format=custom", "--file="+file, postgres.URL())
		db, err := sql.Open("postgres", postgres.URL())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		name := fmt.Sprintf("restored_%d", n)
		if _, err := db.ExecContext(t.Context(), `CREATE DATABASE `+name); err != nil {
			t.Fatal(err)
		}
		to, err := url.Parse(postgres.URL())
		if err != nil {
			t.Fatal(err)
		}
		to.Path = "/" + name
		runTool(t, restore, "--exit-on-error", "--no-owner", "--dbname="+to.String(), file)
		return []string{"--data", t.TempDir(), "--database-url", to.String()},
			store.Options{DatabaseURL: to.String()}
	})
}

// backups takes some while a crowd writes, then starts a server on each copy
// and judges it. take makes a copy and says how to serve and to open it.
func backups(t *testing.T, f *fleet, live store.Options, take func(n int) ([]string, store.Options)) {
	t.Helper()
	type backup struct {
		began time.Duration
		flags []string
		store store.Options
	}
	c := newCrowd(t, f.addr, 20)
	var all []backup
	for n := range times(3, 20) {
		c.until(c.acked.Load() + 300)
		began := time.Since(c.start)
		flags, options := take(n)
		all = append(all, backup{began, flags, options})
		c.until(c.acked.Load() + 50)
	}
	c.stop()
	histories := []string{history(t, live)}
	for _, b := range all {
		h := history(t, b.store)
		if slices.Contains(histories, h) {
			t.Errorf("the copy is the same history as another: %s", h)
		}
		histories = append(histories, h)
		judge(t, c.asOf(b.began, child(t, b.flags...).addr), 300, 0)
	}
}

func history(t *testing.T, o store.Options) string {
	t.Helper()
	st, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	return st.History()
}

// asOf judges a copy that was begun at a moment and is served at addr: what was
// acked by then has to be there, what came later may be.
func (c *crowd) asOf(began time.Duration, addr string) histcheck.Report {
	c.t.Helper()
	h := histcheck.History{Final: map[string][]histcheck.Record{}}
	needed := map[string]bool{}
	for _, o := range c.history.Ops {
		if o.Outcome == histcheck.Acked && o.Return > began {
			o.Outcome = histcheck.Unknown
		}
		needed[o.Conversation] = needed[o.Conversation] || o.Outcome == histcheck.Acked
		h.Ops = append(h.Ops, o)
	}
	there := &crowd{t: c.t, addr: addr}
	for _, p := range c.people {
		reader := &writer{c: there, name: p.name}
		for conv, session := range p.chats {
			if needed[conv] {
				h.Final[conv] = reader.readBack(session)
			}
		}
	}
	return histcheck.Check(h)
}

func runTool(t *testing.T, path string, args ...string) {
	t.Helper()
	if said, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", filepath.Base(path), err, said)
	}
}
