package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// gate is the way to the database. SQLite has one for reads and one for writes,
// since somebody else's lock stops only the latter; Postgres has one for both.
// A database that did not answer in time is taken to be away:
// from then on callers are told so at once, until a probe of our own has been
// answered. Each caller alone would wait no longer than patience, but they wait
// for one another – two messages of one conversation, several on one socket –
// and the third in such a row was answered after fourteen seconds.
type gate struct {
	name    string
	log     *slog.Logger
	ended   context.Context             // of the store
	answers func(context.Context) error // asks the database the least it can
	away    func(error) bool            // tells that the database is at fault
	shut    atomic.Bool
	probe   sync.WaitGroup

	made time.Time
	good atomic.Int64 // when the last one came who got an answer, after made
}

const (
	// lateAfter is how long an answer that is none may take before the database
	// counts as away: what fails sooner keeps nobody waiting.
	lateAfter = 2 * time.Second
	// probeEvery is the pause between two probes.
	probeEvery = 100 * time.Millisecond
)

// errAway says that nobody asked.
var errAway = fmt.Errorf("%w: it has not answered for a while", ErrUnavailable)

// pass asks the database within patience, unless the gate is shut, and shuts it
// after a caller has waited for nothing.
func (g *gate) pass(ctx context.Context, ask func(context.Context) error) error {
	if g.shut.Load() {
		return errAway
	}
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	from := time.Since(g.made) //nolint:forbidigo // the database keeps real time, see deadlineConn
	err := ask(within)
	took := time.Since(g.made) - from //nolint:forbidigo // see above
	if err == nil {
		g.answered(from)
		return nil
	}
	// It has answered somebody who came later: what kept this caller is over.
	over := g.good.Load() > int64(from)
	if took >= lateAfter && !over && ctx.Err() == nil && g.away(err) && g.shut.CompareAndSwap(false, true) {
		g.log.WarnContext(ctx, "the database does not answer in time, callers are told to come back", "for", g.name)
		g.probe.Go(g.reopen)
	}
	return err
}

// answered notes that a caller who came at that moment got an answer.
func (g *gate) answered(from time.Duration) {
	for good := g.good.Load(); good < int64(from) && !g.good.CompareAndSwap(good, int64(from)); good = g.good.Load() {
	}
}

// reopen probes until the database answers or the store is closed.
func (g *gate) reopen() {
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-g.ended.Done():
			return
		case <-pause.C:
		}
		ctx, cancel := context.WithTimeout(g.ended, patience)
		err := g.answers(ctx)
		cancel()
		if err == nil {
			g.shut.Store(false)
			g.log.InfoContext(g.ended, "the database answers again", "for", g.name)
			return
		}
		pause.Reset(probeEvery)
	}
}

// gates makes the ways. Postgres has no file.
func (s *Store) gates() {
	ctx, end := context.WithCancel(context.Background())
	s.end = end
	away := func(err error) bool { return errors.Is(err, ErrUnavailable) || s.unavailable(err) }
	s.reads = &gate{name: "reading", log: s.log, ended: ctx, away: away, answers: func(ctx context.Context) error {
		var n int
		return s.read.GetContext(ctx, &n, `SELECT 1`)
	}}
	s.writes = &gate{name: "writing", log: s.log, ended: ctx, away: away, answers: func(ctx context.Context) error {
		return s.commits.do(ctx, &job{run: func(*tx) error { return nil }})
	}}
	if s.file == "" {
		read, write := s.reads.answers, s.writes.answers
		s.reads = &gate{name: "all", log: s.log, ended: ctx, away: away, answers: func(ctx context.Context) error {
			if err := read(ctx); err != nil {
				return err
			}
			return write(ctx)
		}}
		s.writes = s.reads
	}
	s.reads.made = time.Now() //nolint:forbidigo // see pass
	s.writes.made = s.reads.made
}
