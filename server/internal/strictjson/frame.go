package strictjson

import (
	"bytes"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Frame is one JSON object with a "type", proved to be well formed but not yet
// decoded. It refers to the bytes it was made from.
type Frame struct {
	// Type is the value of the member "type"; never empty.
	Type string
	// ID is the value of the member "id" when it is a string of 1 to 64 printable
	// code points, else "". It is meant for answering an error of this frame;
	// whether an id is required and good is for the decoded struct to say.
	ID string

	data  []byte
	found findings
}

// Peek reads what it takes to route a frame. The error is an *[Error]:
// [BadJSON] for what is not strict JSON, [BadFrame] for a value that is not an
// object with a non-empty "type", [BadType] for a type that is no string.
func Peek(data []byte) (Frame, error) {
	frame := Frame{data: data, found: survey(data)}
	if frame.found.tooDeep || !wellFormed(data, frame.found) {
		return Frame{}, &Error{Code: BadJSON}
	}
	i := space(data, 0)
	if data[i] != '{' {
		return Frame{}, &Error{Code: BadFrame}
	}
	typ, id := head(data, i+1)
	if typ == nil {
		return Frame{}, &Error{Code: BadFrame}
	}
	if id := unquote(id); shortID(id) {
		frame.ID = id
	}
	if typ[0] != '"' {
		return frame, &Error{Code: BadType, Pointer: "/type"}
	}
	if frame.Type = unquote(typ); frame.Type == "" {
		return frame, &Error{Code: BadFrame, Pointer: "/type"}
	}
	return frame, nil
}

// Decode fills the struct v points to, as [Decode] does. The struct must have
// a member "type", and "id" where clients send one.
func (f Frame) Decode(v any) error { return decode(f.data, f.found, v) }

// wellFormed reports whether data is one JSON value with unique names in valid
// UTF-8. A half surrogate pair is let through for Decode to report in its
// place.
func wellFormed(data []byte, found findings) bool {
	if found.forbidden < 0 {
		return jsontext.Value(data).IsValid()
	}
	return utf8.Valid(data) && jsontext.Value(data).IsValid(jsontext.AllowInvalidUTF8(true))
}

// head returns the raw values of the top-level members "type" and "id" of a
// well-formed object, given the offset just inside its brace.
func head(data []byte, i int) (typ, id []byte) {
	for {
		if i = space(data, i); data[i] != '"' {
			return typ, id
		}
		start := i
		i = endOfString(data, i+1) + 1
		name := data[start:i]
		i = space(data, space(data, i)+1) // past the colon
		start, i = i, endOfValue(data, i)
		switch {
		case named(name, `"type"`):
			typ = data[start:i]
		case named(name, `"id"`):
			id = data[start:i]
		}
		if i = space(data, i); data[i] != ',' {
			return typ, id
		}
		i++
	}
}

// named compares a quoted name with another, also when it is written with
// escapes.
func named(quoted []byte, want string) bool {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted) == want
	}
	return unquote(quoted) == want[1:len(want)-1]
}

// unquote returns the text of a JSON string, and "" for another value and for
// a string with a forbidden character.
func unquote(quoted []byte) string {
	if len(quoted) < 2 || quoted[0] != '"' {
		return ""
	}
	if end, forbidden := surveyString(quoted, 1); forbidden || end != len(quoted)-1 {
		return ""
	}
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1 : len(quoted)-1])
	}
	text, err := jsontext.AppendUnquote(nil, quoted)
	if err != nil {
		return ""
	}
	return string(text)
}
