package bus_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"usher/server/internal/bus"
	"usher/server/internal/testneeds"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is a time that only tests move.
type clock struct{ offset atomic.Int64 }

func (c *clock) now() time.Time        { return time.Unix(1_770_000_000, c.offset.Load()) }
func (c *clock) after(d time.Duration) { c.offset.Add(int64(d)) }

// pair is two ends of one bus: what is published at one is heard at both.
type pair struct {
	a, b  bus.Bus
	clock *clock
}

func memoryPair(*testing.T) pair {
	c := &clock{}
	m := bus.NewMemory(c.now)
	return pair{m, m.Another(), c}
}

func redisPair(t *testing.T) pair {
	t.Helper()
	c, url := &clock{}, testneeds.Redis(t)
	return pair{replica(t, patient(t, url), c, make(lines, 1000)), replica(t, patient(t, url), c, make(lines, 1000)), c}
}

// connect is how the server connects.
func connect(t *testing.T, url string) *redis.Client {
	t.Helper()
	client, err := bus.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// patient connects with time-outs no busy machine reaches, so that a test of
// carrying is not a test of time.
func patient(t *testing.T, url string) *redis.Client {
	t.Helper()
	options, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout, options.PoolTimeout = time.Minute, time.Minute, time.Minute, time.Minute
	options.Protocol, options.MaxRetries, options.ContextTimeoutEnabled = 2, -1, true
	return redis.NewClient(options)
}

// replica returns a bus that hears its Redis already, and closes the client
// with it.
func replica(t *testing.T, client *redis.Client, c *clock, log lines) *bus.Redis {
	t.Helper()
	r := bus.NewRedis(client, "usher-test:"+t.Name(), slog.New(log), c.now)
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	log.until(t, reaches+"hear")
	return r
}

// wait fails the test when a wake-up does not come at all.
func wait(t *testing.T, wake <-chan struct{}) {
	t.Helper()
	timeout := time.NewTimer(30 * time.Second)
	defer timeout.Stop()
	select {
	case <-wake:
	case <-timeout.C:
		t.Fatal("not woken")
	}
}

// settle returns when everything published before has arrived at both ends,
// one's own messages included. Messages arrive in order, so that one sent later
// in the same direction proves it; twice, because pokes of one message have no
// order.
func (p pair) settle(t *testing.T) {
	t.Helper()
	for range 2 {
		for _, end := range [][2]bus.Bus{{p.a, p.b}, {p.b, p.a}} {
			s := end[1].Subscribe("settle", t.Name())
			end[0].Publish(t.Context(), bus.Poke{Topic: "settle", ID: t.Name()})
			wait(t, s.Wake())
			s.Close()
		}
	}
}

// state is what a subscription has to tell, whole.
type state struct {
	woken  bool
	ids    string
	missed bool
}

func look(s *bus.Subscription) state {
	var got state
	select {
	case <-s.Wake():
		got.woken = true
	default:
	}
	ids, missed := s.Drain()
	slices.Sort(ids)
	got.ids, got.missed = strings.Join(ids, " "), missed
	return got
}

func expect(t *testing.T, what string, s *bus.Subscription, want state) {
	t.Helper()
	if got := look(s); got != want {
		t.Errorf("%s: %.200s, want %+v", what, fmt.Sprintf("%+v", got), want)
	}
}

// quiet drops what came before the test began.
func quiet(all ...*bus.Subscription) {
	for _, s := range all {
		look(s)
	}
}

func TestBus(t *testing.T) {
	t.Parallel()
	for name, setup := range map[string]func(*testing.T) pair{"memory": memoryPair, "redis": redisPair} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for name, test := range map[string]func(*testing.T, pair){
				"wakes who watches an address, at both ends":           wakesWatchers,
				"many pokes are one wake-up":                           coalesces,
				"who watches every id hears which":                     everyID,
				"a poke without an id is for all":                      wholeTopic,
				"who lags too far behind is told to look":              overflow,
				"who watches knows what happened at another end":       elsewhere,
				"a closed subscription hears nothing":                  closed,
				"typing arrives and expires":                           typing,
				"typing floods are dropped":                            typingFlood,
				"everybody may do everything at the same time":         atOnce,
				"a watcher that drains before looking is never behind": neverBehind,
			} {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					test(t, setup(t))
				})
			}
		})
	}
}

