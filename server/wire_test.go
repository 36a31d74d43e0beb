package main

import (
	"io"
	"math/rand/v2"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// wire is a network between two parts that a test can break: it passes bytes on
// to whatever dial reaches, late, in pieces, not at all, or not for long. What
// it holds back is passed on when it heals, as a network does; a proxy that
// drops bytes in the middle of a connection would break no promise of ours but
// one of TCP's.
type wire struct {
	addr string
	dial func() net.Conn // nil: nobody is there

	opened atomic.Int64 // connections so far
	broken atomic.Int64 // and how many of them the wire broke

	mu    sync.Mutex
	links map[*link]struct{}
	way   [2]way // towards the server, and back
	down  bool   // nobody gets in
}

// way is one direction of a wire.
type way struct {
	thaw  chan struct{} // closed when bytes pass again; nil: they do
	late  time.Duration // for each piece, at most
	piece int           // at most so many bytes at once; 0: any
	after int64         // the connection ends after so many; 0: never

	pick func([]byte) bool // ends the connection instead of passing these on
}

// The two directions, and the index of each.
const (
	there = iota
	back
)

// link is one connection over a wire.
type link struct {
	near, far *net.TCPConn
	gone      chan struct{}
	end       func()
	bytes     atomic.Int64
}

// newWire listens on a port of its own.
func newWire(t testing.TB, dial func() net.Conn) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{addr: listener.Addr().String(), dial: dial, links: map[*link]struct{}{}}
	t.Cleanup(func() {
		_ = listener.Close()
		w.cut(false)
	})
	go w.serve(listener)
	return w
}

// wireTo is a wire to the server of a URL, and the URL of its near end.
func wireTo(t testing.TB, target string) (w *wire, near string) {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	far := u.Host
	w = newWire(t, func() net.Conn {
		conn, err := net.Dial("tcp", far)
		if err != nil {
			return nil
		}
		return conn
	})
	u.Host = w.addr
	return w, u.String()
}

func (w *wire) serve(listener net.Listener) {
	for {
		near, err := listener.Accept()
		if err != nil {
			return
		}
		go w.connect(near.(*net.TCPConn))
	}
}

// connect joins somebody with the server. While the way there is frozen they
// hear nothing at all, as over a network that swallows their packets.
func (w *wire) connect(near *net.TCPConn) {
	w.mu.Lock()
	down := w.down
	w.mu.Unlock()
	var far net.Conn
	if !down {
		far = w.dial()
	}
	if far == nil {
		_ = near.Close()
		return
	}
	l := &link{near: near, far: far.(*net.TCPConn), gone: make(chan struct{})}
	l.end = sync.OnceFunc(func() {
		close(l.gone)
		_, _ = l.near.Close(), l.far.Close()
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.links, l)
	})
	w.mu.Lock()
	w.links[l] = struct{}{}
	w.mu.Unlock()
	w.opened.Add(1)
	go w.carry(l, l.far, l.near, there)
	go w.carry(l, l.near, l.far, back)
}

// carry passes bytes on until either side ends, and ends both. That somebody
// ended is news like any other: a frozen wire does not tell it.
func (w *wire) carry(l *link, to io.Writer, from io.Reader, i int) {
	defer l.end()
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		if !w.deliver(l, to, b[:n], i) || err != nil {
			return
		}
	}
}

// deliver brings bytes, or none at the end, to the other side as the wire is at
// the moment. Not ok: the wire broke.
func (w *wire) deliver(l *link, to io.Writer, rest []byte, i int) (ok bool) {
	for first := true; first || len(rest) > 0; first = false {
		at := w.pass(l, i)
		if at.late > 0 && !pause(l.gone, rand.N(at.late)+1) {
			return false
		}
		size := len(rest)
		if at.piece > 0 {
			size = min(size, at.piece)
		}
		if at.pick != nil && at.pick(rest[:size]) {
			w.broken.Add(1)
			return false
		}
		if _, err := to.Write(rest[:size]); err != nil {
			return false
		}
		if at.after > 0 && l.bytes.Add(int64(size)) > at.after {
			w.broken.Add(1)
			return false
		}
		rest = rest[size:]
	}
	return true
}

// pass waits until the wire is not frozen, and says how bytes pass then.
func (w *wire) pass(l *link, i int) way {
	for {
		w.mu.Lock()
		at := w.way[i]
		w.mu.Unlock()
		if at.thaw == nil {
			return at
		}
		select {
		case <-at.thaw:
		case <-l.gone:
			return way{}
		}
	}
}

// pause waits, unless the connection ends.
func pause(gone <-chan struct{}, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-gone:
		return false
	}
}

// cut ends every connection: with a reset, which throws away what was under
// way, or without. It returns how many there were.
func (w *wire) cut(reset bool) int {
	w.mu.Lock()
	all := make([]*link, 0, len(w.links))
	for l := range w.links {
		all = append(all, l)
	}
	w.mu.Unlock()
	for _, l := range all {
		if reset {
			_, _ = l.near.SetLinger(0), l.far.SetLinger(0)
		}
		l.end()
	}
	w.broken.Add(int64(len(all)))
	return len(all)
}

// joined is how many connections there are.
func (w *wire) joined() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.links)
}

// freeze stops bytes in some directions: nothing ends, nothing comes.
func (w *wire) freeze(ways ...int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, i := range ways {
		if w.way[i].thaw == nil {
			w.way[i].thaw = make(chan struct{})
		}
	}
	w.broken.Add(int64(len(w.links)))
}

// slow makes each piece, of at most so many bytes, up to that much later.
func (w *wire) slow(late time.Duration, piece int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range w.way {
		w.way[i].late, w.way[i].piece = late, piece
	}
	w.broken.Add(int64(len(w.links)))
}

// refuse lets nobody in.
func (w *wire) refuse() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = true
}

// endAfter ends each connection after the server has said so many bytes more.
func (w *wire) endAfter(n int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.way[back].after = n
	for l := range w.links {
		l.bytes.Store(0)
	}
}

// breakOn ends a connection before an answer that pick picks.
func (w *wire) breakOn(pick func(answer []byte) bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.way[back].pick = pick
}

// heal makes the wire whole: what was held back passes on.
func (w *wire) heal() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range w.way {
		if w.way[i].thaw != nil {
			close(w.way[i].thaw)
		}
		w.way[i] = way{}
	}
	w.down = false
}
