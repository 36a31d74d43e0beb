package strictjson

import (
	"encoding"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// isText reports whether JSON gives a value of this type as a string it parses
// itself.
func isText(t reflect.Type) bool {
	return t != nil && reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// isLeaf reports whether a type reads its own JSON, so that its fields are none
// of ours.
func isLeaf(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return isText(t) || p.Implements(reflect.TypeFor[json.Unmarshaler]()) ||
		p.Implements(reflect.TypeFor[json.UnmarshalerFrom]())
}

// member is one JSON member of a struct.
type member struct {
	name     string
	typ      reflect.Type
	required bool
}

// members lists what a struct can hold, those of embedded structs included.
func members(t reflect.Type) []member {
	var all []member
	for field := range t.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous && name == "" && field.Type.Kind() == reflect.Struct && !isLeaf(field.Type):
			all = append(all, members(field.Type)...)
			continue
		case !field.IsExported() || name == "-":
			continue
		case name == "":
			name = field.Name
		}
		all = append(all, member{name: name, typ: field.Type, required: isRequired(field)})
	}
	return all
}

func isRequired(field reflect.StructField) bool { return field.Tag.Get("strict") == "required" }

func find(all []member, name string) (member, bool) {
	for _, m := range all {
		if m.name == name {
			return m, true
		}
	}
	return member{}, false
}

// known cuts a pointer at the first name the type does not have, so that only
// names of our own source leave the house. The keys of maps are input too.
func known(t reflect.Type, pointer jsontext.Pointer) string {
	var kept jsontext.Pointer
	for token := range pointer.Tokens() {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		switch {
		case isLeaf(t):
			return string(kept)
		case t.Kind() == reflect.Struct:
			m, ok := find(members(t), token)
			if !ok {
				return string(kept)
			}
			t = m.typ
		case t.Kind() == reflect.Slice, t.Kind() == reflect.Array:
			if _, err := strconv.ParseUint(token, 10, 32); err != nil {
				return string(kept)
			}
			t = t.Elem()
		default:
			return string(kept)
		}
		kept = kept.AppendToken(token)
	}
	return string(kept)
}

// complete reports, without looking at the text again, that no required member
// can be missing: each is different from its zero value. When in doubt it says
// no, and inspect decides.
func complete(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer:
		return v.IsNil() || complete(v.Elem())
	case reflect.Slice, reflect.Array:
		if k := v.Type().Elem().Kind(); k != reflect.Struct && k != reflect.Pointer && k != reflect.Map {
			return true
		}
		for i := range v.Len() {
			if !complete(v.Index(i)) {
				return false
			}
		}
	case reflect.Map:
		k := v.Type().Elem().Kind()
		return k != reflect.Struct && k != reflect.Pointer && k != reflect.Slice && k != reflect.Map
	case reflect.Struct:
		t := v.Type()
		if isLeaf(t) {
			return true
		}
		for i := range v.NumField() {
			field := v.Field(i)
			if field.IsZero() && isRequired(t.Field(i)) || !complete(field) {
				return false
			}
		}
	}
	return true
}

// inspect reads one value beside its type and finds what the decoder does not
// mind: required members that are absent, and null where the type has no
// "nothing". The text is known to be well formed and to fit the type.
func inspect(decoder *jsontext.Decoder, t reflect.Type) *Error {
	nullable := t.Kind() == reflect.Map || t.Kind() == reflect.Slice || t.Kind() == reflect.Interface
	for t.Kind() == reflect.Pointer {
		t, nullable = t.Elem(), true
	}
	kind := decoder.PeekKind()
	if kind == jsontext.KindNull && !nullable && (isText(t) || !isLeaf(t)) {
		_ = decoder.SkipValue()
		return &Error{Code: BadType, Pointer: string(decoder.StackPointer())}
	}
	var elem reflect.Type
	switch {
	case isLeaf(t):
	case kind == jsontext.KindBeginObject && t.Kind() == reflect.Struct:
		return inspectStruct(decoder, members(t))
	case kind == jsontext.KindBeginObject && t.Kind() == reflect.Map,
		kind == jsontext.KindBeginArray && (t.Kind() == reflect.Slice || t.Kind() == reflect.Array):
		elem = t.Elem()
	}
	if elem == nil {
		_ = decoder.SkipValue()
		return nil
	}
	_, _ = decoder.ReadToken()
	for !closes(decoder.PeekKind()) {
		if kind == jsontext.KindBeginObject {
			_, _ = decoder.ReadToken()
		}
		if failure := inspect(decoder, elem); failure != nil {
			return failure
		}
	}
	_, _ = decoder.ReadToken()
	return nil
}

func inspectStruct(decoder *jsontext.Decoder, all []member) *Error {
	_, _ = decoder.ReadToken()
	present := make(map[string]bool, len(all))
	for !closes(decoder.PeekKind()) {
		token, _ := decoder.ReadToken()
		name := token.String()
		m, ok := find(all, name)
		present[name] = decoder.PeekKind() != jsontext.KindNull
		if !ok {
			_ = decoder.SkipValue()
			continue
		}
		if failure := inspect(decoder, m.typ); failure != nil {
			return failure
		}
	}
	_, _ = decoder.ReadToken()
	for _, m := range all {
		if m.required && !present[m.name] {
			return &Error{Code: MissingField, Pointer: string(decoder.StackPointer().AppendToken(m.name))}
		}
	}
	return nil
}

// closes also stops at an invalid kind, so that no loop outlives the text.
func closes(kind jsontext.Kind) bool {
	return kind == jsontext.KindEndObject || kind == jsontext.KindEndArray || kind == jsontext.KindInvalid
}
