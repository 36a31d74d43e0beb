package limit_test

import (
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"usher/server/internal/bus"
	"usher/server/internal/limit"
	"usher/server/internal/testneeds"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is a time that only tests move.
type clock struct{ offset atomic.Int64 }

func (c *clock) now() time.Time        { return time.Unix(1_770_000_000, c.offset.Load()) }
func (c *clock) after(d time.Duration) { c.offset.Add(int64(d)) }

// subject is a limiter with a way to let time pass.
type subject struct {
	limit.Limiter
	after func(time.Duration)
}

func inMemory(testing.TB) subject {
	c := &clock{}
	return subject{limit.NewMemory(c.now), c.after}
}

// inMiniredis counts in a Redis whose clock the test moves.
func inMiniredis(t testing.TB) subject {
	server, c := miniredis.RunT(t), &clock{}
	server.SetTime(c.now())
	client := patient(t, "redis://"+server.Addr())
	return subject{limit.NewRedis(client, "test:", slog.New(slog.DiscardHandler), c.now).Patient(), func(d time.Duration) {
		c.after(d)
		server.SetTime(c.now())
		server.FastForward(max(d, 0)) // its keys expire by this alone
	}}
}

// inRedis counts in a real server, whose clock nobody moves.
func inRedis(t testing.TB) subject {
	client := patient(t, testneeds.Redis(t))
	return subject{limit.NewRedis(client, "usher-test:"+t.Name()+":", slog.New(slog.DiscardHandler), time.Now).Patient(), nil}
}

// patient connects with time-outs no busy machine reaches.
func patient(t testing.TB, url string) *redis.Client {
	t.Helper()
	options, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout, options.PoolTimeout = time.Minute, time.Minute, time.Minute, time.Minute
	options.Protocol, options.MaxRetries, options.ContextTimeoutEnabled = 2, -1, true
	client := redis.NewClient(options)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// connect is how the server connects.
func connect(t testing.TB, url string) *redis.Client {
	t.Helper()
	client, err := bus.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func TestLimiter(t *testing.T) {
	t.Parallel()
	for name, setup := range map[string]func(testing.TB) subject{"memory": inMemory, "miniredis": inMiniredis} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for name, test := range map[string]func(*testing.T, subject){
				"whole life of a key":                  wholeLife,
				"more than one at a time":              several,
				"a rate that is not valid":             invalid,
				"no refusal is longer than the window": clamped,
				"a clock that jumps":                   jumps,
				"at once":                              atOnce,
			} {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					test(t, setup(t))
				})
			}
		})
	}
	t.Run("redis", func(t *testing.T) {
		t.Parallel()
		for name, test := range map[string]func(*testing.T, subject){"burst": burst, "at once": atOnce, "a rate that is not valid": invalid} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				test(t, inRedis(t))
			})
		}
	})
}

func expect(t *testing.T, what string, got, want limit.Decision) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %+v, want %+v", what, got, want)
	}
}

// fourASecond takes 250 ms for each, which floating point holds exactly.
func fourASecond() limit.Rate { return limit.Rate{Count: 4, Per: time.Second, Burst: 3} }

func wholeLife(t *testing.T, l subject) {
	const ms = time.Millisecond
	rate := fourASecond()
	allow := func() limit.Decision { return l.Allow(t.Context(), "k", rate, 1) }
	expect(t, "1st", allow(), limit.Decision{Allowed: true, Limit: 3, Remaining: 2, ResetAfter: 250 * ms})
	expect(t, "2nd", allow(), limit.Decision{Allowed: true, Limit: 3, Remaining: 1, ResetAfter: 500 * ms})
	expect(t, "3rd", allow(), limit.Decision{Allowed: true, Limit: 3, Remaining: 0, ResetAfter: 750 * ms})
	expect(t, "4th", allow(), limit.Decision{Limit: 3, RetryAfter: 250 * ms, ResetAfter: 750 * ms})
	expect(t, "another key", l.Allow(t.Context(), "K", rate, 1), limit.Decision{Allowed: true, Limit: 3, Remaining: 2, ResetAfter: 250 * ms})
	l.after(125 * ms)
	expect(t, "too early", allow(), limit.Decision{Limit: 3, RetryAfter: 125 * ms, ResetAfter: 625 * ms})
	l.after(125 * ms)
	expect(t, "in time", allow(), limit.Decision{Allowed: true, Limit: 3, Remaining: 0, ResetAfter: 750 * ms})
	l.after(625 * ms)
	expect(t, "looked at", l.Allow(t.Context(), "k", rate, 0), limit.Decision{Allowed: true, Limit: 3, Remaining: 2, ResetAfter: 125 * ms})
	expect(t, "looking counts nothing", allow(), limit.Decision{Allowed: true, Limit: 3, Remaining: 1, ResetAfter: 375 * ms})
	l.after(time.Hour)
	expect(t, "rested", allow(), limit.Decision{Allowed: true, Limit: 3, Remaining: 2, ResetAfter: 250 * ms})
	expect(t, "no burst given", l.Allow(t.Context(), "m", limit.Rate{Count: 4, Per: time.Second}, 1),
		limit.Decision{Allowed: true, Limit: 4, Remaining: 3, ResetAfter: 250 * ms})
}

