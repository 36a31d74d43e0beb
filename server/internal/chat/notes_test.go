package chat

import (
	"context"
	"testing"
)

// A remark reaches the consoles of all replicas, each once.
func TestNotes_ReachOtherReplicas(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	one := AgentPerson{ID: "one", Name: "One", Role: "agent"}
	boss := AgentPerson{ID: "boss", Name: "Boss", Role: "supervisor"}
	other := h.replica()
	running, stop := context.WithCancel(ctx)
	done := make(chan struct{}, 2)
	for _, s := range []*Service{h.Service, other} {
		go func() { s.tellNotes(running); done <- struct{}{} }()
	}
	desk := h.desk(one)
	conv, _ := h.held(one)
	_, far, err := other.AgentHello(ctx, boss)
	ok(t, err)
	must(other.Watch(ctx, boss, conv))(t)
	for _, text := range []string{"ask for the date", "and the email", "ask for the date"} {
		must(other.AddNote(ctx, boss, conv, text))(t)
		for what, d := range map[string]*Desk{"here": desk, "there": far} {
			if got := until(t, d, "note.created").Note; got.Text != text || got.Agent.ID != "boss" {
				t.Errorf("%s: %+v", what, got)
			}
		}
	}
	must(h.AddNote(ctx, one, conv, "done"))(t)
	for what, d := range map[string]*Desk{"here": desk, "there": far} {
		if got := until(t, d, "note.created").Note; got.Text != "done" {
			t.Errorf("%s, not once: %+v", what, got)
		}
	}
	far.Close()
	stop()
	<-done
	<-done
}
