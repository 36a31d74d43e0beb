package limit

import (
	"fmt"
	"testing"
	"time"
)

func TestBreaker(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_770_000_000, 0)
	var b breaker
	// Each step: let time pass, try to enter; when that works, leave like this.
	for i, step := range []struct {
		pass           time.Duration
		ok             bool
		enter, changed bool
	}{
		{0, false, true, false},
		{0, false, true, false},
		{0, true, true, false}, // a success in between: the count starts again
		{0, false, true, false},
		{0, false, true, false},
		{0, false, true, true}, // the third in a row opens it
		{0, true, false, false},
		{time.Second - 1, true, false, false},
		{1, false, true, false}, // a probe that fails
		{time.Second - 1, true, false, false},
		{1, true, true, true}, // one that succeeds closes it
		{0, false, true, false},
		{0, false, true, false}, // and two failures are allowed again
		{0, true, true, false},
	} {
		now = now.Add(step.pass)
		enter, changed := b.enter(now), false
		if enter {
			changed = b.leave(now, step.ok)
		}
		if got, want := fmt.Sprint(enter, changed), fmt.Sprint(step.enter, step.changed); got != want {
			t.Fatalf("step %d: entered, changed = %s; want %s", i+1, got, want)
		}
	}
}

// Of many that wait for an open breaker, one goes.
func TestBreaker_OneProbeAtATime(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_770_000_000, 0)
	var b breaker
	for range failuresToOpen {
		b.leave(now, false)
	}
	now = now.Add(probeEvery)
	entered := 0
	for range 100 {
		if b.enter(now) {
			entered++
		}
	}
	if entered != 1 {
		t.Errorf("%d entered, want 1", entered)
	}
}
