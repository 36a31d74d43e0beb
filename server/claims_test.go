package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/gorilla/websocket"

	"usher/server/internal/store"
)

// A case as the agents may see it: waiting, with one of them, or over.
const (
	waits = ""
	over  = "over"
)

// act is one call of an agent about one case, and what came of it.
type act struct {
	agent, kind, handoff string // kind: claim, release, complete
	call, ret            int64
	done                 bool // it was acked
	unknown              bool // no answer came
	next                 bool // a claim of whatever comes next
}

// cases says what an agent may be told, case by case: at any moment at most one
// of them has it. An answer that did not come leaves open whether it was done.
var cases = (&porcupine.NondeterministicModel{
	Init: func() []any { return []any{waits} },
	Step: func(state, input, _ any) []any {
		holder, a := state.(string), input.(act)
		can, then := holder == a.agent, waits
		switch a.kind {
		case "claim":
			can, then = holder == waits || holder == a.agent, a.agent
		case "complete":
			then = over
		}
		switch {
		case a.unknown && can:
			return []any{holder, then}
		case a.unknown, !a.done && !can:
			return []any{holder}
		case a.done && can:
			return []any{then}
		}
		return nil
	},
	Equal: func(a, b any) bool { return a == b },
	DescribeOperation: func(input, _ any) string {
		a := input.(act)
		return fmt.Sprintf("%s %s: done %v, unknown %v", a.agent, a.kind, a.done, a.unknown)
	},
}).ToModel()

// office is agents who take cases from whichever replica answers.
type office struct {
	t     *testing.T
	f     *fleet
	start time.Time
	over  chan struct{}
	stop  func()
	all   sync.WaitGroup
	done  atomic.Int64

	mu   sync.Mutex
	acts []act
	// urgent has every case and whether it is a theft; all waited when the
	// office opened.
	urgent map[string]bool
}

// span is when a theft case certainly waited.
type span struct{ from, to int64 }

func (o *office) now() int64 { return int64(time.Since(o.start)) }

// worker is one agent at one replica at a time.
type worker struct {
	o      *office
	name   string
	token  string
	random *rand.Rand
	conn   *websocket.Conn
	held   string
	n      int
}

