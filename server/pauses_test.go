package main

import (
	"fmt"
	"slices"
	"syscall"
	"testing"
	"time"

	"usher/server/internal/store"
)

// late is what agents write who no longer have the case.
const late = "too late"

// A replica stands still for longer than the grace, as a machine in trouble
// does, while an agent at it holds cases and goes on writing. Others take the
// cases meanwhile. When it goes on, nothing that it still had to do is done
// (G5): no message, no transfer and no ending by who has lost the case. Who was
// at work elsewhere all the time loses nothing.
func TestFault_APausedReplicaHoldsNoCase(t *testing.T) {
	t.Parallel()
	f, postgres, _ := three(t, "--agent-grace", "3s")
	o := newOffice(t, f)
	staff := o.hire(postgres.URL(), 3)
	ana, bo, steady := staff[0], staff[1], staff[2]
	steady.at = f.addressOf(2)
	kept := o.give(steady, 1)[0]
	pauses, refused := times(5, 50), 0
	for i := range pauses {
		paused, other := i%2, 1-i%2
		ana.move(f.addressOf(paused))
		bo.move(f.addressOf(other))
		held := o.give(ana, 4)
		if i == 0 { // the grace is three times as long
			o.writes(ana, held[0], "hello")
		}
		f.signal(paused, syscall.SIGSTOP)
		ana.calls(
			frame{"type": "message.send", "conversation": o.arrival(held[0]).conversation, "text": late},
			frame{"type": "message.send", "conversation": o.arrival(held[1]).conversation, "text": late},
			frame{"type": "handoff.transfer", "handoff": held[2], "queue": "supervisor"},
			frame{"type": "handoff.complete", "handoff": held[3], "outcome": "answered"},
		)
		o.takes(bo, held)
		for _, h := range held {
			o.writes(bo, h, "hello again")
		}
		o.must(bo.ask(frame{"type": "handoff.transfer", "handoff": held[1], "queue": "supervisor"}))
		elsewhere := &worker{o: o, name: ana.name, token: ana.token, at: bo.at, n: 1000 * (i + 1)}
		for _, h := range held {
			if got := elsewhere.ask(frame{"type": "message.send", "conversation": o.arrival(h).conversation, "text": late}); got["code"] != "claim_lost" {
				t.Errorf("the agent who has moved wrote to %s: %v", h, got)
			}
		}
		elsewhere.leave()
		o.takes(bo, held[1:2])
		f.signal(paused, syscall.SIGCONT)
		for _, got := range ana.answers(4) {
			if got["type"] == "ack" {
				t.Errorf("after the pause: %v", got)
			}
			if got["code"] == "claim_lost" || got["code"] == "conflict" {
				refused++
			}
		}
		for _, h := range held {
			o.must(bo.ask(frame{"type": "handoff.complete", "handoff": h, "outcome": "answered"}))
		}
		o.writes(steady, kept, "still here")
	}
	written := o.noneLate(postgres.URL())
	t.Logf("%d pauses, %d calls refused after them, %d messages stored", pauses, refused, written)
	if refused < 3*pauses || written < 5*pauses {
		t.Error("too little happened")
	}
	if n := len(o.owned(postgres.URL())[o.arrival(kept).conversation]); n != 2 {
		t.Errorf("the case of who was at work all the time changed hands %d times", n-1)
	}
}

func (f *fleet) addressOf(i int) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.replicas[i].addr
}

// give lets n cases come, one of them a theft, and an agent take them.
func (o *office) give(w *worker, n int) []string {
	o.t.Helper()
	var held []string
	for i := range n {
		if !o.join(i == 1) {
			o.t.Fatal("nobody can join")
		}
	}
	for range n {
		held = append(held, o.must(w.ask(frame{"type": "handoff.claim_next"}))["handoff"].(map[string]any)["id"].(string))
	}
	return held
}

// takes lets an agent claim until they have all of these.
func (o *office) takes(w *worker, wanted []string) {
	o.t.Helper()
	var got []string
	for len(got) < len(wanted) {
		if h, some := o.must(w.ask(frame{"type": "handoff.claim_next"}))["handoff"].(map[string]any); some {
			if id := h["id"].(string); slices.Contains(wanted, id) {
				got = append(got, id)
				continue
			}
			o.t.Fatalf("%s got %v, which nobody had lost", w.name, h["id"])
		}
		select {
		case <-o.t.Context().Done():
			o.t.Fatal("the cases do not come back")
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (o *office) writes(w *worker, h, text string) {
	o.t.Helper()
	o.must(w.ask(frame{"type": "message.send", "conversation": o.arrival(h).conversation, "text": text}))
}

// must ends the test where a call was not acked.
func (o *office) must(got frame) frame {
	o.t.Helper()
	if got["type"] != "ack" {
		o.t.Fatalf("not acked: %v", got)
	}
	return got
}

// noneLate looks at every conversation as it is stored: nobody's message stands
// where another had the case, and nothing that was refused is there. It returns
// how many messages agents wrote.
func (o *office) noneLate(database string) (written int) {
	o.t.Helper()
	st, err := store.Open(o.t.Context(), store.Options{DatabaseURL: database})
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	for h, joined := range o.joined {
		written += onlyHolders(o.t, st, joined.conversation)
		messages, err := st.Messages(o.t.Context(), joined.conversation, 0, 1<<20)
		if err != nil {
			o.t.Fatal(err)
		}
		for _, m := range messages {
			if m.From == "agent" && m.Text == late {
				o.t.Errorf("%s: a message is stored that was refused", h)
			}
		}
	}
	return written
}

// move ends the agent's connection and begins another there.
func (w *worker) move(at string) {
	w.o.t.Helper()
	w.leave()
	if w.at = at; !w.connect() {
		w.o.t.Fatalf("%s cannot connect", w.name)
	}
}

func (w *worker) leave() {
	if w.conn != nil {
		_ = w.conn.Close()
		w.conn = nil
	}
}

// calls sends calls without waiting for their answers.
func (w *worker) calls(all ...frame) {
	w.o.t.Helper()
	for _, f := range all {
		w.n++
		f["id"] = fmt.Sprintf("%s-%d", w.name, w.n)
		if err := w.conn.WriteJSON(f); err != nil {
			w.o.t.Fatal(err)
		}
	}
}

// answers reads the next n answers, or what comes of them.
func (w *worker) answers(n int) (all []frame) {
	for len(all) < n {
		_ = w.conn.SetReadDeadline(time.Now().Add(patience))
		var f frame
		if w.conn.ReadJSON(&f) != nil {
			return all
		}
		if f["type"] == "ack" || f["type"] == "error" {
			all = append(all, f)
		}
	}
	return all
}
