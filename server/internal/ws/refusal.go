package ws

import (
	"context"
	"errors"
	"time"

	"usher/server/internal/chat"
	"usher/server/internal/strictjson"
)

// code says why a frame was not taken. The set is closed; the strings are the
// contract's.
type code string

const (
	codeBadJSON         = code(strictjson.BadJSON)
	codeBadFrame        = code(strictjson.BadFrame)
	codeUnknownType     = code("unknown_type")
	codeUnknownField    = code(strictjson.UnknownField)
	codeMissingField    = code(strictjson.MissingField)
	codeBadType         = code(strictjson.BadType)
	codeBadValue        = code(strictjson.BadValue)
	codeTooLong         = code("too_long")
	codeTooMany         = code("too_many")
	codeNotFound        = code("not_found")
	codeForbidden       = code("forbidden")
	codeUnauthenticated = code("unauthenticated")
	codeIDReused        = code("id_reused")
	codeClaimLost       = code("claim_lost")
	codeConflict        = code("conflict")
	codeClosed          = code("closed")
	codeRateLimited     = code("rate_limited")
	codeUnavailable     = code("unavailable")
	codeResync          = code("resync")
	codeInternal        = code("internal")
)

// sentence is the detail of an error frame: what to do about it. It never says
// what came in or how things are built.
func (c code) sentence() string {
	switch c {
	case codeBadJSON:
		return "Send one JSON object in UTF-8 per frame, each name once."
	case codeBadFrame:
		return "Send an object with a type; hello comes first and once."
	case codeUnknownType:
		return "Send one of the types this socket documents."
	case codeUnknownField:
		return "Leave out members that this type does not have."
	case codeMissingField:
		return "Add the members that this type requires."
	case codeBadType:
		return "Give every member the JSON type the contract names."
	case codeBadValue:
		return "Give every member a value the contract allows."
	case codeTooLong:
		return "Shorten the text to the limits given in welcome."
	case codeTooMany:
		return "Send fewer entries."
	case codeNotFound:
		return "Use an id that this connection was given."
	case codeForbidden:
		return "Leave this to somebody whose role allows it."
	case codeUnauthenticated:
		return "Start with a hello that carries a valid session or token."
	case codeIDReused:
		return "Give a new text a new id."
	case codeClaimLost:
		return "Claim the handoff before you write."
	case codeConflict:
		return "Wait for the next event; the state does not allow this now."
	case codeClosed:
		return "Start a new conversation; this one has ended."
	case codeRateLimited:
		return "Wait as long as retry_after_ms says, then send it again."
	case codeUnavailable:
		return "Send the same frame again with the same id."
	case codeResync:
		return "Load the conversation again from 0."
	case codeInternal:
		return "Send the same frame again later with the same id."
	}
	return codeInternal.sentence()
}

// retryable reports whether the same frame may succeed later.
func (c code) retryable() bool {
	return c == codeRateLimited || c == codeUnavailable || c == codeInternal
}

// mistake reports whether the client's program is at fault, so that a number of
// these close the socket.
func (c code) mistake() bool {
	switch c {
	case codeBadJSON, codeBadFrame, codeUnknownType, codeUnknownField, codeMissingField, codeBadType, codeBadValue, codeTooMany:
		return true
	}
	return false
}

// refusal is the error a frame is answered with.
type refusal struct {
	code  code
	wait  time.Duration // before it is worth trying again; 0: not said
	by    string        // the agent who has the case; "": not said
	why   string        // what to do about it, where the code's own sentence is too wide
	close *bye          // what follows; nil: the socket stays
}

// Error is for logs.
func (r refusal) Error() string { return string(r.code) }

// retryUnavailable is how long a client should wait for a database that does
// not answer.
const retryUnavailable = time.Second

// refuse gives an error of a lower floor its code. What is not known here is
// internal and never shown.
func refuse(err error) refusal {
	if r, ok := errors.AsType[refusal](err); ok {
		return r
	}
	if e, ok := errors.AsType[*strictjson.Error](err); ok {
		return refusal{code: code(e.Code)}
	}
	if held, ok := errors.AsType[*chat.HeldError](err); ok {
		return refusal{code: codeConflict, by: held.By}
	}
	switch {
	case errors.Is(err, chat.ErrUnauthenticated):
		return refusal{code: codeUnauthenticated, close: byeUnauthenticated()}
	case errors.Is(err, chat.ErrForbidden):
		return refusal{code: codeForbidden}
	case errors.Is(err, chat.ErrNotFound):
		return refusal{code: codeNotFound}
	case errors.Is(err, chat.ErrConflict):
		return refusal{code: codeConflict}
	case errors.Is(err, chat.ErrClaimLost):
		return refusal{code: codeClaimLost}
	case errors.Is(err, chat.ErrClosed):
		return refusal{code: codeClosed}
	case errors.Is(err, chat.ErrIDReused):
		return refusal{code: codeIDReused}
	case errors.Is(err, chat.ErrBadValue):
		return refusal{code: codeBadValue}
	case errors.Is(err, chat.ErrAsksSecret):
		return refusal{code: codeBadValue, why: "Rephrase it: nobody may ask a customer for a password, code, key or recovery words."}
	case errors.Is(err, chat.ErrResync):
		return refusal{code: codeResync}
	case errors.Is(err, chat.ErrUnavailable), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return refusal{code: codeUnavailable, wait: retryUnavailable}
	}
	return refusal{code: codeInternal, wait: retryUnavailable}
}
