package limit

import (
	"context"
	"hash/maphash"
	"sync"
	"time"
)

const (
	// shards is how many locks share the keys; more than cores ever contend.
	shards = 64
	// shardKeys bounds memory: a million keys in all, some 100 MB. Beyond it
	// arbitrary ones start afresh.
	shardKeys = 1 << 14
	// sweepEvery is how often a shard forgets keys that count nothing any more.
	sweepEvery = time.Minute
)

// Memory counts in this process.
type Memory struct {
	now   func() time.Time
	start time.Time
	seed  maphash.Seed
	most  int // keys of one shard
	keys  [shards]shard
}

// shard maps keys to the time they are clear again, GCRA's "theoretical
// arrival time", in nanoseconds since the start.
type shard struct {
	mu    sync.Mutex
	due   map[string]time.Duration
	swept time.Duration
	_     [40]byte // a cache line of its own
}

var _ Limiter = (*Memory)(nil)

// NewMemory returns a limiter that has counted nothing.
func NewMemory(now func() time.Time) *Memory {
	m := &Memory{now: now, start: now(), seed: maphash.MakeSeed(), most: shardKeys}
	for i := range m.keys {
		m.keys[i].due = map[string]time.Duration{}
	}
	return m
}

// Allow counts n things of a key when the rate allows all of them.
func (m *Memory) Allow(_ context.Context, key string, rate Rate, n int) Decision {
	if !rate.Valid() {
		return never()
	}
	now := m.now().Sub(m.start)
	window, each := rate.Window(), rate.each()
	s := &m.keys[maphash.String(m.seed, key)%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep(now, m.most)
	due, known := s.due[key]
	if !known || due < now || due-now > 2*window {
		due = now
	}
	after := due + each*time.Duration(rate.cost(n))
	if wait := after - window - now; wait > 0 {
		return Decision{Limit: rate.burst(), RetryAfter: min(wait, window), ResetAfter: min(due-now, window)}
	}
	if after > now {
		s.due[key] = after
	}
	return Decision{Allowed: true, Limit: rate.burst(), Remaining: rate.remaining(after - now), ResetAfter: after - now}
}

// sweep forgets keys that are clear, once in a while and when there are too
// many; when all of them count, arbitrary ones.
func (s *shard) sweep(now time.Duration, most int) {
	full := len(s.due) >= most
	if !full && now-s.swept < sweepEvery {
		return
	}
	s.swept = now
	for key, at := range s.due {
		if at <= now {
			delete(s.due, key)
		}
	}
	for key := range s.due {
		if !full || len(s.due) < most*3/4 {
			return
		}
		delete(s.due, key)
	}
}
