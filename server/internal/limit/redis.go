package limit

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"github.com/redis/go-redis/v9"
)

// callBudget is how long one question to Redis may take, whatever the client's
// own timeouts are and whether or not the caller still waits.
const callBudget = 200 * time.Millisecond

// Redis counts for all replicas.
type Redis struct {
	limiter *redis_rate.Limiter
	prefix  string
	local   *Memory
	breaker breaker
	budget  time.Duration
	log     *slog.Logger
	now     func() time.Time

	fallbacks, outages, resets atomic.Uint64
}

var _ Limiter = (*Redis)(nil)

// NewRedis returns a limiter that counts in the client's server under keys with
// the prefix, and in this process while that server is away. The client must
// keep to its contexts (ContextTimeoutEnabled) and not retry; it stays the
// caller's to close.
func NewRedis(client *redis.Client, prefix string, log *slog.Logger, now func() time.Time) *Redis {
	return &Redis{
		limiter: redis_rate.NewLimiter(client), prefix: prefix, local: NewMemory(now), budget: callBudget, log: log, now: now,
	}
}

// Stats counts what happened since the start.
type Stats struct {
	// Fallbacks are the decisions made without Redis.
	Fallbacks uint64
	// Outages is how often the breaker opened.
	Outages uint64
	// Resets are the keys from another time that were started afresh.
	Resets uint64
}

// Stats returns the counters.
func (r *Redis) Stats() Stats {
	return Stats{Fallbacks: r.fallbacks.Load(), Outages: r.outages.Load(), Resets: r.resets.Load()}
}

// Allow counts n things of a key when the rate allows all of them.
func (r *Redis) Allow(ctx context.Context, key string, rate Rate, n int) Decision {
	if !rate.Valid() {
		return never()
	}
	if r.breaker.enter(r.now()) {
		decision, err := r.ask(ctx, r.prefix+key, rate, n)
		if r.breaker.leave(r.now(), err == nil) {
			r.tell(err)
		}
		if err == nil {
			return decision
		}
	}
	r.fallbacks.Add(1)
	return r.local.Allow(ctx, key, rate, n)
}

func (r *Redis) tell(err error) {
	if err == nil {
		r.log.Info("rate limits are counted in redis again", "fallbacks", r.fallbacks.Load())
		return
	}
	r.outages.Add(1)
	r.log.Warn("rate limits are counted in this process, redis does not answer", "error", err)
}

// ask lets Redis decide. A key that needs more than two windows was written by
// a clock ahead of the one that reads it: it is deleted and asked for again.
func (r *Redis) ask(ctx context.Context, key string, rate Rate, n int) (Decision, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.budget)
	defer cancel()
	limit, window := redis_rate.Limit{Rate: rate.Count, Period: rate.Per, Burst: rate.burst()}, rate.Window()
	result, err := r.limiter.AllowN(ctx, key, limit, rate.cost(n))
	if err == nil && result.ResetAfter > 2*window {
		r.resets.Add(1)
		if err = r.limiter.Reset(ctx, key); err == nil {
			result, err = r.limiter.AllowN(ctx, key, limit, rate.cost(n))
		}
	}
	if err != nil {
		return Decision{}, err
	}
	decision := Decision{
		// The library answers how many are allowed; with n = 0 that is 0 as well.
		Allowed: result.RetryAfter < 0, Limit: rate.burst(),
		ResetAfter: min(max(result.ResetAfter, 0), window),
	}
	if decision.Allowed {
		decision.Remaining = rate.remaining(decision.ResetAfter)
	} else {
		decision.RetryAfter = min(result.RetryAfter, window)
	}
	return decision, nil
}
