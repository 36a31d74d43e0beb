package chat

import (
	"context"
	"crypto/rand"
	"log/slog"
	"time"

	"usher/bot"
	"usher/handoff"
	"usher/intents/secret"
	"usher/locales/lines"
	"usher/server/internal/bus"
	"usher/server/internal/store"
)

// Config is what a Service is made of; every part is required.
type Config struct {
	Store  *store.Store
	Bot    *bot.Bot
	Lines  *lines.Book
	Queues handoff.Queues
	Masker *secret.Masker
	Bus    bus.Bus
	Clock  func() time.Time
	Log    *slog.Logger
	// Grace is how long an agent may be gone before a case that they have not
	// answered yet goes back to the head of its queue; three times that when
	// they have.
	Grace time.Duration
}

// Service is the one door. It is safe for concurrent use.
type Service struct {
	Config
	key      []byte // derives session secrets
	cache    *cache
	tails    *tails
	presence *presence
	board    *board
	desks    *desks
	watchers *watchers
	overdue  overdue
	started  time.Time
}

// New returns a working Service. It reads or makes the key that session
// secrets are derived from, so that every replica derives the same.
func New(ctx context.Context, c Config) (*Service, error) {
	key, err := sessionKey(ctx, c.Store)
	if err != nil {
		return nil, err
	}
	s := &Service{
		Config: c, key: key, cache: newCache(), tails: newTails(), desks: newDesks(), watchers: newWatchers(c.Clock()),
		overdue: overdue{raised: map[string]time.Time{}}, started: c.Clock(),
	}
	s.presence = newPresence(s.started)
	s.board = newBoard(s)
	return s, nil
}

// Run looks after what nobody asks for: due reminders, agents who are gone,
// cases that wait for too long, and places in the queue. It returns when ctx ends.
func (s *Service) Run(ctx context.Context) {
	go s.board.run(ctx)
	go s.tellNotes(ctx)
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.Sweep(ctx)
		}
	}
}

// sweepEvery is how late a reminder may be.
const sweepEvery = 500 * time.Millisecond

// Sweep does once what Run does again and again.
func (s *Service) Sweep(ctx context.Context) {
	now := s.Clock()
	s.beat(ctx, now)
	s.look(ctx, now)
	s.sweepDue(ctx, now)
	s.sweepAbsent(ctx, now)
	s.sweepOverdue(ctx, now)
}

// sweepDue wakes the conversations whose reminder has come, page by page, so
// that some that cannot be woken never hide the ones behind them.
func (s *Service) sweepDue(ctx context.Context, now time.Time) {
	var after store.Reminder
	for {
		const page = 100
		due, err := s.Store.Due(ctx, now, after, page)
		if err != nil {
			s.Log.WarnContext(ctx, "due reminders not read", "error", err)
			return
		}
		for _, r := range due {
			after = r
			if _, err := s.step(ctx, r.Conversation, act{event: func(at time.Time) bot.Event { return bot.Ticked{At: at} }}); err != nil {
				s.Log.WarnContext(ctx, "reminder not handled", "conversation", r.Conversation, "error", err)
			}
		}
		if len(due) < page {
			return
		}
	}
}

// newID is a fresh id of 130 random bits.
func newID() string { return rand.Text() }
