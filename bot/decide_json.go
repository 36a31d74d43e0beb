package bot

import (
	"encoding/json"
	"time"

	"usher/handoff"
)

// MarshalJSON writes the decision as the protocol's decide answers it: every
// list present, durations in Go's text, times in RFC 3339 UTC, and
// cancellable_at and resubmit_after only where the table gives them.
func (d Decision) MarshalJSON() ([]byte, error) {
	wire := struct {
		Advice        Advice           `json:"advice"`
		Phase         Phase            `json:"phase"`
		Facts         []string         `json:"facts"`
		Queue         string           `json:"queue"`
		Priority      handoff.Priority `json:"priority"`
		CancellableAt *time.Time       `json:"cancellable_at,omitempty"`
		ResubmitAfter string           `json:"resubmit_after,omitempty"`
		Warnings      []string         `json:"warnings"`
		Missing       []string         `json:"missing"`
		Policy        string           `json:"policy"`
	}{
		Advice: d.Advice, Phase: d.Phase, Facts: d.Facts, Queue: d.Queue, Priority: d.Priority,
		Warnings: d.Warnings, Missing: d.Missing, Policy: d.Policy,
	}
	if !d.CancellableAt.IsZero() {
		at := d.CancellableAt.UTC()
		wire.CancellableAt = &at
	}
	if d.ResubmitAfter != nil {
		wire.ResubmitAfter = d.ResubmitAfter.String()
	}
	return json.Marshal(wire)
}
