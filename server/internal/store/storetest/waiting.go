package storetest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"usher/server/internal/store"
)

// before is the order of NextWaiting, said plainly.
func before(langs []string, agent string) func(a, b store.Handoff) int {
	no := func(holds bool) int {
		if holds {
			return 0
		}
		return 1
	}
	return func(a, b store.Handoff) int {
		return cmp.Or(
			cmp.Compare(a.Rank, b.Rank),
			cmp.Compare(no(agent != "" && a.ReservedFor == agent), no(agent != "" && b.ReservedFor == agent)),
			cmp.Compare(b.Front, a.Front),
			cmp.Compare(no(slices.Contains(langs, a.Lang)), no(slices.Contains(langs, b.Lang))),
			a.QueuedAt.Compare(b.QueuedAt),
			cmp.Compare(a.ID, b.ID),
		)
	}
}

// nextWaitingOrder compares NextWaiting and the views of the queues with a
// sorted slice, over random sets of handoffs.
func nextWaitingOrder(t *testing.T, s *store.Store) {
	ctx := t.Context()
	conv := conversation(t, s, 1)
	names := []string{"kyc_review", "account_security"}
	stored := 0
	check := func(r *rapid.T) {
		// Few values in one set, so that many handoffs differ in one thing only.
		queue := drawn(r, "queues", []string{"kyc_review"}, names)
		rank := drawn(r, "ranks", []int{1}, []int{0, 1, 1, 1})
		front := drawn(r, "fronts", []int{0}, []int{0, 1})
		lang := drawn(r, "langs", []string{"es"}, []string{"es", "en"}, []string{"", "zh", "es", "en"})
		reserved := drawn(r, "reserved", []string{""}, []string{"ana"}, []string{"", "", "ana", "bo"})
		age := drawn(r, "ages", []int{0}, []int{0, 1, 2, 3})
		state := drawn(r, "states", []string{"queued"}, []string{"queued", "queued", "accepted", "scheduled"})
		set := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) store.Handoff {
			return store.Handoff{
				Queue: queue.Draw(r, "queue"), Rank: rank.Draw(r, "rank"), Front: front.Draw(r, "front"),
				Lang: lang.Draw(r, "lang"), State: state.Draw(r, "state"), ReservedFor: reserved.Draw(r, "reserved"),
				QueuedAt: Start.Add(time.Duration(age.Draw(r, "age")) * time.Second),
			}
		}), 0, 16).Draw(r, "handoffs")
		for i := range max(len(set), stored) { // what an earlier set left over is put out of the way
			if i >= len(set) {
				set = append(set, store.Handoff{State: "withdrawn"})
			}
			set[i].ID, set[i].Conversation, set[i].UpdatedAt = fmt.Sprintf("h%02d", i), conv.ID, Start
		}
		stored = len(set)
		if err := s.Save(ctx, store.Change{Conversation: conv, Handoffs: set}); err != nil {
			r.Fatal(err)
		}
		conv.Version++
		queues := rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 2, rapid.ID).Draw(r, "served")
		langs := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"en", "es", "xx"}), 0, 3, rapid.ID).Draw(r, "spoken")
		agent := rapid.SampledFrom([]string{"", "ana", "bo"}).Draw(r, "who")
		var waiting []store.Handoff
		for _, h := range set {
			if h.State == "queued" && slices.Contains(queues, h.Queue) {
				waiting = append(waiting, h)
			}
		}
		slices.SortFunc(waiting, before(langs, agent))
		got, err := s.NextWaiting(ctx, queues, langs, agent)
		switch {
		case len(waiting) == 0:
			if !errors.Is(err, store.ErrNotFound) {
				r.Fatalf("error %v, want %v", err, store.ErrNotFound)
			}
		case err != nil:
			r.Fatal(err)
		case got.ID != waiting[0].ID:
			r.Fatalf("got %+v, want %+v", got, waiting[0])
		}
		slices.SortFunc(waiting, before(nil, ""))
		viewsAgree(r, s, queues, waiting)
	}
	for range 5 { // a hundred sets each, unless the flags say otherwise
		rapid.Check(t, check)
	}
}

// drawn picks which values a whole set of handoffs is made of.
func drawn[T any](r *rapid.T, name string, palettes ...[]T) *rapid.Generator[T] {
	return rapid.SampledFrom(rapid.SampledFrom(palettes).Draw(r, name))
}

// viewsAgree compares OpenHandoffs, Positions and WaitingAhead with the sorted slice.
func viewsAgree(r *rapid.T, s *store.Store, queues []string, waiting []store.Handoff) {
	ctx := r.Context()
	open, _, err := s.OpenHandoffs(ctx, queues, 100)
	if err != nil || !slices.EqualFunc(open, waiting, func(a, b store.Handoff) bool { return a.ID == b.ID }) {
		r.Fatalf("open %+v (%v), want %+v", open, err, waiting)
	}
	for _, q := range queues {
		var want []store.Position
		for _, h := range waiting {
			if h.Queue == q {
				want = append(want, store.Position{Handoff: h.ID, Conversation: h.Conversation, Position: len(want) + 1})
				if n, err := s.WaitingAhead(ctx, h); err != nil || n != len(want)-1 {
					r.Fatalf("ahead of %s: %d (%v), want %d", h.ID, n, err, len(want)-1)
				}
			}
		}
		if got, err := s.Positions(ctx, q, 100); err != nil || !slices.Equal(got, want) {
			r.Fatalf("positions %+v (%v), want %+v", got, err, want)
		}
	}
}

