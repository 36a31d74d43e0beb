package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"usher/server/internal/audit"
)

// committer is the one goroutine that writes. It takes everything queued, runs
// it in one transaction, commits, then answers all: no timer, so a lone writer
// waits for nobody and many share the price of one commit.
type committer struct {
	store *Store
	queue chan *job
	done  chan struct{}

	mu     sync.RWMutex
	closed bool

	taken, commits, jobs, refused, failed atomic.Int64
}

// job is one write on its way. run may be called more than once and must start
// afresh each time.
type job struct {
	ctx   context.Context
	run   func(*tx) error
	save  *Change       // what run stores, where it is a change of a conversation
	audit []audit.Entry // what goes into the log with it
	done  chan error
}

// errSpoiled: a job failed after it had written, so the transaction it shared
// must not be committed.
var errSpoiled = errors.New("transaction spoiled")

func startCommitter(s *Store, queue int) *committer {
	c := &committer{store: s, queue: make(chan *job, queue), done: make(chan struct{})}
	go c.loop()
	return c
}

// change runs f in a transaction, shared with whoever else writes now, and
// returns after the commit that covers it. When ctx or patience ends first the
// outcome is unknown; a write that was still waiting then is dropped.
func (s *Store) change(ctx context.Context, doing string, f func(*tx) error) error {
	return s.wrap(doing, s.commit(ctx, &job{run: f}))
}

func (s *Store) commit(ctx context.Context, j *job) error {
	return s.writes.pass(ctx, func(ctx context.Context) error { return s.commits.do(ctx, j) })
}

// do brings a job into a commit and waits for it or for ctx, which has an end.
func (c *committer) do(ctx context.Context, j *job) error {
	j.ctx, j.done = ctx, make(chan error, 1)
	if err := c.enqueue(j); err != nil {
		return err
	}
	select {
	case err := <-j.done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", ErrUnavailable, ctx.Err())
	}
}

func (c *committer) enqueue(j *job) error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if err := j.ctx.Err(); err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if c.closed {
		return fmt.Errorf("%w: closed", ErrUnavailable)
	}
	select {
	case c.queue <- j:
		return nil
	default:
		return fmt.Errorf("%w: %d writes are waiting", ErrUnavailable, cap(c.queue))
	}
}

// close lets the queue run empty and waits for the last commit.
func (c *committer) close() {
	c.mu.Lock()
	if !c.closed {
		c.closed = true
		close(c.queue)
	}
	c.mu.Unlock()
	<-c.done
}

func (c *committer) loop() {
	defer close(c.done)
	w := &writer{store: c.store}
	defer w.drop()
	var batch []*job
	for first := range c.queue {
		batch = append(batch[:0], first)
		for len(batch) < cap(c.queue) && len(c.queue) > 0 {
			j, ok := <-c.queue
			if !ok {
				break
			}
			batch = append(batch, j)
		}
		c.taken.Add(int64(len(batch)))
		c.commit(w, batch)
		clear(batch)
	}
}

// commit runs a batch together; only when a job spoils the transaction is it
// run again with every job in a savepoint of its own.
func (c *committer) commit(w *writer, batch []*job) {
	answers := make([]error, len(batch))
	err := c.attempt(w, batch, answers, false)
	if errors.Is(err, errSpoiled) {
		err = c.attempt(w, batch, answers, true)
	}
	if err != nil {
		c.failed.Add(1)
		w.drop()
		c.store.log.Error("commit failed", "writes", len(batch), "error", err.Error())
		err = fmt.Errorf("%w: %w", ErrUnavailable, err)
	} else {
		c.commits.Add(1)
	}
	for i, j := range batch {
		c.jobs.Add(1)
		if err != nil {
			answers[i] = err
		}
		if answers[i] != nil {
			c.refused.Add(1)
		}
		j.done <- answers[i]
	}
}

// attempt runs the batch in one transaction. It returns nil after a commit,
// errSpoiled when the batch must be run again job by job, or the reason why
// the outcome of the whole batch is unknown.
func (c *committer) attempt(w *writer, batch []*job, answers []error, apart bool) error {
	t, err := w.begin()
	if err != nil {
		return err
	}
	defer t.rollback()
	for i, j := range batch {
		answers[i] = j.ctx.Err() // given up while it waited: nobody listens any more
	}
	var stored []bool
	if !apart && c.store.dialect.bulk {
		if stored, err = t.bulk(batch, answers); err != nil {
			return err
		}
	}
	for i, j := range batch {
		if answers[i] != nil || (stored != nil && stored[i]) {
			continue
		}
		if apart {
			err = t.apart(j.run)
		} else {
			err = t.together(j.run)
		}
		if err != nil && (errors.Is(err, errSpoiled) || c.store.unavailable(err)) {
			return err
		}
		answers[i] = err
	}
	if err := t.deliver(); err != nil {
		return err
	}
	if err := t.note(batch, answers); err != nil {
		return err
	}
	return t.commit()
}
