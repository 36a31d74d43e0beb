package bus_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"usher/server/internal/bus"
	"usher/server/internal/testneeds"
)

// lines is a log handler that hands each message to the test.
type lines chan string

func (l lines) Enabled(context.Context, slog.Level) bool { return true }
func (l lines) WithAttrs([]slog.Attr) slog.Handler       { return l }
func (l lines) WithGroup(string) slog.Handler            { return l }
func (l lines) Handle(_ context.Context, r slog.Record) error {
	text := r.Message
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "direction" {
			text += ": " + a.Value.String()
		}
		return true
	})
	l <- text
	return nil
}

const (
	reaches   = "the bus reaches redis: "
	lostReach = "the bus does not reach redis, watchers look at the store instead: "
)

// until reads the log up to a line.
func (l lines) until(t *testing.T, want string) {
	t.Helper()
	for got := range l {
		if got == want {
			return
		}
	}
}

func TestRedis_OutageIsToldAndHealed(t *testing.T) {
	t.Parallel()
	for name, outage := range map[string]struct{ begin, end func(*testneeds.Server) }{
		"killed": {(*testneeds.Server).Kill, (*testneeds.Server).Start},
		"frozen": {(*testneeds.Server).Pause, (*testneeds.Server).Resume},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, log := testneeds.StartRedis(t), make(lines, 1000)
			a, b := replica(t, connect(t, server.URL()), &clock{}, log), replica(t, connect(t, server.URL()), &clock{}, make(lines, 1000))
			p := pair{a: a, b: b}
			s, local := b.Subscribe("conv", "1"), a.Subscribe("conv", "1")
			p.settle(t)
			quiet(s, local)
			log.until(t, reaches+"send")

			outage.begin(server)
			log.until(t, lostReach+"hear")
			a.Publish(t.Context(), bus.Poke{Topic: "conv", ID: "1"})
			expect(t, "own watcher, without redis", local, state{woken: true, ids: "1"})
			log.until(t, lostReach+"send")
			if a.Live() {
				t.Error("live without redis")
			}

			outage.end(server)
			log.until(t, reaches+"hear")
			for got := (state{}); !got.missed; got = look(s) {
				wait(t, s.Wake()) // the other replica is told to look
				a.Publish(t.Context(), bus.Poke{Topic: "conv", ID: "1"})
			}
			p.settle(t)
			if !a.Live() || !b.Live() {
				t.Error("not live again")
			}
		})
	}
}

// Only the connection that hears is cut: what was sent in between is missed,
// and no sender knows.
func TestRedis_CutConnectionMayHaveMissed(t *testing.T) {
	t.Parallel()
	server := testneeds.StartRedis(t)
	client, err := bus.Connect(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	b := replica(t, connect(t, server.URL()), &clock{}, make(lines, 1000))
	s := b.Subscribe("conv", "1")
	if err := client.Do(t.Context(), "CLIENT", "KILL", "TYPE", "pubsub").Err(); err != nil {
		t.Fatal(err)
	}
	wait(t, s.Wake())
	expect(t, "after a cut", s, state{missed: true})
}

// A Redis that takes too long costs no memory: what waits is given up, and
// everybody is told to look.
func TestRedis_OutboxIsBounded(t *testing.T) {
	t.Parallel()
	server := testneeds.StartRedis(t)
	a, b := replica(t, connect(t, server.URL()), &clock{}, make(lines, 1000)), replica(t, connect(t, server.URL()), &clock{}, make(lines, 1000))
	s := b.Subscribe("conv", "never poked")
	server.Pause()
	for i := range 70_000 {
		a.Publish(t.Context(), bus.Poke{Topic: "conv", ID: strconv.Itoa(i)})
	}
	server.Resume()
	wait(t, s.Wake())
	expect(t, "after a flood", s, state{missed: true})
}

// A publisher never waits for Redis: here the connection is never made while
// it publishes.
func TestRedis_PublishDoesNotWait(t *testing.T) {
	t.Parallel()
	held := make(chan struct{})
	client := redis.NewClient(&redis.Options{
		MaxRetries: -1, DialerRetries: 1,
		Dialer: func(context.Context, string, string) (net.Conn, error) {
			<-held
			return nil, errors.New("no network")
		},
	})
	r := bus.NewRedis(client, "c", slog.New(slog.DiscardHandler), (&clock{}).now)
	s := r.Subscribe("conv", "")
	for range 10_000 {
		r.Publish(t.Context(), bus.Poke{Topic: "conv", ID: "1"})
		r.ShowTyping(t.Context(), bus.Typing{Conversation: "1", From: "user"})
	}
	expect(t, "own watcher", s, state{woken: true, ids: "1"})
	if r.Live() {
		t.Error("live without a connection")
	}
	close(held)
	if err := errors.Join(r.Close(), client.Close()); err != nil {
		t.Error(err)
	}
	r.Publish(t.Context(), bus.Poke{Topic: "conv", ID: "2"}) // after the end: own watchers only
	expect(t, "own watcher, after the end", s, state{woken: true, ids: "2"})
}

// A message of another version, or junk, makes everybody look.
func TestRedis_UnreadableMessage(t *testing.T) {
	t.Parallel()
	url := testneeds.Redis(t)
	r := replica(t, patient(t, url), &clock{}, make(lines, 1000))
	client, err := bus.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	p := pair{a: r, b: r}
	s := r.Subscribe("conv", "1")
	for _, junk := range []string{"", "{", `{"pokes":[1]}`, `{"origin":"x","missed":true}`} {
		p.settle(t)
		quiet(s)
		if err := client.Publish(t.Context(), "usher-test:"+t.Name(), junk).Err(); err != nil {
			t.Fatal(err)
		}
		wait(t, s.Wake())
		if _, missed := s.Drain(); !missed {
			t.Errorf("%q: nobody is told to look", junk)
		}
	}
}

func TestConnect_KeepsThePasswordOutOfErrors(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"http://:hunter2@x", "redis://:hunter2@x:%zz", "redis://:hunter2@x/db/y", "redis://:hunter2@x?nonsense=1"} {
		if _, err := bus.Connect(url); !errors.Is(err, bus.ErrURL) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v", err)
		}
	}
}

func BenchmarkPublish(b *testing.B) {
	m := bus.NewMemory((&clock{}).now)
	for range 1000 {
		m.Subscribe("conv", "other")
	}
	s := m.Subscribe("conv", "1")
	b.ReportAllocs()
	for b.Loop() {
		m.Publish(b.Context(), bus.Poke{Topic: "conv", ID: "1"})
		<-s.Wake()
		s.Drain()
	}
}
