package bot

import (
	"slices"
	"time"

	"usher/handoff"
	"usher/intents"
	"usher/intents/slot"
)

// Owner is who answers the person.
type Owner string

// The owners of the protocol: exactly one at every moment.
const (
	OwnerBot   Owner = "bot"
	OwnerQueue Owner = "queue" // waiting for a person; the bot still answers
	OwnerAgent Owner = "agent"
)

// State is one conversation. Its zero value is a conversation that has not
// begun. It is JSON in the store, so every field has a stable name.
//
// Invariants:
//  1. Owner is agent exactly while Ticket is accepted, queue exactly while it
//     is queued, bot otherwise.
//  2. Epoch grows by one with every change of Owner or of the holding agent,
//     and never otherwise.
//  3. While Owner is agent there is no open question.
//  4. A ticket in account_security is never moved out by the bot.
//  5. Closed conversations have no open ticket but one that an agent holds or
//     that waits for account_security.
type State struct {
	ID       string          `json:"id"`
	Locale   string          `json:"locale"`            // the language the bot speaks
	Client   string          `json:"client,omitempty"`  // the locale the client named
	Leaning  string          `json:"leaning,omitempty"` // the language the last message may have been in
	Pinned   bool            `json:"pinned,omitempty"`  // the person chose Locale
	Zone     string          `json:"zone,omitempty"`    // IANA name or UTC+03:00; "" unknown
	Verified bool            `json:"verified,omitempty"`
	Name     string          `json:"name,omitempty"`
	Owner    Owner           `json:"owner"`
	Epoch    int64           `json:"epoch"`
	Closed   bool            `json:"closed,omitempty"`
	Tickets  int             `json:"tickets,omitempty"` // made so far, for their ids
	Fields   handoff.Fields  `json:"fields"`
	Counts   Counts          `json:"counts,omitzero"`
	Ticket   *handoff.Ticket `json:"ticket,omitempty"` // the open one, else the last

	Want    intents.ID `json:"want,omitempty"`    // the cancel intent under way
	Told    Advice     `json:"told,omitempty"`    // the advice given for Want
	Insists bool       `json:"insists,omitempty"` // wants it against the advice
	Sched   bool       `json:"sched,omitempty"`   // the request is to be scheduled
	Warned  bool       `json:"warned,omitempty"`  // the warnings for Want were said
	Ask     *Ask       `json:"ask,omitempty"`     // the open question
	Parked  *Parked    `json:"parked,omitempty"`  // put aside for a theft

	Cancelled []time.Time `json:"cancelled,omitempty"` // done in this conversation, not yet in Counts

	Answered    bool `json:"answered,omitempty"`     // the bot has answered something
	PersonAsked bool `json:"person_asked,omitempty"` // a person was asked for once
	OutsideRun  int  `json:"outside_run,omitempty"`  // out-of-scope messages in a row
	TypoAsked   bool `json:"typo_asked,omitempty"`   // the email's likely typo was questioned
}

// Counts are what happened before this cancellation.
type Counts struct {
	Cancellations    int `json:"cancellations,omitempty"`
	Cancellations24h int `json:"cancellations_24h,omitempty"`
	FaceFailures     int `json:"face_failures,omitempty"`
	Rejections       int `json:"rejections,omitempty"`
}

// Parked is a cancellation put aside while an account is secured.
type Parked struct {
	Want    intents.ID `json:"want"`
	Insists bool       `json:"insists,omitempty"`
}

// Ask is the open question.
type Ask struct {
	Kind       AskKind     `json:"kind"`
	Tries      int         `json:"tries,omitempty"`      // unusable answers so far
	Times      []time.Time `json:"times,omitempty"`      // for AskWhichTime
	Pending    *slot.Time  `json:"pending,omitempty"`    // for AskZone: the clock told
	Suggestion string      `json:"suggestion,omitempty"` // for AskTypo
	Queue      string      `json:"queue,omitempty"`      // for AskHandoff
	Then       intents.ID  `json:"then,omitempty"`       // for AskTheft: what to do on "no"
	Optional   bool        `json:"optional,omitempty"`   // an unusable answer is let be
}

// AskKind names an open question.
type AskKind string

// The questions the bot asks.
const (
	AskEmail      AskKind = "email"
	AskTypo       AskKind = "email_typo"
	AskTime       AskKind = "submitted_at"
	AskWhichTime  AskKind = "which_time"
	AskZone       AskKind = "zone"
	AskStatus     AskKind = "status"
	AskReason     AskKind = "reason"
	AskSeverity   AskKind = "severity"
	AskInsist     AskKind = "insist"     // after advice against cancelling
	AskSchedule   AskKind = "schedule"   // shall the request go by itself at 30:00?
	AskConfirm    AskKind = "confirm"    // is the filled-in request right?
	AskChange     AskKind = "change"     // what is to be changed in it?
	AskHandoff    AskKind = "handoff"    // shall a person take it?
	AskWhat       AskKind = "what"       // what happened? (reason other)
	AskTheft      AskKind = "theft"      // did somebody else use the account?
	AskUnverified AskKind = "unverified" // does the app say Unverified now?
	AskUnpark     AskKind = "unpark"     // go on with the cancellation?
	AskWithdraw   AskKind = "withdraw"   // take the request back?
)

// clone copies what Step may change, so that a State given in stays as it was.
func (s State) clone() State {
	if s.Ticket != nil {
		t := *s.Ticket
		s.Ticket = &t
	}
	if s.Ask != nil {
		a := *s.Ask
		a.Times = slices.Clone(a.Times)
		s.Ask = &a
	}
	s.Cancelled = slices.Clone(s.Cancelled)
	if s.Parked != nil {
		p := *s.Parked
		s.Parked = &p
	}
	return s
}

// counts adds what was cancelled in this conversation to what is known from
// before.
func (s State) counts(now time.Time) Counts {
	c := s.Counts
	for _, at := range s.Cancelled {
		c.Cancellations++
		if now.Sub(at) < 24*time.Hour {
			c.Cancellations24h++
		}
	}
	return c
}

// Due is when the conversation wants a Tick, zero for never.
func (s State) Due() time.Time {
	if s.Ticket != nil && s.Ticket.State == handoff.Scheduled {
		return s.Ticket.StartsAt
	}
	return time.Time{}
}

// Location is the person's zone, nil when unknown.
func (s State) Location() *time.Location {
	return (&slot.Zone{ID: s.Zone}).Location()
}
