package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// childMark makes this test binary the server itself, so that it can be killed.
const childMark = "USHER_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childMark) == "" {
		os.Exit(m.Run())
	}
	var environ []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "USHER_") {
			environ = append(environ, v)
		}
	}
	os.Exit(run(context.Background(), os.Args[1:], world{
		environ: environ, stdin: strings.NewReader(""), stdout: os.Stdout, stderr: io.Discard,
		clock: time.Now, wall: time.Now, think: newMind, ready: func(a string) { fmt.Println(a) },
	}))
}

// child starts the server as a process of its own and returns its address.
func child(t testing.TB, data string) (address string, process *os.Process) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "--listen", "127.0.0.1:0", "--data", data)
	cmd.Env = append(os.Environ(), childMark+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("the server did not start")
	}
	t.Cleanup(func() { _ = cmd.Wait() })
	return lines.Text(), cmd.Process
}

// sender is one person who writes as fast as the receipts come, through any
// number of servers, and sends again what was not acked.
type sender struct {
	session string
	sent    int               // messages definitely acked
	acked   map[string]uint64 // client id → seq
	total   *atomic.Int64
	unknown *atomic.Int64
	news    chan struct{} // an ack came; shared, may coalesce
}

// run writes until the connection dies. Every message that is not acked is
// sent again, with the same id, by the next run.
func (s *sender) run(address string) error {
	conn, answer, err := websocket.DefaultDialer.Dial("ws://"+address+"/v1/chat", nil)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	_ = answer.Body.Close()
	hello := frame{"type": "hello"}
	if s.session != "" {
		hello["session"] = s.session
	}
	if err := conn.WriteJSON(hello); err != nil {
		return err
	}
	for {
		id := fmt.Sprintf("m%d", s.sent+1)
		waiting := false
		for {
			var f frame
			if err := conn.ReadJSON(&f); err != nil {
				if waiting {
					s.unknown.Add(1)
				}
				return err
			}
			if f["type"] == "welcome" {
				s.session = f["session"].(string)
			}
			if f["type"] == "error" && f["code"] == "rate_limited" {
				f = frame{"type": "welcome"} // send it again
			}
			if f["type"] == "ack" && f["id"] == id {
				s.acked[id] = uint64(f["seq"].(float64))
				s.sent++
				s.total.Add(1)
				select {
				case s.news <- struct{}{}:
				default:
				}
				id, waiting = fmt.Sprintf("m%d", s.sent+1), false
			}
			if !waiting && s.session != "" {
				if err := conn.WriteJSON(frame{"type": "message.send", "id": id, "text": "what happens to my photos " + id}); err != nil {
					return err
				}
				waiting = true
			}
		}
	}
}

// check reads the whole conversation afresh: every acked message is there once,
// under its number, and the numbers have no gap.
func (s *sender) check(t *testing.T, address string) {
	t.Helper()
	conn, answer, err := websocket.DefaultDialer.Dial("ws://"+address+"/v1/chat", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = answer.Body.Close()
	if err := conn.WriteJSON(frame{"type": "hello", "session": s.session, "after": 0}); err != nil {
		t.Fatal(err)
	}
	var last, next uint64
	seen := map[string]uint64{}
	previous := 0
	for next = 1; last == 0 || next <= last; {
		var f frame
		_ = conn.SetReadDeadline(time.Now().Add(20 * time.Second))
		if err := conn.ReadJSON(&f); err != nil {
			t.Fatalf("after %d of %d: %v", next-1, last, err)
		}
		if f["type"] == "welcome" {
			last = uint64(f["last_seq"].(float64))
		}
		if f["type"] != "message.created" {
			continue
		}
		m := f["message"].(map[string]any)
		if seq := uint64(m["seq"].(float64)); seq != next {
			t.Fatalf("message %d came where %d belongs", seq, next)
		}
		if m["from"] == "user" {
			id := m["id"].(string)
			if _, twice := seen[id]; twice {
				t.Errorf("%s is stored twice", id)
			}
			seen[id] = next
			var n int
			_, _ = fmt.Sscanf(id, "m%d", &n)
			if n != previous+1 {
				t.Errorf("%s came after m%d", id, previous)
			}
			previous = n
		}
		next++
	}
	for id, seq := range s.acked {
		if seen[id] != seq {
			t.Errorf("%s was acked as %d and is %d", id, seq, seen[id])
		}
	}
}

// The server is killed, not stopped, twenty times in the middle of a burst; a
// message that was acked is there, once, in order.
func TestKill_AckedMessagesSurvive(t *testing.T) {
	t.Parallel()
	const kills, people, floor = 20, 20, 200
	data := t.TempDir()
	var total, unknown atomic.Int64
	news := make(chan struct{}, 1)
	senders := make([]*sender, people)
	for i := range senders {
		senders[i] = &sender{acked: map[string]uint64{}, total: &total, unknown: &unknown, news: news}
	}
	random := rand.New(rand.NewPCG(1, 2))
	cycles := 0
	for range kills {
		address, process := child(t, data)
		goal := total.Load() + floor + int64(random.IntN(floor))
		before := unknown.Load()
		var wait sync.WaitGroup
		for _, s := range senders {
			wait.Go(func() { _ = s.run(address) })
		}
		for total.Load() < goal {
			<-news
		}
		if err := process.Kill(); err != nil {
			t.Fatal(err)
		}
		wait.Wait()
		if unknown.Load() > before {
			cycles++
		}
	}
	address, process := child(t, data)
	for _, s := range senders {
		s.check(t, address)
	}
	_ = process.Kill()
	t.Logf("%d kills, %d messages acked, %d with an unknown fate, unknown in %d cycles", kills, total.Load(), unknown.Load(), cycles)
	if cycles < kills/2 {
		t.Errorf("only %d of %d kills hit a message under way: the test did too little", cycles, kills)
	}
}