// sign signs an agent in.
func (o *office) sign(name string) string {
	o.t.Helper()
	body := `{"email":"` + name + `@northwind.example","password":"` + agentPassword + `"}`
	answer, err := http.Post("http://"+o.f.addr+"/agent/session", "application/json", strings.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var in struct {
		Token string `json:"token"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&in); err != nil || in.Token == "" {
		o.t.Fatalf("%s: %s, %v", name, answer.Status, err)
	}
	return in.Token
}

// notSent is the answer to a call that reached nobody.
var notSent = frame{"code": "not sent"}

// ask sends one call and waits for its answer; nil: none came.
func (w *worker) ask(f frame) frame {
	w.n++
	id := fmt.Sprintf("%s-%d", w.name, w.n)
	f["id"] = id
	if w.conn == nil && !w.connect() {
		return notSent
	}
	if w.conn.WriteJSON(f) == nil {
		for {
			_ = w.conn.SetReadDeadline(time.Now().Add(patience))
			var got frame
			if w.conn.ReadJSON(&got) != nil {
				break
			}
			if got["id"] == id && (got["type"] == "ack" || got["type"] == "error") {
				return got
			}
		}
	}
	_ = w.conn.Close()
	w.conn = nil
	return nil
}

func (w *worker) connect() bool {
	conn, answer, err := websocket.DefaultDialer.Dial("ws://"+w.o.f.addr+"/v1/agent", nil)
	if err != nil {
		return false
	}
	_ = answer.Body.Close()
	if conn.WriteJSON(frame{"type": "hello", "token": w.token}) != nil {
		_ = conn.Close()
		return false
	}
	w.conn = conn
	return true
}

// work takes the next case, or one that may be another's, and then gives it
// back or ends it.
func (w *worker) work() {
	for {
		select {
		case <-w.o.over:
			return
		default:
		}
		if w.held == "" {
			w.take()
			continue
		}
		kind := "release"
		f := frame{"type": "handoff.release", "handoff": w.held}
		if w.random.IntN(100) == 0 && !*long || w.random.IntN(1000) == 0 {
			kind = "complete"
			f = frame{"type": "handoff.complete", "handoff": w.held, "outcome": "answered"}
		}
		a := act{agent: w.name, kind: kind, handoff: w.held, call: w.o.now()}
		if got := w.ask(f); w.o.note(a, got) || got == nil || got["code"] == "conflict" {
			w.held = ""
		}
	}
}

func (w *worker) take() {
	a := act{agent: w.name, kind: "claim", call: w.o.now()}
	if h := w.o.some(w.random); h != "" && w.random.IntN(4) == 0 {
		a.handoff = h
		if got := w.ask(frame{"type": "handoff.claim", "handoff": h}); w.o.note(a, got) {
			w.held = h
		}
		return
	}
	got := w.ask(frame{"type": "handoff.claim_next"})
	if h, ok := got["handoff"].(map[string]any); ok {
		a.handoff, a.next = h["id"].(string), true
		w.o.note(a, got)
		w.held = a.handoff
	}
	if got == nil {
		// Which case it was, if any, is not known: whoever holds one afterwards
		// gets it again.
		w.o.lost(a)
	}
}

// note keeps what came of a call and reports whether it was acked.
func (o *office) note(a act, got frame) bool {
	a.ret, a.unknown, a.done = o.now(), got == nil || got["code"] == "unavailable", got["type"] == "ack"
	if !a.done && !a.unknown && got["code"] != "conflict" {
		return false // it was not looked at: too fast, or not sent
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.acts = append(o.acts, a)
	if a.done {
		o.done.Add(1)
	}
	return a.done
}

// lost notes a claim of the next case whose answer did not come: it may have
// taken any.
func (o *office) lost(a act) {
	a.ret, a.unknown = o.now(), true
	o.mu.Lock()
	defer o.mu.Unlock()
	for h := range o.urgent {
		a.handoff = h
		o.acts = append(o.acts, a)
	}
}

// some is a case that somebody had before.
func (o *office) some(random *rand.Rand) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.acts) == 0 {
		return ""
	}
	return o.acts[random.IntN(len(o.acts))].handoff
}

// theftFirst is the promise that theft comes first (G6): nobody got a normal
// case while a theft certainly waited, from before the call until after its
// answer. A theft certainly waits from the answer that it joined the queue until
// the next call that may have taken it.
func (o *office) theftFirst() {
	o.t.Helper()
	waited := map[string][]span{}
	for h, urgent := range o.urgent {
		if !urgent {
			continue
		}
		all := o.about(h)
		// since is when it joined the queue: asked for between call and ret.
		since := func(call, ret int64) {
			end := o.now()
			for _, a := range all {
				if a.kind == "claim" && (a.done || a.unknown) && a.ends() > call {
					end = min(end, max(a.call, ret))
				}
			}
			waited[h] = append(waited[h], span{ret, end})
		}
		since(-1, 0)
		for _, a := range all {
			if a.kind == "release" && a.done {
				since(a.call, a.ret)
			}
		}
	}
	for _, a := range o.acts {
		if !a.next || o.urgent[a.handoff] {
			continue
		}
		for h, spans := range waited {
			for _, s := range spans {
				if s.from < a.call && a.ret < s.to {
					o.t.Errorf("%s got %s while the theft %s waited", a.agent, a.handoff, h)
				}
			}
		}
	}
}

// about is what was done about a case.
func (o *office) about(h string) []act {
	var all []act
	for _, a := range o.acts {
		if a.handoff == h {
			all = append(all, a)
		}
	}
	return all
}

// ends is when a call has been done, if it was: a server gives up on its
// database within seconds.
func (a act) ends() int64 {
	if a.unknown {
		return a.ret + int64(10*time.Second)
	}
	return a.ret
}

// queue makes cases, each fourth a theft, and returns which are.
func queue(t *testing.T, addr string, n int) map[string]bool {
	t.Helper()
	urgent := map[string]bool{}
	for i := range n {
		conn, answer, err := websocket.DefaultDialer.Dial("ws://"+addr+"/v1/chat", nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		p := &peer{t: t, conn: conn}
		p.send(frame{"type": "hello"})
		p.until("welcome")
		if i%4 == 0 {
			p.send(frame{"type": "message.send", "id": "m", "text": "someone hacked my account"})
		} else {
			p.send(frame{"type": "handoff.request"})
		}
		h := p.until("handoff.queued")["handoff"].(map[string]any)
		urgent[h["id"].(string)] = h["priority"] == "urgent"
		_ = conn.Close()
	}
	return urgent
}

// Twelve agents on three replicas take, return and end the same cases while
// replicas are killed: never have two of them one case, and nobody gets another
// case while a theft waits (G5, G6).
func TestFault_ClaimsAreLinearizableAndTheftComesFirst(t *testing.T) {
	t.Parallel()
	f, postgres, _ := three(t, "--agent-grace", "1h")
	st, err := store.Open(t.Context(), store.Options{DatabaseURL: postgres.URL()})
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, f: f, start: time.Now(), over: make(chan struct{})}
	const agents, casesMade = 12, 60
	var workers []*worker
	for i := range agents {
		name := fmt.Sprintf("agent%d", i)
		if err := st.AddAgent(t.Context(), store.Agent{
			ID: "id-" + name, Email: name + "@northwind.example", Name: name, Role: "supervisor", PasswordHash: agentHash(), CreatedAt: time.Now(),
		}); err != nil {
			t.Fatal(err)
		}
		workers = append(workers, &worker{o: o, name: name, token: o.sign(name), random: rand.New(rand.NewPCG(7, uint64(i)))})
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	o.urgent = queue(t, f.addr, casesMade)
	o.stop = sync.OnceFunc(func() {
		close(o.over)
		o.all.Wait()
	})
	t.Cleanup(o.stop)
	for _, w := range workers {
		o.all.Go(w.work)
	}
	wanted := int64(times(3000, 30_000))
	for kill := int64(1); o.done.Load() < wanted; {
		select {
		case <-t.Context().Done():
			t.Fatal("too slow")
		case <-time.After(10 * time.Millisecond):
		}
		if o.done.Load() > kill*430 {
			f.kill(int(kill % 3))
			f.start(int(kill % 3))
			kill++
		}
	}
	o.stop()
	o.theftFirst()
	byCase := map[string][]porcupine.Operation{}
	clients := map[string]int{}
	for i, w := range workers {
		clients[w.name] = i
	}
	unknown := 0
	for _, a := range o.acts {
		ret := a.ret
		if a.unknown {
			unknown++
			ret = a.ends()
		}
		byCase[a.handoff] = append(byCase[a.handoff], porcupine.Operation{ClientId: clients[a.agent], Input: a, Call: a.call, Return: ret})
	}
	for h, ops := range byCase {
		if got := porcupine.CheckOperationsTimeout(cases, ops, 30*time.Second); got != porcupine.Ok {
			t.Errorf("%s: %d calls are %v", h, len(ops), got)
		}
	}
	t.Logf("%d calls about %d cases, %d with an unknown fate", len(o.acts), len(byCase), unknown)
}

func TestCases_TheModelRefusesTwoHolders(t *testing.T) {
	t.Parallel()
	one := func(agent, kind string, call int64, done, unknown bool) porcupine.Operation {
		return porcupine.Operation{Input: act{agent: agent, kind: kind, done: done, unknown: unknown}, Call: call, Return: call + 1}
	}
	for name, c := range map[string]struct {
		ops  []porcupine.Operation
		want bool
	}{
		"one after the other": {[]porcupine.Operation{one("a", "claim", 1, true, false), one("a", "release", 3, true, false), one("b", "claim", 5, true, false)}, true},
		"refused meanwhile":   {[]porcupine.Operation{one("a", "claim", 1, true, false), one("b", "claim", 3, false, false)}, true},
		"two holders":         {[]porcupine.Operation{one("a", "claim", 1, true, false), one("b", "claim", 3, true, false)}, false},
		"after its end":       {[]porcupine.Operation{one("a", "claim", 1, true, false), one("a", "complete", 3, true, false), one("b", "claim", 5, true, false)}, false},
		"released by another": {[]porcupine.Operation{one("a", "claim", 1, true, false), one("b", "release", 3, true, false)}, false},
		"release unknown":     {[]porcupine.Operation{one("a", "claim", 1, true, false), one("a", "release", 3, false, true), one("b", "claim", 5, true, false)}, true},
	} {
		if got := porcupine.CheckOperations(cases, c.ops); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
