package bot

import (
	"errors"

	"usher/handoff"
	"usher/intents"
)

// Effect is something to do to the world. The types below are all there are.
//
//sumtype:decl
type Effect interface{ effect() }

// Say is one message to the person.
type Say struct {
	Parts   []Part // paragraphs
	Choices []Choice
	Form    []string // details of G4.4 to show as an inline form
	Meta    Meta
	System  bool // a notice beside the agent's conversation, not the bot's answer
}

// Part is one line with what fills it.
type Part struct {
	ID   string
	Args map[string]any // text, numbers and the value types of package locales
}

// Choice is one button: its id comes back in UserSaid.Choice.
type Choice struct {
	ID   string
	Line string
	Args map[string]any
	Lang string // the language of its label; empty: the conversation's
}

// Meta says what a message rests on.
type Meta struct {
	Intent     intents.ID
	Confidence float64
	Advice     Advice
	Facts      []string
	Case       *Case // what the decision table was asked; nil: it was not
}

// Heard tells in which language the person's message was.
type Heard struct{ Lang string }

// Announce is one event of the protocol about the handoff as it now is.
type Announce struct {
	Type   string // handoff.queued and the like
	Ticket handoff.Ticket
}

// Updated says that a waiting ticket has new details; nobody is told but those
// who see it in their lists.
type Updated struct{ Ticket handoff.Ticket }

// OwnerChanged says that somebody else answers from now on.
type OwnerChanged struct{}

// Closed says that the conversation has ended.
type Closed struct{}

// Refused says that the event was not possible; the state is unchanged.
type Refused struct{ Err error }

func (Say) effect()          {}
func (Heard) effect()        {}
func (Announce) effect()     {}
func (Updated) effect()      {}
func (OwnerChanged) effect() {}
func (Closed) effect()       {}
func (Refused) effect()      {}

// Why an event is refused.
var (
	ErrClosed   = errors.New("bot: the conversation has ended")
	ErrConflict = errors.New("bot: not possible in this state")
	ErrNotOwner = errors.New("bot: somebody else holds the handoff")
	ErrBadValue = errors.New("bot: no such value")
)
