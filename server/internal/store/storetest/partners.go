package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"usher/server/internal/audit"
	"usher/server/internal/store"
)

// key number n of a partner, live for a day.
func key(partner string, n int) store.APIKey {
	return store.APIKey{
		ID: fmt.Sprintf("%s-%d", partner, n), Partner: partner, Name: "Acme", Hash: fmt.Appendf(nil, "hash %s %d", partner, n),
		Scopes: []string{"classify", "decide"}, Rate: "60/m", CreatedAt: Start.Add(time.Duration(n) * time.Second), ExpiresAt: Start.Add(24 * time.Hour),
	}
}

func apiKeys(t *testing.T, s *store.Store) {
	ctx := t.Context()
	one, two, three := key("p", 1), key("p", 2), key("p", 3)
	ok(t, s.AddKey(ctx, one))
	equal(t, "by hash", must(s.KeyByHash(ctx, one.Hash))(t), one)
	equal(t, "by id", must(s.KeyByID(ctx, one.ID))(t), one)
	wantErr(t, s.AddKey(ctx, one), store.ErrExists)
	ok(t, s.AddKey(ctx, two))
	wantErr(t, s.AddKey(ctx, three), store.ErrConflict) // two are live
	other := key("q", 1)
	ok(t, s.AddKey(ctx, other))

	// A change goes into the log with the act, and only when there was one.
	added, revoked := audit.Entry{Actor: "ana", Action: audit.KeyAdded, Object: "r-1"}, audit.Entry{Actor: "ana", Action: audit.KeyRevoked, Object: one.ID}
	ok(t, s.RevokeKey(ctx, one.ID, revoked))
	ok(t, s.RevokeKey(ctx, one.ID, revoked))
	wantErr(t, s.RevokeKey(ctx, "nobody", revoked), store.ErrNotFound)
	wantErr(t, s.AddKey(ctx, one, added), store.ErrExists)
	whole(t, s, 1)
	equal(t, "noted", must(s.Audit(ctx, store.AuditFilter{}))(t)[0].Object, one.ID)
	one.RevokedAt = Start
	ok(t, s.AddKey(ctx, three))
	ok(t, s.TouchKey(ctx, two.ID, Start.Add(time.Minute)))
	ok(t, s.TouchKey(ctx, two.ID, Start)) // never goes back
	two.UsedAt = Start.Add(time.Minute)
	equal(t, "all", must(s.Keys(ctx))(t), []store.APIKey{one, other, two, three})
	equal(t, "live", []bool{one.Live(Start), two.Live(Start), two.Live(two.ExpiresAt)}, []bool{false, true, false})

	_, err := s.KeyByHash(ctx, []byte("nothing"))
	wantErr(t, err, store.ErrNotFound)
	wantErr(t, s.AddKey(ctx, store.APIKey{ID: "x", Partner: "p"}), store.ErrInvalid)
}

// partnerConversation is a stored conversation of a partner with one message.
func partnerConversation(t *testing.T, s *store.Store, partner, id string) store.Conversation {
	t.Helper()
	c := store.Conversation{ID: id, Owner: "bot", Partner: partner, LastSeq: 1, CreatedAt: Start, UpdatedAt: Start, State: []byte(`{}`)}
	ok(t, s.Save(context.Background(), store.Change{Conversation: c, Messages: []store.Message{line(1, "hello")}}))
	c.Version = 1
	return c
}

func feed(t *testing.T, s *store.Store) {
	ctx := t.Context()
	conversation(t, s, 1) // our own chat's: in no feed
	c := partnerConversation(t, s, "p", "c")
	partnerConversation(t, s, "q", "d")
	c.LastSeq, c.LastEvent = 2, 1
	said := line(2, "more")
	said.Extra = []byte(`{"meta":{}}`)
	happened := store.Event{N: 1, AfterSeq: 2, Type: "handoff.queued", At: Start, Data: []byte(`{}`)}
	ok(t, s.Save(ctx, store.Change{Conversation: c, Messages: []store.Message{said}, Events: []store.Event{happened}}))

	first := line(1, "hello")
	first.Conversation, said.Conversation, happened.Conversation = "c", "c", "c"
	want := []store.FeedEntry{
		{N: 1, Conversation: "c", Message: &first}, {N: 2, Conversation: "c", Message: &said}, {N: 3, Conversation: "c", Event: &happened},
	}
	equal(t, "feed", must(s.Feed(ctx, "p", 0, 10))(t), want)
	equal(t, "a page", must(s.Feed(ctx, "p", 1, 1))(t), want[1:2])
	equal(t, "after the last", must(s.Feed(ctx, "p", 3, 10))(t), []store.FeedEntry{})
	equal(t, "another's", len(must(s.Feed(ctx, "q", 0, 10))(t)), 1)

	// What is refused is in no feed, also when it shares a commit.
	wantErr(t, s.Save(ctx, store.Change{Conversation: c, Messages: []store.Message{line(2, "late")}}), store.ErrConflict)
	equal(t, "after a refusal", must(s.Feed(ctx, "p", 0, 10))(t), want)
	ok(t, s.SweepFeed(ctx, Start))
	equal(t, "nothing old", must(s.FeedSwept(ctx, "p"))(t), int64(0))
	ok(t, s.SweepFeed(ctx, Start.Add(time.Second)))
	equal(t, "swept", must(s.Feed(ctx, "p", 0, 10))(t), []store.FeedEntry{})
	equal(t, "swept up to", []int64{must(s.FeedSwept(ctx, "p"))(t), must(s.FeedSwept(ctx, "nobody"))(t)}, []int64{3, 0})
	partnerConversation(t, s, "p", "e")
	equal(t, "goes on", must(s.Feed(ctx, "p", 0, 10))(t)[0].N, int64(4))
}

