package api

import (
	"context"
	"sync"
)

const (
	// slotsOfKey is how many requests of one key are carried out at once; more
	// wait for one of them to end. A flood of one partner so takes a bounded
	// share of the machine, whatever its allowance.
	slotsOfKey = 16
	// waitsOfKey is how many of a key may wait for news at once; more are
	// answered at once with what there is.
	waitsOfKey = 64
)

// slots are the places of every key that has requests under way.
type slots struct {
	mu  sync.Mutex
	all map[string]*places
}

type places struct {
	work  chan struct{}
	waits int
	users int
}

func newSlots() *slots { return &slots{all: map[string]*places{}} }

func (s *slots) of(key string) *places {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.all[key]
	if p == nil {
		p = &places{work: make(chan struct{}, slotsOfKey)}
		s.all[key] = p
	}
	p.users++
	return p
}

func (s *slots) done(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.all[key]; p != nil {
		if p.users--; p.users == 0 {
			delete(s.all, key)
		}
	}
}

// enter takes a place of the key, waiting for one at most as long as a request
// may take. What it returns gives the place back; calling it twice is calling
// it once.
func (s *slots) enter(ctx context.Context, key string) (func(), error) {
	ctx, cancel := context.WithTimeout(ctx, requestMax)
	defer cancel()
	p := s.of(key)
	select {
	case p.work <- struct{}{}:
	case <-ctx.Done():
		s.done(key)
		return nil, errUnavailable
	}
	return sync.OnceFunc(func() {
		<-p.work
		s.done(key)
	}), nil
}

// wait takes a place to wait for news; not ok: the key has all of them.
func (s *slots) wait(key string) (leave func(), ok bool) {
	p := s.of(key)
	s.mu.Lock()
	full := p.waits >= waitsOfKey
	if !full {
		p.waits++
	}
	s.mu.Unlock()
	if full {
		s.done(key)
		return func() {}, false
	}
	return func() {
		s.mu.Lock()
		p.waits--
		s.mu.Unlock()
		s.done(key)
	}, true
}

// waiting is how many wait for news.
func (s *slots) waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, p := range s.all {
		n += p.waits
	}
	return n
}
