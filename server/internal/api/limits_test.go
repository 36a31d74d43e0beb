package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"usher/server/internal/limit"
	"usher/server/internal/store"
	"usher/server/internal/testneeds"
)

// allowance reads the headers of an answer and judges that they agree with each
// other and with a 429.
type allowance struct {
	name                     string
	quota, window, left, sec int
}

func readAllowance(t testing.TB, r reply) allowance {
	t.Helper()
	var a allowance
	policy, now := r.header.Get("RateLimit-Policy"), r.header.Get("RateLimit")
	n, err := fmt.Sscanf(strings.NewReplacer(`"`, " ", ";q=", " ", ";w=", " ").Replace(policy), "%s %d %d", &a.name, &a.quota, &a.window)
	var name string
	m, err2 := fmt.Sscanf(strings.NewReplacer(`"`, " ", ";r=", " ", ";t=", " ").Replace(now), "%s %d %d", &name, &a.left, &a.sec)
	if n != 3 || m != 3 || err != nil || err2 != nil || name != a.name {
		t.Fatalf("headers %q %q", policy, now)
	}
	if r.header.Get("X-RateLimit-Limit") != strconv.Itoa(a.quota) || r.header.Get("X-RateLimit-Remaining") != strconv.Itoa(a.left) {
		t.Errorf("X-RateLimit says other than RateLimit: %v", r.header)
	}
	if wait, err := strconv.Atoi(r.header.Get("Retry-After")); (err == nil) != (r.status == 429) || err == nil && (wait < a.sec || wait > a.window+1) {
		t.Errorf("status %d, Retry-After %q, t=%d", r.status, r.header.Get("Retry-After"), a.sec)
	}
	return a
}

func TestAPI_EveryAnswerTellsTheAllowance(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, key := h.make(NewKey{Name: "Acme", Rate: "5/m"})
	for left := 4; left >= 0; left-- {
		if got := readAllowance(t, h.want(200, h.do(key, "GET", "/events", ""))); got != (allowance{"cheap", 5, 60, left, 12 * (5 - left)}) {
			t.Errorf("%d left: %+v", left, got)
		}
	}
	over := h.do(key, "GET", "/events", "")
	if got := over.problem(t); got != "429 rate_limited" {
		t.Error(got)
	}
	if got := readAllowance(t, over); got != (allowance{"cheap", 5, 60, 0, 12}) || over.header.Get("Retry-After") != "12" {
		t.Errorf("over it: %+v, Retry-After %s", got, over.header.Get("Retry-After"))
	}
	var p Problem
	over.into(t, &p)
	if p.Type != quotaExceeded || fmt.Sprint(p.ViolatedPolicies) != "[cheap]" {
		t.Errorf("problem %+v", p)
	}
	// Refusals count as well, each in its bucket; the dear ones are apart.
	for range 5 {
		if got := h.do(key, "POST", "/conversations", `{}`); got.status != 400 {
			t.Errorf("%d", got.status)
		}
	}
	if got := h.do(key, "POST", "/conversations", `{"external_user_id":"u"}`); got.status != 429 {
		t.Errorf("the sixth dear one: %d", got.status)
	}
	h.pass(12 * time.Second)
	h.want(200, h.do(key, "GET", "/events", ""))
	h.want(429, h.do(key, "GET", "/events", ""))
	// Another key has its own, of the same partner too; and who has none is counted by address.
	_, other := h.make(NewKey{Name: "Other", Rate: "5/m"})
	if got := readAllowance(t, h.want(200, h.do(other, "GET", "/events", ""))); got.left != 4 {
		t.Errorf("another key has %d left", got.left)
	}
	if got := readAllowance(t, h.do("", "GET", "/events", "")); got.name != "stranger" {
		t.Errorf("without a key: %+v", got)
	}
}

// load sends requests for a while at a multiple of the rate and counts what was
// let through; time passes by the test's clock. It returns false refusals too:
// those of a client that is within its rate.
func load(h *house, move func(time.Duration), key string, rate limit.Rate, times float64) (sent, through int, took time.Duration) {
	pause := time.Duration(float64(rate.Per) / float64(rate.Count) / times)
	const requests = 300
	for range requests {
		if got := h.do(key, "GET", "/events?limit=1", ""); got.status == 200 {
			through++
			readAllowance(h.t, got)
		} else {
			h.want(429, got)
			readAllowance(h.t, got)
		}
		sent++
		move(pause)
		took += pause
	}
	return sent, through, took
}

