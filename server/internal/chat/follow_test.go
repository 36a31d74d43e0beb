package chat

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"usher/server/internal/wire"
)

func TestFollow_HistoryThenLive(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	w := h.chat()
	f := h.follow(w, 0)
	equal(t, "history", names(pull(t, f)), []string{"1 bot"})
	h.say(w.Conversation, "hi")
	equal(t, "live", names(pull(t, f)), []string{"2 user", "3 bot"})
	ok(t, h.RequestPerson(t.Context(), w.Conversation))
	equal(t, "a message before its events", names(pull(t, f)),
		[]string{"4 bot", "conversation.owner_changed queue", "handoff.queued kyc_review"})
	ok(t, h.Withdraw(t.Context(), w.Conversation))
	ok(t, h.End(t.Context(), w.Conversation))
	equal(t, "the end", names(pull(t, f)),
		[]string{"5 bot", "conversation.owner_changed bot", "handoff.withdrawn kyc_review", "conversation.closed"})
	equal(t, "nothing twice", names(pull(t, f)), []string{})
	back := must(h.Hello(t.Context(), Hello{Session: w.Session, After: 4}))(t)
	equal(t, "only what is missing", names(pull(t, h.follow(back, 4))), []string{"5 bot"})
}

// A page is bounded by what is in it as well, and nothing is left out (G13).
func TestFollow_LongMessagesComeInSmallPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	w := h.chat()
	text := strings.Repeat("字", 4000)
	for range 40 {
		h.say(w.Conversation, text)
	}
	f := h.follow(w, 0)
	next, pages := int64(1), 0
	for more := true; more; more = f.More() {
		size := 0
		for _, e := range must(f.Pull(t.Context()))(t) {
			if e.Message != nil {
				equal(t, "number", e.Message.Seq, next)
				next, size = next+1, size+len(e.Message.Text)
			}
		}
		if size > pageBytes+2*len(text) {
			t.Errorf("a page of %d bytes", size)
		}
		pages++
	}
	equal(t, "all came", int(next-1), len(h.transcript(w.Conversation)))
	if pages < 4 {
		t.Errorf("%d pages", pages)
	}
}

// order is what is stored of a conversation in the one right order.
func order(h *house, conv string) []string {
	messages := h.transcript(conv)
	events := must(h.Store.Events(h.t.Context(), conv, 0, 10_000))(h.t)
	all := []string{}
	for seq := int64(0); seq <= int64(len(messages)); seq++ {
		if seq > 0 {
			all = append(all, fmt.Sprintf("%d %s", seq, messages[seq-1].From))
		}
		for _, e := range events {
			if e.AfterSeq == seq {
				out := h.event(h.t.Context(), e, false)
				all = append(all, names([]wire.Event{*out})...)
			}
		}
	}
	return all
}

// stored leaves out what is no part of the history.
func stored(events []wire.Event) []string {
	kept := events[:0:0]
	for _, e := range events {
		if e.Type != "queue.position" && e.Type != "message.receipt" && e.Type != "typing" {
			kept = append(kept, e)
		}
	}
	return names(kept)
}

func TestFollow_ManyPagesInOrder(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	w := h.chat()
	for i := range 2*page/4 + 10 { // four events and two messages each; talk in between
		ok(t, h.RequestPerson(t.Context(), w.Conversation))
		ok(t, h.Withdraw(t.Context(), w.Conversation))
		if i%3 == 0 {
			h.say(w.Conversation, "thanks")
			h.say(w.Conversation, "thanks")
		}
	}
	w.events = 0
	f := h.follow(w, 0)
	equal(t, "all of it", stored(pull(t, f)), order(h, w.Conversation))
}

