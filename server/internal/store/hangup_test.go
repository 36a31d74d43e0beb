package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/url"
	"sync/atomic"
	"testing"

	"usher/server/internal/store"
	"usher/server/internal/testneeds"
)

// hangUp is a wire to Postgres that ends in the middle of a transaction, once it
// is armed: the transaction has begun, and then nobody is there.
type hangUp struct{ armed, done atomic.Bool }

func (h *hangUp) through(t *testing.T, database string) string {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	far := u.Host
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", far)
			if err != nil {
				near.Close()
				continue
			}
			go h.carry(server, near)
			go h.carry(near, server)
		}
	}()
	u.Host = listener.Addr().String()
	return u.String()
}

func (h *hangUp) carry(to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	b := make([]byte, 64<<10)
	for {
		n, err := from.Read(b)
		if err != nil {
			return
		}
		if _, err := to.Write(b[:n]); err != nil {
			return
		}
		if bytes.Contains(b[:n], []byte("BEGIN\x00")) && h.armed.CompareAndSwap(true, false) {
			h.done.Store(true)
			return
		}
	}
}

// A connection that ends in the middle of a transaction costs that one: the next
// is on another connection. The driver then says that its connection is bad, and
// database/sql wants to close it while its own transaction still holds it.
func TestSave_ConnectionEndsInATransaction(t *testing.T) {
	t.Parallel()
	h := &hangUp{}
	o := (&databases{url: testneeds.Postgres(t)}).fresh(t)
	o.DatabaseURL = h.through(t, o.DatabaseURL)
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	save := func(i int) error {
		return s.Save(t.Context(), store.Change{Conversation: store.Conversation{ID: fmt.Sprint(i), Owner: "bot"}})
	}
	for i := range 10 {
		if err := save(2 * i); err != nil {
			t.Fatalf("%d: %v", i, err)
		}
		h.done.Store(false)
		h.armed.Store(true)
		if err := save(2*i + 1); !h.done.Load() || !errors.Is(err, store.ErrUnavailable) {
			t.Fatalf("%d: hung up %v, error %v", i, h.done.Load(), err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
