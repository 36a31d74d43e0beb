package storetest

import (
	"fmt"
	"testing"
	"time"

	"usher/server/internal/store"
)

func sessionAndSubject(t *testing.T, s *store.Store) {
	ctx := t.Context()
	var stored []store.Conversation
	for i, c := range []store.Conversation{
		{Subject: "u", SessionHash: []byte{1}},
		{Subject: "u", SessionHash: []byte{2}},
		{Subject: "u", Partner: "p"},
		{Subject: ""},
	} {
		c.ID, c.Owner, c.CreatedAt = fmt.Sprint(i), "bot", Start.Add(time.Duration(i)*time.Second)
		ok(t, s.Save(ctx, store.Change{Conversation: c}))
		c.Version = 1
		stored = append(stored, c)
	}
	equal(t, "by session", must(s.BySession(ctx, []byte{1}))(t), stored[0])
	equal(t, "latest", must(s.LatestBySubject(ctx, "u", ""))(t), stored[1])
	equal(t, "of a partner", must(s.LatestBySubject(ctx, "u", "p"))(t), stored[2])
	for _, err := range []error{
		second(s.BySession(ctx, []byte{3})), second(s.BySession(ctx, nil)),
		second(s.LatestBySubject(ctx, "u", "q")), second(s.LatestBySubject(ctx, "", "")),
	} {
		wantErr(t, err, store.ErrNotFound)
	}
}

func second[T any](_ T, err error) error { return err }

func heads(t *testing.T, s *store.Store) {
	ctx := t.Context()
	var ids []string
	want := map[string]store.Head{}
	for i := range 450 { // more than one query asks for
		c := store.Conversation{ID: fmt.Sprint(i), Owner: "bot", LastSeq: int64(i % 2), LastEvent: 0}
		change := store.Change{Conversation: c}
		if i%2 == 1 {
			change.Messages = []store.Message{{Conversation: c.ID, Seq: 1, From: "bot", At: Start}}
		}
		if i%3 > 0 {
			ok(t, s.Save(ctx, change))
			want[c.ID] = store.Head{Conversation: c.ID, LastSeq: c.LastSeq}
		}
		ids = append(ids, c.ID)
	}
	got := map[string]store.Head{}
	for _, h := range must(s.Heads(ctx, ids))(t) {
		got[h.Conversation] = h
	}
	equal(t, "heads", got, want)
	equal(t, "of nothing", len(must(s.Heads(ctx, nil))(t)), 0)
}

func dueInPages(t *testing.T, s *store.Store) {
	ctx := t.Context()
	want := []store.Reminder{}
	for i := range 7 {
		c := store.Conversation{ID: fmt.Sprint(i), Owner: "bot", Due: Start.Add(time.Duration(i/2) * time.Second)}
		if i == 6 {
			c.Due = time.Time{}
		} else {
			want = append(want, store.Reminder{Conversation: c.ID, At: c.Due})
		}
		ok(t, s.Save(ctx, store.Change{Conversation: c}))
	}
	equal(t, "all", must(s.Due(ctx, Start.Add(time.Hour), store.Reminder{}, 10))(t), want)
	equal(t, "so far", must(s.Due(ctx, Start.Add(time.Second), store.Reminder{}, 10))(t), want[:4])
	equal(t, "not yet", must(s.Due(ctx, Start.Add(-time.Second), store.Reminder{}, 10))(t), []store.Reminder{})
	first := must(s.Due(ctx, Start.Add(time.Hour), store.Reminder{}, 3))(t)
	equal(t, "first page", first, want[:3])
	equal(t, "second page", must(s.Due(ctx, Start.Add(time.Hour), first[2], 3))(t), want[3:])
	c := must(s.Load(ctx, "0"))(t)
	c.Due = time.Time{}
	ok(t, s.Save(ctx, store.Change{Conversation: c}))
	equal(t, "after one was seen to", must(s.Due(ctx, Start.Add(time.Hour), store.Reminder{}, 10))(t), want[1:])
}

