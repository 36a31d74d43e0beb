package strictjson

import (
	"bytes"
	"reflect"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Decode reads data, which must be exactly one JSON value, into what v points
// to. The error is an *[Error]; *v is then in no defined state.
//
// Members map to fields by the json tag, in exact case. A field tagged
// `strict:"required"` must be there. null is taken where the field is a
// pointer, slice, map or interface and means absent; elsewhere it is [BadType].
// Whole numbers must be written as such: 1.0 for an int is [BadValue].
func Decode(data []byte, v any) error { return decode(data, survey(data), v) }

func decode(data []byte, found findings, v any) error {
	target := reflect.TypeOf(v)
	if found.tooDeep {
		return &Error{Code: BadJSON}
	}
	if found.forbidden >= 0 {
		if !wellFormed(data, found) {
			return &Error{Code: BadJSON}
		}
		return &Error{Code: BadValue, Pointer: known(target, pointerAt(data, found.forbidden))}
	}
	if err := json.Unmarshal(data, v, json.RejectUnknownMembers(true)); err != nil {
		code, pointer := translate(err)
		return &Error{Code: code, Pointer: known(target, pointer)}
	}
	if !found.nulls && complete(reflect.ValueOf(v)) {
		return nil
	}
	if failure := inspect(jsontext.NewDecoder(bytes.NewReader(data)), target.Elem()); failure != nil {
		failure.Pointer = known(target, jsontext.Pointer(failure.Pointer))
		return failure
	}
	return nil
}

// pointerAt returns the pointer of the token that covers the offset, in data
// that is well formed but for half surrogate pairs.
func pointerAt(data []byte, offset int) jsontext.Pointer {
	decoder := jsontext.NewDecoder(bytes.NewReader(data), jsontext.AllowInvalidUTF8(true))
	for {
		if _, err := decoder.ReadToken(); err != nil {
			return ""
		}
		if decoder.InputOffset() > int64(offset) {
			return decoder.StackPointer()
		}
	}
}