// Whoever comes and goes while others write sees everything once and in order.
func TestFollow_NothingLostUnderWriters(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	w := h.chat()
	replica := h.replica()
	var writers, readers sync.WaitGroup
	done := make(chan struct{})
	seen := make([][]wire.Event, 3)
	for i := range seen {
		f := h.Follow(w.Conversation, 0, w)
		readers.Go(func() {
			defer f.Close()
			for {
				select {
				case <-f.Wake():
					seen[i] = append(seen[i], pull(t, f)...)
				case <-done:
					seen[i] = append(seen[i], pull(t, f)...)
					return
				}
			}
		})
	}
	for i := range 4 {
		writers.Go(func() {
			s := []*Service{h.Service, replica}[i%2]
			for n := range 12 {
				switch {
				case i > 0 || n%3 == 0:
					must(s.Send(t.Context(), w.Conversation, Sent{ClientID: newID(), Text: "thanks"}))(t)
				case n%3 == 1:
					ok(t, s.RequestPerson(t.Context(), w.Conversation))
				default:
					ok(t, s.Withdraw(t.Context(), w.Conversation))
				}
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	want := order(h, w.Conversation)
	for _, events := range seen {
		equal(t, "seen", stored(events), want)
	}
}

// Each write wakes: a watcher that only reads when woken misses nothing.
func TestFollow_WakesForEverything(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	conv, id := h.held(ana)
	w := must(h.Hello(t.Context(), Hello{Session: h.secretOf(conv)}))(t)
	f := h.follow(w, w.LastSeq)
	pull(t, f)
	h.say(conv, "hi")
	until(t, f, "message.created")
	must(h.AgentSend(t.Context(), ana, conv, Sent{ClientID: "a1", Text: "hello"}))(t)
	got := until(t, f, "message.created").Message
	equal(t, "the agent's", *got, wire.Message{Seq: got.Seq, Conversation: conv, From: "agent", Name: "Ana", Text: "hello", At: start})
	ok(t, h.AgentTyping(t.Context(), ana, conv))
	equal(t, "typing", until(t, f, "typing").From, "agent")
	ok(t, h.AgentRead(t.Context(), ana, conv, got.Seq))
	equal(t, "read", until(t, f, "message.receipt"), wire.Event{Type: "message.receipt", Conversation: conv, From: "agent", Read: got.Seq})
	must(h.Complete(t.Context(), ana, id, "answered", ""))(t)
	until(t, f, "handoff.completed")
}

func TestFollow_OwnTypingAndReadingAreNotToldBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	conv, _ := h.waiting()
	w := must(h.Hello(t.Context(), Hello{Session: h.secretOf(conv)}))(t)
	desk := h.desk(ana)
	must(h.ClaimNext(t.Context(), ana))(t)
	pull(t, desk)
	h.Typing(t.Context(), conv)
	ok(t, h.Read(t.Context(), conv, 2))
	equal(t, "the agent is told", until(t, desk, "message.receipt").Read, 2)
	f := h.follow(w, w.LastSeq+1)
	h.Typing(t.Context(), conv)
	for _, e := range pull(t, f) {
		if e.Type == "typing" || e.Type == "message.receipt" {
			t.Errorf("told back: %+v", e)
		}
	}
}

// What one side may see of the other is a name and no more.
func TestFollow_HidesWhatIsForAgents(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	w := h.chat()
	f := h.follow(w, 0)
	ok(t, h.RequestPerson(t.Context(), w.Conversation))
	desk := h.desk(ana)
	c := must(h.ClaimNext(t.Context(), ana))(t)
	must(h.AddNote(t.Context(), ana, w.Conversation, "smells odd"))(t)
	must(h.AgentSend(t.Context(), ana, w.Conversation, Sent{ClientID: "a1", Text: "hello"}))(t)
	must(h.Send(t.Context(), w.Conversation, Sent{ClientID: "u1", Text: "hello"}))(t)
	equal(t, "verdict for the agent", c.Handoff.Verdict != nil, true)
	for _, e := range pull(t, f) {
		if e.Note != nil || e.Type == "note.created" {
			t.Error("a note reached the person")
		}
		if e.Agent != nil {
			equal(t, "agent", *e.Agent, wire.Agent{Name: "Ana"})
		}
		if e.Handoff != nil && (e.Handoff.Verdict != nil || e.Handoff.Verified != nil || e.Handoff.Agent != nil && e.Handoff.Agent.ID != "") {
			t.Errorf("for agents only: %+v", e.Handoff)
		}
		if m := e.Message; m != nil && m.From != "user" && m.ClientID != "" {
			t.Errorf("the agent's own id reached the person: %+v", m)
		}
	}
	told := map[string]string{}
	for _, e := range pull(t, desk) {
		if e.Message != nil {
			told[e.Message.From] = e.Message.ClientID
		}
	}
	equal(t, "ids at the desk", told, map[string]string{"agent": "a1", "user": ""})
	must(h.Complete(t.Context(), ana, c.Handoff.ID, "answered", "to be kept from them"))(t)
	for _, e := range pull(t, f) {
		if e.Handoff != nil && e.Handoff.Verdict != nil {
			t.Errorf("for agents only: %+v", e.Handoff)
		}
	}
}

// A read that fails half-way keeps what it has and loses nothing.
func TestFollow_ErrorsLoseNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	w := h.chat()
	h.say(w.Conversation, "hi")
	f := h.follow(w, 0)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Pull(ctx); !errors.Is(err, ErrUnavailable) {
		t.Errorf("error %v", err)
	}
	equal(t, "after all", names(pull(t, f)), []string{"1 bot", "2 user", "3 bot"})
}
