package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"usher/server/internal/store"
)

// wantErr demands an error of one kind.
func wantErr(t *testing.T, err, kind error) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("error %v, want %v", err, kind)
	}
}

// full is a conversation with every field set.
func full() store.Conversation {
	return store.Conversation{
		ID: "full", Epoch: 3, Owner: "agent", LastSeq: 2, LastEvent: 1, SessionHash: []byte{0, 255, 7}, Subject: "user-1",
		Partner: "partner-1", Due: Start.Add(time.Hour), ClosedAt: Start.Add(time.Minute), CreatedAt: Start,
		UpdatedAt: Start.Add(time.Millisecond), State: []byte(`{"stage":"form"}`),
	}
}

func saveAndLoad(t *testing.T, s *store.Store) {
	ctx := t.Context()
	c := full()
	messages := []store.Message{
		{Seq: 1, From: "user", ClientKey: "u:1", Text: "¿Hola? 你好 🙂", Lang: "es", At: Start, Through: 2},
		{Seq: 2, From: "bot", Name: "Usher", AgentID: "a", Text: "Hi", Lang: "en", At: Start.Add(time.Millisecond), Extra: []byte(`{"choices":[]}`)},
	}
	events := []store.Event{{N: 1, AfterSeq: 2, Type: "handoff.queued", At: Start, Data: []byte(`{}`)}}
	ok(t, s.Save(ctx, store.Change{Conversation: c, Messages: messages, Events: events}))
	c.Version = 1
	equal(t, "conversation", must(s.Load(ctx, c.ID))(t), c)
	for i := range messages {
		messages[i].Conversation = c.ID
	}
	events[0].Conversation = c.ID
	equal(t, "messages", must(s.Messages(ctx, c.ID, 0, 10))(t), messages)
	equal(t, "messages after 1", must(s.Messages(ctx, c.ID, 1, 10))(t), messages[1:])
	equal(t, "one message", must(s.Messages(ctx, c.ID, 0, 1))(t), messages[:1])
	equal(t, "by key", must(s.MessageByClientKey(ctx, c.ID, "u:1"))(t), messages[0])
	equal(t, "events", must(s.Events(ctx, c.ID, 0, 10))(t), events)
	_, err := s.MessageByClientKey(ctx, c.ID, "u:2")
	wantErr(t, err, store.ErrNotFound)
	_, err = s.MessageByClientKey(ctx, c.ID, "")
	wantErr(t, err, store.ErrNotFound)
	_, err = s.Load(ctx, "nobody")
	wantErr(t, err, store.ErrNotFound)

	// Everything that may change does, and what is emptied stays empty.
	c.Epoch, c.Owner, c.SessionHash, c.Due, c.ClosedAt, c.UpdatedAt = 4, "bot", []byte{9}, time.Time{}, time.Time{}, Start.Add(time.Second)
	c.State = []byte(`{"stage":"rest"}`)
	ok(t, s.Save(ctx, store.Change{Conversation: c}))
	c.Version = 2
	equal(t, "conversation", must(s.Load(ctx, c.ID))(t), c)
	c.SessionHash, c.Subject, c.Partner = nil, "", ""
	ok(t, s.Save(ctx, store.Change{Conversation: c}))
	c.Version = 3
	equal(t, "conversation", must(s.Load(ctx, c.ID))(t), c)
}

func saveRefusesAnOldVersion(t *testing.T, s *store.Store) {
	ctx := t.Context()
	c := conversation(t, s, 1)
	again := c
	again.Version = 0
	wantErr(t, s.Save(ctx, store.Change{Conversation: again, Messages: []store.Message{line(1, "again")}}), store.ErrConflict)
	c.LastSeq = 2
	ok(t, s.Save(ctx, store.Change{Conversation: c, Messages: []store.Message{line(2, "two")}}))
	wantErr(t, s.Save(ctx, store.Change{Conversation: c, Messages: []store.Message{line(2, "other")}}), store.ErrConflict)
	missing := c
	missing.ID = "missing"
	wantErr(t, s.Save(ctx, store.Change{Conversation: missing}), store.ErrConflict)
	// The right version with the wrong last number would leave a gap.
	c.Version, c.LastSeq = 2, 4
	wantErr(t, s.Save(ctx, store.Change{Conversation: c, Messages: []store.Message{line(4, "four")}}), store.ErrConflict)
	equal(t, "messages", texts(must(s.Messages(ctx, c.ID, 0, 10))(t)), []string{"1 hello", "2 two"})
}

