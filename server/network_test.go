package main

import (
	"testing"
	"time"

	"usher/server/internal/testneeds"
)

// backWithin is how soon after a network has healed everybody is served again (G10).
const backWithin = 30 * time.Second

// breakage is one way for a network to break. Each ends by itself or with heal.
type breakage struct {
	name string
	do   func(w *wire)
	last time.Duration // how long it stays so
}

// cuts are the ways in which the network of the people breaks.
func cuts() []breakage {
	return []breakage{
		{"cut", func(w *wire) { w.cut(false) }, 0},
		{"reset", func(w *wire) { w.cut(true) }, 0},
		{"cut and refused", func(w *wire) { w.refuse(); w.cut(false) }, 500 * time.Millisecond},
		{"frozen towards the server", func(w *wire) { w.freeze(there) }, 500 * time.Millisecond},
		{"frozen towards the people", func(w *wire) { w.freeze(back) }, 500 * time.Millisecond},
		{"frozen, then reset", func(w *wire) { w.freeze(there, back); pause(nil, 300*time.Millisecond); w.cut(true) }, 0},
		{"in slow slices", func(w *wire) { w.slow(time.Millisecond, 100) }, 500 * time.Millisecond},
		{"cut after some bytes", func(w *wire) { w.endAfter(3000) }, 500 * time.Millisecond},
	}
}

// outages are the ways in which a database or a Redis is cut off.
func outages() []breakage {
	return []breakage{
		{"cut", func(w *wire) { w.cut(false) }, 0},
		{"frozen both ways", func(w *wire) { w.freeze(there, back) }, 4 * time.Second},
		{"its answers frozen", func(w *wire) { w.freeze(back) }, 2 * time.Second},
		{"up to two seconds late", func(w *wire) { w.slow(2*time.Second, 0) }, 5 * time.Second},
		{"refused", func(w *wire) { w.refuse(); w.cut(false) }, time.Second},
	}
}

// breaks breaks a wire n times in turn under the crowd, and waits after each
// until everybody has been served again.
func (c *crowd) breaks(name string, w *wire, ways []breakage, n int) {
	c.t.Helper()
	var worst time.Duration
	for i := range n {
		b := ways[i%len(ways)]
		c.until(c.acked.Load() + 20)
		before := w.broken.Load()
		for w.joined() == 0 {
			pause(nil, 10*time.Millisecond) // somebody has to be there to be cut off
		}
		b.do(w)
		for range 1000 {
			if w.broken.Load() > before || !pause(nil, 10*time.Millisecond) {
				break
			}
		}
		pause(nil, b.last)
		w.heal()
		worst = max(worst, c.everybody(backWithin))
		if w.broken.Load() == before {
			c.t.Errorf("%s %s: nothing was broken", name, b.name)
		}
	}
	c.t.Logf("%s: broken %d times, served again after %v at most", name, n, worst.Round(time.Millisecond))
}

// The networks between people and replicas, replicas and Postgres, replicas and
// Redis are cut, reset, frozen, slow, sliced and refused: whoever comes back
// gets exactly what followed, and does so soon after (G4, G8, G9, G10).
func TestFault_NetworksBreak(t *testing.T) {
	t.Parallel()
	postgres, redis := testneeds.StartPostgres(t), testneeds.StartRedis(t)
	rows, database := wireTo(t, postgres.URL())
	bell, cache := wireTo(t, redis.URL())
	f := newFleet(t, 3, "--data", t.TempDir(), "--database-url", database, "--redis-url", cache)
	c := newCrowd(t, f.addr, 20)
	first, reconnects := int64(len(c.people)), int64(times(60, 2000))
	rounds := 0
	for ; f.people.opened.Load()-first < reconnects; rounds++ {
		c.breaks("people", f.people, cuts(), len(cuts()))
	}
	t.Logf("people came back %d times", f.people.opened.Load()-first)
	n := times(4, 60)
	c.breaks("postgres", rows, outages(), n)
	c.breaks("redis", bell, outages(), n)
	judge(t, c.end(), 40*(rounds*len(cuts())+2*n), rounds+n)
}