func wakesWatchers(t *testing.T, p pair) {
	for end, b := range map[string]bus.Bus{"same end": p.a, "other end": p.b} {
		one, twin, other, topic := b.Subscribe("conv", "1"), b.Subscribe("conv", "1"), b.Subscribe("conv", "2"), b.Subscribe("queue", "1")
		p.settle(t)
		quiet(one, twin, other, topic)
		p.a.Publish(t.Context(), bus.Poke{Topic: "conv", ID: "1"})
		p.settle(t)
		expect(t, end+", its watcher", one, state{woken: true, ids: "1"})
		expect(t, end+", its other watcher", twin, state{woken: true, ids: "1"})
		expect(t, end+", another id", other, state{})
		expect(t, end+", another topic", topic, state{})
		expect(t, end+", a second time", one, state{})
	}
	own := p.a.Subscribe("conv", "1")
	p.a.Publish(t.Context(), bus.Poke{Topic: "conv", ID: "1"})
	expect(t, "one's own watcher, at once", own, state{woken: true, ids: "1"})
	p.settle(t)
	expect(t, "one's own watcher, a second time", own, state{})
	if !p.a.Live() || !p.b.Live() {
		t.Error("not live")
	}
}

func elsewhere(t *testing.T, p pair) {
	atA, atB := p.a.Subscribe("conv", "1"), p.b.Subscribe("conv", "1")
	p.settle(t)
	atA.Elsewhere() // a bell that was not there at first makes everybody look
	atB.Elsewhere()
	p.a.Publish(t.Context(), bus.Poke{Topic: "conv", ID: "1"})
	p.settle(t)
	if atA.Elsewhere() {
		t.Error("its own poke is from elsewhere")
	}
	if !atB.Elsewhere() || atB.Elsewhere() {
		t.Error("another's poke is from elsewhere, once")
	}
	p.a.Publish(t.Context(), bus.Poke{Topic: "conv", ID: "1"})
	p.b.Publish(t.Context(), bus.Poke{Topic: "conv", ID: "1"})
	p.settle(t)
	if !atA.Elsewhere() || !atB.Elsewhere() {
		t.Error("of one's own and another's, the other's is forgotten")
	}
}

func coalesces(t *testing.T, p pair) {
	atA, atB := p.a.Subscribe("conv", "1"), p.b.Subscribe("conv", "1")
	p.settle(t)
	quiet(atA, atB)
	for range 10_000 {
		p.a.Publish(t.Context(), bus.Poke{Topic: "conv", ID: "1"})
	}
	p.settle(t)
	expect(t, "same end", atA, state{woken: true, ids: "1"})
	expect(t, "other end", atB, state{woken: true, ids: "1"})
	p.settle(t)
	expect(t, "same end, after looking", atA, state{})
	expect(t, "other end, after looking", atB, state{})
}

func everyID(t *testing.T, p pair) {
	atA, atB := p.a.Subscribe("conv", ""), p.b.Subscribe("conv", "")
	p.settle(t)
	quiet(atA, atB)
	p.a.Publish(t.Context(), bus.Poke{Topic: "conv", ID: "1"}, bus.Poke{Topic: "conv", ID: "2"}, bus.Poke{Topic: "queue", ID: "3"})
	p.a.Publish(t.Context(), bus.Poke{Topic: "conv", ID: "2"}, bus.Poke{Topic: "conv", ID: "tab\tquote\"\n"})
	p.a.Publish(t.Context())
	p.settle(t)
	expect(t, "same end", atA, state{woken: true, ids: "1 2 tab\tquote\"\n"})
	expect(t, "other end", atB, state{woken: true, ids: "1 2 tab\tquote\"\n"})
}

func wholeTopic(t *testing.T, p pair) {
	one, every, other := p.b.Subscribe("keys", "1"), p.b.Subscribe("keys", ""), p.b.Subscribe("conv", "1")
	p.settle(t)
	quiet(one, every, other)
	p.a.Publish(t.Context(), bus.Poke{Topic: "keys"})
	p.settle(t)
	expect(t, "one id", one, state{woken: true, missed: true})
	expect(t, "every id", every, state{woken: true, missed: true})
	expect(t, "another topic", other, state{})
}

