package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"usher/server/internal/store"
)

// restart closes and opens the database again and finds everything.
func restart(t *testing.T, o store.Options) {
	ctx := t.Context()
	s := must(store.Open(ctx, o))(t)
	history := s.History()
	c := full()
	ok(t, s.Save(ctx, store.Change{Conversation: c, Messages: []store.Message{line(1, "a"), line(2, "b")}, Events: []store.Event{{N: 1}}}))
	ok(t, s.AddAgent(ctx, store.Agent{ID: "1", Email: "a@example.com"}))
	before := must(s.Export(ctx, c.ID))(t)
	ok(t, s.Close())
	wantErr(t, s.SetMeta(ctx, "k", "v"), store.ErrUnavailable)
	ok(t, s.Close()) // a second time: nothing to do

	s = open(t, o)
	equal(t, "history", s.History(), history)
	equal(t, "record", must(s.Export(ctx, c.ID))(t), before)
	equal(t, "agents", must(s.CountAgents(ctx))(t), 1)
}

// manyStart opens one database from many places at once: all see the same
// history, when it is new and when it has been moved.
func manyStart(t *testing.T, o store.Options) {
	first := startMany(t, o)
	s := must(store.Open(t.Context(), o))(t)
	equal(t, "history", s.History(), first)
	ok(t, s.SetMeta(t.Context(), "place", "elsewhere"))
	ok(t, s.Close())
	if startMany(t, o) == first {
		t.Error("a moved database kept its history")
	}
}

func startMany(t *testing.T, o store.Options) string {
	histories := make([]string, 4)
	var wg sync.WaitGroup
	for i := range histories {
		wg.Go(func() {
			s, err := store.Open(t.Context(), o)
			if err != nil {
				t.Error(err)
				return
			}
			histories[i] = s.History()
			ok(t, s.SetMeta(t.Context(), fmt.Sprint(i), "here"))
			ok(t, s.Close())
		})
	}
	wg.Wait()
	for _, h := range histories {
		equal(t, "history", h, histories[0])
	}
	return histories[0]
}

// closeDrains closes the store while many write: what was answered with
// success is there, everything else was refused as unavailable.
func closeDrains(t *testing.T, o store.Options) {
	const writers = 16
	ctx := t.Context()
	s := must(store.Open(ctx, o))(t)
	acked := make([]int, writers)
	var started, wg sync.WaitGroup
	started.Add(writers)
	for w := range writers {
		wg.Go(func() {
			for i := 0; ; i++ {
				err := s.Save(ctx, store.Change{Conversation: store.Conversation{ID: fmt.Sprintf("%d-%d", w, i), Owner: "bot"}})
				if i == 0 {
					started.Done()
				}
				if err != nil {
					if !errors.Is(err, store.ErrUnavailable) {
						t.Error(err)
					}
					return
				}
				acked[w] = i + 1
			}
		})
	}
	started.Wait()
	ok(t, s.Close())
	wg.Wait()
	s = open(t, o)
	for w, n := range acked {
		for i := range n {
			must(s.Load(ctx, fmt.Sprintf("%d-%d", w, i)))(t)
		}
	}
}
