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

// A connection that ends while one change is refused fails the whole commit:
// all that is known of the others is that nothing is known. A refusal that
// stuck to them told people that a message is there which is not.
func TestSave_ConnectionEndsInARefusal(t *testing.T) {
	t.Parallel()
	var armed, hung atomic.Bool
	o := (&databases{url: testneeds.Postgres(t)}).fresh(t)
	o.DatabaseURL = between(t, o.DatabaseURL, func(near, far net.Conn) {
		pass(near, far, func(piece []byte) bool {
			if bytes.Contains(piece, []byte("ROLLBACK TO SAVEPOINT")) && armed.CompareAndSwap(true, false) {
				hung.Store(true)
				return false
			}
			_, err := far.Write(piece)
			return err == nil
		})
	})
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	said := func(version int64) store.Change {
		return store.Change{
			Conversation: store.Conversation{ID: "c", Owner: "bot", Version: version, LastSeq: version + 1},
			Messages:     []store.Message{{Seq: version + 1, From: "user", Text: "hi", ClientKey: "u:1"}},
		}
	}
	if err := s.Save(t.Context(), said(0)); err != nil {
		t.Fatal(err)
	}
	armed.Store(true)
	err = s.Save(t.Context(), said(1)) // the key is taken
	if !hung.Load() || !errors.Is(err, store.ErrUnavailable) || errors.Is(err, store.ErrDuplicate) {
		t.Errorf("hung up %v, error %v: want %v and no refusal", hung.Load(), err, store.ErrUnavailable)
	}
	if err := s.Save(t.Context(), said(1)); !errors.Is(err, store.ErrDuplicate) {
		t.Errorf("over another connection: error %v, want %v", err, store.ErrDuplicate)
	}
}
