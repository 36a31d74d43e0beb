package api

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"usher/server/internal/strictjson"
)

// faults are the values of a body that the description does not allow, each
// with its place. strictjson has read the body before.
func (c *contract) faults(rt *route, raw []byte) []fault {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return []fault{{Pointer: new(""), Code: string(strictjson.BadJSON)}}
	}
	failure, ok := errors.AsType[*jsonschema.ValidationError](c.bodies[rt.name].Validate(value))
	if !ok {
		return nil
	}
	found := map[string]fault{} // one for each place
	leaves(failure, func(leaf *jsonschema.ValidationError) {
		place := pointer(leaf.InstanceLocation)
		f := fault{Code: "bad_value"}
		switch k := leaf.ErrorKind.(type) {
		case *kind.MaxLength:
			f.Code = "too_long"
		case *kind.Required:
			f.Code = string(strictjson.MissingField)
			place += "/" + k.Missing[0]
		case *kind.MaxProperties, *kind.MaxItems:
			f.Code = "too_many"
		}
		f.Pointer = &place
		found[place] = f
	})
	out := make([]fault, 0, len(found))
	for _, place := range slices.Sorted(maps.Keys(found)) {
		out = append(out, found[place])
	}
	return out
}

func leaves(e *jsonschema.ValidationError, visit func(*jsonschema.ValidationError)) {
	if len(e.Causes) == 0 {
		visit(e)
	}
	for _, cause := range e.Causes {
		leaves(cause, visit)
	}
}

// free are the members whose own members' names are the client's: a pointer
// ends there, for no input comes back in an answer.
var free = []string{"metadata", "form"}

// pointer writes a place as RFC 6901 does. The names are ours, with nothing in
// them to escape.
func pointer(tokens []string) string {
	var b strings.Builder
	for _, token := range tokens {
		_, _ = b.WriteString("/" + token)
		if slices.Contains(free, token) {
			break
		}
	}
	return b.String()
}
