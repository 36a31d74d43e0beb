package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"usher/server/internal/store"
	"usher/server/internal/testneeds"
)

// conversationsPerSaver times 64 savers are 1,024 conversations under way.
const conversationsPerSaver = 16

// BenchmarkSave measures a realistic change (two messages of 120 and 300 bytes
// with 300 bytes of extra, 1.5 KB of state) beside a reference that does
// nothing but group-commit the same two messages, one row each.
func BenchmarkSave(b *testing.B) {
	for _, savers := range []int{1, 64, 256} {
		b.Run(fmt.Sprintf("sqlite-%d", savers), func(b *testing.B) {
			raceStore(b, savers, store.Options{DataDir: b.TempDir()})
		})
		for _, index := range []bool{true, false} {
			name := fmt.Sprintf("reference-indexed-%d", savers)
			if !index {
				name = fmt.Sprintf("reference-heap-%d", savers)
			}
			b.Run(name, func(b *testing.B) {
				r := openReference(b, filepath.Join(b.TempDir(), "reference.db"), index)
				defer r.close()
				race(b, savers, r.saving)
			})
		}
	}
}

// BenchmarkSavePostgres measures the same change on a Postgres of its own.
func BenchmarkSavePostgres(b *testing.B) {
	d := &databases{url: testneeds.Postgres(b)}
	for _, savers := range []int{1, 64, 256} {
		b.Run(fmt.Sprint(savers), func(b *testing.B) { raceStore(b, savers, d.fresh(b)) })
	}
}

func raceStore(b *testing.B, savers int, o store.Options) {
	b.Helper()
	s, err := store.Open(context.Background(), o)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	race(b, savers, func(saver int) func(int) error { return saving(s, saver) })
	st := s.Stats()
	b.ReportMetric(float64(st.Writes)/float64(st.Commits), "saves/commit")
}

// race lets savers save b.N times between them.
func race(b *testing.B, savers int, saver func(int) func(i int) error) {
	b.Helper()
	var left atomic.Int64
	left.Store(int64(b.N))
	var wg sync.WaitGroup
	saves := make([]func(int) error, savers)
	for n := range savers {
		saves[n] = saver(n)
	}
	b.ResetTimer()
	for n := range savers {
		wg.Go(func() {
			for i := 0; left.Add(-1) >= 0; i++ {
				if err := saves[n](i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "saves/s")
}

var (
	question = strings.Repeat("q", 120)
	answer   = strings.Repeat("a", 300)
	extra    = []byte(`{"x":"` + strings.Repeat("x", 292) + `"}`)
	state    = []byte(`{"s":"` + strings.Repeat("s", 1492) + `"}`)
)

// saving returns one saver's next save, over its own conversations in turn.
func saving(s *store.Store, saver int) func(int) error {
	ctx := context.Background()
	at := time.UnixMilli(1_770_000_000_000).UTC()
	convs := make([]store.Conversation, conversationsPerSaver)
	for i := range convs {
		convs[i] = store.Conversation{ID: conversationID(saver, i), Owner: "bot", CreatedAt: at, State: state}
	}
	return func(i int) error {
		c := &convs[i%len(convs)]
		seq := c.LastSeq
		c.LastSeq, c.UpdatedAt = seq+2, at
		err := s.Save(ctx, store.Change{Conversation: *c, Messages: []store.Message{
			{Seq: seq + 1, From: "user", ClientKey: fmt.Sprintf("u:%d-%d-%016x", saver, i, i*7919), Text: question, Lang: "en", At: at, Through: seq + 2},
			{Seq: seq + 2, From: "bot", Name: "Usher", Text: answer, Lang: "en", At: at, Extra: extra},
		}})
		c.Version++
		return err
	}
}

// conversationID is 24 letters in no order, as random ids are.
func conversationID(saver, i int) string {
	n := uint64(saver*conversationsPerSaver + i + 1)
	return fmt.Sprintf("%016x%08x", n*0x9E3779B97F4A7C15, n)
}

// reference group-commits rows and does nothing else.
type reference struct {
	db   *sqlx.DB
	jobs chan referenceJob
	done chan struct{}
}

type referenceJob struct {
	conversation string
	seq          int
	done         chan error
}

func openReference(b *testing.B, path string, index bool) *reference {
	b.Helper()
	db, err := sqlx.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	db.MustExec(`CREATE TABLE m (conversation TEXT, seq INTEGER, text TEXT, extra BLOB)`)
	if index {
		db.MustExec(`CREATE UNIQUE INDEX m_seq ON m (conversation, seq)`)
	}
	r := &reference{db: db, jobs: make(chan referenceJob, 4096), done: make(chan struct{})}
	go r.loop()
	return r
}

func (r *reference) loop() {
	defer close(r.done)
	ctx := context.Background()
	conn, err := r.db.Connx(ctx)
	if err != nil {
		panic(err)
	}
	defer conn.Close()
	stmt, err := conn.PreparexContext(ctx, `INSERT INTO m VALUES (?, ?, ?, ?)`)
	if err != nil {
		panic(err)
	}
	for first := range r.jobs {
		batch := []referenceJob{first}
		for len(r.jobs) > 0 {
			batch = append(batch, <-r.jobs)
		}
		tx, err := conn.BeginTxx(ctx, nil)
		if err != nil {
			panic(err)
		}
		for _, j := range batch {
			if _, err := stmt.Exec(j.conversation, j.seq, question, nil); err != nil {
				panic(err)
			}
			if _, err := stmt.Exec(j.conversation, j.seq+1, answer, extra); err != nil {
				panic(err)
			}
		}
		err = tx.Commit()
		for _, j := range batch {
			j.done <- err
		}
	}
}

func (r *reference) saving(saver int) func(int) error {
	return func(i int) error {
		j := referenceJob{
			conversation: conversationID(saver, i%conversationsPerSaver),
			seq:          i/conversationsPerSaver*2 + 1, done: make(chan error, 1),
		}
		r.jobs <- j
		return <-j.done
	}
}

func (r *reference) close() {
	close(r.jobs)
	<-r.done
	_ = r.db.Close()
}
