package chat

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"usher/server/internal/store"
)

// How often a replica looks at the store by itself: a poke is lost when its
// writer is killed between the commit and the poke, and when a commit comes
// after nobody waited for it any more. While the other replicas cannot be heard
// no poke of theirs comes at all.
const (
	lookEvery     = 10 * time.Second
	lookEveryDeaf = 3 * time.Second
)

// watchers are the followed conversations of this replica, and how far each had
// come at the last look.
type watchers struct {
	mu    sync.Mutex
	all   map[string]map[*Follow]struct{}
	heads map[string]store.Head
	last  time.Time
}

func newWatchers(now time.Time) *watchers {
	return &watchers{all: map[string]map[*Follow]struct{}{}, heads: map[string]store.Head{}, last: now}
}

func (w *watchers) add(f *Follow) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all[f.conv] == nil {
		w.all[f.conv] = map[*Follow]struct{}{}
	}
	w.all[f.conv][f] = struct{}{}
}

func (w *watchers) remove(f *Follow) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.all[f.conv], f)
	if len(w.all[f.conv]) == 0 {
		delete(w.all, f.conv)
		delete(w.heads, f.conv)
	}
}

// due tells which conversations to look at now.
func (w *watchers) due(now time.Time, live bool) ([]string, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	every := lookEvery
	if !live {
		every = lookEveryDeaf
	}
	if now.Sub(w.last) < every {
		return nil, false
	}
	w.last = now
	return slices.Collect(maps.Keys(w.all)), true
}

// moved notes how far a conversation has come and tells who follows it, when
// that is further than at the last look.
func (w *watchers) moved(h store.Head) []*Follow {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.heads[h.Conversation] == h || w.all[h.Conversation] == nil {
		return nil
	}
	w.heads[h.Conversation] = h
	return slices.Collect(maps.Keys(w.all[h.Conversation]))
}

// look wakes whoever follows something that has changed since the last look,
// poke or no poke, and lets consoles and the board read on.
func (s *Service) look(ctx context.Context, now time.Time) {
	convs, due := s.watchers.due(now, s.Bus.Live())
	if !due {
		return
	}
	heads, err := s.Store.Heads(ctx, convs)
	if err != nil {
		s.Log.WarnContext(ctx, "positions not looked at", "error", err)
		return
	}
	for _, h := range heads {
		for _, f := range s.watchers.moved(h) {
			f.unread.Store(true)
			f.Poke()
		}
	}
	for _, d := range s.desks.of("") {
		d.look.Store(true)
		d.Poke()
	}
	s.board.look()
}
