package chat

import "errors"

// Kinds of errors that the edges map to codes, one switch each. Whatever else
// comes is internal and is never shown.
var (
	ErrUnauthenticated = errors.New("chat: not signed in")
	ErrForbidden       = errors.New("chat: not allowed for this role")
	ErrNotFound        = errors.New("chat: no such thing, or not yours")
	ErrConflict        = errors.New("chat: not possible in this state")
	ErrClaimLost       = errors.New("chat: somebody else holds the handoff now")
	ErrClosed          = errors.New("chat: the conversation has ended")
	ErrIDReused        = errors.New("chat: the same id came with another text")
	ErrBadValue        = errors.New("chat: a value is not possible")
	ErrResync          = errors.New("chat: the position is not in this history")
	ErrAsksSecret      = errors.New("chat: the message asks for a secret")
	ErrUnavailable     = errors.New("chat: storage does not answer; try again")
)

// HeldError is ErrConflict with the name of the agent who has the case.
type HeldError struct{ By string }

// Error says that somebody has it.
func (*HeldError) Error() string { return "chat: another agent has this case" }

// Unwrap makes errors.Is(err, ErrConflict) true.
func (*HeldError) Unwrap() error { return ErrConflict }
