package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"usher/server/internal/store"
	"usher/server/internal/testneeds"
)

// fill saves until a save fails, then heals the disk and saves on. It demands
// that the failure is one to try again, that nothing answered is lost and that
// what failed can be stored afterwards under the same key.
func fill(ctx context.Context, s *store.Store, heal func() error) error {
	c := store.Conversation{ID: "c", Owner: "bot"}
	save := func() error {
		next := c
		next.LastSeq++
		next.State = []byte(strings.Repeat("s", 20_000))
		m := store.Message{Seq: next.LastSeq, From: "user", Text: strings.Repeat("x", 20_000), ClientKey: fmt.Sprint(next.LastSeq)}
		err := s.Save(ctx, store.Change{Conversation: next, Messages: []store.Message{m}})
		if err == nil {
			c = next
			c.Version++
		}
		return err
	}
	var err error
	for range 2000 {
		if err = save(); err != nil {
			break
		}
	}
	if !errors.Is(err, store.ErrUnavailable) {
		return fmt.Errorf("on a full disk: error %w, want %w", err, store.ErrUnavailable)
	}
	if c.LastSeq == 0 {
		return errors.New("nothing was stored before the disk was full")
	}
	if got, err := s.Load(ctx, "c"); err != nil || got.LastSeq != c.LastSeq {
		return fmt.Errorf("reading from a full disk: %d of %d: %w", got.LastSeq, c.LastSeq, err)
	}
	if err := heal(); err != nil {
		return fmt.Errorf("heal: %w", err)
	}
	for range 3 {
		if err := save(); err != nil {
			return fmt.Errorf("on a healed disk: %w", err)
		}
	}
	ms, err := s.Messages(ctx, "c", 0, 1<<30)
	if err != nil || int64(len(ms)) != c.LastSeq {
		return fmt.Errorf("%d messages, %d were answered: %w", len(ms), c.LastSeq, err)
	}
	return nil
}

// limitEnv is the data folder of the child whose files may not grow.
const limitEnv = "USHER_STORE_TEST_LIMIT"

// TestLimitedChild is the process of the test below.
func TestLimitedChild(t *testing.T) {
	dir := os.Getenv(limitEnv)
	if dir == "" {
		t.Skip("only as a child")
	}
	s, err := store.Open(t.Context(), store.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	signal.Ignore(syscall.SIGXFSZ)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	small := limit
	small.Cur = 1 << 20
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &small); err != nil {
		t.Fatal(err)
	}
	if err := fill(t.Context(), s, func() error { return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit) }); err != nil {
		t.Fatal(err)
	}
}

// A file that cannot grow refuses writes as unavailable, and takes them again
// when it can.
func TestSave_RecoversFromAFileThatCannotGrow(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestLimitedChild$", "-test.v")
	cmd.Env = append(os.Environ(), limitEnv+"="+t.TempDir())
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: TestLimitedChild") {
		t.Fatalf("%v\n%s", err, out)
	}
}

// The same on a file system that is really full, where one may be mounted.
func TestSave_RecoversFromAFullDisk(t *testing.T) {
	t.Parallel()
	dir := testneeds.Tmpfs(t, "size=2m")
	s, err := store.Open(t.Context(), store.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	heal := func() error { return syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=64m") }
	if err := fill(t.Context(), s, heal); err != nil {
		t.Fatal(err)
	}
}

// While another process holds the database the answer is unavailable, within
// the busy timeout; afterwards writes go on.
func TestSave_RecoversFromALockedDatabase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := store.Open(t.Context(), store.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	other, err := sql.Open("sqlite", filepath.Join(dir, store.FileName)+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	tx, err := other.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	c := store.Conversation{ID: "c", Owner: "bot"}
	if err := s.Save(t.Context(), store.Change{Conversation: c}); !errors.Is(err, store.ErrUnavailable) {
		t.Fatalf("error %v, want %v", err, store.ErrUnavailable)
	}
	if _, err := s.Load(t.Context(), "c"); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("reading meanwhile: %v", err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	recovered(t, s, func() {
		if err := s.Save(t.Context(), store.Change{Conversation: c}); err != nil {
			t.Fatal(err)
		}
	})
}

// Close stores what is queued: every write that was taken before it succeeds,
// also the ones no commit had begun for.
func TestClose_StoresWhatIsQueued(t *testing.T) {
	t.Parallel()
	const writes = 20
	dir := t.TempDir()
	s, err := store.Open(t.Context(), store.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	other, err := sql.Open("sqlite", filepath.Join(dir, store.FileName)+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	tx, err := other.BeginTx(t.Context(), nil) // nothing is committed before this ends
	if err != nil {
		t.Fatal(err)
	}
	answers := make(chan error, writes)
	save := func(i int) {
		answers <- s.Save(t.Context(), store.Change{Conversation: store.Conversation{ID: fmt.Sprint(i), Owner: "bot"}})
	}
	go save(0)
	for s.Stats().Taken < 1 {
		runtime.Gosched()
	}
	for i := 1; i < writes; i++ {
		go save(i)
	}
	for s.Stats().Queued < writes-1 {
		runtime.Gosched()
	}
	closed := make(chan error)
	go func() { closed <- s.Close() }()
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	if n := s.Stats().Writes; n != writes {
		t.Fatalf("%d of %d writes were answered when Close returned", n, writes)
	}
	for range writes {
		if err := <-answers; err != nil {
			t.Fatal(err)
		}
	}
}