func eventsAndNotes(t *testing.T, s *store.Store) {
	ctx := t.Context()
	c := conversation(t, s, 1)
	c.LastEvent = 2
	events := []store.Event{
		{N: 1, AfterSeq: 1, Type: "handoff.queued", At: Start, Data: []byte(`{"a":1}`)},
		{N: 2, AfterSeq: 1, Type: "handoff.accepted", At: Start},
	}
	notes := []store.Note{{N: 1, AgentID: "a", Name: "Ana", Text: "careful", At: Start}, {AgentID: "a", Name: "Ana", Text: "next", At: Start}}
	ok(t, s.Save(ctx, store.Change{Conversation: c, Events: events, Notes: notes}))
	for i := range events {
		events[i].Conversation = c.ID
	}
	notes[0].Conversation, notes[1].Conversation, notes[1].N = c.ID, c.ID, 2
	equal(t, "events", must(s.Events(ctx, c.ID, 0, 10))(t), events)
	equal(t, "events after 1", must(s.Events(ctx, c.ID, 1, 10))(t), events[1:])
	equal(t, "notes", must(s.Notes(ctx, c.ID))(t), notes)
	equal(t, "notes of nobody", must(s.Notes(ctx, "nobody"))(t), []store.Note{})
	c.Version = 2
	ok(t, s.Save(ctx, store.Change{Conversation: c, Notes: []store.Note{{Text: "third"}}}))
	equal(t, "third note", must(s.Notes(ctx, c.ID))(t)[2].N, 3)
}

func receipts(t *testing.T, s *store.Store) {
	ctx := t.Context()
	c := conversation(t, s, 1)
	c.LastSeq = 3
	ok(t, s.Save(ctx, store.Change{Conversation: c, Messages: []store.Message{line(2, "b"), line(3, "c")}, Receipts: []store.Receipt{{Party: "bot", Read: 3}}}))
	for _, step := range [][2]int64{{1, 1}, {3, 3}, {2, 3}, {99, 3}, {0, 3}} {
		equal(t, "mark", must(s.SetReceipt(ctx, c.ID, "user", step[0]))(t), step[1])
	}
	equal(t, "receipts", must(s.Receipts(ctx, c.ID))(t), []store.Receipt{{Party: "bot", Read: 3}, {Party: "user", Read: 3}})
	wantErr(t, second(s.SetReceipt(ctx, "nobody", "user", 1)), store.ErrNotFound)
}

func ratings(t *testing.T, s *store.Store) {
	ctx := t.Context()
	c := conversation(t, s, 1)
	ok(t, s.Save(ctx, store.Change{Conversation: c, Handoffs: []store.Handoff{{ID: "h", State: "completed"}}}))
	r := store.Rating{Handoff: "h", Stars: 2, Text: "slow", At: Start}
	ok(t, s.AddRating(ctx, r))
	r.Stars, r.Text = 5, "better"
	ok(t, s.AddRating(ctx, r))
	equal(t, "rating", must(s.Rating(ctx, "h"))(t), r)
	wantErr(t, s.AddRating(ctx, store.Rating{Handoff: "other", Stars: 1}), store.ErrNotFound)
	wantErr(t, second(s.Rating(ctx, "other")), store.ErrNotFound)
}

