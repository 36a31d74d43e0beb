package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"usher/server/internal/testneeds"
)

// leak is a wire to Postgres that now and then breaks at the worst moment: the
// transaction is committed, and its answer is lost.
type leak struct {
	every  int64 // each so many commits; 0: never
	commit atomic.Int64
	broken atomic.Int64
}

// through makes the wire and returns the database's URL at its near end. The tag
// of a finished transaction is COMMIT and a zero byte.
func (l *leak) through(t testing.TB, database string) string {
	t.Helper()
	w, near := wireTo(t, database)
	w.breakOn(func(answer []byte) bool {
		if l.every == 0 || !bytes.Contains(answer, []byte("COMMIT\x00")) || l.commit.Add(1)%l.every != 0 {
			return false
		}
		l.broken.Add(1)
		return true
	})
	return near
}

// Work done, answer lost: the message is stored and the writer hears nothing.
// Sent again it must be found (G2, F1).
func TestFault_CommittedButTheAnswerIsLost(t *testing.T) {
	t.Parallel()
	postgres, redis := testneeds.StartPostgres(t), testneeds.StartRedis(t)
	l := &leak{every: 25}
	f := newFleet(t, 3, "--data", t.TempDir(), "--database-url", l.through(t, postgres.URL()), "--redis-url", redis.URL())
	c := newCrowd(t, f.addr, 20)
	acks := times(3000, 15_000)
	c.until(int64(acks))
	judge(t, c.end(), acks, 0)
	t.Logf("%d of %d commits were not answered", l.broken.Load(), l.commit.Load())
	if l.broken.Load() < 20 {
		t.Errorf("only %d answers were lost: the test did too little", l.broken.Load())
	}
}

// Postgres crashes and comes back (G1, G8).
func TestFault_PostgresCrashes(t *testing.T) {
	t.Parallel()
	f, postgres, _ := three(t)
	c := newCrowd(t, f.addr, 20)
	crashes := times(5, 20)
	for range crashes {
		c.until(c.acked.Load() + 200)
		postgres.Kill()
		postgres.Start()
	}
	c.until(c.acked.Load() + 200)
	judge(t, c.end(), crashes*200, crashes)
}

// Postgres freezes: its connections stay open and nothing comes. Everybody is
// told to try again, and does (G8, F7).
func TestFault_PostgresFreezes(t *testing.T) {
	t.Parallel()
	f, postgres, _ := three(t)
	c := newCrowd(t, f.addr, 20)
	freezes := times(2, 20)
	for range freezes {
		c.until(c.acked.Load() + 200)
		postgres.Pause()
		c.untilUnknown(c.unknown.Load() + 10)
		postgres.Resume()
	}
	c.until(c.acked.Load() + 200)
	judge(t, c.end(), freezes*200, freezes*10)
}

// Redis holds nothing that matters: emptied again and again, killed and frozen
// it loses nothing (G9).
func TestFault_RedisIsEmptiedKilledAndFrozen(t *testing.T) {
	t.Parallel()
	f, _, server := three(t)
	c := newCrowd(t, f.addr, 20)
	options, err := redis.ParseURL(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	defer func() { _ = client.Close() }()
	for range times(10, 100) {
		c.until(c.acked.Load() + 100)
		if err := client.FlushAll(context.Background()).Err(); err != nil {
			t.Fatal(err)
		}
	}
	for range times(3, 20) {
		c.until(c.acked.Load() + 100)
		server.Kill()
		c.until(c.acked.Load() + 100)
		server.Start()
	}
	for range times(2, 20) {
		c.until(c.acked.Load() + 100)
		server.Pause()
		c.until(c.acked.Load() + 100)
		server.Resume()
	}
	judge(t, c.end(), 2000, 0)
}

// A replica stops for a while, as in a long pause of its machine, and goes on
// as if nothing had been (G5's pause, for messages).
func TestFault_AReplicaFreezes(t *testing.T) {
	t.Parallel()
	f, _, _ := three(t)
	c := newCrowd(t, f.addr, 20)
	for i := range times(5, 50) {
		c.until(c.acked.Load() + 200)
		f.signal(i%3, syscall.SIGSTOP)
		c.until(c.acked.Load() + 100)
		f.signal(i%3, syscall.SIGCONT)
	}
	c.until(c.acked.Load() + 200)
	judge(t, c.end(), 1500, 0)
}

// Replicas are told to go, one after another, and replaced: each drains, ends
// by itself with success, and nobody loses anything (G11).
func TestFault_RollingUpdate(t *testing.T) {
	t.Parallel()
	f, _, _ := three(t)
	c := newCrowd(t, f.addr, 20)
	for i := range times(6, 60) {
		c.until(c.acked.Load() + 200)
		if code := f.drain(i % 3); code != 0 {
			t.Errorf("replica %d ended with %d", i%3, code)
		}
		f.start(i % 3)
	}
	c.until(c.acked.Load() + 200)
	judge(t, c.end(), 1400, 0)
}

// drain ends a replica as an orchestrator does, and returns its exit code.
func (f *fleet) drain(i int) int {
	f.t.Helper()
	f.signal(i, syscall.SIGTERM)
	f.mu.Lock()
	ended := f.replicas[i].ended
	f.mu.Unlock()
	return <-ended
}

// signal reaches one replica.
func (f *fleet) signal(i int, sig os.Signal) {
	f.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	p := f.replicas[i].process
	if err := p.Signal(sig); err != nil {
		f.t.Fatal(err)
	}
	for sig == syscall.SIGSTOP && !stopped(p.Pid) {
		pause(nil, time.Millisecond) // its threads stop one by one, and may still answer
	}
}

// stopped: the process stands still, as far as the machine can tell.
func stopped(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, state, ok := strings.Cut(string(stat), ") ")
	return err != nil || !ok || strings.HasPrefix(state, "T")
}
