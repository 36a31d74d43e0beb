package limit

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Rate is Count things Per time, of which Burst may come at once.
type Rate struct {
	Count int
	Per   time.Duration
	// Burst is at least 1; 0 stands for Count.
	Burst int
}

// Decision is the answer for one key.
type Decision struct {
	Allowed bool
	// Limit is the burst: what Remaining is when nobody has come for a window.
	Limit int
	// Remaining is how many more may come at once; 0 when refused.
	Remaining int
	// RetryAfter is when to try again; 0 when allowed, never above the window.
	RetryAfter time.Duration
	// ResetAfter is when Remaining is Limit again; never above the window.
	ResetAfter time.Duration
}

// Limiter counts. It is safe for concurrent use.
type Limiter interface {
	// Allow counts n things of a key when the rate allows all of them, and
	// nothing when not. n = 0 only looks. Use another key for another rate. A
	// rate that is not valid allows nothing.
	Allow(ctx context.Context, key string, rate Rate, n int) Decision
}

// ErrRate says that a text is not a rate.
var ErrRate = errors.New("not a rate like 60/m")

// ParseRate reads a rate as "60/m": a count and s, m, h or d. The burst is the
// count.
func ParseRate(text string) (Rate, error) {
	count, unit, _ := strings.Cut(text, "/")
	n, err := strconv.ParseUint(count, 10, 31)
	per, ok := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[unit]
	rate := Rate{Count: int(n), Per: per, Burst: int(n)}
	if err != nil || !ok || strconv.FormatUint(n, 10) != count || !rate.Valid() {
		return Rate{}, ErrRate
	}
	return rate, nil
}

// String writes a rate as ParseRate reads it where it can, with the burst when
// that is another number.
func (r Rate) String() string {
	unit, ok := map[time.Duration]string{time.Second: "s", time.Minute: "m", time.Hour: "h", 24 * time.Hour: "d"}[r.Per]
	if !ok {
		unit = r.Per.String()
	}
	if r.burst() != r.Count {
		return fmt.Sprintf("%d/%s burst %d", r.Count, unit, r.burst())
	}
	return fmt.Sprintf("%d/%s", r.Count, unit)
}

// Valid reports whether the rate can be counted: positive, not finer than a
// nanosecond, and with a window of at most a hundred years.
func (r Rate) Valid() bool {
	return r.Count > 0 && r.Per > 0 && r.Burst >= 0 && r.each() > 0 &&
		float64(r.each())*float64(r.burst()) < float64(100*365*24*time.Hour) && r.burst() < math.MaxInt32
}

// Window is how long a whole burst takes to come back.
func (r Rate) Window() time.Duration { return r.each() * time.Duration(r.burst()) }

// each is the time one thing takes to come back.
func (r Rate) each() time.Duration { return r.Per / time.Duration(r.Count) }

func (r Rate) burst() int {
	if r.Burst == 0 {
		return r.Count
	}
	return r.Burst
}

// cost bounds n: more than a burst is refused anyway, however much more.
func (r Rate) cost(n int) int { return max(0, min(n, r.burst()+1)) }

// never is the answer for a rate that is not valid.
func never() Decision { return Decision{RetryAfter: time.Minute, ResetAfter: time.Minute} }

// remaining is how many may come at once when the key is clear after reset.
// Half a microsecond makes up for the rounding of Redis's numbers.
func (r Rate) remaining(reset time.Duration) int {
	return max(0, int((r.Window()-reset+500*time.Nanosecond)/r.each()))
}