func several(t *testing.T, l subject) {
	const ms = time.Millisecond
	allow := func(n int) limit.Decision { return l.Allow(t.Context(), "k", fourASecond(), n) }
	expect(t, "two", allow(2), limit.Decision{Allowed: true, Limit: 3, Remaining: 1, ResetAfter: 500 * ms})
	expect(t, "two more", allow(2), limit.Decision{Limit: 3, RetryAfter: 250 * ms, ResetAfter: 500 * ms})
	expect(t, "refusal counts nothing", allow(1), limit.Decision{Allowed: true, Limit: 3, Remaining: 0, ResetAfter: 750 * ms})
	l.after(time.Hour)
	expect(t, "more than a burst", allow(4), limit.Decision{Limit: 3, RetryAfter: 250 * ms})
	expect(t, "far more than a burst", allow(1<<60), limit.Decision{Limit: 3, RetryAfter: 250 * ms})
	expect(t, "less than nothing", allow(-5), limit.Decision{Allowed: true, Limit: 3, Remaining: 3})
}

func invalid(t *testing.T, l subject) {
	want := limit.Decision{RetryAfter: time.Minute, ResetAfter: time.Minute}
	for _, rate := range []limit.Rate{
		{},
		{Count: 1},
		{Per: time.Second},
		{Count: -1, Per: time.Second},
		{Count: 1, Per: -time.Second},
		{Count: 1, Per: time.Second, Burst: -1},
		{Count: 2, Per: 1},
		{Count: 1, Per: 1 << 62, Burst: 1 << 30},
		{Count: 1, Per: 1 << 62},
	} {
		expect(t, rate.String(), l.Allow(t.Context(), "k", rate, 1), want)
	}
}

// clamped writes a key with a long window and reads it with a short one, which
// is how a key from another time looks.
func clamped(t *testing.T, l subject) {
	long, short := limit.Rate{Count: 1, Per: time.Second, Burst: 4}, limit.Rate{Count: 4, Per: time.Second, Burst: 12}
	l.Allow(t.Context(), "k", long, 4) // clear in 4 s
	got := l.Allow(t.Context(), "k", short, 12)
	expect(t, "within two windows", got, limit.Decision{Limit: 12, RetryAfter: 3 * time.Second, ResetAfter: 3 * time.Second})
}

// jumps is fact F10: the clock of Redis goes back an hour, as in a failover to
// a server with another time.
func jumps(t *testing.T, l subject) {
	rate := fourASecond()
	for range 3 {
		l.Allow(t.Context(), "k", rate, 1)
	}
	l.after(-time.Hour)
	expect(t, "an hour back", l.Allow(t.Context(), "k", rate, 1),
		limit.Decision{Allowed: true, Limit: 3, Remaining: 2, ResetAfter: 250 * time.Millisecond})
	for range 2 {
		l.Allow(t.Context(), "k", rate, 1)
	}
	l.after(-500 * time.Millisecond)
	expect(t, "half a second back", l.Allow(t.Context(), "k", rate, 1),
		limit.Decision{Limit: 3, RetryAfter: 750 * time.Millisecond, ResetAfter: 750 * time.Millisecond})
	l.after(time.Hour)
	expect(t, "an hour forth", l.Allow(t.Context(), "k", rate, 1),
		limit.Decision{Allowed: true, Limit: 3, Remaining: 2, ResetAfter: 250 * time.Millisecond})
}