func eraseAndExport(t *testing.T, s *store.Store) {
	ctx := t.Context()
	c := full()
	m := line(1, "secret")
	h := store.Handoff{ID: "h", Queue: "kyc_review", State: "accepted", AgentID: "a", QueuedAt: Start, UpdatedAt: Start, Data: []byte(`{}`)}
	ok(t, s.Save(ctx, store.Change{
		Conversation: c, Messages: []store.Message{m, line(2, "two")}, Events: []store.Event{{N: 1, Type: "x", At: Start}},
		Notes: []store.Note{{N: 1, Text: "n", At: Start}}, Handoffs: []store.Handoff{h}, Receipts: []store.Receipt{{Party: "user", Read: 2}},
	}))
	ok(t, s.AddRating(ctx, store.Rating{Handoff: "h", Stars: 5, At: Start}))
	c.Version, h.Version, h.Conversation = 1, 1, c.ID
	m.Conversation = c.ID
	two := line(2, "two")
	two.Conversation = c.ID
	equal(t, "export", must(s.Export(ctx, c.ID))(t), store.Record{
		Conversation: c, Messages: []store.Message{m, two}, Events: []store.Event{{Conversation: c.ID, N: 1, Type: "x", At: Start}},
		Notes: []store.Note{{Conversation: c.ID, N: 1, Text: "n", At: Start}}, Handoffs: []store.Handoff{h},
		Receipts: []store.Receipt{{Party: "user", Read: 2}}, Ratings: []store.Rating{{Handoff: "h", Stars: 5, At: Start}},
	})
	other := conversation(t, s, 2)
	equal(t, "nobody", must(s.Erase(ctx, ""))(t), 0)
	equal(t, "erased", must(s.Erase(ctx, c.Subject))(t), 1)
	equal(t, "erased again", must(s.Erase(ctx, c.Subject))(t), 0)
	wantErr(t, second(s.Export(ctx, c.ID)), store.ErrNotFound)
	wantErr(t, second(s.Handoff(ctx, "h")), store.ErrNotFound)
	wantErr(t, second(s.Rating(ctx, "h")), store.ErrNotFound)
	equal(t, "messages", must(s.Messages(ctx, c.ID, 0, 10))(t), []store.Message{})
	wantErr(t, s.Save(ctx, store.Change{Conversation: c}), store.ErrConflict)
	equal(t, "the other", must(s.Load(ctx, other.ID))(t), other)
}

func meta(t *testing.T, s *store.Store) {
	ctx := t.Context()
	wantErr(t, second(s.Meta(ctx, "k")), store.ErrNotFound)
	ok(t, s.SetMeta(ctx, "k", "1"))
	ok(t, s.SetMeta(ctx, "k", "2"))
	equal(t, "meta", must(s.Meta(ctx, "k"))(t), "2")
	if len(s.History()) < 26 {
		t.Errorf("history %q is not random enough", s.History())
	}
}

// handoffsOfSubject: the person's and nobody else's, the latest first, of one
// partner, and nothing for nobody.
func handoffsOfSubject(t *testing.T, s *store.Store) {
	ctx := t.Context()
	for n, c := range []struct{ subject, partner string }{{"ana", ""}, {"ana", ""}, {"ana", "p"}, {"bo", ""}, {"", ""}} {
		conv := conversation(t, s, n+1)
		before := conv
		conv.Subject, conv.Partner = c.subject, c.partner
		h := store.Handoff{
			ID: conv.ID + "-1", Conversation: conv.ID, Queue: "kyc_review", Rank: 1, State: "completed",
			QueuedAt: Start.Add(time.Duration(n) * time.Second), UpdatedAt: Start,
		}
		ok(t, s.Save(ctx, store.Change{Before: &before, Conversation: conv, Handoffs: []store.Handoff{h}}))
	}
	ids := func(subject, partner string, limit int) []string {
		out := []string{}
		for _, h := range must(s.HandoffsOfSubject(ctx, subject, partner, limit))(t) {
			out = append(out, h.ID)
		}
		return out
	}
	equal(t, "ana's", ids("ana", "", 10), []string{"conversation-2-1", "conversation-1-1"})
	equal(t, "the latest", ids("ana", "", 1), []string{"conversation-2-1"})
	equal(t, "ana's with a partner", ids("ana", "p", 10), []string{"conversation-3-1"})
	equal(t, "nobody's", ids("", "", 10), []string{})
}
