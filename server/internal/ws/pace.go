package ws

import "time"

// rate is how often something may happen: up to burst times at once, and one
// more with every so much time.
type rate struct {
	every time.Duration
	burst int
}

// pace counts against a rate. It is the generic cell rate algorithm (ITU-T
// I.371) in one number: the time at which the burst will be whole again, in
// nanoseconds since 1970.
type pace int64

// take counts one more unless that is too soon; then it says how long to wait.
func (p *pace) take(now time.Time, r rate) (wait time.Duration) {
	at := now.UnixNano()
	whole := max(int64(*p), at)
	if wait := time.Duration(whole-at) - time.Duration(r.burst-1)*r.every; wait > 0 {
		return wait
	}
	*p = pace(whole + int64(r.every))
	return 0
}