func saveRefusesAnOldEpoch(t *testing.T, s *store.Store) {
	ctx := t.Context()
	c := conversation(t, s, 1)
	c.Epoch = 5
	ok(t, s.Save(ctx, store.Change{Conversation: c}))
	c.Version, c.Epoch = 2, 4
	wantErr(t, s.Save(ctx, store.Change{Conversation: c}), store.ErrConflict)
}

func saveRefusesAKnownClientKey(t *testing.T, s *store.Store) {
	ctx := t.Context()
	c := conversation(t, s, 1)
	keyed := line(2, "first")
	keyed.ClientKey = "k"
	c.LastSeq = 2
	ok(t, s.Save(ctx, store.Change{Conversation: c, Messages: []store.Message{keyed}}))
	c.Version, c.LastSeq = 2, 4
	stranger, again := line(3, "other"), keyed
	again.Seq, again.Text = 4, "second"
	wantErr(t, s.Save(ctx, store.Change{Conversation: c, Messages: []store.Message{stranger, again}}), store.ErrDuplicate)
	equal(t, "messages", texts(must(s.Messages(ctx, c.ID, 0, 10))(t)), []string{"1 hello", "2 first"})
	c.LastSeq = 2
	equal(t, "conversation", must(s.Load(ctx, c.ID))(t), c)
	// The same key belongs to nobody in another conversation.
	d := conversation(t, s, 2)
	d.LastSeq = 2
	ok(t, s.Save(ctx, store.Change{Conversation: d, Messages: []store.Message{keyed}}))
}

func saveRefusesGapsAndBadText(t *testing.T, s *store.Store) {
	ctx := t.Context()
	c := conversation(t, s, 1)
	c.LastSeq = 2
	for name, change := range map[string]store.Change{
		"gap":            {Conversation: c, Messages: []store.Message{line(3, "x")}},
		"missing number": {Conversation: c, Messages: []store.Message{line(0, "x")}},
		"NUL":            {Conversation: c, Messages: []store.Message{line(2, "a\x00b")}},
		"not UTF-8":      {Conversation: c, Messages: []store.Message{line(2, "\xff")}},
		"no id":          {},
		"event gap":      {Conversation: store.Conversation{ID: c.ID, Version: 1, LastSeq: 1, LastEvent: 2}, Events: []store.Event{{N: 1}}},
		"no handoff id":  {Conversation: store.Conversation{ID: c.ID, Version: 1, LastSeq: 1}, Handoffs: []store.Handoff{{}}},
		"new from 2":     {Conversation: store.Conversation{ID: "new", LastSeq: 2}, Messages: []store.Message{line(2, "x")}},
	} {
		if err := s.Save(ctx, change); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("%s: error %v, want %v", name, err, store.ErrInvalid)
		}
	}
}

func saveRefusesForeign(t *testing.T, s *store.Store) {
	ctx := t.Context()
	a, b := conversation(t, s, 1), conversation(t, s, 2)
	a.SessionHash = []byte("session")
	ok(t, s.Save(ctx, store.Change{Conversation: a, Handoffs: []store.Handoff{{ID: "h", State: "queued"}}}))
	b.SessionHash = []byte("session")
	wantErr(t, s.Save(ctx, store.Change{Conversation: b}), store.ErrExists)
	b.SessionHash = nil
	wantErr(t, s.Save(ctx, store.Change{Conversation: b, Handoffs: []store.Handoff{{ID: "h", State: "accepted"}}}), store.ErrExists)
	equal(t, "conversation", must(s.Load(ctx, b.ID))(t), b)
	equal(t, "handoff", must(s.Handoff(ctx, "h"))(t), store.Handoff{ID: "h", Conversation: a.ID, State: "queued", Version: 1})
}

