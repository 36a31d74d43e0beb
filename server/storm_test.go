package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// storm is many people who only listen, and come back when they are cut off, at
// a moment of their own as the widget does.
type storm struct {
	f      *fleet
	people []dweller
	in     atomic.Int64 // times that somebody was let in
	tries  atomic.Int64 // that did not work
	faults sync.Map     // what was said that should not have been
	over   chan struct{}
	all    sync.WaitGroup
}

// dweller is one of them.
type dweller struct {
	session string
	seen    uint64
}

// small makes sockets that cost this process little.
var small = websocket.Dialer{ReadBufferSize: 512, WriteBufferSize: 512, WriteBufferPool: &sync.Pool{}}

const (
	stormPeople = 2000 / slack
	stormSpread = 5 * time.Second          // over which people come back
	stormEnds   = 15 * time.Second * slack // when all are served again
)

// wait waits until everybody has been let in so many times, and returns how long
// it took.
func (s *storm) wait(t *testing.T, times int, within time.Duration) time.Duration {
	t.Helper()
	from, want := time.Now(), int64(times*len(s.people))
	for s.in.Load() < want {
		if time.Since(from) > within {
			t.Fatalf("%d are missing after %v", want-s.in.Load(), within)
		}
		pause(nil, 20*time.Millisecond)
	}
	return time.Since(from)
}

// live is one dweller until the end.
func (s *storm) live(p *dweller, first time.Duration) {
	for wait := first; pause(s.over, wait); wait = rand.N(stormSpread) {
		for s.stay(p) {
			s.tries.Add(1) // never let in: come again soon
			if !pause(s.over, 100*time.Millisecond) {
				return
			}
		}
	}
}

// stay is one connection. refused: it did not come as far as a welcome.
func (s *storm) stay(p *dweller) (refused bool) {
	conn, answer, err := small.Dial("ws://"+s.f.addr+"/v1/chat", nil)
	if err != nil {
		return true
	}
	_ = answer.Body.Close()
	defer func() { _ = conn.Close() }()
	go func() {
		<-s.over
		_ = conn.Close()
	}()
	hello := frame{"type": "hello", "after": p.seen}
	if p.session != "" {
		hello["session"] = p.session
	}
	if conn.WriteJSON(hello) != nil {
		return true
	}
	refused = true
	for {
		var f frame
		if conn.ReadJSON(&f) != nil {
			return refused
		}
		switch f["type"] {
		case "welcome":
			p.session, refused = f["session"].(string), false
			s.in.Add(1)
		case "message.created":
			r := record(f["message"])
			if r.Seq != p.seen+1 {
				s.faults.Store(fmt.Sprintf("shown %d after %d", r.Seq, p.seen), true)
			}
			p.seen = r.Seq
		case "error":
			s.faults.Store(fmt.Sprint(f), true)
		}
	}
}

// Everybody is cut off in the same instant and is served again soon, without an
// error and without the servers swelling (G12).
func TestFault_ReconnectStorm(t *testing.T) {
	t.Parallel()
	f, _, _ := three(t)
	s := &storm{f: f, people: make([]dweller, stormPeople), over: make(chan struct{})}
	for i := range s.people {
		s.all.Go(func() { s.live(&s.people[i], time.Duration(i)*2*time.Millisecond) })
	}
	t.Cleanup(func() {
		close(s.over)
		f.people.cut(true)
		s.all.Wait()
	})
	took := s.wait(t, 1, 2*time.Minute)
	t.Logf("all came in within %v", took)
	steady := f.memory(t)
	for i := range times(1, 5) {
		refused := s.tries.Load()
		peak := f.watchMemory(t)
		if n := f.people.cut(true); n < stormPeople {
			t.Errorf("%d of %d were cut off: the test did too little", n, stormPeople)
		}
		took := s.wait(t, 2+i, stormEnds)
		for i, most := range peak() {
			t.Logf("replica %d: %d MiB steady, %d MiB at most", i, steady[i]>>20, most>>20)
			if most > steady[i]*3/2*slack {
				t.Errorf("replica %d grew from %d to %d MiB", i, steady[i]>>20, most>>20)
			}
		}
		t.Logf("all were back within %v, after %d tries in vain", took, s.tries.Load()-refused)
		if n := s.tries.Load() - refused; n > 0 {
			t.Errorf("%d were not let in at once", n)
		}
	}
	s.faults.Range(func(fault, _ any) bool {
		t.Error(fault)
		return true
	})
}

// memory is what each replica holds of the machine's memory, in bytes.
func (f *fleet) memory(t testing.TB) []uint64 {
	t.Helper()
	held, err := f.held()
	if err != nil {
		t.Skip("memory is read from /proc: ", err)
	}
	return held
}

func (f *fleet) held() ([]uint64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	held := make([]uint64, len(f.replicas))
	for i, r := range f.replicas {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", r.process.Pid))
		if err != nil {
			return nil, err
		}
		if pages := strings.Fields(string(text)); len(pages) > 1 { // a process that has just ended has none
			n, _ := strconv.ParseUint(pages[1], 10, 64)
			held[i] = n * uint64(os.Getpagesize())
		}
	}
	return held, nil
}

// watchMemory looks again and again until it is asked for the most it has seen.
func (f *fleet) watchMemory(t testing.TB) func() []uint64 {
	t.Helper()
	most := f.memory(t)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for pause(stop, 50*time.Millisecond) {
			held, _ := f.held() // none at the moment when a replica is replaced
			for i, n := range held {
				most[i] = max(most[i], n)
			}
		}
	}()
	return func() []uint64 {
		close(stop)
		<-stopped
		return most
	}
}
