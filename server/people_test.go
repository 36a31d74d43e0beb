package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"usher/server/internal/histcheck"
)

// crowd is people who write as fast as the receipts come, whatever happens to
// the servers, and what they saw of it.
type crowd struct {
	t       *testing.T
	addr    string
	calm    time.Duration
	start   time.Time
	people  []*writer
	acked   atomic.Int64
	unknown atomic.Int64
	news    chan struct{} // somebody's message has met its fate; may coalesce
	over    chan struct{}
	stop    func() // everybody
	all     sync.WaitGroup

	mu      sync.Mutex
	history histcheck.History
	answers answers
}

// answers is how questions – hello and message – were answered.
type answers struct {
	slowest time.Duration
	none    int            // the connection ended instead
	refused map[string]int // by code; those not to be tried again with a mark
}

// look tells of the answers since the last look.
func (c *crowd) look() answers {
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := c.answers
	c.answers = answers{}
	return seen
}

// answered notes an answer, nil for none.
func (c *crowd) answered(f frame, took time.Duration) {
	select {
	case <-c.over:
		return
	default:
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answers.slowest = max(c.answers.slowest, took)
	switch {
	case f == nil:
		c.answers.none++
	case f["type"] == "error":
		if c.answers.refused == nil {
			c.answers.refused = map[string]int{}
		}
		code, _ := f["code"].(string)
		if f["retryable"] != true {
			code += " for good"
		}
		c.answers.refused[code]++
	}
}

// writer writes p0m1x, p0m2x, p0m3x … – ids that nobody else has and that are
// no part of each other, to be found in any heap of bytes. A message whose fate is not known is sent again,
// with the same id, over the next connection. After perChat messages it begins
// another conversation, before the limit of messages slows it down.
type writer struct {
	c       *crowd
	name    string
	session string
	conv    string
	sent    int // messages definitely acked
	acks    atomic.Int64
	seen    uint64
	chats   map[string]string // conversation → session
}

const (
	perChat  = 30
	patience = 15 * time.Second
)

func newCrowd(t *testing.T, addr string, n int) *crowd {
	t.Helper()
	return newCalmCrowd(t, addr, n, 0)
}

// newCalmCrowd is people who wait for so long before their next message.
func newCalmCrowd(t *testing.T, addr string, n int, calm time.Duration) *crowd {
	t.Helper()
	c := &crowd{t: t, addr: addr, calm: calm, start: time.Now(), news: make(chan struct{}, 1), over: make(chan struct{})}
	for i := range n {
		p := &writer{c: c, name: fmt.Sprintf("p%d", i), chats: map[string]string{}}
		c.people = append(c.people, p)
		c.all.Go(p.live)
	}
	c.stop = sync.OnceFunc(func() {
		close(c.over)
		c.all.Wait()
	})
	t.Cleanup(c.stop)
	return c
}

// until waits for so many receipts in all.
func (c *crowd) until(acked int64) { c.t.Helper(); c.wait(&c.acked, acked) }

// untilUnknown waits for so many messages of an unknown fate in all.
func (c *crowd) untilUnknown(n int64) { c.t.Helper(); c.wait(&c.unknown, n) }

func (c *crowd) wait(count *atomic.Int64, n int64) {
	c.t.Helper()
	late := time.NewTimer(2 * time.Minute)
	defer late.Stop()
	for count.Load() < n {
		select {
		case <-c.news:
		case <-late.C:
			c.t.Fatalf("nothing more comes: %d acked, %d unknown", c.acked.Load(), c.unknown.Load())
		}
	}
}

// everybody waits until each has had a receipt more, and returns how long that
// took; the test fails when it is longer than promised.
func (c *crowd) everybody(within time.Duration) time.Duration {
	c.t.Helper()
	from := time.Now()
	before := make([]int64, len(c.people))
	for i, p := range c.people {
		before[i] = p.acks.Load()
	}
	late := time.NewTimer(within)
	defer late.Stop()
	for i, p := range c.people {
		for p.acks.Load() == before[i] {
			select {
			case <-c.news:
			case <-late.C:
				c.t.Fatalf("%s is not back after %v", p.name, within)
			}
		}
	}
	return time.Since(from)
}

// end stops everybody, reads every conversation back and judges.
func (c *crowd) end() histcheck.Report {
	c.t.Helper()
	c.stop()
	c.history.Final = map[string][]histcheck.Record{}
	for _, p := range c.people {
		for conv, session := range p.chats {
			c.history.Final[conv] = p.readBack(session)
		}
	}
	return histcheck.Check(c.history)
}

func (c *crowd) note(o histcheck.Op) {
	switch o.Return = time.Since(c.start); o.Outcome {
	case histcheck.Acked:
		c.acked.Add(1)
	case histcheck.Unknown:
		c.unknown.Add(1)
	case histcheck.Refused:
	}
	select {
	case c.news <- struct{}{}:
	default:
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.history.Ops = append(c.history.Ops, o)
}

// live comes back again and again, a little later each time that nothing was
// gained, as the widget does.
func (p *writer) live() {
	const least, most = 20 * time.Millisecond, 2 * time.Second
	wait := least
	for {
		before := p.sent
		p.connect()
		wait = min(2*wait, most)
		if p.sent > before {
			wait = least
		}
		select {
		case <-p.c.over:
			return
		case <-time.After(wait):
		}
	}
}

// connect comes back where it was and writes until the connection dies.
func (p *writer) connect() {
	conn, answer, err := websocket.DefaultDialer.Dial("ws://"+p.c.addr+"/v1/chat", nil)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	_ = answer.Body.Close()
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		select {
		case <-p.c.over:
			_ = conn.Close()
		case <-stop:
		}
	}()
	hello := frame{"type": "hello", "after": p.seen}
	if p.session != "" {
		hello["session"] = p.session
	}
	if conn.WriteJSON(hello) == nil {
		p.talk(conn)
	}
}

// talk is one connection: at most one message is under way.
func (p *writer) talk(conn *websocket.Conn) {
	shown := histcheck.Stream{Reader: p.name, From: p.seen}
	asked, open := time.Now(), true // hello
	var under *histcheck.Op
	defer func() {
		if under != nil {
			p.c.note(*under) // its outcome is Unknown
		}
		shown.Conversation = p.conv
		p.c.mu.Lock()
		defer p.c.mu.Unlock()
		p.c.history.Streams = append(p.c.history.Streams, shown)
	}()
	for {
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		var f frame
		if conn.ReadJSON(&f) != nil {
			if open {
				p.c.answered(nil, time.Since(asked))
			}
			return
		}
		if kind := f["type"]; open && (kind == "welcome" || kind == "error" || kind == "ack" && under != nil && f["id"] == under.ID) {
			p.c.answered(f, time.Since(asked))
			open = false
		}
		switch id := f["id"]; f["type"] {
		case "welcome":
			p.session, p.conv = f["session"].(string), f["conversation"].(string)
			p.chats[p.conv] = p.session
		case "message.created":
			r := record(f["message"])
			shown.Shown = append(shown.Shown, r)
			p.seen = max(p.seen, r.Seq)
			continue
		case "error":
			if under != nil && id == under.ID && f["retryable"] == false {
				under.Outcome = histcheck.Refused // it must not be there, and is not sent again
				p.c.t.Logf("%s: %s was refused: %v", p.conv, under.ID, f["code"])
				p.c.note(*under)
				under, p.sent = nil, p.sent+1 // its id is used up, too
			}
			if f["code"] == "resync" {
				p.seen = 0 // the history was replaced: load again from the start
			}
			return // whatever it is, come back later
		case "ack":
			if under == nil || id != under.ID {
				continue // the second receipt of a message sent twice
			}
			under.Outcome, under.Seq = histcheck.Acked, uint64(f["seq"].(float64))
			p.acks.Add(1)
			p.c.note(*under)
			under, p.sent = nil, p.sent+1
			if p.sent%perChat == 0 {
				p.session, p.seen = "", 0
				return
			}
		default:
			continue
		}
		if under != nil || p.c.calm > 0 && !pause(p.c.over, p.c.calm) {
			continue
		}
		under = &histcheck.Op{Conversation: p.conv, Sender: p.name, ID: fmt.Sprintf("%sm%dx", p.name, p.sent+1), Call: time.Since(p.c.start)}
		asked, open = time.Now(), true
		copies := 1 + p.sent%3/2 // every third is sent twice at once
		for range copies {
			if conn.WriteJSON(frame{"type": "message.send", "id": under.ID, "text": "what happens to my photos " + under.ID}) != nil {
				return
			}
		}
	}
}

// record is a message as the checker wants it.
func record(m any) histcheck.Record {
	message := m.(map[string]any)
	r := histcheck.Record{Seq: uint64(message["seq"].(float64))}
	if message["from"] == "user" {
		r.ID, _ = message["id"].(string)
	}
	return r
}

// readBack reads the whole conversation over a fresh connection.
func (p *writer) readBack(session string) (all []histcheck.Record) {
	p.c.t.Helper()
	conn, answer, err := websocket.DefaultDialer.Dial("ws://"+p.c.addr+"/v1/chat", nil)
	if err != nil {
		p.c.t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = answer.Body.Close()
	hello := frame{"type": "hello", "session": session, "after": 0}
	if err := conn.WriteJSON(hello); err != nil {
		p.c.t.Fatal(err)
	}
	last := uint64(1)
	for uint64(len(all)) < last {
		_ = conn.SetReadDeadline(time.Now().Add(20 * time.Second))
		var f frame
		if err := conn.ReadJSON(&f); err != nil {
			p.c.t.Fatalf("%s: after %d of %d: %v", p.name, len(all), last, err)
		}
		switch f["type"] {
		case "welcome":
			last = uint64(f["last_seq"].(float64))
		case "message.created":
			all = append(all, record(f["message"]))
		case "error": // the last fault may not be over
			if f["retryable"] != true {
				p.c.t.Fatalf("%s: %v", p.name, f)
			}
			wait, _ := f["retry_after_ms"].(float64)
			pause(nil, time.Duration(wait*float64(time.Millisecond)))
			_ = conn.WriteJSON(hello)
		}
	}
	return all
}
