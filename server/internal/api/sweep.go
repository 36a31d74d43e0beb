package api

import (
	"context"
	"time"
)

const (
	sweepEvery = time.Hour
	// keepFeed is how long events can be read; a cursor from before is refused.
	keepFeed = 90 * 24 * time.Hour
	// keepReceipts is how long a decision that was asked for alone can be read.
	keepReceipts = 180 * 24 * time.Hour
)

// Run removes what is kept no longer, until ctx ends.
func (a *API) Run(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		a.Sweep(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Sweep does once what Run does every hour.
func (a *API) Sweep(ctx context.Context) {
	now := a.Clock()
	for what, sweep := range map[string]func() error{
		"requests":  func() error { return a.Store.SweepAttempts(ctx, now.Add(-keepAnswers)) },
		"events":    func() error { return a.Store.SweepFeed(ctx, now.Add(-keepFeed)) },
		"decisions": func() error { return a.Store.SweepDecisions(ctx, now.Add(-keepReceipts)) },
	} {
		if err := sweep(); err != nil && ctx.Err() == nil {
			a.Log.WarnContext(ctx, "old records not removed", "records", what, "error", err)
		}
	}
}