func overflow(t *testing.T, p pair) {
	s := p.b.Subscribe("conv", "")
	p.settle(t)
	quiet(s)
	for i := range 5000 {
		p.a.Publish(t.Context(), bus.Poke{Topic: "conv", ID: fmt.Sprint(i)})
	}
	p.settle(t)
	expect(t, "after 5,000 ids", s, state{woken: true, missed: true})
	p.a.Publish(t.Context(), bus.Poke{Topic: "conv", ID: "x"})
	p.settle(t)
	expect(t, "caught up", s, state{woken: true, ids: "x"})
}

func closed(t *testing.T, p pair) {
	gone, stays := p.b.Subscribe("conv", "1"), p.b.Subscribe("conv", "1")
	p.settle(t)
	gone.Close()
	gone.Close()
	quiet(gone, stays)
	p.a.Publish(t.Context(), bus.Poke{Topic: "conv", ID: "1"})
	p.settle(t)
	expect(t, "closed", gone, state{})
	expect(t, "the one beside it", stays, state{woken: true, ids: "1"})
}

func typing(t *testing.T, p pair) {
	here, there, other := p.a.WatchTyping("c1"), p.b.WatchTyping("c1"), p.b.WatchTyping("c2")
	defer here.Close()
	defer other.Close()
	p.a.ShowTyping(t.Context(), bus.Typing{Conversation: "c1", From: "user"})
	p.a.ShowTyping(t.Context(), bus.Typing{Conversation: "c1", From: "user"})
	p.settle(t)
	for _, w := range []*bus.TypingWatch{here, there} {
		wait(t, w.Wake())
		if got := w.Drain(); !slices.Equal(got, []string{"user"}) {
			t.Errorf("typing: %q", got)
		}
		if got := w.Drain(); got != nil {
			t.Errorf("typing, asked again: %q", got)
		}
	}
	if got := other.Drain(); got != nil {
		t.Errorf("typing in another conversation: %q", got)
	}
	p.a.ShowTyping(t.Context(), bus.Typing{Conversation: "c1", From: "agent"})
	p.settle(t)
	p.clock.after(bus.TypingLife)
	if got := there.Drain(); got != nil {
		t.Errorf("typing after it expired: %q", got)
	}
	there.Close()
	p.a.ShowTyping(t.Context(), bus.Typing{Conversation: "c1", From: "agent"})
	p.settle(t)
	if got := there.Drain(); got != nil {
		t.Errorf("typing after the watch ended: %q", got)
	}
}

func typingFlood(t *testing.T, p pair) {
	w := p.b.WatchTyping("c1")
	for i := range 1000 {
		p.a.ShowTyping(t.Context(), bus.Typing{Conversation: "c1", From: fmt.Sprint(i)})
	}
	p.settle(t)
	if got := len(w.Drain()); got != 16 {
		t.Errorf("%d kept, want 16", got)
	}
}

func atOnce(t *testing.T, p pair) {
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 200 {
				id := fmt.Sprint(j % 7)
				s, w := p.a.Subscribe("conv", id), p.b.WatchTyping(id)
				p.a.Publish(t.Context(), bus.Poke{Topic: "conv", ID: id}, bus.Poke{Topic: "conv"})
				p.b.Publish(t.Context(), bus.Poke{Topic: "conv", ID: fmt.Sprint(i)})
				p.a.ShowTyping(t.Context(), bus.Typing{Conversation: id, From: "user"})
				_, _ = s.Drain()
				_ = w.Drain()
				s.Close()
				w.Close()
			}
		})
	}
	all.Wait()
}

// neverBehind is what a socket's writer does: wake, drain, read the store. When
// the writer of the store has finished, the reader must have its last value.
func neverBehind(t *testing.T, p pair) {
	const last = 2000
	var store atomic.Int64
	s := p.b.Subscribe("conv", "1")
	go func() {
		for i := int64(1); i <= last; i++ {
			store.Store(i)
			p.a.Publish(t.Context(), bus.Poke{Topic: "conv", ID: "1"})
		}
	}()
	for {
		wait(t, s.Wake())
		s.Drain()
		if store.Load() == last {
			return
		}
	}
}
