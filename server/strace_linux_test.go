package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"usher/server/internal/store"
)

// straced are the calls that [readOrder] has to see, and how they are printed:
// with the paths of descriptors, and every byte of what is written.
func straced(strace, output string) []string {
	return []string{
		strace, "-D", "-f", "-q", "-y", "-x", "-s", "1000000", "--seccomp-bpf", "-o", output,
		"-e", "trace=write,writev,sendto,sendmsg,pwrite64,pwritev,fsync,fdatasync", "-e", "signal=none",
	}
}

// order is what a trace tells of receipts: for each id how often it was acked,
// and the acks that came too early.
type order struct {
	acks    map[string]int
	early   []string
	commits int
	syncs   int // of the log that ended well
}

// system is one call, from the line of the trace where it began to the line
// where it had returned.
type system struct {
	name, path string
	data       []byte
	began, end int
	result     string
}

// readOrder reads what strace saw of a server on SQLite. A message is stored by
// a transaction: frames in the log of which the last says that it is. The
// message's ack is early unless the log was synced in between: an fsync that
// began after the last frame had been written, and returned, with success,
// before the ack's write began. What the log holds was received before, so this
// covers all from receipt to ack.
func readOrder(trace io.Reader) (order, error) {
	o := order{acks: map[string]int{}}
	var (
		last   bool               // the page that comes ends a transaction
		within []string           // ids in the transaction that is being written
		stored = map[string]int{} // id → the line where the last frame of its transaction stood
		synced = -1               // where the latest good fsync of the log had begun
	)
	err := calls(trace, func(c system) error {
		log := strings.HasSuffix(c.path, "/"+store.FileName+"-wal")
		switch {
		case !log:
			for _, found := range ackOf.FindAllSubmatch(c.data, -1) {
				id := string(found[1])
				o.acks[id]++
				if at, there := stored[id]; !there || synced < at {
					o.early = append(o.early, fmt.Sprintf("%s was acked in line %d, stored in line %d, the log last synced in line %d", id, c.began, at, synced))
				}
			}
		case c.name == "fsync" || c.name == "fdatasync":
			if c.result == "0" {
				synced = max(synced, c.began)
				o.syncs++
			}
		case len(c.data) == headerOfLog:
		case len(c.data) == headerOfFrame:
			last = string(c.data[4:8]) != "\x00\x00\x00\x00"
		default:
			if c.result != strconv.Itoa(len(c.data)) {
				return fmt.Errorf("line %d: a page was not written whole: %s", c.began, c.result)
			}
			for _, id := range idInLog.FindAll(c.data, -1) {
				within = append(within, string(id))
			}
			if !last {
				return nil
			}
			o.commits++
			for _, id := range within {
				if _, before := stored[id]; !before {
					stored[id] = c.end
				}
			}
			within, last = nil, false
		}
		return nil
	})
	return o, err
}

// The lengths of what begins a log and what begins each of its frames, as
// SQLite's file format has them; SQLite writes the page of a frame apart.
const headerOfLog, headerOfFrame = 32, 24

var (
	idInLog  = regexp.MustCompile(`p\d+m\d+x`)
	ackOf    = regexp.MustCompile(`"type":"ack"[^{}]*?"id":"([^"]+)"`)
	began    = regexp.MustCompile(`^(\d+) +(\w+)\(\d+(?:<([^>]*)>)?`)
	resumed  = regexp.MustCompile(`^(\d+) +<\.\.\. (\w+) resumed>`)
	literal  = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
	returned = regexp.MustCompile(`\) += (-?\d+|\?)[^"]*$`)
)

// calls tells of the calls of a trace: of a sync when it has returned, of what
// writes to a socket when it begins, as the peer may have it from then on, of
// any other write when it has returned.
func calls(trace io.Reader, tell func(system) error) error {
	under := map[string]system{} // by process
	whole := false
	lines := bufio.NewScanner(trace)
	lines.Buffer(nil, 16<<20)
	for n := 0; lines.Scan(); n++ {
		line := lines.Text()
		whole = strings.Contains(line, "+++ exited with 0 +++")
		var c system
		ended := returned.FindStringSubmatch(line)
		if m := resumed.FindStringSubmatch(line); m != nil {
			c = under[m[1]]
			delete(under, m[1])
		} else if m := began.FindStringSubmatch(line); m != nil {
			c = system{name: m[2], path: m[3], began: n}
			for _, s := range literal.FindAllString(line, -1) {
				text, err := strconv.Unquote(s)
				if err != nil {
					return fmt.Errorf("line %d: %w", n, err)
				}
				c.data = append(c.data, text...)
			}
			if ended == nil {
				under[m[1]] = c
			}
			if socket := strings.HasPrefix(c.path, "socket:") || strings.HasPrefix(c.path, "TCP:"); socket {
				if err := tell(c); err != nil {
					return err
				}
				continue
			}
		}
		if ended == nil || c.name == "" || !strings.HasPrefix(c.path, "/") {
			continue
		}
		c.end, c.result = n, ended[1]
		if err := tell(c); err != nil {
			return err
		}
	}
	if !whole {
		return errors.Join(lines.Err(), errors.New("the trace has no end"))
	}
	return lines.Err()
}
