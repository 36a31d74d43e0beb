package limit

import (
	"sync"
	"time"
)

// A breaker opens after so many failures in a row and lets one call a second
// try again.
const (
	failuresToOpen = 3
	probeEvery     = time.Second
)

// breaker keeps callers away from what does not answer.
type breaker struct {
	mu       sync.Mutex
	failures int
	next     time.Time // when open: when the next probe may go
}

// enter reports whether a call may go. When open, it may for one a second.
func (b *breaker) enter(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures < failuresToOpen {
		return true
	}
	if now.Before(b.next) {
		return false
	}
	b.next = now.Add(probeEvery)
	return true
}

// leave notes how a call ended and reports whether the breaker opened or
// closed with it.
func (b *breaker) leave(now time.Time, ok bool) (changed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	wasOpen := b.failures >= failuresToOpen
	if ok {
		b.failures = 0
		return wasOpen
	}
	b.failures++
	b.next = now.Add(probeEvery)
	return !wasOpen && b.failures >= failuresToOpen
}
