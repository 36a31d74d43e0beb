package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"testing"
	"time"

	"usher/server/internal/store"
	"usher/server/internal/testneeds"
)

// The promise of an outage of the database (G8): each request is answered
// within answerBy; service is back as soon after the database is, by itself.
const (
	answerBy = 5 * time.Second
	outage   = 6 * time.Second // long enough for an answer to come too late
)

// diskFails lets storage fail again and again under a crowd on one server, each
// time until many were refused and for that long, and judges what was promised.
func diskFails(t *testing.T, f *fleet, n int, length time.Duration, fail, heal func()) {
	t.Helper()
	const people, floor, refused = 20, 200, 20
	c := newCrowd(t, f.addr, people)
	usual := 0
	for range n {
		c.until(c.acked.Load() + floor)
		usual = max(usual, f.goroutines(0))
		c.look()
		before := c.unknown.Load()
		fail()
		during, lag := f.most(length)
		c.untilUnknown(before + refused)
		heal()
		healed, acked := time.Now(), c.acked.Load()
		c.until(acked + people)
		back := time.Since(healed)
		c.until(acked + floor)
		got := c.look()
		delete(got.refused, "rate_limited") // who was refused often has asked often
		t.Logf("answers refused %v, unanswered %d, slowest %v (%v for ok); back after %v; at most %d goroutines, usually %d", got.refused, got.none, got.slowest, lag, back, during, usual)
		if len(got.refused) != 1 || got.refused["unavailable"] < refused || got.none > 0 {
			t.Errorf("refused %v and %d not answered at all, want nothing but unavailable", got.refused, got.none)
		}
		if got.slowest > answerBy+lag || back > answerBy+lag {
			t.Errorf("the slowest answer took %v, and service was back after %v, want at most %v", got.slowest, back, answerBy)
		}
		// Who comes back has a few more for a moment; a refusal leaves none behind.
		if after := f.goroutines(0); during > usual+8*people || after > usual+3*people {
			t.Errorf("%d goroutines, then %d, usually %d: they pile up", during, after, usual)
		}
	}
	judge(t, c.end(), n*2*floor, n*refused)
	select {
	case code := <-f.replicas[0].ended:
		t.Errorf("the server ended with %d", code)
	default:
	}
}

var goroutines = regexp.MustCompile(`(?m)^go_goroutines (\d+)$`)

// most watches for that long: the greatest number of goroutines, and how long it
// takes at most to be told ok, which is the machine's own share of an answer.
func (f *fleet) most(length time.Duration) (n int, lag time.Duration) {
	f.t.Helper()
	over := time.After(length)
	pace := time.NewTicker(100 * time.Millisecond)
	defer pace.Stop()
	for {
		n = max(n, f.goroutines(0))
		asked := time.Now()
		f.get(0, "/healthz")
		lag = max(lag, time.Since(asked))
		select {
		case <-over:
			return n, lag
		case <-pace.C:
		}
	}
}

// goroutines is how many a replica has, by its own metrics.
func (f *fleet) goroutines(i int) int {
	f.t.Helper()
	found := goroutines.FindSubmatch(f.get(i, "/metrics"))
	if found == nil {
		f.t.Fatal("no go_goroutines in the metrics")
	}
	n, _ := strconv.Atoi(string(found[1]))
	return n
}

// get asks a replica for a page.
func (f *fleet) get(i int, path string) []byte {
	f.t.Helper()
	req, err := http.NewRequestWithContext(f.t.Context(), http.MethodGet, "http://"+f.replicas[i].addr+path, nil)
	if err != nil {
		f.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		f.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return text
}

// The crowd writes until the disk is full; then it is made larger.
func TestDisk_IsFull(t *testing.T) {
	t.Parallel()
	const spare, large = 256 << 10, 256 << 20
	disk := testneeds.Tmpfs(t, fmt.Sprintf("size=%d", large))
	resize := func(size int64) {
		if err := syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT, fmt.Sprintf("size=%d", size)); err != nil {
			t.Fatal(err)
		}
	}
	diskFails(t, newFleet(t, 1, "--data", disk), times(1, 20), outage, func() {
		var st syscall.Statfs_t
		if err := syscall.Statfs(disk, &st); err != nil {
			t.Fatal(err)
		}
		resize(int64(st.Blocks-st.Bfree)*st.Bsize + spare)
	}, func() { resize(large) })
}

// The kernel makes a file system read-only that has an error, under the files
// that are open; and a broken disk fails whatever is written.
func TestDisk_IsReadOnlyOrBroken(t *testing.T) {
	t.Parallel()
	disk := lossy(t)
	f := newFleet(t, 1, "--data", filepath.Join(disk.At(), "data"))
	for _, errno := range []syscall.Errno{syscall.EROFS, syscall.EIO} {
		t.Log(errno)
		diskFails(t, f, times(1, 20), outage, func() { disk.Fail(errno) }, func() { disk.Fail(0) })
	}
}

// Another program holds the database's only lock for writing.
func TestDisk_IsLockedByAnother(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	f := newFleet(t, 1, "--data", data)
	other, err := sql.Open("sqlite", filepath.Join(data, store.FileName)+"?_txlock=immediate&_pragma=busy_timeout(2000)")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	var lock *sql.Tx
	diskFails(t, f, times(1, 20), 10*time.Second, func() {
		// A server that commits without a pause leaves gaps that are short.
		for lock == nil {
			if lock, err = other.BeginTx(context.Background(), nil); err != nil && t.Context().Err() != nil {
				t.Fatal(err)
			}
		}
	}, func() {
		if err := lock.Rollback(); err != nil {
			t.Error(err)
		}
		lock = nil
	})
}
