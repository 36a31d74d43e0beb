package chat

import (
	"context"
	"sync"
	"testing"
)

func TestSend_SameIDGetsTheFirstReceipt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	conv := h.chat().Conversation
	m := Sent{ClientID: "m1", Text: "how long does a review take?"}
	first := must(h.Send(t.Context(), conv, m))(t)
	equal(t, "first", first, Ack{ID: "m1", Seq: 2, Through: 3, At: start})
	h.pass(1)
	again := first
	again.Duplicate = true
	equal(t, "again", must(h.Send(t.Context(), conv, m))(t), again)
	fails(h.Send(t.Context(), conv, Sent{ClientID: "m1", Text: "something else"}))(t, ErrIDReused)
	fails(h.Send(t.Context(), conv, Sent{ClientID: "m1", Text: m.Text, Choice: "agent"}))(t, ErrIDReused)
	equal(t, "stored", len(h.transcript(conv)), 3)
	ok(t, h.End(t.Context(), conv))
	equal(t, "after the end", must(h.Send(t.Context(), conv, m))(t), again)
	fails(h.Send(t.Context(), conv, Sent{ClientID: "m2", Text: "hello?"}))(t, ErrClosed)
	h.restart()
	equal(t, "after a restart", must(h.Send(t.Context(), conv, m))(t), again)
	fails(h.Send(t.Context(), h.chat().Conversation, m))(t, nil) // ids count within a conversation
}

func TestSend_SameIDAfterAnAgentTookIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	conv, id := h.waiting()
	m := Sent{ClientID: "m1", Text: "how long does a review take?"}
	first := must(h.Send(t.Context(), conv, m))(t)
	must(h.Claim(t.Context(), ana, id))(t)
	before := len(h.transcript(conv))
	first.Duplicate = true
	equal(t, "again", must(h.Send(t.Context(), conv, m))(t), first)
	equal(t, "stored", len(h.transcript(conv)), before)
	alone := h.say(conv, "are you there?")
	equal(t, "to an agent the bot says nothing", alone.Through, alone.Seq)
}

func TestSend_SameIDFromEightAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	replica := h.replica()
	conv := h.chat().Conversation
	acks := make([]Ack, 8)
	var wg sync.WaitGroup
	for i := range acks {
		wg.Go(func() {
			s := []*Service{h.Service, replica}[i%2]
			acks[i] = must(s.Send(t.Context(), conv, Sent{ClientID: "m1", Text: "hello"}))(t)
		})
	}
	wg.Wait()
	firsts := 0
	for _, a := range acks {
		if !a.Duplicate {
			firsts++
		}
		a.Duplicate = false
		equal(t, "receipt", a, Ack{ID: "m1", Seq: 2, Through: 3, At: start})
	}
	equal(t, "firsts", firsts, 1)
	equal(t, "stored", len(h.transcript(conv)), 3)
}

func TestSend_ManyAtOnceLeaveNoGap(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	replica := h.replica()
	conv := h.chat().Conversation
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			var last int64
			for range 4 {
				s := []*Service{h.Service, replica}[i%2]
				a := must(s.Send(t.Context(), conv, Sent{ClientID: newID(), Text: "thanks"}))(t)
				if a.Seq <= last {
					t.Errorf("seq %d after %d", a.Seq, last)
				}
				last = a.Seq
			}
		})
	}
	wg.Wait()
	users := 0
	for i, m := range h.transcript(conv) {
		equal(t, "seq", m.Seq, int64(i)+1)
		if m.From == "user" {
			users++
		}
	}
	equal(t, "users' messages", users, 32)
}

func TestSend_ThroughIsTheLastOfTheAnswer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	conv := h.chat().Conversation
	for _, text := range []string{"hi", theft, "what about my photos?"} {
		a := h.say(conv, text)
		all := h.transcript(conv)
		equal(t, "through", a.Through, all[len(all)-1].Seq)
		equal(t, "the message", all[a.Seq-1].Text, text)
		equal(t, "the answer", all[a.Through-1].From, "bot")
	}
}

// A client that hangs up while its message is stored must not keep those who
// watch from being told.
func TestSend_HangingUpStillWakes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	w := h.chat()
	f := h.follow(w, w.LastSeq)
	pull(t, f)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _ = h.Send(ctx, w.Conversation, Sent{ClientID: "m1", Text: "hello"})
	equal(t, "told", until(t, f, "message.created").Message.Text, "hello")
}

func TestSend_ToNobody(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	fails(h.Send(t.Context(), "unknown", Sent{ClientID: "m1", Text: "hello"}))(t, ErrNotFound)
	conv := must(h.Hello(t.Context(), Hello{Person: &Person{Subject: "u1"}}))(t).Conversation
	h.say(conv, "hello")
	must(h.Store.Erase(t.Context(), "u1"))(t)
	fails(h.Send(t.Context(), conv, Sent{ClientID: "m1", Text: "hello"}))(t, ErrNotFound)
	failed(h.Withdraw(t.Context(), conv))(t, ErrNotFound)
	failed(h.Read(t.Context(), conv, 1))(t, ErrNotFound)
	fails(h.Watch(t.Context(), boss, conv))(t, ErrNotFound)
}

// What was typed may be a button's label or its number.
func TestSend_TypedLabelPressesTheButton(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, typed := range []Sent{{Text: "3"}, {Choice: "intent:account_theft"}, {Text: "3."}} {
		conv := h.chat().Conversation
		typed.ClientID = "m1"
		must(h.Send(t.Context(), conv, typed))(t)
		equal(t, "queue of "+typed.Text+typed.Choice, h.state(conv).Ticket.Queue, "account_security")
	}
}
