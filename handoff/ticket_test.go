package handoff

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var start = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

// broken names the first invariant of Ticket that does not hold.
func broken(t *Ticket) string {
	for name, holds := range map[string]bool{
		"1: an agent exactly while accepted":  (t.Agent != nil) == (t.State == Accepted),
		"3: front only while queued":          !t.Front || t.State == Queued,
		"4: starts exactly while scheduled":   t.StartsAt.IsZero() == (t.State != Scheduled),
		"5: an outcome exactly if completed":  (t.Outcome != "") == (t.State == Completed),
		"completed at exactly if completed":   t.CompletedAt.IsZero() == (t.State != Completed),
		"accepted at exactly while accepted":  t.AcceptedAt.IsZero() == (t.State != Accepted),
		"kept for somebody only while queued": t.ReservedFor == "" || t.State == Queued,
		"written to only while accepted":      !t.AgentWrote || t.State == Accepted,
		"open or ended":                       t.Open() != t.Ended(),
		"queued at once it has been queued":   !t.QueuedAt.IsZero() || t.State == Scheduled || t.State == Withdrawn,
	} {
		if !holds {
			return name
		}
	}
	return ""
}

// moves are all that can happen to a ticket.
var moves = map[string]func(t *Ticket, q Queue, a Agent, at time.Time) error{
	"enqueue":  func(t *Ticket, q Queue, _ Agent, at time.Time) error { t.Enqueue(q, at); return nil },
	"schedule": func(t *Ticket, q Queue, _ Agent, at time.Time) error { t.Schedule(q, at.Add(time.Hour)); return nil },
	"reopen":   func(t *Ticket, q Queue, _ Agent, at time.Time) error { t.Reopen(q, at); return nil },
	"accept":   func(t *Ticket, _ Queue, a Agent, at time.Time) error { return t.Accept(a, at) },
	"release":  func(t *Ticket, _ Queue, _ Agent, _ time.Time) error { return t.Release() },
	"withdraw": func(t *Ticket, _ Queue, _ Agent, _ time.Time) error { return t.Withdraw() },
	"write": func(t *Ticket, _ Queue, a Agent, _ time.Time) error {
		t.AgentWrote = t.AgentWrote || t.Held(a.ID)
		return nil
	},
	"complete": func(t *Ticket, _ Queue, _ Agent, at time.Time) error {
		return t.Complete(OutcomeAnswered, "", at)
	},
}

// from says in which states a move is possible; the others are always.
var from = map[string][]State{
	"accept": {Queued}, "release": {Accepted}, "complete": {Accepted}, "withdraw": {Scheduled, Queued},
}

func TestTicket_AnyMovesKeepTheInvariants(t *testing.T) {
	t.Parallel()
	queues, err := LoadQueues()
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Sorted(func(yield func(string) bool) {
		for name := range moves {
			if !yield(name) {
				return
			}
		}
	})
	rapid.Check(t, func(r *rapid.T) {
		tk := &Ticket{ID: "c-1", CreatedAt: start}
		tk.Enqueue(queues[0], start)
		if rapid.Bool().Draw(r, "scheduled") {
			tk = &Ticket{ID: "c-1", CreatedAt: start}
			tk.Schedule(queues[0], start.Add(time.Hour))
		}
		at := start
		for range rapid.IntRange(1, 40).Draw(r, "moves") {
			at = at.Add(time.Minute)
			before := *tk
			name := rapid.SampledFrom(names).Draw(r, "move")
			q := rapid.SampledFrom(queues).Draw(r, "queue")
			a := Agent{ID: rapid.SampledFrom([]string{"ana", "bo"}).Draw(r, "agent")}
			err := moves[name](tk, q, a, at)
			possible := from[name] == nil || slices.Contains(from[name], before.State)
			switch {
			case possible != (err == nil), err != nil && !errors.Is(err, ErrIllegalMove):
				r.Fatalf("%s from %s: %v", name, before.State, err)
			case err != nil && fmt.Sprint(before) != fmt.Sprint(*tk):
				r.Fatalf("%s was refused and changed %+v to %+v", name, before, *tk)
			case broken(tk) != "":
				r.Fatalf("%s from %s breaks %s: %+v", name, before.State, broken(tk), *tk)
			case before.Open() && tk.Open() && !before.QueuedAt.IsZero() && !tk.QueuedAt.Equal(before.QueuedAt):
				r.Fatalf("2: %s from %s moved the age", name, before.State)
			case before.Ended() && tk.State == Queued && !tk.QueuedAt.Equal(at):
				r.Fatalf("2: %s from %s kept an age of before", name, before.State)
			case tk.ID != before.ID || !tk.CreatedAt.Equal(before.CreatedAt):
				r.Fatalf("%s made another ticket", name)
			case before.Agent != nil && tk.Agent == nil && *tk.LastAgent != *before.Agent:
				r.Fatalf("%s forgot who had it", name)
			}
		}
	})
}

func TestTicket_ReopenGoesToWhoHadIt(t *testing.T) {
	t.Parallel()
	queues, _ := LoadQueues()
	q, _ := queues.Get(KYCReview)
	tk := &Ticket{}
	tk.Enqueue(q, start)
	_ = tk.Accept(Agent{ID: "ana", Name: "Ana"}, start)
	_ = tk.Complete(OutcomeCancelled, "done", start)
	tk.Reopen(q, start.Add(time.Hour))
	if !tk.Front || tk.ReservedFor != "ana" || !tk.QueuedAt.Equal(start.Add(time.Hour)) {
		t.Errorf("reopened %+v", tk)
	}
}

func TestTicket_NilIsNoTicket(t *testing.T) {
	t.Parallel()
	var tk *Ticket
	if tk.Open() || tk.Ended() || tk.Waiting() || tk.Held("ana") || (&Ticket{State: Queued}).Held("") {
		t.Error("no ticket has a state")
	}
}

func TestFields_Missing(t *testing.T) {
	t.Parallel()
	f := Fields{}
	if got := f.Missing(); !slices.Equal(got, []string{"email", "submitted_at", "status", "reason"}) {
		t.Errorf("missing %v", got)
	}
	f = Fields{Email: Field{Value: "a@b.example"}, SubmittedAt: Field{Value: Unknown}, Status: Field{Value: Unknown}}
	if got := f.Missing(); !slices.Equal(got, []string{"reason"}) {
		t.Errorf("missing %v: unknown counts as given", got)
	}
	if _, ok := f.Submitted(); ok {
		t.Error("unknown is no time")
	}
}
