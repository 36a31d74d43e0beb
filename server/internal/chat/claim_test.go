package chat

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"
)

// many makes cases at once and returns their ids.
func (h *house) many(n int) []string {
	h.t.Helper()
	ids := make([]string, n)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() { _, ids[i] = h.waiting() })
	}
	wg.Wait()
	return ids
}

func TestClaimNext_EachCaseOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const agents, cases = 20, 200
	ids := h.many(cases)
	replica := h.replica()
	got := make([][]string, agents)
	var wg sync.WaitGroup
	for i := range agents {
		a := AgentPerson{ID: fmt.Sprint("agent", i), Name: "N", Role: "agent", Languages: []string{"en"}}
		wg.Go(func() {
			for {
				c, err := []*Service{h.Service, replica}[i%2].ClaimNext(t.Context(), a)
				if err != nil {
					t.Error(err)
					return
				}
				if c.Handoff == nil {
					return
				}
				equal(t, "holder", c.Handoff.Agent.ID, a.ID)
				got[i] = append(got[i], c.Handoff.ID)
			}
		})
	}
	wg.Wait()
	equal(t, "claimed", slices.Sorted(slices.Values(slices.Concat(got...))), slices.Sorted(slices.Values(ids)))
}

func TestClaim_ManyWantTheSameCase(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	replica := h.replica()
	for range 5 {
		conv, id := h.waiting()
		epoch := h.state(conv).Epoch
		won := map[string]int{}
		var mu sync.Mutex
		var wg sync.WaitGroup
		for i := range 10 {
			a := AgentPerson{ID: fmt.Sprint("agent", i), Name: fmt.Sprint("Name", i), Role: "agent"}
			wg.Go(func() {
				_, err := []*Service{h.Service, replica}[i%2].Claim(t.Context(), a, id)
				mu.Lock()
				defer mu.Unlock()
				var held *HeldError
				switch {
				case err == nil:
					won[a.Name]++
				case errors.As(err, &held):
					won[held.By] += 0
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		// All the others were told the one name.
		equal(t, "winners", slices.Collect(maps.Values(won)), []int{1})
		equal(t, "epoch", h.state(conv).Epoch, epoch+1)
	}
}

func TestClaimNext_Order(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	next := func(a AgentPerson) string {
		t.Helper()
		c := must(h.ClaimNext(t.Context(), a))(t)
		if c.Handoff == nil {
			return ""
		}
		return c.Handoff.ID
	}
	_, oldest := h.waiting()
	h.pass(time.Second)
	spanish := must(h.Hello(t.Context(), Hello{Locale: "es"}))(t).Conversation
	ok(t, h.RequestPerson(t.Context(), spanish))
	h.pass(time.Second)
	_, third := h.waiting()
	h.pass(time.Second)
	_, urgent := h.stolen()
	equal(t, "nothing for who sees no queue", next(AgentPerson{ID: "x", Role: "unknown"}), "")
	equal(t, "the urgent one first", next(boss), urgent)
	equal(t, "then the language", next(bo), h.state(spanish).Ticket.ID)
	equal(t, "then age", next(ana), oldest)
	must(h.Release(t.Context(), ana, oldest))(t)
	equal(t, "the one given back", next(ana), oldest)
	equal(t, "the last", next(bo), third)
	equal(t, "nothing waits", next(ana), "")
}

// A cancellation that did not arrive goes back to who made it, ahead of others
// that were given back.
func TestClaimNext_ReopenedForTheSameAgent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, other := h.held(bo)
	h.pass(time.Second)
	conv, id := h.held(ana)
	must(h.Complete(t.Context(), ana, id, "cancelled", ""))(t)
	h.say(conv, "no, it still says under review")
	s := h.state(conv)
	equal(t, "the same case", s.Ticket.ID, id)
	equal(t, "kept for", s.Ticket.ReservedFor, "ana")
	must(h.Release(t.Context(), bo, other))(t)
	equal(t, "next", must(h.ClaimNext(t.Context(), ana))(t).Handoff.ID, id)
}

func TestClaim_HiddenLikeWhatNeverWas(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	conv, id := h.stolen()
	_, unknown := h.Claim(t.Context(), ana, "never-1")
	_, hidden := h.Claim(t.Context(), ana, id)
	equal(t, "error", hidden, unknown)
	failed(hidden)(t, ErrNotFound)
	for name, err := range map[string]error{
		"release":  second(h.Release(t.Context(), ana, id)),
		"transfer": second(h.Transfer(t.Context(), ana, id, "kyc_review")),
		"complete": second(h.Complete(t.Context(), ana, id, "answered", "")),
		"send":     second(h.AgentSend(t.Context(), ana, conv, Sent{ClientID: "m", Text: "hi"})),
		"note":     second(h.AddNote(t.Context(), ana, conv, "hi")),
		"typing":   h.AgentTyping(t.Context(), ana, conv),
		"read":     h.AgentRead(t.Context(), ana, conv, 1),
	} {
		equal(t, name, err, ErrNotFound)
	}
	for name, err := range map[string]error{
		"watch":     second(h.Watch(t.Context(), sec, conv)),
		"take over": second(h.TakeOver(t.Context(), sec, conv)),
	} {
		equal(t, name, err, ErrForbidden)
	}
}

func second[T any](_ T, err error) error { return err }

func TestClaim_AgainGivesItAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	conv, id := h.waiting()
	first := must(h.Claim(t.Context(), ana, id))(t)
	h.say(conv, "hello")
	again := must(h.Claim(t.Context(), ana, id))(t)
	equal(t, "the case", again.Handoff, first.Handoff)
	equal(t, "the transcript", len(again.Transcript), len(h.transcript(conv)))
	equal(t, "epoch", h.state(conv).Epoch, first.Handoff.Epoch)
	var held *HeldError
	if _, err := h.Claim(t.Context(), bo, id); !errors.As(err, &held) || held.By != "Ana" || !errors.Is(err, ErrConflict) {
		t.Errorf("the other agent got %v", err)
	}
	must(h.Complete(t.Context(), ana, id, "answered", ""))(t)
	fails(h.Claim(t.Context(), bo, id))(t, ErrConflict)
}

func TestClaim_WholeTranscriptAndNotes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	conv, id := h.waiting()
	for range page/2 + 5 {
		h.say(conv, "thanks")
	}
	must(h.AddNote(t.Context(), ana, conv, "called before"))(t)
	c := must(h.Claim(t.Context(), ana, id))(t)
	if len(c.Transcript) <= page {
		t.Fatalf("only %d messages: no second page", len(c.Transcript))
	}
	for i, m := range c.Transcript {
		equal(t, "seq", m.Seq, int64(i)+1)
	}
	equal(t, "all", len(c.Transcript), len(h.transcript(conv)))
	equal(t, "notes", c.Notes[0].Text, "called before")
}

func TestAgentSend_OnlyTheHolder(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	conv, id := h.held(ana)
	m := Sent{ClientID: "m1", Text: "hello"}
	ack := must(h.AgentSend(t.Context(), ana, conv, m))(t)
	equal(t, "ack", ack, Ack{ID: "m1", Seq: ack.Seq, Through: ack.Seq, At: start})
	dup := must(h.AgentSend(t.Context(), ana, conv, m))(t)
	ack.Duplicate = true
	equal(t, "again", dup, ack)
	fails(h.AgentSend(t.Context(), ana, conv, Sent{ClientID: "m1", Text: "other"}))(t, ErrIDReused)
	before := len(h.transcript(conv))
	late := Sent{ClientID: "m2", Text: "too late"}
	fails(h.AgentSend(t.Context(), bo, conv, late))(t, ErrClaimLost)
	must(h.Release(t.Context(), ana, id))(t)
	fails(h.AgentSend(t.Context(), ana, conv, late))(t, ErrClaimLost)
	must(h.Claim(t.Context(), bo, id))(t)
	fails(h.AgentSend(t.Context(), ana, conv, late))(t, ErrClaimLost)
	equal(t, "a lost ack is still answered", must(h.AgentSend(t.Context(), ana, conv, m))(t), ack)
	for _, m := range h.transcript(conv)[before:] {
		if m.From == "agent" {
			t.Errorf("stored: %+v", m)
		}
	}
}

// A replica that remembers an older state must not refuse by it.
func TestReplicas_NoRefusalFromMemory(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	other := h.replica()
	conv, id := h.waiting()
	must(other.Hello(t.Context(), Hello{Session: h.secretOf(conv)}))(t) // remembers it waiting
	must(h.Claim(t.Context(), ana, id))(t)
	must(other.AgentSend(t.Context(), ana, conv, Sent{ClientID: "m1", Text: "hi"}))(t)
	must(other.Complete(t.Context(), ana, id, "answered", ""))(t)
	// h remembers Ana's claim.
	w := must(h.Hello(t.Context(), Hello{Session: h.secretOf(conv)}))(t)
	equal(t, "owner", w.Owner, "bot")
	equal(t, "last seq", w.LastSeq, int64(len(h.transcript(conv))))
	ok(t, h.RequestPerson(t.Context(), conv))
	equal(t, "a second case", h.state(conv).Ticket.State, "queued")
}
