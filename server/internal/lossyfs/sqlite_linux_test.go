package lossyfs_test

import (
	"bufio"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"usher/server/internal/lossyfs"
)

// writerEnv holds the database and the setting of a child that writes rows.
const writerEnv = "USHER_LOSSYFS_TEST_WRITER"

// TestWriter is not a test: it is the process that the test below kills. It
// prints the number of each row after its commit.
func TestWriter(t *testing.T) {
	path, synchronous, _ := strings.Cut(os.Getenv(writerEnv), "|")
	if path == "" {
		t.Skip("only as a child")
	}
	db, err := sql.Open("sqlite", path+"?_pragma=journal_mode(WAL)&_pragma=synchronous("+synchronous+")&_pragma=wal_autocheckpoint(200)")
	must(t, err)
	db.SetMaxOpenConns(1)
	_, err = db.Exec("CREATE TABLE IF NOT EXISTS kept (n INTEGER PRIMARY KEY, filler BLOB)")
	must(t, err)
	for {
		r, err := db.Exec("INSERT INTO kept (filler) VALUES (randomblob(1000))")
		must(t, err)
		n, _ := r.LastInsertId()
		fmt.Println("kept", n)
	}
}

// rows cuts the power under a writer again and again, and returns after which
// cut the first row that had been told was missing, 0 for none.
func rows(t *testing.T, synchronous string, cuts int, keep func() bool) (missing int) {
	t.Helper()
	l := mount(t)
	path := filepath.Join(l.At(), "rows.db")
	lost := 0
	for cut := range cuts {
		told := kill(t, path+"|"+synchronous, 50+cut*37%100)
		gone, err := l.Cut(keep)
		must(t, err)
		lost += gone["rows.db-wal"] + gone["rows.db"]
		if n := count(t, l); n < told {
			t.Logf("synchronous=%s, cut %d: %d rows of %d", synchronous, cut+1, n, told)
			return cut + 1
		}
	}
	t.Logf("synchronous=%s: %d cuts took %d writes and no row that was told", synchronous, cuts, lost)
	return 0
}

// kill runs the writer until it has told of so many more rows, and returns the
// last that it told of.
func kill(t *testing.T, setting string, after int) (told int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWriter$", "-test.v")
	cmd.Env = append(os.Environ(), writerEnv+"="+setting)
	out, err := cmd.StdoutPipe()
	must(t, err, cmd.Start())
	news := 0
	var said []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if n, _ := fmt.Sscanf(lines.Text(), "kept %d", &told); n != 1 {
			said = append(said, lines.Text())
			continue
		}
		if news++; news == after {
			must(t, cmd.Process.Kill()) // what it still says before it dies counts too
		}
	}
	_ = cmd.Wait()
	if news < after {
		t.Fatalf("the writer ended by itself after %d rows: %s", news, said)
	}
	return told
}

// count looks at a copy, as the mount must not be opened here.
func count(t *testing.T, l *lossyfs.FS) (n int) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "copy")
	must(t, os.CopyFS(dir, os.DirFS(l.Disk())))
	db, err := sql.Open("sqlite", filepath.Join(dir, "rows.db"))
	must(t, err)
	defer db.Close()
	var verdict string
	must(t, db.QueryRow("PRAGMA integrity_check").Scan(&verdict))
	if verdict != "ok" {
		t.Errorf("integrity: %s", verdict)
	}
	if err := db.QueryRow("SELECT coalesce(max(n), 0) FROM kept").Scan(&n); err != nil && !strings.Contains(err.Error(), "no such table") {
		t.Fatal(err)
	}
	return n
}

// The file system finds the fault that it is made to find: with
// synchronous=NORMAL a commit that was told of is lost, with FULL none is.
func TestCut_TellsNormalFromFull(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	some := func() bool { return random.IntN(2) == 0 }
	if cut := rows(t, "NORMAL", 5, nil); cut == 0 {
		t.Error("synchronous=NORMAL lost nothing in five cuts")
	}
	if cut := rows(t, "FULL", 5, nil); cut != 0 {
		t.Errorf("synchronous=FULL lost a row in cut %d", cut)
	}
	if cut := rows(t, "FULL", 5, some); cut != 0 {
		t.Errorf("synchronous=FULL lost a row in cut %d, in which some of the writes were kept", cut)
	}
}
