package bot

import (
	"time"

	"usher/handoff"
)

// Event is something that happened to a conversation.
//
//sumtype:decl
type Event interface{ event() }

// Opened begins a conversation.
type Opened struct {
	At       time.Time
	ID       string // the conversation's id
	Locale   string // a language the bot speaks
	Client   string // as the client named it
	Zone     string
	Identity *Identity // nil: unverified
}

// Resumed is a client coming back, with what the host app has signed since.
type Resumed struct {
	At       time.Time
	Identity *Identity // nil: no token this time
	Zone     string
}

// Identity is what the host app signed about the person.
type Identity struct {
	Name, Email string
	Status      Status
	SubmittedAt time.Time
	Counts      Counts
}

// UserSaid is a message of the person. Text is already masked; a Choice or a
// Form answers what the bot offered last.
type UserSaid struct {
	At      time.Time
	Text    string
	Choice  string
	Form    map[string]string
	Secrets bool // something secret was masked in Text
}

// PersonRequested is the button "talk to a person". A host app may name the
// queue and the reason as well.
type PersonRequested struct {
	At     time.Time
	Queue  string // "": the usual one
	Reason Reason // "": what is known so far
}

// Withdrew is the button that takes a waiting request back.
type Withdrew struct{ At time.Time }

// LocaleSet is the language button.
type LocaleSet struct {
	At     time.Time
	Locale string
}

// Ended closes the conversation on the person's wish.
type Ended struct{ At time.Time }

// Ticked says that a moment the state waited for has come.
type Ticked struct{ At time.Time }

// AgentClaimed gives the waiting ticket to an agent.
type AgentClaimed struct {
	At    time.Time
	Agent handoff.Agent
	Take  bool // a supervisor takes over from whoever holds it
}

// AgentSaid is a message of the agent who holds the ticket.
type AgentSaid struct {
	At    time.Time
	Agent handoff.Agent
}

// AgentReleased puts the ticket back; Gone when the console vanished.
type AgentReleased struct {
	At    time.Time
	Agent handoff.Agent
	Gone  bool
}

// AgentTransferred moves the ticket to another queue or, when To is given, from
// hand to hand: a colleague has it at once and it never waits.
type AgentTransferred struct {
	At    time.Time
	Agent handoff.Agent
	Queue string
	To    *handoff.Agent
}

// AgentCompleted ends the ticket.
type AgentCompleted struct {
	At      time.Time
	Agent   handoff.Agent
	Outcome handoff.Outcome
	Note    string
}

func (Opened) event()           {}
func (Resumed) event()          {}
func (UserSaid) event()         {}
func (PersonRequested) event()  {}
func (Withdrew) event()         {}
func (LocaleSet) event()        {}
func (Ended) event()            {}
func (Ticked) event()           {}
func (AgentClaimed) event()     {}
func (AgentSaid) event()        {}
func (AgentReleased) event()    {}
func (AgentTransferred) event() {}
func (AgentCompleted) event()   {}
