package webhook

import (
	"net/http"
	"strconv"
	"time"
)

// schedule is how long to wait after each attempt that failed, as Standard
// Webhooks recommends: ten attempts over 75 hours and 35 minutes.
func schedule() []time.Duration {
	return []time.Duration{
		5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour,
		10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
	}
}

// jitter is by how much of itself a wait is made shorter or longer, so that what
// failed together does not come back together.
const jitter = 0.1

// retryAfterMax is how long a receiver may have us wait.
const retryAfterMax = 24 * time.Hour

// wait is how long to wait after so many attempts; false: that was the last.
// chance is between 0 and 1. A receiver that asks for longer gets it.
func wait(tries int, chance float64, retryAfter time.Duration) (time.Duration, bool) {
	waits := schedule()
	if tries > len(waits) {
		return 0, false
	}
	planned := time.Duration(float64(waits[tries-1]) * (1 + jitter*(2*chance-1)))
	return max(planned, retryAfter), true
}

// retryAfterOf reads Retry-After (RFC 9110 §10.2.3), seconds or a date; 0: there
// is none, or it makes no sense.
func retryAfterOf(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	var d time.Duration
	if n, err := strconv.ParseUint(text, 10, 63); err == nil {
		d = time.Duration(min(n, uint64(retryAfterMax/time.Second))) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		d = at.Sub(now)
	}
	return max(0, min(d, retryAfterMax))
}
