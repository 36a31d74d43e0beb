package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"usher/server/internal/histcheck"
	"usher/server/internal/testneeds"
)

// No ack leaves before the fsync that covers its message (G1), as the kernel
// saw it.
func TestAckOrder_NoAckBeforeItsFsync(t *testing.T) {
	t.Parallel()
	strace := testneeds.Strace(t)
	trace := filepath.Join(t.TempDir(), "trace")
	line := append(straced(strace, trace), os.Args[0], "--data", t.TempDir())
	r := launch(t, line)
	c := newCrowd(t, r.addr, 20)
	messages := times(250, 1000)
	c.until(int64(messages))
	judge(t, c.end(), messages, 0)
	if err := r.process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-r.ended
	f, err := os.Open(trace)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	got, err := readOrder(f)
	if err != nil {
		t.Fatal(err)
	}
	for i, early := range got.early {
		if i == 20 {
			break
		}
		t.Error(early)
	}
	total := 0
	for _, n := range got.acks {
		total += n
	}
	t.Logf("%d acks of %d messages, %d of them early; %d commits, %d syncs of the log", total, len(got.acks), len(got.early), got.commits, got.syncs)
	for _, o := range c.history.Ops {
		if o.Outcome == histcheck.Acked && got.acks[o.ID] == 0 {
			t.Errorf("%s was acked, and the trace does not know: it proves nothing", o.ID)
			return
		}
	}
}

// line is one line of a trace, of a process.
func traced(pid int, call, path, data, rest string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s(7<%s>", pid, call, path)
	if data != "" {
		b.WriteString(`, "`)
		for _, c := range []byte(data) {
			fmt.Fprintf(&b, `\x%02x`, c)
		}
		b.WriteString(`"`)
	}
	return b.String() + rest + "\n"
}

// What the test above would say of servers that do it wrong.
func TestAckOrder_FindsAnEarlyAck(t *testing.T) {
	t.Parallel()
	const wal = "/d/usher.db-wal"
	header := func(commit string) string {
		return traced(1, "pwrite64", wal, "\x00\x00\x00\x05\x00\x00\x00"+commit+strings.Repeat("-", 16), ", 24, 32) = 24")
	}
	page := func(text string) string {
		return traced(1, "pwrite64", wal, text, fmt.Sprintf(", %d, 56) = %[1]d", len(text)))
	}
	const synced = ") = 0"
	var (
		more, commit = header("\x00"), header("\x09")
		fsync        = traced(1, "fsync", wal, "", synced)
		ack          = traced(2, "write", "socket:[5]", "\x81\x30"+`{"type":"ack","id":"p1m1x","seq":2}`, ", 50) = 50")
		stored       = commit + page("..u:p1m1x..")
	)
	for name, c := range map[string]struct {
		trace string
		early int
	}{
		"right":                           {stored + fsync + ack, 0},
		"right, the sync overlaps others": {stored + traced(1, "fdatasync", wal, "", " <unfinished ...>") + traced(2, "write", "pipe:[1]", "x", ", 1) = 1") + "1 <... fdatasync resumed>) = 0\n" + ack, 0},
		"right, two pages":                {more + page("..p1m1x..") + commit + page("....") + fsync + ack, 0},
		"right, twice":                    {stored + fsync + ack + commit + page("..p1m1x..p1m2x") + ack, 0},
		"right, in many parts":            {stored + fsync + traced(2, "writev", "TCP:[1->2]", "", `, [{iov_base="{\"type\":\"ack\",", iov_len=13}, {iov_base="\"id\":\"p1m1x\"}", iov_len=13}], 2) = 26`), 0},
		"no sync":                         {stored + ack, 1},
		"ack first":                       {stored + ack + fsync, 1},
		"ack first, twice":                {ack + stored + ack + fsync, 2},
		"synced before":                   {fsync + stored + ack, 1},
		"synced between its pages":        {more + page("..p1m1x..") + fsync + commit + page("....") + ack, 1},
		"another file synced":             {stored + traced(1, "fsync", "/d/usher.db", "", synced) + ack, 1},
		"the sync failed":                 {stored + traced(1, "fsync", wal, "", ") = -1 EIO (Input/output error)") + ack, 1},
		"the sync has not returned":       {stored + traced(1, "fsync", wal, "", " <unfinished ...>") + ack + "1 <... fsync resumed>) = 0\n", 1},
		"the sync began too early":        {traced(3, "fsync", wal, "", " <unfinished ...>") + stored + "3 <... fsync resumed>) = 0\n" + ack, 1},
		"not stored":                      {commit + page("..p1m11x..") + fsync + ack, 1},
	} {
		got, err := readOrder(strings.NewReader(c.trace + "1 +++ exited with 0 +++\n"))
		if err != nil || len(got.early) != c.early || got.acks["p1m1x"] == 0 {
			t.Errorf("%s: early %q, acks %v, %v", name, got.early, got.acks, err)
		}
	}
	for name, trace := range map[string]string{
		"cut off":            stored + fsync + ack,
		"a page in two bits": commit + traced(1, "pwrite64", wal, "..p1m1x..", ", 9, 56) = 4") + "1 +++ exited with 0 +++\n",
	} {
		if _, err := readOrder(strings.NewReader(trace)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
