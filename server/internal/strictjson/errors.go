package strictjson

import (
	"errors"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Code says what is wrong with a text. The set is closed; the strings are the
// codes of the wire.
type Code string

// The codes this package answers with.
const (
	// BadJSON: not JSON, or JSON that can be read in two ways.
	BadJSON Code = "bad_json"
	// BadFrame: JSON, but not an object with a "type".
	BadFrame Code = "bad_frame"
	// UnknownField: a member the target does not have.
	UnknownField Code = "unknown_field"
	// MissingField: a required member is absent, or null where null means absent.
	MissingField Code = "missing_field"
	// BadType: a value of another JSON type than the target's.
	BadType Code = "bad_type"
	// BadValue: the right type, but a value the target cannot take.
	BadValue Code = "bad_value"
)

// Error is the only error of this package. It never holds input.
type Error struct {
	// Code is the kind of mistake.
	Code Code
	// Pointer is the JSON Pointer (RFC 6901) of the nearest place the target
	// type knows; "" is the whole text.
	Pointer string
}

// Error names the code and the place.
func (e *Error) Error() string {
	if e.Pointer == "" {
		return string(e.Code)
	}
	return string(e.Code) + " at " + e.Pointer
}

// Field is the last name or index of the pointer, "" for the whole text.
func (e *Error) Field() string { return jsontext.Pointer(e.Pointer).LastToken() }

// translate turns an error of the JSON library into ours. The pointer it
// returns may still hold names out of the input.
func translate(err error) (Code, jsontext.Pointer) {
	semantic, ok := errors.AsType[*json.SemanticError](err)
	if !ok {
		if syntactic, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
			return BadJSON, syntactic.JSONPointer
		}
		return BadJSON, ""
	}
	switch {
	case errors.Is(semantic.Err, json.ErrUnknownName):
		return UnknownField, semantic.JSONPointer.Parent()
	case semantic.Err == nil:
		return BadType, semantic.JSONPointer
	case errors.Is(semantic.Err, strconv.ErrSyntax), errors.Is(semantic.Err, strconv.ErrRange):
		return BadValue, semantic.JSONPointer
	case isText(semantic.GoType) && semantic.JSONKind != jsontext.KindString:
		return BadType, semantic.JSONPointer
	}
	return BadValue, semantic.JSONPointer
}
