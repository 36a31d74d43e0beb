package main

import (
	"math/rand/v2"
	"testing"

	"usher/server/internal/histcheck"
)

// judge fails the test for every breach, and when too little happened.
func judge(t *testing.T, r histcheck.Report, acked, unknown int) {
	t.Helper()
	for i, breach := range r.Breaches() {
		if i == 20 {
			t.Errorf("and %d more", len(r.Breaches())-i)
			break
		}
		t.Error(breach)
	}
	t.Logf("%d calls, %d acked, %d with an unknown fate, %d breaches", r.Ops, r.Acked, r.Unknown, len(r.Breaches()))
	if r.Vacuous(acked, unknown) {
		t.Errorf("too little happened: %d acked of %d, %d unknown of %d", r.Acked, acked, r.Unknown, unknown)
	}
}

// kills kills replicas in turn in the middle of a burst. Each time at least 200
// messages have been acked since the last.
func kills(t *testing.T, f *fleet, n int) {
	t.Helper()
	const people, floor = 20, 200
	c := newCrowd(t, f.addr, people)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		c.until(c.acked.Load() + floor + int64(random.IntN(floor)))
		f.kill(i % len(f.replicas))
		f.start(i % len(f.replicas))
	}
	c.until(c.acked.Load() + floor)
	judge(t, c.end(), n*floor, n/2)
}

// The promise of durability (G1): what was acked survives kill -9, once, in
// order, as everybody was shown it.
func TestKill_OneServerOnSQLite(t *testing.T) {
	t.Parallel()
	kills(t, alone(t), times(20, 100))
}

func TestKill_ThreeReplicasOnPostgres(t *testing.T) {
	t.Parallel()
	f, _, _ := three(t)
	kills(t, f, times(20, 100))
}
