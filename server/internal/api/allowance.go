package api

import (
	"net/http"
	"strconv"
	"time"

	"usher/server/internal/limit"
)

// quotaExceeded is the problem type of the RateLimit header draft
// (draft-ietf-httpapi-ratelimit-headers, "Problem: Quota Exceeded").
const quotaExceeded = "https://iana.org/assignments/http-problem-types#quota-exceeded"

// bucket is what a request is counted in. Reading and classifying are apart
// from what writes to conversations, so that a client that polls too much can
// still pass on what its user says.
func bucket(dear bool) string {
	if dear {
		return "dear"
	}
	return "cheap"
}

// count takes the request off its key's allowance and says so in the headers.
func (a *API) count(w http.ResponseWriter, r *http.Request, key *access, dear bool) error {
	name := bucket(dear)
	d := a.Limiter.Allow(r.Context(), "api:"+key.ID+":"+name, key.rate, 1)
	tell(w, name, key.rate, d, a.Clock())
	if !d.Allowed {
		return exceeded(name, d)
	}
	return nil
}

// tell writes the allowance into the headers: the IETF draft's pair, and the
// three that most clients read. X-RateLimit-Reset is a Unix time, as elsewhere.
func tell(w http.ResponseWriter, name string, rate limit.Rate, d limit.Decision, now time.Time) {
	h := w.Header()
	window := max(1, int(rate.Window().Round(time.Second)/time.Second))
	reset := d.ResetAfter
	if !d.Allowed {
		reset = d.RetryAfter // when some of it is back; Retry-After is never before
	}
	limit, left := strconv.Itoa(d.Limit), strconv.Itoa(d.Remaining)
	h.Set("RateLimit-Policy", `"`+name+`";q=`+limit+`;w=`+strconv.Itoa(window))
	h.Set("RateLimit", `"`+name+`";r=`+left+`;t=`+seconds(reset))
	h.Set("X-RateLimit-Limit", limit)
	h.Set("X-RateLimit-Remaining", left)
	h.Set("X-RateLimit-Reset", strconv.FormatInt(now.Add(reset+time.Second-1).Unix(), 10))
}

// exceeded refuses a request that was over its allowance.
func exceeded(name string, d limit.Decision) *problem {
	return &problem{
		status: http.StatusTooManyRequests, code: "rate_limited", kind: quotaExceeded, policy: name,
		detail: "The allowance is used up. Wait as long as Retry-After says.", retryAfter: max(d.RetryAfter, time.Second),
	}
}
