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
	agent, kind, handoff string // kind: claim, release, transfer, write, complete
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
		case "write":
			then = holder
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

	mu     sync.Mutex
	acts   []act
	wild   []act              // claims of whatever comes next whose answer did not come
	joined map[string]arrival // every case
}

// arrival is a case that joins its queue: asked for at call, there at ret.
type arrival struct {
	call, ret    int64
	urgent       bool
	conversation string
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
	at     string // the replica's address; "": whichever answers
	conn   *websocket.Conn
	held   string
	urgent bool   // the case held is a theft
	conv   string // the conversation of the case held, or held last
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
	at := w.at
	if at == "" {
		at = w.o.f.addr
	}
	conn, answer, err := websocket.DefaultDialer.Dial("ws://"+at+"/v1/agent", nil)
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

// work takes the next case, or one that may be another's, writes to it, and
// then gives it back, passes it on or ends it. Thefts are ended sooner: while
// one waits nobody gets another case.
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
		h := w.held
		if w.random.IntN(2) == 0 {
			w.write(h, w.conv)
		}
		kind, f := "release", frame{"type": "handoff.release", "handoff": h}
		often := 40
		if w.urgent {
			often = 4
		}
		switch {
		case w.random.IntN(often) == 0:
			kind, f = "complete", frame{"type": "handoff.complete", "handoff": h, "outcome": "answered"}
		case w.random.IntN(3) == 0:
			queue := "account_security"
			if !w.urgent {
				queue = []string{"kyc_review", "supervisor"}[w.random.IntN(2)]
			}
			kind, f = "transfer", frame{"type": "handoff.transfer", "handoff": h, "queue": queue}
		}
		a := act{agent: w.name, kind: kind, handoff: h, call: w.o.now()}
		if got := w.ask(f); w.o.note(a, got) || got == nil || got["code"] == "conflict" {
			w.held = ""
			if w.random.IntN(3) == 0 {
				w.write(h, w.conv) // too late
			}
		}
	}
}

// write sends the person a message, holding the case or not.
func (w *worker) write(h, conversation string) {
	a := act{agent: w.name, kind: "write", handoff: h, call: w.o.now()}
	w.o.note(a, w.ask(frame{"type": "message.send", "conversation": conversation, "text": "a word"}))
}

func (w *worker) take() {
	a := act{agent: w.name, kind: "claim", call: w.o.now()}
	if h := w.o.some(w.random); h != "" && w.random.IntN(4) == 0 {
		a.handoff = h
		if got := w.ask(frame{"type": "handoff.claim", "handoff": h}); w.o.note(a, got) {
			w.hold(got["handoff"].(map[string]any))
		}
		return
	}
	got := w.ask(frame{"type": "handoff.claim_next"})
	if h, ok := got["handoff"].(map[string]any); ok {
		a.handoff, a.next = h["id"].(string), true
		w.o.note(a, got)
		w.hold(h)
	}
	if got == nil || got["code"] == "unavailable" {
		// Which case it was, if any, is not known: whoever holds one afterwards
		// gets it again.
		w.o.lost(a)
	}
}

func (w *worker) hold(h map[string]any) {
	w.held, w.urgent, w.conv = h["id"].(string), h["priority"] == "urgent", h["conversation"].(string)
}