// Many changes share commits while every third one is refused after it has
// written; what is stored is exactly what was accepted.
func refusedChangesLeaveNothing(t *testing.T, s *store.Store) {
	const writers, rounds = 24, 10
	ctx := t.Context()
	key := line(2, "keyed")
	key.ClientKey = "k"
	var wg sync.WaitGroup
	for w := range writers {
		c := conversation(t, s, w)
		c.LastSeq = 2
		ok(t, s.Save(ctx, store.Change{Conversation: c, Messages: []store.Message{key}}))
		c.Version = 2
		wg.Go(func() {
			for i := range rounds {
				next := c
				next.LastSeq++
				m := line(next.LastSeq, fmt.Sprint(i))
				bad := (w+i)%3 == 0
				if bad {
					m.ClientKey = "k"
				}
				err := s.Save(ctx, store.Change{
					Conversation: next, Messages: []store.Message{m},
					Handoffs: []store.Handoff{{ID: fmt.Sprintf("h-%d-%d", w, i), State: "queued"}},
				})
				switch {
				case bad && errors.Is(err, store.ErrDuplicate):
				case !bad && err == nil:
					c = next
					c.Version++
				default:
					t.Errorf("writer %d round %d (bad %v): %v", w, i, bad, err)
					return
				}
			}
			equal(t, "conversation", must(s.Load(ctx, c.ID))(t), c)
			equal(t, "messages", int64(len(must(s.Messages(ctx, c.ID, 0, 100))(t))), c.LastSeq)
			equal(t, "handoffs", int64(len(must(s.HandoffsOfConversation(ctx, c.ID))(t))), c.LastSeq-2)
		})
	}
	wg.Wait()
}

// Writers of one conversation load, save and try again; every line is there
// once and the numbers have no gap.
func writersOfOneConversation(t *testing.T, s *store.Store) { writersOfOne(t, s, s) }

// twoReplicas does the same through two stores on one database.
func twoReplicas(t *testing.T, o store.Options) { writersOfOne(t, open(t, o), open(t, o)) }

func writersOfOne(t *testing.T, replicas ...*store.Store) {
	const writers, each = 8, 12
	ctx := t.Context()
	id := conversation(t, replicas[0], 1).ID
	var wg sync.WaitGroup
	for _, s := range replicas {
		wg.Go(func() { readsAlong(t, s, id, writers*each+1) })
	}
	for w := range writers {
		s := replicas[w%len(replicas)]
		wg.Go(func() {
			for i := range each {
				for {
					c := must(s.Load(ctx, id))(t)
					c.LastSeq++
					err := s.Save(ctx, store.Change{Conversation: c, Messages: []store.Message{line(c.LastSeq, fmt.Sprintf("%d.%d", w, i))}})
					if err == nil {
						break
					}
					if !errors.Is(err, store.ErrConflict) {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for i, m := range must(replicas[0].Messages(ctx, id, 0, 1000))(t) {
		equal(t, "number", m.Seq, int64(i+1))
		seen[m.Text] = true
	}
	equal(t, "distinct lines", len(seen), writers*each+1)
}

// readsAlong reads on from the last number it has seen while others write, and
// has all of them in the end: none becomes visible behind a later one.
func readsAlong(t *testing.T, s *store.Store, id string, until int64) {
	t.Helper()
	for last := int64(0); last < until && !t.Failed(); {
		for _, m := range must(s.Messages(t.Context(), id, last, 10))(t) {
			if last++; m.Seq != last {
				t.Errorf("number %d was read where %d belongs", m.Seq, last)
				return
			}
		}
	}
}

// One message sent by many at once is stored once.
func sameKeyFromManyWriters(t *testing.T, s *store.Store) {
	ctx := t.Context()
	id := conversation(t, s, 1).ID
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for {
				c := must(s.Load(ctx, id))(t)
				c.LastSeq++
				m := line(c.LastSeq, "once")
				m.ClientKey = "k"
				err := s.Save(ctx, store.Change{Conversation: c, Messages: []store.Message{m}})
				if err == nil || errors.Is(err, store.ErrDuplicate) {
					return
				}
				if !errors.Is(err, store.ErrConflict) {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	equal(t, "messages", texts(must(s.Messages(ctx, id, 0, 100))(t)), []string{"1 hello", "2 once"})
}

func texts(ms []store.Message) []string {
	out := make([]string, len(ms))
	for i, m := range ms {
		out[i] = fmt.Sprint(m.Seq, " ", m.Text)
	}
	return out
}

func endedContext(t *testing.T, s *store.Store) {
	c := conversation(t, s, 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := s.Save(ctx, store.Change{Conversation: c})
	wantErr(t, err, store.ErrUnavailable)
	wantErr(t, err, context.Canceled)
	_, err = s.Load(ctx, c.ID)
	wantErr(t, err, store.ErrUnavailable)
	equal(t, "conversation", must(s.Load(t.Context(), c.ID))(t), c)
}