// The limiter under 0.9, 1, 5 and 50 times the rate, in memory and with Redis,
// and after the clock has stepped.
func TestAPI_TheLimiterUnderLoad(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"memory", "redis"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			var server *miniredis.Miniredis
			h := build(t, store.Options{DataDir: t.TempDir()}, func(clock func() time.Time) limit.Limiter {
				if kind == "memory" {
					return limit.NewMemory(clock)
				}
				server = miniredis.RunT(t)
				c := redis.NewClient(&redis.Options{Addr: server.Addr(), MaxRetries: -1, ContextTimeoutEnabled: true, DisableIdentity: true})
				t.Cleanup(func() { _ = c.Close() })
				return limit.NewRedis(c, "t:", slog.New(slog.DiscardHandler), clock)
			})
			move := func(d time.Duration) {
				h.pass(d)
				if server != nil {
					server.SetTime(h.clock())
				}
			}
			move(0)
			rate, _ := limit.ParseRate("60/m")
			for _, times := range []float64{0.9, 1, 5, 50} {
				_, key := h.make(NewKey{Name: fmt.Sprint(times), Rate: "60/m"})
				sent, through, took := load(h, move, key, rate, times)
				most := rate.Burst + int(took/time.Second) + 1
				t.Logf("%-6s %4.1f×: %d sent in %v, %d let through (at most %d)", kind, times, sent, took.Round(time.Second), through, most)
				if through > most {
					t.Errorf("%v×: %d let through, at most %d", times, through, most)
				}
				if times <= 1 && through != sent {
					t.Errorf("%v×: %d of %d refused within the rate", times, sent-through, sent)
				}
				if times > 1 && through < most*9/10 && through < sent {
					t.Errorf("%v×: only %d of %d let through", times, through, most)
				}
			}
			for _, step := range []time.Duration{-time.Hour, time.Hour} {
				_, key := h.make(NewKey{Name: "step", Rate: "60/m"})
				for range 70 {
					h.do(key, "GET", "/events", "")
				}
				if server != nil {
					server.SetTime(h.clock().Add(step)) // Redis alone
				} else {
					h.pass(step)
				}
				again := 0
				for range 200 {
					if h.do(key, "GET", "/events", "").status == 200 {
						again++
					}
				}
				t.Logf("%-6s clock step of %v: %d more let through", kind, step, again)
				if again > rate.Burst+1 || again == 0 {
					t.Errorf("after a step of %v %d are let through, want a burst at most", step, again)
				}
				if server == nil {
					h.pass(-step)
				}
			}
		})
	}
}

// Three replicas count together through Redis, and each by itself without it:
// nobody is locked out, and nothing is free.
func TestAPI_ReplicasCountTogether(t *testing.T) {
	t.Parallel()
	server := testneeds.StartRedis(t)
	o, err := redis.ParseURL(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	o.MaxRetries, o.ContextTimeoutEnabled = -1, true
	dir := t.TempDir()
	var all []*house
	for range 3 {
		all = append(all, build(t, store.Options{DataDir: dir}, func(clock func() time.Time) limit.Limiter {
			c := redis.NewClient(o)
			t.Cleanup(func() { _ = c.Close() })
			return limit.NewRedis(c, "t:", slog.New(slog.DiscardHandler), clock)
		}))
	}
	flood := func(key string) (through int) {
		var mu sync.Mutex
		var clients sync.WaitGroup
		for i := range 9 {
			clients.Go(func() {
				for range 20 {
					if all[i%3].do(key, "GET", "/events", "").status == 200 {
						mu.Lock()
						through++
						mu.Unlock()
					}
				}
			})
		}
		clients.Wait()
		return through
	}
	_, key := all[0].make(NewKey{Name: "Acme", Rate: "60/h"})
	if got := flood(key); got != 60 {
		t.Errorf("%d let through by three replicas together, want 60", got)
	}
	server.Kill()
	_, key = all[0].make(NewKey{Name: "Other", Rate: "20/h"})
	got := flood(key)
	t.Logf("without redis: %d let through by three replicas, 20 each", got)
	if got != 60 {
		t.Errorf("%d let through by three replicas each by itself, want 60", got)
	}
}

// A key with a hundred requests at once has sixteen carried out at a time; the
// others wait, and another key does not.
func TestAPI_AFloodOfOneKeyWaitsInItsOwnLine(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	flood, calm := h.key("Flood"), h.key("Calm")
	begun, release := make(chan struct{}, 200), make(chan struct{})
	for i := range h.api.routes {
		if h.api.routes[i].name == "classify" {
			run := h.api.routes[i].run
			h.api.routes[i].run = func(c *call) (any, error) {
				if c.key.Name == "Flood" {
					begun <- struct{}{}
					<-release
				}
				return run(c)
			}
		}
	}
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() { h.want(200, h.do(flood, "POST", "/classify", `{"text":"hello"}`)) })
	}
	for range slotsOfKey {
		<-begun
	}
	h.want(200, h.do(calm, "POST", "/classify", `{"text":"hello"}`))
	if n := len(begun); n != 0 {
		t.Errorf("%d more than %d are carried out at once", n, slotsOfKey)
	}
	close(release)
	all.Wait()
}

// The address that a proxy names, or a client pretends to have, changes nothing.
func TestAPI_HeadersDoNotChangeWhoIsCounted(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, key := h.make(NewKey{Name: "Acme", Rate: "3/m"})
	for i := range 4 {
		got := h.do(key, "GET", "/events", "", "X-Forwarded-For", fmt.Sprintf("10.0.0.%d", i), "Forwarded", fmt.Sprintf("for=10.0.0.%d", i), "X-Real-IP", "10.1.1.1")
		if want := []int{200, 200, 200, http.StatusTooManyRequests}[i]; got.status != want {
			t.Errorf("request %d: %d, want %d", i, got.status, want)
		}
	}
	d := h.api.Limiter.Allow(context.Background(), "stranger:10.0.0.1", strangers, 0)
	if d.Remaining != d.Limit {
		t.Error("an address from a header was counted")
	}
}
