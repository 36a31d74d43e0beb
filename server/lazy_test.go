package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"usher/server/internal/histcheck"
)

// metric is one number of a server's own report.
func metric(t *testing.T, addr, name string) float64 {
	t.Helper()
	answer, err := http.Get("http://" + addr + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), name+" "); ok {
			n, _ := strconv.ParseFloat(value, 64)
			return n
		}
	}
	return 0
}

// heavy is a conversation with more in it than the system keeps for a reader who
// does not read.
func heavy(t *testing.T, addr string) (session string) {
	t.Helper()
	l, welcome := visit(t, addr, "")
	text := strings.Repeat("~字", 2000) // a byte that would be a length where a frame began
	for i := range burst {
		id := strconv.Itoa(i)
		if got := l.ask(frame{"type": "message.send", "id": id, "text": text}, id); got["type"] != "ack" {
			t.Fatal(got)
		}
	}
	return welcome["session"].(string)
}

// idler connects, says hello, and reads nothing.
func idler(t *testing.T, addr, session string) *websocket.Conn {
	t.Helper()
	dialer := websocket.Dialer{ReadBufferSize: 512, NetDial: func(network, addr string) (net.Conn, error) {
		conn, err := net.Dial(network, addr)
		if err == nil {
			err = conn.(*net.TCPConn).SetReadBuffer(32 << 10)
		}
		return conn, err
	}}
	conn, answer, err := dialer.Dial("ws://"+addr+"/v1/chat", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.WriteJSON(frame{"type": "hello", "session": session, "after": 0}); err != nil {
		t.Fatal(err)
	}
	return conn
}

// p99 is how long nearly all messages between two moments took at most.
func (c *crowd) p99(from, to time.Duration) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	var took []time.Duration
	for _, o := range c.history.Ops {
		if o.Outcome == histcheck.Acked && o.Call >= from && o.Return <= to {
			took = append(took, o.Return-o.Call)
		}
	}
	if len(took) == 0 {
		return 0
	}
	slices.Sort(took)
	return took[len(took)*99/100]
}

// Fifty who never read beside two hundred who write: each of the fifty is cut
// off with the reason, costs little until then, and the others notice nothing
// (G13). The sockets' own test measures the process from within; this one has
// the whole server and real people beside.
func TestFault_FiftyWhoNeverRead(t *testing.T) { // alone, because it measures memory
	t.Setenv("GOGC", "10") // what fourteen languages let the heap grow is no reader's cost
	const slow, others, each = 50 / slack, 200 / slack, 1<<20 + 64<<10
	f := alone(t)
	at := f.replicas[0].addr
	var sessions []string
	for range (slow + 7) / 8 { // as many sockets as a session may have
		sessions = append(sessions, heavy(t, at))
	}
	c := newCalmCrowd(t, f.addr, others, time.Second)
	c.until(2 * others)
	begun := time.Since(c.start)
	before, peak := f.memory(t)[0], f.watchMemory(t)
	var lazy []*websocket.Conn
	for i := range slow {
		lazy = append(lazy, idler(t, at, sessions[i/8]))
	}
	for late := time.Now().Add(3 * time.Minute); metric(t, at, `usher_closes_total{code="4008"}`) < slow; {
		if time.Now().After(late) {
			t.Fatalf("%v of %d are cut off", metric(t, at, `usher_closes_total{code="4008"}`), slow)
		}
		pause(nil, 100*time.Millisecond)
	}
	cutOff := time.Since(c.start)
	grown := peak()[0] - before
	t.Logf("all cut off after %v; each cost %d KiB; the others' p99 %v before and %v meanwhile",
		cutOff-begun, grown/slow>>10, c.p99(0, begun), c.p99(begun, cutOff))
	if grown > slow*each && slack == 1 { // the race detector's own memory is no reader's
		t.Errorf("a slow reader costs %d KiB", grown/slow>>10)
	}
	for i, conn := range lazy {
		last, err := parting(conn)
		if closed := new(websocket.CloseError); !errors.As(err, &closed) || closed.Code != 4008 || last["type"] != "goodbye" || last["reason"] != "slow" {
			t.Errorf("%d: the last words are %.200s, %v", i, fmt.Sprint(last), err)
		}
	}
	if n := c.unknown.Load(); n > 0 { // before the end, which leaves one of each under way
		t.Errorf("the others noticed: %d messages were not answered", n)
	}
	judge(t, c.end(), 5*others, 0)
}

// parting reads what is left and returns the last frame, and how it ended.
func parting(conn *websocket.Conn) (last frame, err error) {
	for {
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		var f frame
		if err = conn.ReadJSON(&f); err != nil {
			return last, err
		}
		last = f
	}
}
