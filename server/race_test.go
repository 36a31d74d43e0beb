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

const (
	burst = roomWriters * eachWrites // what a session may send at once
	soon  = 8 * time.Second          // less than the next look at the store would take
)

// Somebody writes as fast as a session may, without waiting for receipts, and
// others connect in the middle of it: between what was there and what comes
// nothing is lost and nothing is shown twice (G4). Who comes in while a message
// is being stored sees it at once, not when something else wakes them.
func TestFault_ConnectingWhileMessagesCome(t *testing.T) {
	t.Parallel()
	const readers = 7
	f := alone(t)
	c := newCrowd(t, f.addr, 0)
	rounds := times(40, 1000)
	var amid, overdue atomic.Int64
	for range rounds {
		r := newRoom(c)
		sender := r.dial(0, func(frame) {})
		if sender == nil {
			t.Fatal("not let in")
		}
		acks := make(chan int64, burst)
		go func() {
			defer close(acks)
			for range burst {
				f, ok := nextOf(sender, "ack")
				if !ok {
					return
				}
				c.note(histcheck.Op{Conversation: r.conv, Sender: "w", ID: f["id"].(string), Outcome: histcheck.Acked, Seq: uint64(f["seq"].(float64))})
				r.told(int64(f["through"].(float64)))
				acks <- r.through.Load()
			}
		}()
		for i := range burst {
			if err := sender.WriteJSON(frame{"type": "message.send", "id": fmt.Sprintf("m%d", i), "text": "what happens to my photos"}); err != nil {
				t.Fatal(err)
			}
		}
		var all sync.WaitGroup
		for i := range readers {
			for range burst / (readers + 1) {
				<-acks // spread over the burst
			}
			all.Go(func() {
				r.follow(fmt.Sprintf("reader%d", i), &amid, &overdue)
			})
		}
		n := 0
		for range acks {
			n++
		}
		close(r.written)
		all.Wait()
		_ = sender.Close()
	}
	judge(t, c.end(), rounds*burst, 0)
	t.Logf("%d readers came in, %d of them in the middle", rounds*readers, amid.Load())
	if overdue.Load() > 0 {
		t.Errorf("%d readers waited for more than %v for a message that was there", overdue.Load(), soon)
	}
	if amid.Load() < int64(rounds*readers/3) {
		t.Error("too few came in the middle: the test did too little")
	}
}

// follow reads from the start until everything that was written has been shown.
func (r *room) follow(name string, amid, overdue *atomic.Int64) {
	var came int64
	conn := r.dial(0, func(welcome frame) { came = int64(welcome["last_seq"].(float64)) })
	if conn == nil {
		r.c.t.Error("a reader is not let in")
		return
	}
	defer func() { _ = conn.Close() }()
	shown := histcheck.Stream{Reader: name, Conversation: r.conv}
	defer func() { r.c.keep(shown) }()
	for said, all := 0, false; !all; {
		_ = conn.SetReadDeadline(time.Now().Add(soon))
		f, ok := nextOf(conn, "message.created")
		if !ok {
			overdue.Add(1)
			return
		}
		m := record(f["message"])
		shown.Shown = append(shown.Shown, m)
		if m.ID != "" {
			said++
		}
		if said == burst {
			<-r.written // the last one's receipt says how far its answer goes
			all = m.Seq >= uint64(r.through.Load())
		}
	}
	if came > 1 && came < r.through.Load() {
		amid.Add(1)
	}
}

// nextOf is the next frame of a type; not ok: the connection ended, or an error
// came instead.
func nextOf(conn *websocket.Conn, kind string) (f frame, ok bool) {
	for {
		f = nil
		if conn.ReadJSON(&f) != nil || f["type"] == "error" {
			return f, false
		}
		if f["type"] == kind {
			return f, true
		}
	}
}
