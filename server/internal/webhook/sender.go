package webhook

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"usher/server/internal/chat"
	"usher/server/internal/store"
)

const (
	// lookEvery is how often a sender looks for work: so long an event takes to
	// be sent at most, when the receiver answers.
	lookEvery = time.Second
	// parallel is how many attempts a webhook has under way at once, over all
	// replicas; parallelAll how many one replica has.
	parallel    = 4
	parallelAll = 64
	// noteMax is how long a sender tries to note how an attempt went. A delivery is
	// out of others' reach for so long after the longest attempt.
	noteMax = 15 * time.Second
	// page is how many events are made into deliveries at once.
	page = 100
	// keepLog is how long deliveries can be read and asked for again.
	keepLog    = 30 * 24 * time.Hour
	sweepEvery = time.Hour
)

// Options says what a sender needs; all of it, but for the last three.
type Options struct {
	Chat  *chat.Service
	Store *store.Store
	Guard *Guard
	// Cursor is a number of a partner's feed as the partner knows it.
	Cursor func(partner string, n int64) string
	Clock  func() time.Time
	Log    *slog.Logger
	// CallMax is how long an attempt may take; 0: 15 s.
	CallMax time.Duration
	// Chance is a number between 0 and 1, another one each time; nil: by chance.
	Chance func() float64
	// Client calls; nil: one that Guard watches over.
	Client *http.Client
}

// Sender sends what is due. Several of them share the work through the store.
type Sender struct {
	Options
	holder  string
	calls   context.Context // of the attempts
	cut     context.CancelFunc
	places  chan struct{}
	free    chan struct{} // rung when an attempt has ended
	flying  sync.WaitGroup
	counted counts
}

// counts are for the metrics.
type counts struct {
	delivered, failed, blocked, disabled atomic.Int64
}

// New returns a sender that does nothing until Run.
func New(o Options) *Sender {
	if o.CallMax == 0 {
		o.CallMax = callMax
	}
	if o.Chance == nil {
		o.Chance = chance
	}
	if o.Client == nil {
		o.Client = newClient(o.Guard, o.CallMax)
	}
	s := &Sender{
		Options: o, holder: rand.Text(), places: make(chan struct{}, parallelAll), free: make(chan struct{}, 1),
	}
	s.calls, s.cut = context.WithCancel(context.Background())
	return s
}

// Run sends until ctx ends, and then lets the attempts under way come to their
// end, which they do within the time of one.
func (s *Sender) Run(ctx context.Context) {
	defer s.cut()
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	swept := time.Time{}
	for {
		s.Look(ctx)
		if now := s.Clock(); ctx.Err() == nil && now.Sub(swept) >= sweepEvery {
			swept = now
			s.complain(ctx, "old deliveries not removed", s.Store.SweepDeliveries(ctx, now.Add(-keepLog)))
		}
		select {
		case <-ctx.Done():
			s.flying.Wait()
			return
		case <-look.C:
		case <-s.free:
		}
	}
}

// Look makes deliveries of new events and begins the attempts that are due, as
// many as there are places for.
func (s *Sender) Look(ctx context.Context) {
	ready, err := s.Store.ReadyWebhooks(ctx, s.Clock())
	s.complain(ctx, "webhooks not looked for", err)
	for i := range ready {
		if ctx.Err() != nil {
			return
		}
		s.complain(ctx, "events not made into deliveries", s.expand(ctx, &ready[i]))
		s.complain(ctx, "deliveries not begun", s.begin(ctx, &ready[i].Webhook))
	}
}

// Wait waits for the attempts under way.
func (s *Sender) Wait() { s.flying.Wait() }

// complain logs what failed unless it was called off.
func (s *Sender) complain(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil {
		s.Log.WarnContext(ctx, "webhooks are late", "because", what, "error", err)
	}
}

// Stats is what a sender has done so far.
type Stats struct{ Delivered, Failed, Blocked, Disabled int64 }

// Stats tells what this sender has done since it began.
func (s *Sender) Stats() Stats {
	c := &s.counted
	return Stats{c.delivered.Load(), c.failed.Load(), c.blocked.Load(), c.disabled.Load()}
}
