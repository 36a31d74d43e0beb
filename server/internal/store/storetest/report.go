package storetest

import (
	"fmt"
	"testing"
	"time"

	"usher/server/internal/store"
)

func reportCases(t *testing.T, s *store.Store) {
	ctx := t.Context()
	at := func(minutes int) time.Time { return Start.Add(time.Duration(minutes) * time.Minute) }
	for n, accepted := range []int{0, 3, 9} { // minutes after it was queued; 0: never
		c := store.Conversation{ID: fmt.Sprint(n), Owner: "queue", LastEvent: 1}
		h := store.Handoff{ID: fmt.Sprint(n), Queue: "kyc_review", State: "queued", Lang: "en", QueuedAt: at(n * 10), Data: []byte(`{}`)}
		change := store.Change{Conversation: c, Handoffs: []store.Handoff{h}, Events: []store.Event{{N: 1, Type: "handoff.queued", At: h.QueuedAt}}}
		for _, minutes := range []int{accepted, accepted + 5} { // released, and claimed again
			if accepted > 0 {
				change.Conversation.LastEvent++
				change.Events = append(change.Events, store.Event{N: change.Conversation.LastEvent, Type: "handoff.accepted", At: at(n*10 + minutes)})
			}
		}
		ok(t, s.Save(ctx, change))
	}
	ok(t, s.AddRating(ctx, store.Rating{Handoff: "2", Stars: 4, Text: "fine", At: at(40)}))
	got := must(s.CasesSince(ctx, at(10), 10))(t)
	if len(got) != 2 || got[0].ID != "2" || got[1].ID != "1" {
		t.Fatalf("cases: %+v", got)
	}
	equal(t, "answered", []time.Time{got[0].AnsweredAt, got[1].AnsweredAt}, []time.Time{at(29), at(13)})
	equal(t, "rating", got[0].Rating, store.Rating{Handoff: "2", Stars: 4, Text: "fine", At: at(40)})
	equal(t, "no rating", got[1].Rating.Stars, 0)
	all := must(s.CasesSince(ctx, time.Time{}, 10))(t)
	equal(t, "all", len(all), 3)
	equal(t, "never answered", all[2].AnsweredAt.IsZero(), true)
	equal(t, "limit", len(must(s.CasesSince(ctx, time.Time{}, 1))(t)), 1)
}

func reportConversations(t *testing.T, s *store.Store) {
	ctx := t.Context()
	for n, c := range []struct {
		hour  int
		wrote bool
		state string
	}{
		{-1, true, ""},
		{0, true, ""},
		{1, true, "queued"},
		{2, true, "withdrawn"},
		{3, false, ""},
		{14, true, "completed"},
		{15, true, ""},
	} {
		at := Start.Truncate(24 * time.Hour).Add(time.Duration(c.hour) * time.Hour)
		conv := store.Conversation{ID: fmt.Sprint(n), Owner: "bot", LastSeq: 1, CreatedAt: at}
		change := store.Change{Conversation: conv, Messages: []store.Message{line(1, "hello")}}
		if c.wrote {
			change.Conversation.LastSeq = 2
			change.Messages = append(change.Messages, line(2, "hi"))
		}
		if c.state != "" {
			change.Handoffs = []store.Handoff{{ID: fmt.Sprint(n), Queue: "q", State: c.state, QueuedAt: at, Data: []byte(`{}`)}}
		}
		ok(t, s.Save(ctx, change))
	}
	const day = 24 * time.Hour
	midnight := Start.Truncate(day)
	n := midnight.UnixMilli() / day.Milliseconds()
	equal(t, "a day", must(s.ConversationsSince(ctx, midnight, day, 0))(t), []store.Span{{N: n, Begun: 5, Handed: 2}})
	equal(t, "in Tokyo", must(s.ConversationsSince(ctx, midnight, day, 9*time.Hour))(t),
		[]store.Span{{N: n, Begun: 4, Handed: 2}, {N: n + 1, Begun: 1, Handed: 0}})
	equal(t, "later", len(must(s.ConversationsSince(ctx, midnight.Add(day), day, 0))(t)), 0)
}
