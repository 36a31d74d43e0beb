package limit_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"usher/server/internal/limit"
	"usher/server/internal/testneeds"
)

func TestParseRate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]limit.Rate{
		"60/m": {Count: 60, Per: time.Minute, Burst: 60},
		"2/s":  {Count: 2, Per: time.Second, Burst: 2},
		"20/h": {Count: 20, Per: time.Hour, Burst: 20},
		"1/d":  {Count: 1, Per: 24 * time.Hour, Burst: 1},
	} {
		got, err := limit.ParseRate(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%s: %+v (%s), %v", text, got, got, err)
		}
	}
	for _, text := range []string{"", "60", "/m", "60/", "60/M", "60/min", "0/m", "-1/m", "+1/m", "01/m", "1.5/m", " 60/m", "60/m ", "6e1/m", "99999999999/m", "60/m/s"} {
		if got, err := limit.ParseRate(text); !errors.Is(err, limit.ErrRate) || got != (limit.Rate{}) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	for want, rate := range map[string]limit.Rate{
		"2/s burst 40": {Count: 2, Per: time.Second, Burst: 40},
		"2/1.5s":       {Count: 2, Per: 1500 * time.Millisecond},
	} {
		if got := rate.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestMemory_ForgetsIdleKeys(t *testing.T) {
	t.Parallel()
	c := &clock{}
	m := limit.NewMemory(c.now)
	rate := limit.Rate{Count: 1, Per: time.Second, Burst: 1}
	touchAll := func(n int) {
		for i := range n {
			m.Allow(t.Context(), fmt.Sprint(i), rate, 1)
		}
	}
	touchAll(10_000)
	if n := m.Keys(); n != 10_000 {
		t.Fatalf("%d keys", n)
	}
	c.after(2 * time.Minute)
	for i := range 2000 { // comes by every shard
		m.Allow(t.Context(), fmt.Sprint("look", i), rate, 0)
	}
	if n := m.Keys(); n != 0 {
		t.Errorf("%d keys left", n)
	}
	m.Small(6400)
	touchAll(20_000)
	if n := m.Keys(); n > 6400 {
		t.Errorf("%d keys after a flood", n)
	}
	if got := m.Allow(t.Context(), "new", rate, 1); !got.Allowed {
		t.Error("a flood of keys shuts others out")
	}
}

// lines is a log handler that keeps the messages.
type lines chan string

func (l lines) Enabled(context.Context, slog.Level) bool { return true }
func (l lines) WithAttrs([]slog.Attr) slog.Handler       { return l }
func (l lines) WithGroup(string) slog.Handler            { return l }
func (l lines) Handle(_ context.Context, r slog.Record) error {
	l <- r.Message
	return nil
}

func (l lines) all() (said []string) {
	for {
		select {
		case line := <-l:
			said = append(said, line)
		default:
			return said
		}
	}
}

// An outage: limits hold within the process, one line says so, and what comes
// after three failures does not ask Redis any more; then all is as before.
func TestRedis_Outage(t *testing.T) {
	t.Parallel()
	const away, back = "rate limits are counted in this process, redis does not answer", "rate limits are counted in redis again"
	rate := limit.Rate{Count: 1, Per: 24 * time.Hour, Burst: 5}
	for name, outage := range map[string]struct{ begin, end func(*testneeds.Server) }{
		"killed": {(*testneeds.Server).Kill, (*testneeds.Server).Start},
		"frozen": {(*testneeds.Server).Pause, (*testneeds.Server).Resume},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, c, log := testneeds.StartRedis(t), &clock{}, make(lines, 1000)
			l := limit.NewRedis(connect(t, server.URL()), "test:", slog.New(log), c.now)
			answers(t, l, c)
			log.all()
			was := l.Stats()

			outage.begin(server)
			for i := range 100 {
				if got := l.Allow(t.Context(), "other", rate, 1); got.Allowed != (i < 5) {
					t.Errorf("without redis, %d: %+v", i+1, got)
				}
			}
			if got, want := l.Stats(), (limit.Stats{Fallbacks: was.Fallbacks + 100, Outages: was.Outages + 1}); got != want {
				t.Errorf("stats %+v, want %+v", got, want)
			}
			if got := fmt.Sprint(log.all()); got != fmt.Sprint([]string{away}) {
				t.Errorf("log: %s", got)
			}

			c.after(time.Second) // a probe, which fails and says nothing new
			l.Allow(t.Context(), "other", rate, 1)
			if got := log.all(); got != nil {
				t.Errorf("log: %q", got)
			}

			outage.end(server)
			answers(t, l, c)
			if got := fmt.Sprint(log.all()); got != fmt.Sprint([]string{back}) {
				t.Errorf("log: %s", got)
			}
		})
	}
}

// answers asks, a second later each time, until Redis answers.
func answers(t *testing.T, l *limit.Redis, c *clock) {
	t.Helper()
	for range 1000 {
		before := l.Stats().Fallbacks
		l.Allow(t.Context(), "answers", limit.Rate{Count: 1, Per: time.Second}, 1)
		if l.Stats().Fallbacks == before {
			return
		}
		c.after(time.Second)
	}
	t.Fatal("redis is never asked, or never answers")
}

// A caller who no longer waits does not make Redis look broken.
func TestRedis_CallerWhoLeft(t *testing.T) {
	t.Parallel()
	l := limit.NewRedis(patient(t, testneeds.Redis(t)), "usher-test:"+t.Name()+":", slog.New(slog.DiscardHandler), time.Now).Patient()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 10 {
		if got := l.Allow(ctx, "k", limit.Rate{Count: 1, Per: time.Hour, Burst: 10}, 1); !got.Allowed {
			t.Errorf("%+v", got)
		}
	}
	if got := l.Stats(); got != (limit.Stats{}) {
		t.Errorf("stats %+v", got)
	}
}

func BenchmarkMemory(b *testing.B) {
	rate := limit.Rate{Count: 1000, Per: time.Second, Burst: 1000}
	m := limit.NewMemory(time.Now)
	keys := make([]string, 1024)
	for i := range keys {
		keys[i] = fmt.Sprintf("key:%d:messages", i)
		m.Allow(b.Context(), keys[i], rate, 1)
	}
	b.Run("one", func(b *testing.B) {
		b.ReportAllocs()
		ctx := b.Context()
		for i := 0; b.Loop(); i++ {
			m.Allow(ctx, keys[i%len(keys)], rate, 1)
		}
	})
	b.Run("parallel", func(b *testing.B) {
		b.ReportAllocs()
		ctx := b.Context()
		b.RunParallel(func(pb *testing.PB) {
			for i := 0; pb.Next(); i++ {
				m.Allow(ctx, keys[i%len(keys)], rate, 1)
			}
		})
	})
}

func BenchmarkRedis(b *testing.B) {
	l := inRedis(b)
	for b.Loop() {
		l.Allow(b.Context(), "k", limit.Rate{Count: 1000, Per: time.Second, Burst: 1000}, 1)
	}
}
