package chat

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/lib/pq"
	_ "modernc.org/sqlite"

	"usher/server/internal/bus"
	"usher/server/internal/store"
	"usher/server/internal/testneeds"
)

// claimFew and claimMany are how many wait.
const (
	claimFew  = 1_000
	claimMany = 1_000_000
	// claimRatio is what a claim among many may cost of one among few.
	claimRatio = 1.5
)

// BenchmarkClaim is the whole claim – who is next, the save under the version,
// the case with its transcript – with a thousand and with a million cases
// waiting, in turn, so that a busy machine slows down both. It fails when the
// million cost more than they may.
//
//	go test ./server/internal/chat -run '^$' -bench Claim -benchtime 500x
func BenchmarkClaim(b *testing.B) {
	for name, open := range map[string]func(*testing.B) (store.Options, copying){"sqlite": claimSQLite, "postgres": claimPostgres} {
		b.Run(name, func(b *testing.B) {
			few, many := newClaims(b, open, claimFew), newClaims(b, open, claimMany)
			var fast, slow []time.Duration
			for b.Loop() {
				fast = append(fast, few.claim(b))
				slow = append(slow, many.claim(b))
			}
			slices.Sort(fast)
			slices.Sort(slow)
			middle := func(all []time.Duration) float64 { return float64(all[len(all)/2]) }
			ratio := middle(slow) / middle(fast)
			b.ReportMetric(middle(fast)/1e3, "µs/among-1000")
			b.ReportMetric(middle(slow)/1e3, "µs/among-1000000")
			b.ReportMetric(ratio, "ratio")
			b.Logf("median %v among %d, %v among %d", fast[len(fast)/2], claimFew, slow[len(slow)/2], claimMany)
			if len(fast) >= 100 && ratio > claimRatio {
				b.Errorf("a claim among %d costs %.2f times one among %d", claimMany, ratio, claimFew)
			}
		})
	}
}

// claims is a service with many cases that wait, and an agent who takes them.
type claims struct {
	*Service
	agent AgentPerson
}

func newClaims(b *testing.B, open func(*testing.B) (store.Options, copying), waiting int) *claims {
	b.Helper()
	ctx := context.Background()
	options, fill := open(b)
	st, err := store.Open(ctx, options)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = st.Close() })
	m, err := theMind()
	if err != nil {
		b.Fatal(err)
	}
	at := start
	s, err := New(ctx, Config{
		Store: st, Bot: m.bot, Lines: m.lines, Queues: m.queues, Masker: m.masker, Bus: bus.NewMemory(time.Now),
		Clock: func() time.Time { at = at.Add(time.Millisecond); return at }, Log: slog.New(slog.DiscardHandler), Grace: grace,
	})
	if err != nil {
		b.Fatal(err)
	}
	w, err := s.Hello(ctx, Hello{})
	if err == nil {
		err = s.RequestPerson(ctx, w.Conversation)
	}
	if err != nil {
		b.Fatal(err)
	}
	fill.line(b, w.Conversation, waiting)
	return &claims{Service: s, agent: AgentPerson{ID: "ana", Name: "Ana", Role: "supervisor", Languages: []string{"xx", "pt", "en"}}}
}

// claim takes the next case and says how long that took.
func (c *claims) claim(b *testing.B) time.Duration {
	b.Helper()
	began := time.Now()
	got, err := c.ClaimNext(context.Background(), c.agent)
	took := time.Since(began)
	if err != nil || got.Handoff == nil || len(got.Transcript) < 3 {
		b.Fatalf("claimed %+v, %v", got, err)
	}
	return took
}

// copying is a database in which rows are made by copying others, and how it
// says that bytes are a text and a text is bytes.
type copying struct {
	driver, url string
	text, bytes string
	settle      []string // what the database does by itself after a while
}

// line lets so many copies of a conversation wait behind it, in five languages,
// some kept for another agent. Only the first ones can be claimed: the others
// have nothing in them.
func (c copying) line(b *testing.B, conversation string, waiting int) {
	b.Helper()
	db, err := sql.Open(c.driver, c.url)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	const full = 20_000
	words := strings.NewReplacer(
		"NUMBERS", fmt.Sprintf(`WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < %d)`, waiting),
		"SOME", fmt.Sprint(full), "OLD", "'"+conversation+"'", "NEW", `('w' || CAST(i * 7919 % 1000003 AS TEXT))`,
		"COPIED(state)", fmt.Sprintf(c.bytes, `replace(`+fmt.Sprintf(c.text, "state")+`, OLD, NEW)`),
		"COPIED(data)", fmt.Sprintf(c.bytes, `replace(`+fmt.Sprintf(c.text, "data")+`, OLD, NEW)`),
	)
	for _, insert := range []string{
		`INSERT INTO conversations (id, version, epoch, owner, last_seq, last_event, session_hash, subject, partner, due,
		closed_at, created_at, updated_at, state) NUMBERS SELECT NEW, version, epoch, owner, last_seq, last_event, NULL,
		subject, partner, due, closed_at, created_at, updated_at, CASE WHEN i <= SOME THEN COPIED(state) END
		FROM conversations CROSS JOIN n WHERE id = OLD`,
		`INSERT INTO messages (conversation, seq, sender, name, agent, client_key, text, lang, at, through, extra) NUMBERS
		SELECT NEW, seq, sender, name, agent, client_key, text, lang, at, through, extra
		FROM messages CROSS JOIN n WHERE conversation = OLD AND i <= SOME`,
		`INSERT INTO handoffs (id, conversation, queue, rank, front, state, lang, agent, reserved_for, queued_at, updated_at,
		version, data) NUMBERS SELECT NEW || '-1', NEW, queue, rank, front, state,
		CASE i % 5 WHEN 0 THEN 'zh' WHEN 1 THEN 'en' WHEN 2 THEN 'ar' WHEN 3 THEN 'ru' ELSE 'es' END,
		agent, CASE WHEN i % 4 = 0 THEN 'bo' ELSE '' END, queued_at + i, updated_at, version, CASE WHEN i <= SOME THEN COPIED(data) END
		FROM handoffs CROSS JOIN n WHERE conversation = OLD`,
	} {
		// Twice: what is replaced holds words to be replaced.
		if _, err := db.ExecContext(context.Background(), words.Replace(words.Replace(insert))); err != nil {
			b.Fatal(err)
		}
	}
	for _, settle := range c.settle {
		if _, err := db.ExecContext(context.Background(), settle); err != nil {
			b.Fatal(err)
		}
	}
}

func claimSQLite(b *testing.B) (store.Options, copying) {
	b.Helper()
	dir := b.TempDir()
	return store.Options{DataDir: dir}, copying{
		driver: "sqlite", url: "file:" + filepath.Join(dir, store.FileName) + "?_pragma=busy_timeout(60000)&_pragma=synchronous(OFF)",
		text: `CAST(%s AS TEXT)`, bytes: `CAST(%s AS BLOB)`, settle: []string{`ANALYZE`},
	}
}

func claimPostgres(b *testing.B) (store.Options, copying) {
	b.Helper()
	url := testneeds.StartPostgres(b).URL()
	return store.Options{DatabaseURL: url}, copying{
		driver: "postgres", url: url, text: `convert_from(%s, 'UTF8')`, bytes: `convert_to(%s, 'UTF8')`,
		settle: []string{`VACUUM ANALYZE`, `CHECKPOINT`},
	}
}