// nextWaitingClaims lets agents claim until nothing waits: each case goes to
// one of them, and urgent ones go first.
func nextWaitingClaims(t *testing.T, s *store.Store) {
	const cases, agents = 40, 6
	ctx := t.Context()
	for i := range cases {
		c := conversation(t, s, i)
		ok(t, s.Save(ctx, store.Change{Conversation: c, Handoffs: []store.Handoff{{
			ID: fmt.Sprint(i), Queue: "kyc_review", Rank: i % 2, State: store.StateQueued, QueuedAt: Start,
		}}}))
	}
	var mu sync.Mutex
	claimed := map[string]int{}
	var wg sync.WaitGroup
	for a := range agents {
		wg.Go(func() {
			for {
				h, err := s.NextWaiting(ctx, []string{"kyc_review"}, nil, fmt.Sprint(a))
				if errors.Is(err, store.ErrNotFound) {
					return
				}
				ok(t, err)
				c := must(s.Load(ctx, h.Conversation))(t)
				if now := must(s.Handoff(ctx, h.ID))(t); now.State != store.StateQueued {
					continue // taken since; the conversation loaded knows it too
				}
				c.Owner, c.Epoch = "agent", c.Epoch+1
				h.State, h.AgentID = store.StateAccepted, fmt.Sprint(a)
				err = s.Save(ctx, store.Change{Conversation: c, Handoffs: []store.Handoff{h}})
				if errors.Is(err, store.ErrConflict) {
					continue
				}
				ok(t, err)
				mu.Lock()
				claimed[h.ID]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	equal(t, "cases claimed", len(claimed), cases)
	total := 0
	for a := range agents {
		total += len(must(s.HandoffsOfAgent(ctx, fmt.Sprint(a)))(t))
	}
	equal(t, "cases held", total, cases)
	for id, n := range claimed {
		equal(t, "claims of "+id, n, 1)
	}
}

func queueViews(t *testing.T, s *store.Store) {
	ctx := t.Context()
	c := conversation(t, s, 1)
	h := func(id, queue, state, agent string, age int) store.Handoff {
		return store.Handoff{
			ID: id, Conversation: c.ID, Queue: queue, State: state, AgentID: agent, ReservedFor: "bo", Lang: "en", Rank: 1, Front: 1,
			QueuedAt: Start.Add(time.Duration(age) * time.Second), UpdatedAt: Start, Data: []byte(`{"t":1}`),
		}
	}
	all := []store.Handoff{
		h("1", "kyc_review", "queued", "", 1), h("2", "kyc_review", "accepted", "ana", 2), h("3", "supervisor", "queued", "", 3),
		h("4", "account_security", "accepted", "bo", 4), h("5", "kyc_review", "completed", "ana", 5),
	}
	ok(t, s.Save(ctx, store.Change{Conversation: c, Handoffs: all}))
	for i := range all {
		all[i].Version = 1
	}
	waiting, accepted, err := s.OpenHandoffs(ctx, []string{"kyc_review", "supervisor"}, 10)
	ok(t, err)
	equal(t, "waiting", waiting, []store.Handoff{all[0], all[2]})
	equal(t, "accepted", accepted, []store.Handoff{all[1]})
	equal(t, "of ana", must(s.HandoffsOfAgent(ctx, "ana"))(t), []store.Handoff{all[1]})
	equal(t, "of the conversation", must(s.HandoffsOfConversation(ctx, c.ID))(t), all)
	equal(t, "depths", must(s.QueueDepths(ctx))(t), []store.QueueDepth{
		{Queue: "kyc_review", Rank: 1, Waiting: 1, Oldest: all[0].QueuedAt.UnixMilli()},
		{Queue: "supervisor", Rank: 1, Waiting: 1, Oldest: all[2].QueuedAt.UnixMilli()},
	})
	cases, oldest, err := s.Overdue(ctx, "kyc_review", all[0].QueuedAt)
	ok(t, err)
	equal(t, "overdue", []any{cases, oldest}, []any{1, all[0].QueuedAt})
	cases, oldest, err = s.Overdue(ctx, "kyc_review", all[0].QueuedAt.Add(-time.Millisecond))
	ok(t, err)
	equal(t, "not overdue", []any{cases, oldest}, []any{0, time.Time{}})
	c.Version = 2
	all[0].State, all[0].ReservedFor = "withdrawn", ""
	ok(t, s.Save(ctx, store.Change{Conversation: c, Handoffs: all[:1]}))
	all[0].Version = 2
	equal(t, "handoff", must(s.Handoff(ctx, "1"))(t), all[0])
	wantErr(t, second(s.Handoff(ctx, "9")), store.ErrNotFound)
}