// note keeps what came of a call and reports whether it was acked.
func (o *office) note(a act, got frame) bool {
	a.ret, a.unknown, a.done = o.now(), got == nil || got["code"] == "unavailable", got["type"] == "ack"
	if !a.done && !a.unknown && got["code"] != "conflict" && got["code"] != "claim_lost" {
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
	o.wild = append(o.wild, a)
}

// settle is for when everything is over: each lost claim becomes one of every
// case that went to its agent at that time, as the history of the case says,
// and not by another call. So few are left that the calls of a case can be put
// in order.
func (o *office) settle(owned map[string][]ownership) {
	const slack = int64(time.Second)
	for _, a := range o.wild {
		for h, joined := range o.joined {
			for _, own := range owned[joined.conversation] {
				at := int64(own.at.Sub(o.start))
				if own.agent == "id-"+a.agent && a.call-slack < at && at < a.ends()+slack && !o.known(a.agent, h, at) {
					a.handoff = h
					o.acts = append(o.acts, a)
					break
				}
			}
		}
	}
	o.wild = nil
}

// known tells whether an acked call gave the agent the case at this moment.
func (o *office) known(agent, h string, at int64) bool {
	const exact = int64(2 * time.Millisecond) // the history keeps milliseconds
	for _, a := range o.acts {
		if a.agent == agent && a.handoff == h && a.kind == "claim" && a.done && a.call-exact < at && at < a.ret+exact {
			return true
		}
	}
	return false
}

func (o *office) arrival(h string) arrival {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.joined[h]
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
// the next call that may have taken it. It returns how many got a normal case.
func (o *office) theftFirst() (normal int) {
	o.t.Helper()
	waited := map[string][]span{}
	for h, joined := range o.joined {
		if !joined.urgent {
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
		since(joined.call, joined.ret)
		for _, a := range all {
			if (a.kind == "release" || a.kind == "transfer") && a.done {
				since(a.call, a.ret)
			}
		}
	}
	for _, a := range o.acts {
		if !a.next || o.joined[a.handoff].urgent {
			continue
		}
		normal++
		for h, spans := range waited {
			for _, s := range spans {
				if s.from < a.call && a.ret < s.to {
					o.t.Errorf("%s got %s while the theft %s waited", a.agent, a.handoff, h)
				}
			}
		}
	}
	return normal
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

// join makes a case, a theft or another. Who is sent away by a replica that
// dies comes again, as somebody else.
func (o *office) join(urgent bool) bool {
	conn, h := o.come(urgent)
	if conn != nil {
		_ = conn.Close()
	}
	return h != ""
}

// come is somebody who joins and stays, with their case; nil: sent away.
func (o *office) come(urgent bool) (*websocket.Conn, string) {
	conn, answer, err := websocket.DefaultDialer.Dial("ws://"+o.f.addr+"/v1/chat", nil)
	if err != nil {
		return nil, ""
	}
	_ = answer.Body.Close()
	ask := frame{"type": "handoff.request", "id": "m"}
	if urgent {
		ask = frame{"type": "message.send", "id": "m", "text": "someone hacked my account"}
	}
	joined := arrival{call: o.now(), urgent: urgent}
	if conn.WriteJSON(frame{"type": "hello"}) != nil || conn.WriteJSON(ask) != nil {
		_ = conn.Close()
		return nil, ""
	}
	for {
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		var f frame
		if conn.ReadJSON(&f) != nil || f["code"] == "unavailable" && conn.WriteJSON(ask) != nil {
			_ = conn.Close()
			return nil, ""
		}
		if f["type"] != "handoff.queued" {
			continue
		}
		h := f["handoff"].(map[string]any)
		joined.ret, joined.conversation = o.now(), h["conversation"].(string)
		o.mu.Lock()
		defer o.mu.Unlock()
		o.joined[h["id"].(string)] = joined
		return conn, h["id"].(string)
	}
}

// Twelve agents on three replicas take, return, pass on and end cases, and
// write to them, while more keep coming and replicas are killed: never have two
// of them one case, who no longer has it cannot write to it, and nobody gets
// another case while a theft waits (G5, G6).
func TestFault_ClaimsAreLinearizableAndTheftComesFirst(t *testing.T) {
	t.Parallel()
	f, postgres, _ := three(t, "--agent-grace", "1h")
	o := newOffice(t, f)
	workers := o.hire(postgres.URL(), 12)
	for i := range 24 {
		if !o.join(i%4 == 0) {
			t.Fatal("nobody can join")
		}
	}
	for _, w := range workers {
		o.all.Go(w.work)
	}
	wanted := int64(times(3000, 30_000))
	for kill, came := int64(1), 0; o.done.Load() < wanted; {
		select {
		case <-t.Context().Done():
			t.Fatal("too slow")
		case <-time.After(10 * time.Millisecond):
		}
		if int64(came) < o.done.Load()/15 {
			urgent := came%4 == 0
			o.all.Go(func() { o.join(urgent) })
			came++
		}
		if o.done.Load() > kill*430 {
			f.kill(int(kill % 3))
			f.start(int(kill % 3))
			kill++
		}
	}
	o.stop()
	o.settle(o.owned(postgres.URL()))
	normal := o.theftFirst()
	o.linearizable(workers)
	refused := 0
	for _, a := range o.acts {
		if a.kind == "write" && !a.done && !a.unknown {
			refused++
		}
	}
	t.Logf("%d calls about %d cases, %d of them took the next normal case, %d were messages refused", len(o.acts), len(o.joined), normal, refused)
	if normal < int(wanted)/50 || refused < int(wanted)/50 || len(o.joined) < 24+int(wanted)/30 {
		t.Error("too little happened")
	}
}

// linearizable checks each case's calls against the model.
func (o *office) linearizable(workers []*worker) {
	o.t.Helper()
	byCase := map[string][]porcupine.Operation{}
	clients := map[string]int{}
	for i, w := range workers {
		clients[w.name] = i
	}
	unknown := 0
	for _, a := range o.acts {
		if a.unknown {
			unknown++
		}
		byCase[a.handoff] = append(byCase[a.handoff], porcupine.Operation{ClientId: clients[a.agent], Input: a, Call: a.call, Return: a.ends()})
	}
	for h, ops := range byCase {
		if got := porcupine.CheckOperationsTimeout(cases, ops, 30*time.Second); got != porcupine.Ok {
			o.t.Errorf("%s: %d calls are %v", h, len(ops), got)
		}
	}
	o.t.Logf("%d calls have an unknown fate", unknown)
}

// newOffice opens an office; it closes with the test.
func newOffice(t *testing.T, f *fleet) *office {
	o := &office{t: t, f: f, start: time.Now(), over: make(chan struct{}), joined: map[string]arrival{}}
	o.stop = sync.OnceFunc(func() {
		close(o.over)
		o.all.Wait()
	})
	t.Cleanup(o.stop)
	return o
}

// hire makes agents who may take every case, and signs them in.
func (o *office) hire(database string, n int) []*worker {
	o.t.Helper()
	st, err := store.Open(o.t.Context(), store.Options{DatabaseURL: database})
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	var workers []*worker
	for i := range n {
		name := fmt.Sprintf("agent%d", i)
		if err := st.AddAgent(o.t.Context(), store.Agent{
			ID: "id-" + name, Email: name + "@northwind.example", Name: name, Role: "supervisor", PasswordHash: agentHash(), CreatedAt: time.Now(),
		}); err != nil {
			o.t.Fatal(err)
		}
		workers = append(workers, &worker{o: o, name: name, token: o.sign(name), random: rand.New(rand.NewPCG(7, uint64(i)))})
	}
	return workers
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
		"one after the other":           {[]porcupine.Operation{one("a", "claim", 1, true, false), one("a", "release", 3, true, false), one("b", "claim", 5, true, false)}, true},
		"refused meanwhile":             {[]porcupine.Operation{one("a", "claim", 1, true, false), one("b", "claim", 3, false, false)}, true},
		"two holders":                   {[]porcupine.Operation{one("a", "claim", 1, true, false), one("b", "claim", 3, true, false)}, false},
		"after its end":                 {[]porcupine.Operation{one("a", "claim", 1, true, false), one("a", "complete", 3, true, false), one("b", "claim", 5, true, false)}, false},
		"released by another":           {[]porcupine.Operation{one("a", "claim", 1, true, false), one("b", "release", 3, true, false)}, false},
		"the holder writes":             {[]porcupine.Operation{one("a", "claim", 1, true, false), one("a", "release", 3, true, false), one("b", "claim", 5, true, false), one("b", "write", 7, true, false), one("a", "write", 9, false, false)}, true},
		"writes after its loss":         {[]porcupine.Operation{one("a", "claim", 1, true, false), one("a", "transfer", 3, true, false), one("b", "claim", 5, true, false), one("a", "write", 7, true, false)}, false},
		"refused although it is theirs": {[]porcupine.Operation{one("a", "claim", 1, true, false), one("a", "write", 3, false, false)}, false},
		"release unknown":               {[]porcupine.Operation{one("a", "claim", 1, true, false), one("a", "release", 3, false, true), one("b", "claim", 5, true, false)}, true},
	} {
		if got := porcupine.CheckOperations(cases, c.ops); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
