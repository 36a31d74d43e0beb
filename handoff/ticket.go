package handoff

import (
	"errors"
	"fmt"
	"time"
)

// State is where a ticket stands.
type State string

// The states of the protocol.
const (
	Scheduled State = "scheduled" // joins its queue by itself at StartsAt
	Queued    State = "queued"
	Accepted  State = "accepted"
	Completed State = "completed"
	Failed    State = "failed"
	Withdrawn State = "withdrawn"
)

// Outcome is how an agent ended a ticket.
type Outcome string

// The outcomes of the protocol.
const (
	OutcomeCancelled Outcome = "cancelled"
	OutcomeRefused   Outcome = "refused"
	OutcomeRestored  Outcome = "restored"
	OutcomeAnswered  Outcome = "answered"
	OutcomeEscalated Outcome = "escalated"
	OutcomeNoReply   Outcome = "no_reply"
)

// Outcomes lists every legal outcome.
func Outcomes() []Outcome {
	return []Outcome{
		OutcomeCancelled, OutcomeRefused, OutcomeRestored,
		OutcomeAnswered, OutcomeEscalated, OutcomeNoReply,
	}
}

// ErrIllegalMove is a move that the ticket's state does not allow.
var ErrIllegalMove = errors.New("handoff: not possible in this state")

// Agent is who holds a ticket.
type Agent struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Verdict is what the bot concluded, for the agent's eyes only.
type Verdict struct {
	Advice        string     `json:"advice"`
	Facts         []string   `json:"facts"`
	CancellableAt *time.Time `json:"cancellable_at,omitempty"`
	Warnings      []string   `json:"warnings"`
	Cancellations int        `json:"cancellations,omitempty"` // made before this one, ever
	// Cancellations24h is how many of them were made within the last 24 hours.
	Cancellations24h int `json:"cancellations_24h,omitempty"`
}

// Ticket is one handoff of one conversation to a person.
//
// Invariants:
//  1. Agent is set exactly while State is Accepted.
//  2. QueuedAt is when the ticket joined a queue; while it stays open it never
//     moves, so a returned or transferred ticket keeps its age.
//  3. Front is true only while State is Queued.
//  4. StartsAt is set exactly while State is Scheduled.
//  5. Outcome is set exactly while State is Completed.
type Ticket struct {
	ID          string    `json:"id"`
	Queue       string    `json:"queue"`
	Priority    Priority  `json:"priority"`
	State       State     `json:"state"`
	CreatedAt   time.Time `json:"created_at"`
	QueuedAt    time.Time `json:"queued_at,omitzero"`
	StartsAt    time.Time `json:"starts_at,omitzero"`
	AcceptedAt  time.Time `json:"accepted_at,omitzero"`
	CompletedAt time.Time `json:"completed_at,omitzero"`
	Front       bool      `json:"front,omitempty"`
	ReservedFor string    `json:"reserved_for,omitempty"` // agent id: a reopened case goes back to who had it
	Agent       *Agent    `json:"agent,omitempty"`
	LastAgent   *Agent    `json:"last_agent,omitempty"`
	AgentWrote  bool      `json:"agent_wrote,omitempty"` // since the last claim
	Outcome     Outcome   `json:"outcome,omitempty"`
	Note        string    `json:"note,omitempty"`
	Fields      Fields    `json:"fields"`
	Verdict     Verdict   `json:"verdict"`
}

// Open reports whether the ticket still wants something from a person.
func (t *Ticket) Open() bool {
	return t != nil && (t.State == Scheduled || t.State == Queued || t.State == Accepted)
}

// Ended reports whether the ticket is over: completed, failed or withdrawn.
func (t *Ticket) Ended() bool {
	return t != nil && (t.State == Completed || t.State == Failed || t.State == Withdrawn)
}

// Waiting reports whether the ticket stands in a queue.
func (t *Ticket) Waiting() bool { return t != nil && t.State == Queued }

// Held reports whether the agent with this id holds the ticket now.
func (t *Ticket) Held(agentID string) bool {
	return t != nil && t.State == Accepted && t.Agent != nil && t.Agent.ID == agentID
}

// Enqueue puts the ticket into a queue: new, scheduled, moved between queues,
// or reopened after completion. An open ticket keeps its age.
func (t *Ticket) Enqueue(q Queue, at time.Time) {
	if t.QueuedAt.IsZero() || !t.Open() {
		t.QueuedAt = at
	}
	t.drop()
	t.Queue, t.Priority, t.State = q.ID, q.Priority, Queued
	t.StartsAt, t.CompletedAt, t.Outcome = time.Time{}, time.Time{}, ""
	t.Front, t.ReservedFor = false, ""
}

// Schedule makes the ticket join its queue by itself at the given time. One
// that is over starts anew, with a new age.
func (t *Ticket) Schedule(q Queue, at time.Time) {
	if !t.Open() {
		t.QueuedAt = time.Time{}
	}
	t.drop()
	t.Queue, t.Priority, t.State, t.StartsAt = q.ID, q.Priority, Scheduled, at
	t.CompletedAt, t.Outcome, t.Front, t.ReservedFor = time.Time{}, "", false, ""
}

// Accept gives a waiting ticket to one agent.
func (t *Ticket) Accept(a Agent, at time.Time) error {
	if !t.Waiting() {
		return fmt.Errorf("accept: %w", ErrIllegalMove)
	}
	t.State, t.Agent, t.AcceptedAt = Accepted, &a, at
	t.Front, t.ReservedFor, t.AgentWrote = false, "", false
	return nil
}

// Release puts a held ticket back at the head of its queue.
func (t *Ticket) Release() error {
	if t.State != Accepted {
		return fmt.Errorf("release: %w", ErrIllegalMove)
	}
	t.drop()
	t.State, t.Front = Queued, true
	return nil
}

// Complete ends a held ticket.
func (t *Ticket) Complete(o Outcome, note string, at time.Time) error {
	if t.State != Accepted {
		return fmt.Errorf("complete: %w", ErrIllegalMove)
	}
	t.drop()
	t.State, t.Outcome, t.Note, t.CompletedAt = Completed, o, note, at
	return nil
}

// Reopen puts a completed ticket ahead of its queue, kept for the agent who
// had it (G4.7).
func (t *Ticket) Reopen(q Queue, at time.Time) {
	t.Enqueue(q, at)
	t.Front = true
	if t.LastAgent != nil {
		t.ReservedFor = t.LastAgent.ID
	}
}

// Withdraw takes the ticket back on the person's wish; not while an agent has it.
func (t *Ticket) Withdraw() error {
	if t.State != Scheduled && t.State != Queued {
		return fmt.Errorf("withdraw: %w", ErrIllegalMove)
	}
	t.State, t.StartsAt, t.Front, t.ReservedFor = Withdrawn, time.Time{}, false, ""
	return nil
}

// drop takes the ticket from whoever holds it.
func (t *Ticket) drop() {
	if t.Agent != nil {
		t.LastAgent = t.Agent
	}
	t.Agent, t.AgentWrote, t.AcceptedAt = nil, false, time.Time{}
}