// Writers on two replicas post to the same feeds; a reader who goes on from the
// last number it has seen misses nothing.
func feedOfTwoReplicas(t *testing.T, o store.Options) {
	a, b := open(t, o), open(t, o)
	const writers, each, partners = 4, 25, 2
	var all sync.WaitGroup
	done := make(chan struct{})
	for w := range writers {
		s := []*store.Store{a, b}[w%2]
		all.Go(func() {
			for i := range each {
				for p := range partners { // in another order on the other replica
					partner := fmt.Sprintf("p%d", (p+w)%partners)
					partnerConversation(t, s, partner, fmt.Sprintf("%s-%d-%d", partner, w, i))
				}
			}
		})
	}
	go func() { all.Wait(); close(done) }()
	seen, last := map[string]bool{}, int64(0)
	for ended := false; ; {
		entries := must(a.Feed(t.Context(), "p0", last, 7))(t)
		for _, e := range entries {
			if e.N != last+1 {
				t.Fatalf("number %d after %d", e.N, last)
			}
			last, seen[e.Conversation] = e.N, true
		}
		if ended && len(entries) == 0 {
			break
		}
		select {
		case <-done:
			ended = true
		default:
		}
	}
	equal(t, "entries seen", len(seen), writers*each)
}

func attempts(t *testing.T, s *store.Store) {
	ctx := t.Context()
	a := store.Attempt{Partner: "p", Name: "n", Print: []byte("x"), Holder: "one", Until: Start.Add(time.Minute)}
	seeds := []string{}
	begin := func(a store.Attempt) (*store.Answer, error) {
		seed, answer, err := s.Begin(ctx, a)
		if seed != "" {
			seeds = append(seeds, seed)
		}
		return answer, err
	}
	equal(t, "first", must(begin(a))(t), (*store.Answer)(nil))
	again, other, foreign := a, a, a
	again.Holder, other.Print, foreign.Partner = "two", []byte("y"), "q"
	_, err := begin(again)
	wantErr(t, err, store.ErrConflict)
	_, err = begin(other)
	wantErr(t, err, store.ErrExists)
	equal(t, "another partner's", must(begin(foreign))(t), (*store.Answer)(nil))

	// Given up: it is remembered for a day, the same request begins again, another still may not.
	ok(t, s.Abandon(ctx, a))
	ok(t, s.SweepAttempts(ctx, Start.Add(-24*time.Hour)))
	_, err = begin(other)
	wantErr(t, err, store.ErrExists)
	equal(t, "again", must(begin(again))(t), (*store.Answer)(nil))
	ok(t, s.Finish(ctx, a, store.Answer{Status: 500}, Start.Add(time.Hour))) // no longer the holder
	_, err = begin(a)
	wantErr(t, err, store.ErrConflict)
	ok(t, s.Finish(ctx, again, store.Answer{Status: 201, Body: []byte(`{}`)}, Start.Add(time.Hour)))
	equal(t, "replay", must(begin(a))(t), &store.Answer{Status: 201, Body: []byte(`{}`)})
	_, err = begin(other)
	wantErr(t, err, store.ErrExists)

	// An answer with somebody's data is erased with their conversation.
	c := partnerConversation(t, s, "p", "c")
	c.Subject = "user"
	ok(t, s.Save(ctx, store.Change{Conversation: c}))
	about := store.Attempt{Partner: "p", Name: "about", Print: []byte("x"), Holder: "one", Until: Start}
	must(begin(about))(t)
	ok(t, s.Finish(ctx, about, store.Answer{Status: 200, Body: []byte(`{}`), Conversation: "c"}, Start.Add(time.Hour)))
	equal(t, "kept", must(begin(about))(t), &store.Answer{Status: 200, Body: []byte(`{}`)})
	equal(t, "erased", must(s.Erase(ctx, "user"))(t), int64(1))
	equal(t, "gone", must(begin(about))(t), (*store.Answer)(nil))
	seeds = seeds[:3]

	// What has expired is free for anything.
	ok(t, s.Finish(ctx, foreign, store.Answer{Status: 200}, Start))
	foreign.Print, foreign.Holder = []byte("z"), "three"
	equal(t, "expired", must(begin(foreign))(t), (*store.Answer)(nil))
	// One request keeps its seed, whoever carries it out.
	equal(t, "seeds", seeds, []string{"one", "one", "one", "three"})
	ok(t, s.SweepAttempts(ctx, Start))
	equal(t, "kept", must(begin(a))(t), &store.Answer{Status: 201, Body: []byte(`{}`)})
}

func decisions(t *testing.T, s *store.Store) {
	ctx := t.Context()
	d := store.Decision{ID: "d", Partner: "p", At: Start, Data: []byte(`{"a":1}`)}
	ok(t, s.AddDecision(ctx, d))
	ok(t, s.AddDecision(ctx, store.Decision{ID: "d", Partner: "q", At: Start, Data: []byte(`{}`)})) // the first stays
	equal(t, "decision", must(s.Decision(ctx, "d"))(t), d)
	ok(t, s.SweepDecisions(ctx, Start.Add(time.Second)))
	_, err := s.Decision(ctx, "d")
	wantErr(t, err, store.ErrNotFound)
}
