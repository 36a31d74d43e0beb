package limit

import "time"

// Keys counts the keys a limiter remembers.
func (m *Memory) Keys() (n int) {
	for i := range m.keys {
		m.keys[i].mu.Lock()
		n += len(m.keys[i].due)
		m.keys[i].mu.Unlock()
	}
	return n
}

// Patient lets questions to Redis take as long as a busy machine needs, so that
// a test of counting is not a test of time.
func (r *Redis) Patient() *Redis {
	r.budget = time.Minute
	return r
}

// Small lets a limiter keep fewer keys, so that a test fills it soon.
func (m *Memory) Small(keys int) { m.most = keys / shards }
