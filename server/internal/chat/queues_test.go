package chat

import "testing"

// An agent's own queues narrow their role's and never widen them.
func TestQueues_OfOneAgent(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	theft := AgentPerson{ID: "t", Name: "T", Role: "supervisor", Queues: []string{"account_security"}}
	_, review := h.waiting()
	_, stolen := h.stolen()
	fails(h.Claim(ctx, theft, review))(t, ErrNotFound)
	equal(t, "next", must(h.ClaimNext(ctx, theft))(t).Handoff.ID, stolen)
	if c := must(h.ClaimNext(ctx, theft))(t); c.Handoff != nil {
		t.Errorf("a case of another queue: %+v", c.Handoff)
	}
	_, stolen = h.stolen()
	wider := AgentPerson{ID: "w", Name: "W", Role: "agent", Queues: []string{"account_security"}}
	fails(h.Claim(ctx, wider, stolen))(t, ErrNotFound)
	welcome, desk, err := h.AgentHello(ctx, wider)
	ok(t, err)
	desk.Close()
	equal(t, "seen", len(welcome.Handoffs)+len(welcome.Queues), 0)
}
