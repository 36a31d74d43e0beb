package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"net"
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
	return between(t, database, func(near, far net.Conn) {
		pass(far, near, func(piece []byte) bool {
			if _, err := near.Write(piece); err != nil {
				return false
			}
			if bytes.Contains(piece, []byte("BEGIN\x00")) && h.armed.CompareAndSwap(true, false) {
				h.done.Store(true)
				return false
			}
			return true
		})
	})
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
