package main

import (
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"usher/handoff"
	"usher/server/internal/store"
)

// Agents vanish with a third of what they take, consoles and replicas are
// killed in the middle of claims, transfers and endings, and people take their
// requests back. Every case is then waiting in exactly one queue or over, and
// those that wait are all served (G7).
func TestFault_NoCaseIsLost(t *testing.T) {
	t.Parallel()
	f, postgres, _ := three(t, "--agent-grace", vanishGrace.String())
	o := newOffice(t, f)
	staff := o.hire(postgres.URL(), 17)
	st, err := store.Open(t.Context(), store.Options{DatabaseURL: postgres.URL()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	v := &vanishing{office: o, st: st}
	wanted := times(60, 500)
	for i := range 3 {
		o.all.Go(func() { v.people(wanted/3, uint64(i)) })
	}
	for _, w := range staff[:8] {
		o.all.Go(func() { v.work(w) })
	}
	for kill := int64(1); v.count() < wanted || kill < 6; {
		select {
		case <-t.Context().Done():
			t.Fatal("too slow")
		case <-time.After(10 * time.Millisecond):
		}
		if v.calls.Load() > kill*int64(wanted)/2 {
			f.kill(int(kill % 3))
			f.start(int(kill % 3))
			kill++
		}
	}
	o.stop()
	v.settled()
	states := v.queuedOnce()
	for range 20 {
		if !o.join(false) {
			t.Fatal("nobody can join")
		}
	}
	v.comeBack(staff[8:])
	waiting := v.queuedOnce()["queued"]
	for got := staff[0].ask(frame{"type": "handoff.claim_next"}); got["handoff"] != nil; got = staff[0].ask(frame{"type": "handoff.claim_next"}) {
		h := o.must(got)["handoff"].(map[string]any)
		o.must(staff[0].ask(frame{"type": "handoff.complete", "handoff": h["id"], "outcome": "answered"}))
	}
	v.allOver()
	t.Logf("%d cases, %d calls, %d left by who had taken them", len(o.joined), v.calls.Load(), v.left.Load())
	if int(v.left.Load()) < wanted/6 || states["withdrawn"] == 0 || states["completed"] == 0 || waiting < 20 {
		t.Error("too little happened")
	}
}

const vanishGrace = 3 * time.Second

type vanishing struct {
	*office
	st          *store.Store
	calls, left atomic.Int64
}

func (v *vanishing) count() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.joined)
}

// people come until there are so many; each tenth takes the request back.
func (v *vanishing) people(n int, seed uint64) {
	random := rand.New(rand.NewPCG(11, seed))
	for n > 0 {
		select {
		case <-v.over:
			return
		default:
		}
		conn, h := v.come(random.IntN(4) == 0)
		if h == "" {
			continue
		}
		if random.IntN(10) == 0 {
			_ = conn.WriteJSON(frame{"type": "handoff.withdraw"})
			var f frame
			for f["type"] != "handoff.withdrawn" && f["type"] != "error" && conn.ReadJSON(&f) == nil {
				continue
			}
		}
		_ = conn.Close()
		n--
	}
}

// work takes cases; a third of them it leaves as if its console had crashed, and
// finds again, if they are still its own, when it is back.
func (v *vanishing) work(w *worker) {
	for {
		select {
		case <-v.over:
			w.leave()
			return
		default:
		}
		got := w.ask(frame{"type": "handoff.claim_next"})
		v.calls.Add(1)
		h, some := got["handoff"].(map[string]any)
		if !some {
			for _, id := range v.own(w) {
				_ = w.ask(frame{"type": "handoff.complete", "handoff": id, "outcome": "answered"})
			}
			continue
		}
		id := h["id"].(string)
		if w.random.IntN(2) == 0 {
			w.ask(frame{"type": "message.send", "conversation": h["conversation"], "text": "hello"})
		}
		v.calls.Add(1)
		switch w.random.IntN(6) {
		case 0, 1:
			w.leave()
			v.left.Add(1)
		case 2:
			w.ask(frame{"type": "handoff.release", "handoff": id})
		case 3:
			w.ask(frame{"type": "handoff.transfer", "handoff": id, "queue": "supervisor"})
		default:
			w.ask(frame{"type": "handoff.complete", "handoff": id, "outcome": "answered"})
		}
	}
}

// own are the cases that an agent has now.
func (v *vanishing) own(w *worker) []string {
	rows, err := v.st.HandoffsOfAgent(v.t.Context(), "id-"+w.name)
	if err != nil {
		return nil
	}
	var ids []string
	for _, h := range rows {
		ids = append(ids, h.ID)
	}
	return ids
}

// rows are all cases as they are stored.
func (v *vanishing) rows() (all []store.Handoff) {
	v.t.Helper()
	for h, joined := range v.joined {
		rows, err := v.st.HandoffsOfConversation(v.t.Context(), joined.conversation)
		if err != nil || len(rows) != 1 || rows[0].ID != h {
			v.t.Fatalf("%s: %d cases, %v", h, len(rows), err)
		}
		all = append(all, rows...)
	}
	return all
}

// settled waits until nobody holds a case any more.
func (v *vanishing) settled() {
	v.t.Helper()
	late := time.NewTimer(3*vanishGrace + time.Minute)
	defer late.Stop()
	for {
		_, held, err := v.st.OpenHandoffs(v.t.Context(), everyQueue, 1)
		if err != nil {
			v.t.Fatal(err)
		}
		if len(held) == 0 {
			return
		}
		select {
		case <-late.C:
			v.t.Fatalf("%d cases are still held by agents who are gone", len(held))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

var everyQueue = []string{handoff.AccountSecurity, handoff.KYCReview, handoff.Supervisor}

// queuedOnce checks that what waits stands in exactly one queue, and that the
// conversation says the same. It returns how many cases are in which state.
func (v *vanishing) queuedOnce() map[string]int {
	v.t.Helper()
	places := map[string]int{}
	for _, q := range everyQueue {
		all, err := v.st.Positions(v.t.Context(), q, 1<<20)
		if err != nil {
			v.t.Fatal(err)
		}
		for _, p := range all {
			places[p.Handoff]++
		}
	}
	states := map[string]int{}
	for _, h := range v.rows() {
		states[h.State]++
		want, owner := 0, "bot"
		if h.State == store.StateQueued {
			want, owner = 1, "queue"
		}
		c, err := v.st.Load(v.t.Context(), h.Conversation)
		if err != nil || places[h.ID] != want || c.Owner != owner {
			v.t.Errorf("%s is %s, stands in %d queues, and its conversation is the %s's (%v)", h.ID, h.State, places[h.ID], c.Owner, err)
		}
	}
	v.t.Logf("so the cases stand: %v", states)
	return states
}

// allOver checks that each case was ended once, by a person who had it, or
// taken back.
func (v *vanishing) allOver() {
	v.t.Helper()
	for _, h := range v.rows() {
		events, err := v.st.Events(v.t.Context(), h.Conversation, 0, 1<<20)
		if err != nil {
			v.t.Fatal(err)
		}
		ended, held := 0, false
		for _, e := range events {
			switch e.Type {
			case "handoff.accepted":
				held = true
			case "handoff.queued":
				held = false
			case "handoff.withdrawn":
				ended++
			case "handoff.completed":
				ended++
				if !held {
					v.t.Errorf("%s was ended by nobody who had it", h.ID)
				}
			}
		}
		if ended != 1 || h.State != "completed" && h.State != "withdrawn" {
			v.t.Errorf("%s is %s after %d endings", h.ID, h.State, ended)
		}
	}
}
