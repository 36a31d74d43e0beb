package chat

import (
	"testing"

	"pgregory.net/rapid"

	"usher/server/internal/bus"
	"usher/server/internal/store"
)

// Whatever order saves are told in, with others in between or late, what a tail
// gives is a stretch of the one history, from the place asked for to where it
// says it ends.
func TestTail_GivesAStretchOfTheHistory(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tail := &tail{}
		type change struct{ seq, n, messages, events int64 }
		var history []change
		var seq, n int64
		for range rapid.IntRange(1, 60).Draw(t, "changes") {
			c := change{seq, n, rapid.Int64Range(0, 5).Draw(t, "messages"), rapid.Int64Range(0, 3).Draw(t, "events")}
			seq, n = seq+c.messages, n+c.events
			history = append(history, c)
		}
		var reached change
		for _, c := range history {
			if rapid.IntRange(0, 9).Draw(t, "by another replica") == 0 {
				continue
			}
			if rapid.IntRange(0, 9).Draw(t, "told late") == 0 {
				c = history[rapid.IntRange(0, len(history)-1).Draw(t, "which")]
			}
			var messages []store.Message
			for i := range c.messages {
				messages = append(messages, store.Message{Seq: c.seq + i + 1})
			}
			var events []store.Event
			for i := range c.events {
				events = append(events, store.Event{N: c.n + i + 1})
			}
			tail.add(c.seq, c.n, messages, events)
			reached.seq, reached.n = max(reached.seq, c.seq+c.messages), max(reached.n, c.n+c.events)

			from := change{seq: rapid.Int64Range(0, seq+1).Draw(t, "after"), n: rapid.Int64Range(0, n+1).Draw(t, "after event")}
			gotMessages, gotEvents, ok := tail.after(from.seq, from.n)
			if !ok {
				continue
			}
			for i, m := range gotMessages {
				if m.Seq != from.seq+int64(i)+1 {
					t.Fatalf("after %d comes %d at place %d", from.seq, m.Seq, i)
				}
			}
			for i, e := range gotEvents {
				if e.N != from.n+int64(i)+1 {
					t.Fatalf("after event %d comes %d at place %d", from.n, e.N, i)
				}
			}
			if end := from.seq + int64(len(gotMessages)); end != reached.seq {
				t.Fatalf("it ends at %d, %d was told", end, reached.seq)
			}
			if end := from.n + int64(len(gotEvents)); end != reached.n {
				t.Fatalf("it ends at event %d, %d was told", end, reached.n)
			}
		}
	})
}

// What was written here is followed without the store.
func TestFollow_OwnWritesComeFromMemory(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	w := h.chat()
	f := h.follow(w, 0)
	equal(t, "history", names(pull(t, f)), []string{"1 bot"})
	for range 2 * tailMax {
		h.say(w.Conversation, "hi")
	}
	equal(t, "more than memory keeps", len(pull(t, f)), 4*tailMax)
	h.say(w.Conversation, "hi")
	ok(t, h.RequestPerson(t.Context(), w.Conversation))
	want := names(pull(t, h.follow(w, 4*tailMax+1)))
	ok(t, h.Store.Close())
	equal(t, "from memory", stored(must(f.Pull(t.Context()))(t)), want)
}

// What a replica wrote that no bell tells of is noticed all the same.
func TestFollow_NoticesWhatNoPokeToldOf(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	w := h.chat()
	f := h.follow(w, 0)
	equal(t, "history", names(pull(t, f)), []string{"1 bot"})
	h.say(w.Conversation, "hi")
	equal(t, "an own write", names(pull(t, f)), []string{"2 user", "3 bot"})
	far := h.another(h.Store, bus.NewMemory(h.now))
	say := func() { must(far.Send(t.Context(), w.Conversation, Sent{ClientID: newID(), Text: "hi"}))(t) }

	say()
	equal(t, "nobody told", names(must(f.Pull(t.Context()))(t)), []string{})
	h.pass(lookEvery)
	equal(t, "places compared", names(pull(t, f)), []string{"4 user", "5 bot"})

	say()
	h.say(w.Conversation, "hi")
	equal(t, "an own write behind another's", names(pull(t, f)), []string{"6 user", "7 bot", "8 user", "9 bot"})

	say()
	h.tails.doubt(w.Conversation)
	equal(t, "a commit in doubt", names(must(f.Pull(t.Context()))(t)), []string{"10 user", "11 bot"})
}
