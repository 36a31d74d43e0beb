package ws

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"usher/server/internal/store"
	"usher/server/internal/testneeds"
)

// BenchmarkDurable is what a durable round trip with the bot costs beside what
// it cannot cost less than. Three servers take turns, three rounds, medians:
//
//   - echo: a bare gorilla/websocket echo, nothing stored;
//   - durable: the same echo, which first stores one row a message; messages
//     that come together share a commit;
//   - bot: a person's message, understood, answered, and both, the state and
//     the events stored; read to the end of the answer.
//
// Run it with -benchtime 1x: each of its iterations is the three rounds.
func BenchmarkDurable(b *testing.B) {
	databases := []struct {
		name      string
		reference func(testing.TB) keep
		options   func(testing.TB) store.Options
	}{
		{"sqlite", keepInSQLite, func(t testing.TB) store.Options { return store.Options{DataDir: t.TempDir()} }},
		{"postgres", keepInPostgres, func(t testing.TB) store.Options { return store.Options{DatabaseURL: freshPostgres(t)} }},
	}
	for _, d := range databases {
		for _, sockets := range []int{1, 64} {
			b.Run(fmt.Sprintf("%s/%d", d.name, sockets), func(b *testing.B) {
				r := startOn(b, d.options(b))
				r.server.limits = boundless()
				contest(b, sockets, []contender{
					{"echo", echo(b), bare}, {"durable", durableEcho(b, d.reference(b)), bare}, {"bot", r.users, exchange},
				})
			})
		}
	}
}

// contender is a server and what a round trip with it is.
type contender struct {
	name    string
	address string
	once    func(*websocket.Conn, int) error
}

const (
	rounds    = 3
	roundTime = 2 * time.Second
)

// contest lets all take turns and reports the medians and the last one's share
// of each of the others.
func contest(b *testing.B, sockets int, all []contender) {
	b.Helper()
	for range b.N {
		rates := make([][]float64, len(all))
		for range rounds {
			for i, c := range all {
				rates[i] = append(rates[i], c.rate(b, sockets))
			}
		}
		last := median(rates[len(all)-1])
		for i, c := range all {
			b.ReportMetric(median(rates[i]), c.name+"/s")
			if i < len(all)-1 {
				b.ReportMetric(last/median(rates[i]), "of_"+c.name)
			}
		}
	}
	b.ReportMetric(0, "ns/op")
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// rate is the round trips a second over so many sockets.
func (c contender) rate(b *testing.B, sockets int) float64 {
	b.Helper()
	clients := connect(b, sockets, c.address, c.once)
	defer func() {
		for _, client := range clients {
			_ = client.Close()
		}
	}()
	var trips atomic.Int64
	var all sync.WaitGroup
	start := time.Now()
	for i, client := range clients {
		all.Go(func() {
			for n := i; time.Since(start) < roundTime; n += sockets {
				if err := c.once(client, n); err != nil {
					b.Error(err)
					return
				}
				trips.Add(1)
			}
		})
	}
	all.Wait()
	return float64(trips.Load()) / time.Since(start).Seconds()
}

// keep stores rows in one commit.
type keep func(rows []string) error

// durableEcho answers a message once it is stored.
func durableEcho(b *testing.B, store keep) string {
	type job struct {
		row  string
		done chan error
	}
	jobs := make(chan job, 4096)
	var writing sync.WaitGroup
	writing.Go(func() {
		for first := range jobs {
			batch, rows := []job{first}, []string{first.row}
			for len(jobs) > 0 {
				j := <-jobs
				batch, rows = append(batch, j), append(rows, j.row)
			}
			err := store(rows)
			for _, j := range batch {
				j.done <- err
			}
		}
	})
	var up websocket.Upgrader
	var open sync.WaitGroup
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := up.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		open.Add(1)
		defer open.Done()
		defer c.Close()
		done := make(chan error, 1)
		for {
			kind, data, err := c.ReadMessage()
			if err != nil {
				return
			}
			jobs <- job{string(data), done}
			if <-done != nil || c.WriteMessage(kind, data) != nil {
				return
			}
		}
	}))
	b.Cleanup(func() {
		h.Close()
		open.Wait()
		close(jobs)
		writing.Wait()
	})
	return strings.TrimPrefix(h.URL, "http://")
}

// keepInSQLite commits with the same promise as the product: synchronous=FULL.
func keepInSQLite(t testing.TB) keep {
	path := filepath.Join(t.TempDir(), "reference.db")
	db, err := sqlx.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1)
	db.MustExec(`CREATE TABLE messages (id INTEGER PRIMARY KEY, text TEXT)`)
	ctx := context.Background()
	conn, err := db.Connx(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	insert, err := conn.PreparexContext(ctx, `INSERT INTO messages (text) VALUES (?)`)
	if err != nil {
		t.Fatal(err)
	}
	return func(rows []string) error {
		tx, err := conn.BeginTxx(ctx, nil)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if _, err := insert.ExecContext(ctx, row); err != nil {
				return err
			}
		}
		return tx.Commit()
	}
}

// keepInPostgres sends all rows in one statement, which is its own transaction.
func keepInPostgres(t testing.TB) keep {
	db, err := sqlx.Open("postgres", freshPostgres(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.MustExec(`CREATE TABLE messages (id BIGSERIAL PRIMARY KEY, text TEXT)`)
	insert, err := db.Preparex(`INSERT INTO messages (text) SELECT unnest($1::text[])`)
	if err != nil {
		t.Fatal(err)
	}
	return func(rows []string) error {
		_, err := insert.Exec(pq.StringArray(rows))
		return err
	}
}

var made atomic.Int64

// freshPostgres is an empty database.
func freshPostgres(t testing.TB) string {
	t.Helper()
	u, err := url.Parse(testneeds.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("postgres", u.String())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	name := fmt.Sprintf("ws_%d_%d", time.Now().UnixNano(), made.Add(1))
	if _, err := db.Exec(`CREATE DATABASE ` + name); err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}
