package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A partner that sends as fast as it can, far over its allowance, does not slow
// the chat: a person's messages are acked as before. Only the order of magnitude
// is judged, for the machine is shared.
func TestPartners_AFloodDoesNotSlowTheChat(t *testing.T) {
	t.Parallel()
	u := startUsher(t, t.TempDir(), &clock{at: time.Now()})
	_, key := u.key("--rate", "60/m")
	person, _ := u.user(nil)
	quiet := u.pace(person, "quiet")
	stop := make(chan struct{})
	var flood sync.WaitGroup
	var through, over, other atomic.Int64
	for range 8 {
		flood.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				switch status, _ := u.call(key, "POST", "/api/v1/conversations", `{"external_user_id":"u"}`); status {
				case 201:
					through.Add(1)
				case 429:
					over.Add(1)
				default:
					other.Add(1)
				}
			}
		})
	}
	flooded := u.pace(person, "flooded")
	close(stop)
	flood.Wait()
	t.Logf("a message is acked after %v (worst %v); with a flood of %d calls, %d of them refused, after %v (worst %v)",
		middle(quiet), slices.Max(quiet), through.Load()+over.Load(), over.Load(), middle(flooded), slices.Max(flooded))
	if through.Load() > 60+40+1 || over.Load() < 200 || other.Load() > 0 {
		t.Errorf("%d through, %d over, %d other: no flood at all, or one that was let in (a burst of 60, and 40 seconds)", through.Load(), over.Load(), other.Load())
	}
	if limit := 10*middle(quiet) + 250*time.Millisecond*slack; middle(flooded) > limit {
		t.Errorf("with the flood a message takes %v, at most %v", middle(flooded), limit)
	}
}

// pace sends messages one after another and returns how long each ack took.
func (u *usher) pace(p *peer, name string) []time.Duration {
	u.t.Helper()
	const messages = 40
	took := make([]time.Duration, messages)
	for i := range took {
		u.clock.advance(time.Second) // within a person's own allowance
		from := time.Now()
		p.send(frame{"type": "message.send", "id": fmt.Sprintf("%s-%d", name, i), "text": "what happens to my photos " + strings.Repeat("x", i)})
		p.until("ack")
		took[i] = time.Since(from)
	}
	return took
}

func middle(all []time.Duration) time.Duration { return slices.Sorted(slices.Values(all))[len(all)/2] }
