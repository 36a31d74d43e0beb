package main

import (
	"database/sql"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

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

// sound lets SQLite look through a copy of the database that was left behind:
// the original is the server's, and is recovered by the server.
func sound(t testing.TB, data string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(dir, os.DirFS(data)); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var verdict string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("integrity: %s %v", verdict, err)
	}
}

// The promise of durability under a power cut (G1): the server dies and with it
// everything that was not synced – in each second cut only a part of it, as a
// disk may have written some. What was acked is there. The first cut comes
// early, when the data folder itself has just been made.
func TestPower_CutUnderOneServerOnSQLite(t *testing.T) {
	t.Parallel()
	const people, floor = 20, 200
	disk := lossy(t)
	f := newFleet(t, 1, "--data", filepath.Join(disk.At(), "data"))
	c := newCrowd(t, f.addr, people)
	random := rand.New(rand.NewPCG(1, 2))
	cuts := times(3, 300)
	lost := 0
	for i := range cuts {
		c.until(c.acked.Load() + floor + int64(random.IntN(floor)))
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
		lost += gone[store.FileName] + gone[store.FileName+"-wal"]
		sound(t, filepath.Join(disk.Disk(), "data"))
		f.start(0)
	}
	c.until(c.acked.Load() + floor)
	judge(t, c.end(), cuts*floor, cuts/2)
	t.Logf("%d cuts took %d writes", cuts, lost)
}
