package ws

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestSlow_CutWithoutHarm (G13): clients that read nothing are given up, cost
// little while they last, and can still read why; the others notice nothing.
// It measures the process, so it runs alone.
func TestSlow_CutWithoutHarm(t *testing.T) {
	s := newServer(t)
	s.limits.write, s.limits.last, s.limits.linger = 2*time.Second, 100*time.Millisecond, 100*time.Millisecond
	s.limits.frames.burst, s.limits.flood.burst = 1<<20, 1<<20
	const slow, events, size = 20, 2000, 10_000 // 20 MB each: more than the kernel takes
	next := make(chan *fake, 1)
	address := listen(t, s, func() peer { return <-next })
	text := strings.Repeat("x", size)
	var lazy []*client
	var fakes []*fake
	for i := range slow {
		p := newFake(fmt.Sprint("slow", i))
		next <- p
		c := dial(t, address)
		c.welcome()
		lazy, fakes = append(lazy, c), append(fakes, p)
	}
	p := newFake("quick")
	next <- p
	quick := dial(t, address)
	quick.welcome()
	all := slices.Repeat([]string{text}, events)
	for _, p := range fakes {
		p.feed.load(all...)
	}
	before := memory()
	for _, p := range fakes {
		p.feed.rouse()
	}
	pulled := func() (n int64) {
		for _, p := range fakes {
			n += p.feed.pulled.Load()
		}
		return n
	}
	var kept uint64          // while nothing moves: what moves leaves garbage
	for s.Stats().Open > 1 { // all but the quick one are given up, and gone
		quick.send(`{"type":"hi"}`)
		quick.text()
		moved := pulled()
		if now := memory(); pulled() == moved {
			kept = max(kept, now)
		}
	}
	each := (kept - min(before, kept)) / slow
	t.Logf("a slow reader costs %d KiB", each>>10)
	if each > 1<<20 {
		t.Error("that is more than 1 MiB")
	}
	for _, c := range lazy {
		texts, code, _ := c.farewell()
		if code != 4008 || texts[len(texts)-1] != goodbye("slow", true) {
			t.Fatalf("closed with %d after %d texts, the last %.80s", code, len(texts), texts[max(0, len(texts)-1):])
		}
		if len(texts) >= events {
			t.Fatalf("all %d events came", len(texts))
		}
	}
}

// memory is what is alive, in bytes.
func memory() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