// burst needs no clock: a day passes before one more is let through.
func burst(t *testing.T, l subject) {
	rate := limit.Rate{Count: 1, Per: 24 * time.Hour, Burst: 5}
	for i := range 7 {
		got := l.Allow(t.Context(), "k", rate, 1)
		if got.Allowed != (i < 5) || got.Remaining != max(0, 4-i) || got.Limit != 5 {
			t.Errorf("%d: %+v", i+1, got)
		}
		if !got.Allowed && (got.RetryAfter <= 23*time.Hour || got.RetryAfter > 24*time.Hour) {
			t.Errorf("%d: retry after %v", i+1, got.RetryAfter)
		}
	}
}

func atOnce(t *testing.T, l subject) {
	rate := limit.Rate{Count: 1, Per: 24 * time.Hour, Burst: 50}
	var allowed atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				if l.Allow(t.Context(), "k", rate, 1).Allowed {
					allowed.Add(1)
				}
			}
		})
	}
	all.Wait()
	if got := allowed.Load(); got != 50 {
		t.Errorf("%d of 160 let through, want 50", got)
	}
}

// Whatever comes when: in any t seconds at most burst + rate·t (+1) are let
// through; who waits as long as told is let through; the numbers agree.
func TestLimiter_NeverTooMany(t *testing.T) {
	t.Parallel()
	for name, setup := range map[string]func(testing.TB) subject{"memory": inMemory, "miniredis": inMiniredis} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := setup(t)
			key := 0
			rapid.Check(t, func(t *rapid.T) {
				key++
				rate := limit.Rate{
					Count: rapid.IntRange(1, 50).Draw(t, "count"), Per: rapid.SampledFrom([]time.Duration{time.Second, time.Minute}).Draw(t, "per"),
					Burst: rapid.IntRange(1, 10).Draw(t, "burst"),
				}
				type visit struct {
					at time.Duration
					n  int
				}
				var now time.Duration
				var through []visit
				for range rapid.IntRange(1, 30).Draw(t, "visits") {
					pause := time.Duration(rapid.IntRange(0, int(2*rate.Per/time.Duration(rate.Count)/time.Microsecond)).Draw(t, "pause µs")) * time.Microsecond
					l.after(pause)
					now += pause
					n := rapid.IntRange(1, 3).Draw(t, "n")
					got := l.Allow(t.Context(), fmt.Sprint(key), rate, n)
					if got.Limit != rate.Burst || got.Remaining < 0 || got.Remaining > got.Limit || got.ResetAfter > rate.Window() ||
						got.RetryAfter > rate.Window() || got.Allowed == (got.RetryAfter > 0) || !got.Allowed && got.Remaining > 0 {
						t.Fatalf("%+v", got)
					}
					if !got.Allowed && n <= rate.Burst {
						l.after(got.RetryAfter + time.Microsecond)
						now += got.RetryAfter + time.Microsecond
						if got = l.Allow(t.Context(), fmt.Sprint(key), rate, n); !got.Allowed {
							t.Fatalf("refused after the wait it was told: %+v", got)
						}
					}
					if got.Allowed {
						through = append(through, visit{now, n})
					}
				}
				for i := range through {
					sum := 0
					for _, v := range through[i:] {
						sum += v.n
						if most := float64(rate.Burst) + 1 + float64(rate.Count)*(v.at-through[i].at).Seconds()/rate.Per.Seconds(); float64(sum) > most {
							t.Fatalf("%d in %v, at most %.2f", sum, v.at-through[i].at, most)
						}
					}
				}
			})
		})
	}
}

// Who stays within the rate is never refused, also with a burst of one.
func TestLimiter_WithinTheRate(t *testing.T) {
	t.Parallel()
	for name, setup := range map[string]func(testing.TB) subject{"memory": inMemory, "miniredis": inMiniredis} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := setup(t)
			for _, rate := range []limit.Rate{{Count: 3, Per: time.Second, Burst: 1}, {Count: 7, Per: time.Minute, Burst: 2}, {Count: 60, Per: time.Minute}} {
				for i := range 200 {
					l.after(rate.Per/time.Duration(rate.Count) + time.Microsecond)
					if got := l.Allow(t.Context(), rate.String(), rate, 1); !got.Allowed {
						t.Fatalf("%v, %d: %+v", rate, i, got)
					}
				}
			}
		})
	}
}
