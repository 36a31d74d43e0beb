package auth_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"usher/server/internal/auth"
)

// clock is a time that only tests move.
type clock struct{ t time.Time }

func newClock() *clock                 { return &clock{t: now()} }
func (c *clock) now() time.Time        { return c.t }
func (c *clock) after(d time.Duration) { c.t = c.t.Add(d) }

func TestLogins_FiveAMinuteFromOneAddress(t *testing.T) {
	t.Parallel()
	c := newClock()
	l := auth.NewLogins(c.now)
	for i := range 5 {
		if ok, wait := l.Try("a@b", "192.0.2.1", ""); !ok || wait != 0 {
			t.Fatalf("try %d: %v %v", i+1, ok, wait)
		}
	}
	for range 3 {
		if ok, wait := l.Try(" A@B ", "192.0.2.1", ""); ok || wait != time.Minute {
			t.Fatalf("6th try: %v %v", ok, wait)
		}
	}
	if ok, _ := l.Try("other@b", "192.0.2.1", ""); !ok {
		t.Error("another account is held up")
	}
	c.after(59 * time.Second)
	if ok, wait := l.Try("a@b", "192.0.2.1", ""); ok || wait != time.Second {
		t.Errorf("after 59 s: %v %v", ok, wait)
	}
	c.after(time.Second)
	if ok, _ := l.Try("a@b", "192.0.2.1", ""); !ok {
		t.Error("still held up after a minute")
	}
}

func TestLogins_DelayGrowsFromManyAddresses(t *testing.T) {
	t.Parallel()
	c := newClock()
	l := auth.NewLogins(c.now)
	var waits []time.Duration
	for i := range 18 {
		address := fmt.Sprintf("192.0.2.%d", i)
		if ok, wait := l.Try("a@b", address, ""); !ok {
			waits = append(waits, wait)
			c.after(wait)
			if ok, wait := l.Try("a@b", address, ""); !ok {
				t.Fatalf("try %d: told to wait, then again %v", i+1, wait)
			}
		}
	}
	want := []time.Duration{
		time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 32 * time.Second, 64 * time.Second,
		128 * time.Second, 256 * time.Second, 512 * time.Second, 15 * time.Minute, 15 * time.Minute, 15 * time.Minute,
	}
	if fmt.Sprint(waits) != fmt.Sprint(want) {
		t.Errorf("waits %v, want %v", waits, want)
	}
}

// 10,000 guesses in an hour over 50 addresses; the owner signs in from a
// known device all the while.
func TestLogins_OwnerSignsInDuringAnAttack(t *testing.T) {
	t.Parallel()
	c := newClock()
	l := auth.NewLogins(c.now)
	guesses := 0
	for i := range 10_000 {
		c.after(time.Hour / 10_000)
		if ok, _ := l.Try("a@b", fmt.Sprintf("192.0.2.%d", i%50), ""); ok {
			guesses++
		}
		if i%100 == 99 {
			if ok, wait := l.Try("a@b", "198.51.100.7", "device"); !ok {
				t.Fatalf("the owner waits %v", wait)
			}
			l.Succeeded("a@b", "198.51.100.7", "device")
		}
	}
	if guesses > 20 || guesses < 10 {
		t.Errorf("%d guesses got through", guesses)
	}
}

func TestLogins_AKnownDeviceIsLimitedToo(t *testing.T) {
	t.Parallel()
	l := auth.NewLogins(newClock().now)
	for i := range 20 {
		if ok, _ := l.Try("a@b", fmt.Sprintf("192.0.2.%d", i), "device"); ok != (i < 5) {
			t.Fatalf("try %d: %v", i+1, ok)
		}
	}
	if ok, _ := l.Try("a@b", "192.0.2.1", "other device"); !ok {
		t.Error("one device holds up another")
	}
	if ok, _ := l.Try("a@b", "192.0.2.1", ""); !ok {
		t.Error("a known device holds up the account")
	}
}

func TestLogins_SuccessIsNotHeldAgainstAnyone(t *testing.T) {
	t.Parallel()
	l := auth.NewLogins(newClock().now)
	for i := range 100 {
		if ok, wait := l.Try("a@b", "192.0.2.1", ""); !ok {
			t.Fatalf("sign-in %d waits %v", i+1, wait)
		}
		l.Succeeded("a@b", "192.0.2.1", "")
	}
	l.Succeeded("never@tried", "192.0.2.1", "")
}

func TestLogins_AttackersSuccessElsewhereClearsNothing(t *testing.T) {
	t.Parallel()
	l := auth.NewLogins(newClock().now)
	for range 5 {
		l.Try("victim@b", "192.0.2.1", "")
		l.Try("own@b", "192.0.2.1", "")
	}
	l.Succeeded("own@b", "192.0.2.1", "")
	if ok, _ := l.Try("victim@b", "192.0.2.1", ""); ok {
		t.Error("signing in to one's own account buys guesses at another")
	}
}

func TestLogins_BoundedMemory(t *testing.T) {
	t.Parallel()
	l := auth.NewLogins(newClock().now)
	for i := range 70_000 {
		if ok, _ := l.Try(fmt.Sprint("account", i), "192.0.2.1", ""); !ok {
			t.Fatal("a flood of accounts shuts others out")
		}
	}
	if n := l.Tracked(); n > 2<<16 {
		t.Errorf("%d keys kept", n)
	}
}

// Whatever the order of tries: never more than 5 in any minute for a pair nor
// 20 in any hour for an account, and never a wait of more than 15 minutes.
func TestLogins_Property(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := newClock()
		l := auth.NewLogins(c.now)
		byPair := map[string][]time.Time{}
		var all []time.Time
		within := func(times []time.Time, d time.Duration) (n int) {
			for _, at := range times {
				if c.t.Sub(at) < d {
					n++
				}
			}
			return n
		}
		for range rapid.IntRange(1, 200).Draw(t, "tries") {
			c.after(time.Duration(rapid.Int64Range(0, int64(10*time.Minute)).Draw(t, "pause")))
			address := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "address")
			ok, wait := l.Try("x", address, "")
			if ok == (wait > 0) || wait < 0 || wait > 15*time.Minute {
				t.Fatalf("allowed %v, wait %v", ok, wait)
			}
			if ok {
				byPair[address], all = append(byPair[address], c.t), append(all, c.t)
			}
			if within(byPair[address], time.Minute) > 5 || within(all, time.Hour) > 20 {
				t.Fatal("too many tries got through")
			}
		}
	})
}
