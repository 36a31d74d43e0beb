package handoff

import (
	"slices"
	"time"
)

// Source says where a field's value comes from.
type Source string

// A field is typed by the person or signed by the host app.
const (
	FromUser Source = "user"
	FromApp  Source = "app"
)

// Field is one detail of the request, exactly as it was given.
type Field struct {
	Value  string `json:"value"`
	Source Source `json:"source"`
}

// Given reports whether the field has a value; "unknown" is one.
func (f Field) Given() bool { return f.Value != "" }

// Fields are the details of G4.4. SubmittedAt is RFC 3339 in UTC or "unknown".
type Fields struct {
	Email       Field `json:"email,omitzero"`
	SubmittedAt Field `json:"submitted_at,omitzero"`
	Status      Field `json:"status,omitzero"`
	Reason      Field `json:"reason,omitzero"`
}

// Unknown is the value of a field whose answer the person does not know.
const Unknown = "unknown"

// Submitted is the submission time, if one is known.
func (f Fields) Submitted() (time.Time, bool) {
	at, err := time.Parse(time.RFC3339, f.SubmittedAt.Value)
	return at, err == nil
}

// Missing lists which details of G4.4 were not given, in the guide's order.
func (f Fields) Missing() []string {
	missing := []string{}
	for _, e := range []struct {
		id    string
		field Field
	}{
		{"email", f.Email},
		{"submitted_at", f.SubmittedAt},
		{"status", f.Status},
		{"reason", f.Reason},
	} {
		if !e.field.Given() {
			missing = append(missing, e.id)
		}
	}
	return slices.Clip(missing)
}
