package main

import (
	"time"
)

// comeBack lets nine agents take a case each and go in three ways at a known
// moment: their sockets are cut, their replica is killed, they say that they are
// away. Each case is back at the head of its class within the grace and ten
// seconds, three times the grace where the agent had written.
func (v *vanishing) comeBack(staff []*worker) {
	v.t.Helper()
	type gone struct {
		conversation string
		wrote        bool
	}
	var left []gone
	for i, w := range staff {
		w.move(v.f.addressOf(i / 3))
		h := v.must(w.ask(frame{"type": "handoff.claim_next"}))["handoff"].(map[string]any)
		g := gone{h["conversation"].(string), i%3 == 0}
		if g.wrote {
			v.must(w.ask(frame{"type": "message.send", "conversation": g.conversation, "text": "hello"}))
		}
		left = append(left, g)
	}
	at := time.Now().Truncate(time.Millisecond)
	for _, w := range staff[0:3] {
		w.leave()
	}
	v.f.kill(1)
	for _, w := range staff[6:9] {
		v.must(w.ask(frame{"type": "presence.set", "state": "away"}))
	}
	said := time.Since(at)
	v.settled()
	v.f.start(1)
	for i, g := range left {
		grace := vanishGrace
		if g.wrote {
			grace *= 3
		}
		all := ownerships(v.t, v.st, g.conversation)
		// The grace counts from the last sign of life that was written, and one is
		// written four times within it.
		if took := all[len(all)-1].at.Sub(at); took < grace-vanishGrace/4 || took > grace+said+10*time.Second {
			v.t.Errorf("agent %d's case came back after %v, the grace is %v", i, took, grace)
		}
		rows, err := v.st.HandoffsOfConversation(v.t.Context(), g.conversation)
		if err != nil || rows[0].Front != 1 {
			v.t.Errorf("agent %d's case is not at the head of its class: %+v, %v", i, rows, err)
		}
	}
	v.headFirst()
}

// headFirst checks that what came back stands before everything else of its queue.
func (v *vanishing) headFirst() {
	v.t.Helper()
	for _, q := range everyQueue {
		waiting, _, err := v.st.OpenHandoffs(v.t.Context(), []string{q}, 1<<20)
		if err != nil {
			v.t.Fatal(err)
		}
		for i := 1; i < len(waiting); i++ {
			if waiting[i].Front > waiting[i-1].Front {
				v.t.Errorf("%s stands behind what never left the queue", waiting[i].ID)
			}
		}
	}
}
