package chat

import "testing"

// A replica that stands still for more than half the grace was heard of shortly
// before: its agents keep their cases.
func TestPresence_OutlastsAStandstill(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	other := h.another(h.Store, h.Bus)
	h.desk(ana)
	conv, _ := h.held(ana)
	const step = grace / 20
	for round := range 5 {
		for range 21 + 3*round { // another moment of its round each time
			h.pass(step)
			other.Sweep(t.Context())
		}
		for range 12 { // the first replica stands still
			h.mu.Lock()
			h.at = h.at.Add(step)
			h.mu.Unlock()
			other.Sweep(t.Context())
		}
		equal(t, "kept", h.owner(conv), agents)
	}
}
