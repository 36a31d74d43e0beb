package store_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"

	"usher/server/internal/store"
	"usher/server/internal/testneeds"
)

// wire carries a store's connections to Postgres, reads along, and can lose an
// answer.
type wire struct {
	url  string
	lose atomic.Bool  // the answer to the next commit, with its connection
	kept atomic.Int64 // statements that wrote in a transaction

	mu    sync.Mutex
	loose []string // statements that wrote outside of one
}

func wireTo(t *testing.T, database string) *wire {
	t.Helper()
	w := &wire{}
	w.url = between(t, database, w.carry)
	return w
}

// carry passes one connection's messages on until either side ends.
func (w *wire) carry(near, far net.Conn) {
	end := func() { _, _ = near.Close(), far.Close() }
	defer end()
	var status atomic.Int32 // I: no transaction
	status.Store('I')
	go func() {
		defer end()
		w.answers(near, far, &status)
	}()
	prepared := map[string]string{}
	first := true // the first message of a connection has no type
	in := bufio.NewReader(near)
	for {
		message, kind, body, err := next(in, first)
		if err != nil {
			return
		}
		first = false
		texts := bytes.Split(body, []byte{0})
		switch kind {
		case 'P': // a name and a statement
			prepared[string(texts[0])] = string(texts[1])
		case 'B': // a portal and the name of the statement to run in it
			w.note(prepared[string(texts[1])], status.Load())
		case 'Q':
			w.note(string(texts[0]), status.Load())
		}
		if _, err := far.Write(message); err != nil {
			return
		}
	}
}

func (w *wire) answers(near, far net.Conn, status *atomic.Int32) {
	in := bufio.NewReader(far)
	for {
		message, kind, body, err := next(in, false)
		switch {
		case err != nil:
			return
		case kind == 'Z': // ready, and whether in a transaction
			status.Store(int32(body[0]))
		case kind == 'C' && string(body) == "COMMIT\x00" && w.lose.CompareAndSwap(true, false):
			return
		}
		if _, err := near.Write(message); err != nil {
			return
		}
	}
}

// next reads a message: its type, four bytes of length that count themselves,
// its body.
func next(in *bufio.Reader, untyped bool) (message []byte, kind byte, body []byte, err error) {
	head := make([]byte, 5)
	if untyped {
		head = head[:4]
	}
	if _, err := io.ReadFull(in, head); err != nil {
		return nil, 0, nil, err
	}
	if !untyped {
		kind = head[0]
	}
	size := binary.BigEndian.Uint32(head[len(head)-4:])
	if size < 4 || size > 1<<28 {
		return nil, 0, nil, fmt.Errorf("a message of %d bytes", size)
	}
	body = make([]byte, size-4)
	_, err = io.ReadFull(in, body)
	return append(head, body...), kind, body, err
}

var writes = regexp.MustCompile(`(?i)\b(INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+\w+\s+(AS\s+\w+\s+)?SET)\b`)

func (w *wire) note(statement string, status int32) {
	switch {
	case !writes.MatchString(statement):
	case status == 'I':
		w.mu.Lock()
		defer w.mu.Unlock()
		w.loose = append(w.loose, statement)
	default:
		w.kept.Add(1)
	}
}

// transactionsOnly fails the test for each statement that wrote outside a
// transaction: the driver runs such a one twice when its answer is lost, and
// reports nothing (F1).
func (w *wire) transactionsOnly(t *testing.T, atLeast int64) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, statement := range w.loose {
		t.Errorf("outside a transaction: %s", statement)
	}
	if n := w.kept.Load(); n < atLeast {
		t.Errorf("only %d statements wrote: the test did too little", n)
	}
}

// A commit whose answer is lost has an unknown outcome, never a failed one: the
// change is there, and sent again under its key it is found (G2).
func TestPostgres_TheAnswerToACommitIsLost(t *testing.T) {
	t.Parallel()
	w := wireTo(t, testneeds.Postgres(t))
	s, err := store.Open(t.Context(), (&databases{url: w.url}).fresh(t))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c := store.Conversation{ID: "c", Owner: "bot"}
	for n := range int64(5) {
		c.Version, c.LastSeq = n, n+1
		change := store.Change{Conversation: c, Messages: []store.Message{{Seq: n + 1, From: "user", Text: "hi", ClientKey: fmt.Sprint(n)}}}
		w.lose.Store(true)
		if err := s.Save(t.Context(), change); !errors.Is(err, store.ErrUnavailable) || w.lose.Load() {
			t.Fatalf("error %v, want %v (lost: %v)", err, store.ErrUnavailable, !w.lose.Load())
		}
		if m, err := s.MessageByClientKey(t.Context(), "c", fmt.Sprint(n)); err != nil || m.Seq != n+1 {
			t.Fatalf("number %d was committed; found %d, %v", n+1, m.Seq, err)
		}
		again := change
		again.Conversation.Version, again.Conversation.LastSeq = n+1, n+2
		again.Messages = []store.Message{{Seq: n + 2, From: "user", Text: "hi", ClientKey: fmt.Sprint(n)}}
		if err := s.Save(t.Context(), again); !errors.Is(err, store.ErrDuplicate) {
			t.Fatalf("sent again: error %v, want %v", err, store.ErrDuplicate)
		}
	}
	w.transactionsOnly(t, 10)
}
