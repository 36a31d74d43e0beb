package store_test

import (
	"bytes"
	"net"
	"sync/atomic"
	"testing"

	"usher/server/internal/store"
	"usher/server/internal/testneeds"
)

// stuck is a wire to Postgres on which a commit may get stuck: everything
// before it has arrived, and both ends stay open.
type stuck struct {
	armed atomic.Bool
	held  chan struct{} // closed when a commit has got stuck
	over  chan struct{}
}

func (s *stuck) through(t *testing.T, database string) string {
	t.Helper()
	near := between(t, database, func(near, far net.Conn) {
		pass(near, far, func(piece []byte) bool {
			if bytes.Contains(piece, []byte("COMMIT")) && s.armed.CompareAndSwap(true, false) {
				close(s.held)
				<-s.over
				return false
			}
			_, err := far.Write(piece)
			return err == nil
		})
	})
	t.Cleanup(func() { close(s.over) })
	return near
}

// A replica that stands still in the middle of a transaction, or whose
// connection dies without a word, holds up nobody: the others' next write to
// the same conversation is stored, and what it had not committed is not.
func TestPostgres_AStuckTransactionHoldsUpNobody(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	o := (&databases{url: testneeds.Postgres(t)}).fresh(t)
	wire := &stuck{held: make(chan struct{}), over: make(chan struct{})}
	slow, err := store.Open(ctx, store.Options{DatabaseURL: wire.through(t, o.DatabaseURL)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = slow.Close() })
	other, err := store.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	c := store.Conversation{ID: "c", Owner: "bot"}
	if err := slow.Save(ctx, store.Change{Conversation: c}); err != nil {
		t.Fatal(err)
	}
	c.Version = 1
	wire.armed.Store(true)
	fate := make(chan error, 1)
	lost := c
	lost.Owner = "lost"
	go func() { fate <- slow.Save(ctx, store.Change{Conversation: lost}) }()
	<-wire.held
	c.Owner = "stored"
	if err := other.Save(ctx, store.Change{Conversation: c}); err != nil {
		t.Fatalf("the other replica's write: %v", err)
	}
	if err := <-fate; err == nil {
		t.Error("what was not committed was answered as stored")
	}
	if got, err := other.Load(ctx, "c"); err != nil || got.Owner != "stored" {
		t.Errorf("%+v, %v", got, err)
	}
}
