package main

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"usher/server/internal/histcheck"
	"usher/server/internal/lossyfs"
	"usher/server/internal/store"
	"usher/server/internal/testneeds"
)

// lossy mounts a file system that forgets what was not synced.
func lossy(t testing.TB) *lossyfs.FS {
	t.Helper()
	testneeds.FUSE(t)
	l, err := lossyfs.Mount(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// onDisk lets SQLite look through a copy of a database that was left behind –
// the original is the server's to recover – and ends the test when it is not
// sound, or a message is missing that has been acked. The end would tell as
// well, but people whose conversation is gone write no more until then.
func (c *crowd) onDisk(data string) {
	c.t.Helper()
	dir := filepath.Join(c.t.TempDir(), "copy")
	defer func() { _ = os.RemoveAll(dir) }()
	if err := os.CopyFS(dir, os.DirFS(data)); err != nil {
		c.t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, store.FileName))
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var verdict, all string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		c.t.Fatalf("integrity: %s %v", verdict, err)
	}
	const kept = `SELECT coalesce(group_concat(conversation || ' ' || client_key || ' ' || seq, char(10)), '') FROM messages WHERE client_key IS NOT NULL`
	if err := db.QueryRow(kept).Scan(&all); err != nil {
		c.t.Fatal(err)
	}
	rows := map[string]bool{}
	for row := range strings.Lines(all) {
		rows[strings.TrimSpace(row)] = true
	}
	acked, lost := 0, 0
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, o := range c.history.Ops {
		if o.Outcome == histcheck.Acked {
			acked++
			if !rows[fmt.Sprintf("%s u:%s %d", o.Conversation, o.ID, o.Seq)] {
				lost++
			}
		}
	}
	if lost > 0 {
		c.t.Fatalf("%d of %d acked messages are lost", lost, acked)
	}
}

// The promise of durability under a power cut (G1): at some write, most often in
// the middle of a commit, nothing reaches the disk any more, the server dies, and
// with it everything that was not synced – in each second cut only a part of it,
// as a disk may have written some. What was acked is there. The first cut comes
// early, when the data folder itself has just been made.
func TestPower_CutUnderOneServerOnSQLite(t *testing.T) {
	t.Parallel()
	const people, floor = 20, 200
	disk := lossy(t)
	f := newFleet(t, 1, "--data", filepath.Join(disk.At(), "data"))
	c := newCrowd(t, f.addr, people)
	random := rand.New(rand.NewPCG(1, 2))
	cuts := times(3, 300)
	lost, within := 0, 0
	for i := range cuts {
		c.until(c.acked.Load() + floor + int64(random.IntN(floor)))
		disk.FailAfter(1+random.IntN(50), syscall.EIO)
		c.untilUnknown(c.unknown.Load() + 1)
		f.kill(0)
		<-f.replicas[0].ended
		var keep func() bool
		if i%2 == 1 {
			keep = func() bool { return random.IntN(2) == 0 }
		}
		gone, err := disk.Cut(keep)
		if err != nil {
			t.Fatal(err)
		}
		disk.Fail(0)
		if n := gone[store.FileName] + gone[store.FileName+"-wal"]; n > 0 {
			lost += n
			within++
		}
		c.onDisk(filepath.Join(disk.Disk(), "data"))
		f.start(0)
	}
	c.until(c.acked.Load() + floor)
	judge(t, c.end(), cuts*floor, cuts/2)
	t.Logf("%d of %d cuts came within a commit; they took %d writes", within, cuts, lost)
	if within < cuts/2 {
		t.Error("too few cuts came within a commit: the test did too little")
	}
}
