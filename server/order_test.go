package main

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"usher/server/internal/histcheck"
	"usher/server/internal/testneeds"
)

// room is one conversation in which many write at once, over several sockets of
// one session, while others read, go and come back. Together they are the eight
// sockets that a session may have, and the writers stay within the burst that
// it may send, so that nothing of the product has to be loosened.
type room struct {
	c       *crowd
	session string
	conv    string
	through atomic.Int64 // the last number that anybody was told of
	written chan struct{}
	returns atomic.Int64 // times that a reader came back
	live    atomic.Int64 // messages that readers were shown after they had caught up
}

const (
	roomWriters = 8
	roomSockets = 5 // of the writers
	roomReaders = 3
	eachWrites  = 5 // 8 × 5 is the burst of one session
)

// newRoom opens the conversation.
func newRoom(c *crowd) *room {
	c.t.Helper()
	p := &writer{c: c, name: "room", chats: map[string]string{}}
	r := &room{c: c, written: make(chan struct{})}
	conn := r.dial(0, func(welcome frame) {
		r.session, r.conv = welcome["session"].(string), welcome["conversation"].(string)
	})
	if conn == nil {
		c.t.Fatal("no room")
	}
	_ = conn.Close()
	p.chats[r.conv] = r.session
	c.mu.Lock()
	defer c.mu.Unlock()
	c.people = append(c.people, p)
	return r
}

// dial comes in from a position and hands over the welcome; nil: it did not work.
func (r *room) dial(after uint64, welcomed func(frame)) *websocket.Conn {
	conn, answer, err := websocket.DefaultDialer.Dial("ws://"+r.c.addr+"/v1/chat", nil)
	if err != nil {
		return nil
	}
	_ = answer.Body.Close()
	hello := frame{"type": "hello", "after": after}
	if r.session != "" {
		hello["session"] = r.session
	}
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	var welcome frame
	if conn.WriteJSON(hello) != nil || conn.ReadJSON(&welcome) != nil || welcome["type"] != "welcome" {
		_ = conn.Close()
		return nil
	}
	welcomed(welcome)
	return conn
}

// meet lets everybody write all they have to, and read all of it.
func (r *room) meet() {
	var writers, readers sync.WaitGroup
	for s := range roomSockets {
		var names []string
		for w := s; w < roomWriters; w += roomSockets {
			names = append(names, fmt.Sprintf("w%d", w))
		}
		writers.Go(func() { r.write(fmt.Sprintf("socket%d", s), names) })
	}
	for i := range roomReaders {
		readers.Go(func() { r.read(fmt.Sprintf("reader%d", i), rand.New(rand.NewPCG(9, uint64(i)))) })
	}
	writers.Wait()
	close(r.written)
	readers.Wait()
}

// write is one socket with some writers on it, each with one message under way.
// When it breaks all come back and send again what was.
func (r *room) write(socket string, names []string) {
	under, sent := map[string]*histcheck.Op{}, map[string]int{}
	left := len(names) * eachWrites
	next := func(name string) {
		if sent[name]++; sent[name] <= eachWrites {
			id := fmt.Sprintf("%s-%d", name, sent[name])
			under[id] = &histcheck.Op{Conversation: r.conv, Sender: name, ID: id, Call: time.Since(r.c.start)}
		}
	}
	for _, name := range names {
		next(name)
	}
	for seen := uint64(0); left > 0; {
		conn := r.dial(seen, func(frame) {})
		if conn == nil {
			continue
		}
		say := func(id string) {
			_ = conn.WriteJSON(frame{"type": "message.send", "id": id, "text": "what happens to my photos " + id})
		}
		for id := range under {
			say(id)
		}
		shown := histcheck.Stream{Reader: socket, Conversation: r.conv, From: seen}
		for left > 0 {
			_ = conn.SetReadDeadline(time.Now().Add(patience))
			var f frame
			if conn.ReadJSON(&f) != nil {
				break
			}
			id, _ := f["id"].(string)
			switch op := under[id]; {
			case f["type"] == "message.created":
				shown.Shown = append(shown.Shown, record(f["message"]))
				seen = shown.Shown[len(shown.Shown)-1].Seq
			case f["type"] == "error" && op != nil:
				pause(nil, time.Duration(f["retry_after_ms"].(float64)*float64(time.Millisecond))) // as it asks for
				say(id)
			case f["type"] == "ack" && op != nil:
				op.Outcome, op.Seq = histcheck.Acked, uint64(f["seq"].(float64))
				r.c.note(*op)
				r.told(int64(f["through"].(float64)))
				delete(under, id)
				left--
				if next(op.Sender); sent[op.Sender] <= eachWrites {
					say(fmt.Sprintf("%s-%d", op.Sender, sent[op.Sender]))
				}
			}
		}
		_ = conn.Close()
		r.c.keep(shown)
	}
}

func (r *room) told(seq int64) {
	for at := r.through.Load(); at < seq && !r.through.CompareAndSwap(at, seq); at = r.through.Load() {
	}
}

// read comes back each 100 to 500 ms with the last number it was shown, until it
// has seen everything.
func (r *room) read(name string, random *rand.Rand) {
	for seen := uint64(0); ; r.returns.Add(1) {
		select {
		case <-r.written:
			if seen >= uint64(r.through.Load()) {
				return
			}
		default:
		}
		var last uint64
		conn := r.dial(seen, func(welcome frame) { last = uint64(welcome["last_seq"].(float64)) })
		if conn == nil {
			continue
		}
		shown := histcheck.Stream{Reader: name, Conversation: r.conv, From: seen}
		stay := time.AfterFunc(time.Duration(100+random.IntN(400))*time.Millisecond, func() { _ = conn.Close() })
		for {
			var f frame
			if conn.ReadJSON(&f) != nil {
				break
			}
			if f["type"] == "message.created" {
				shown.Shown = append(shown.Shown, record(f["message"]))
				if seen = shown.Shown[len(shown.Shown)-1].Seq; seen > last {
					r.live.Add(1)
				}
			}
		}
		stay.Stop()
		r.c.keep(shown)
	}
}

// keep keeps what a reader was shown.
func (c *crowd) keep(s histcheck.Stream) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.history.Streams = append(c.history.Streams, s)
}

// Eight write in one conversation at once, through three replicas and a database
// that is now and then slow to answer, and three read on from where they were:
// everybody sees the same numbers, one after the other (G3). Several such
// conversations go on side by side, because one may only send so much.
func TestFault_ManyWriteInOneConversation(t *testing.T) {
	t.Parallel()
	postgres, redis := testneeds.StartPostgres(t), testneeds.StartRedis(t)
	w, database := wireTo(t, postgres.URL())
	f := newFleet(t, 3, "--data", t.TempDir(), "--database-url", database, "--redis-url", redis.URL())
	w.slow(3*time.Millisecond, 0)
	c := newCrowd(t, f.addr, 0)
	const perRoom, side = burst, 8
	rooms := make(chan *room)
	var returns, live atomic.Int64
	var all sync.WaitGroup
	for range side {
		all.Go(func() {
			for r := range rooms {
				r.meet()
				returns.Add(r.returns.Load())
				live.Add(r.live.Load())
			}
		})
	}
	messages := times(1000, 40_000)
	for range messages / perRoom {
		rooms <- newRoom(c)
	}
	close(rooms)
	all.Wait()
	judge(t, c.end(), messages, 0)
	t.Logf("readers came back %d times, and were shown %d messages as they came", returns.Load(), live.Load())
	if returns.Load() < int64(messages/10) || live.Load() < int64(messages/4) {
		t.Error("readers came back or read live too seldom: the test did too little")
	}
}
