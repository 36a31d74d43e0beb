package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"usher/server/internal/testneeds"
)

// long runs the tests that break things for longer: each as often as before a
// release, not before each commit.
var long = flag.Bool("long", false, "break things for as long as before a release")

// times is how often something is to be broken.
func times(commit, release int) int {
	if *long {
		return release
	}
	return commit
}

// childMark makes this test binary the server itself, so that it can be killed.
const childMark = "USHER_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childMark) == "" {
		os.Exit(m.Run())
	}
	var environ []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "USHER_") {
			environ = append(environ, v)
		}
	}
	ctx, _ := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	os.Exit(run(ctx, os.Args[1:], world{
		environ: environ, stdin: strings.NewReader(""), stdout: os.Stdout, stderr: os.Stderr,
		clock: time.Now, wall: time.Now, think: newMind, ready: func(a string) { fmt.Println(a) },
	}))
}

// child starts the server as a process of its own, on a free port.
func child(t testing.TB, flags ...string) replica {
	t.Helper()
	return launch(t, append([]string{os.Args[0]}, flags...))
}

// launch does so by a command line, the last part of which is the server's.
func launch(t testing.TB, line []string) replica {
	t.Helper()
	line = append(line, "--listen", "127.0.0.1:0")
	cmd := exec.CommandContext(t.Context(), line[0], line[1:]...)
	cmd.Env = append(os.Environ(), childMark+"=1")
	log := &testneeds.Log{}
	cmd.Stderr = log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("the server did not start")
	}
	r := replica{addr: lines.Text(), process: cmd.Process, ended: make(chan int, 1)}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_ = cmd.Wait()
		r.ended <- cmd.ProcessState.ExitCode()
	}()
	t.Cleanup(func() {
		_ = r.process.Kill()
		<-gone
		if t.Failed() {
			t.Logf("a replica's log:\n%s", log)
		}
	})
	return r
}

// fleet is some replicas behind one address. Connections go to them in turn,
// past those that do not answer.
type fleet struct {
	t      testing.TB
	addr   string
	people *wire // between the people and the replicas
	flags  []string

	mu       sync.Mutex
	replicas []replica
	turn     int
}

type replica struct {
	addr    string
	process *os.Process
	ended   chan int // its exit code, once
}

// atOnce is how many fleets run side by side: a machine with little to give
// would otherwise test nothing but its own patience.
var atOnce = make(chan struct{}, 2)

// newFleet starts n replicas on the same storage.
func newFleet(t testing.TB, n int, flags ...string) *fleet {
	t.Helper()
	atOnce <- struct{}{}
	t.Cleanup(func() { <-atOnce })
	f := &fleet{t: t, flags: flags, replicas: make([]replica, n)}
	for i := range n {
		f.start(i)
	}
	f.people = newWire(t, f.dial)
	f.addr = f.people.addr
	return f
}

// alone is one replica on SQLite.
func alone(t testing.TB) *fleet {
	t.Helper()
	return newFleet(t, 1, "--data", t.TempDir())
}

// three is three replicas on a Postgres and a Redis of their own.
func three(t testing.TB, flags ...string) (f *fleet, postgres, redis *testneeds.Server) {
	t.Helper()
	postgres, redis = testneeds.StartPostgres(t), testneeds.StartRedis(t)
	flags = append(flags, "--data", t.TempDir(), "--database-url", postgres.URL(), "--redis-url", redis.URL())
	return newFleet(t, 3, flags...), postgres, redis
}

func (f *fleet) start(i int) {
	f.t.Helper()
	r := child(f.t, f.flags...)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.replicas[i] = r
}

// kill ends a replica as a power cut would.
func (f *fleet) kill(i int) {
	f.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.replicas[i].process.Kill(); err != nil {
		f.t.Fatal(err)
	}
}

// dial reaches the next replica that answers.
func (f *fleet) dial() net.Conn {
	f.mu.Lock()
	defer f.mu.Unlock()
	for range f.replicas {
		f.turn = (f.turn + 1) % len(f.replicas)
		if conn, err := net.Dial("tcp", f.replicas[f.turn].addr); err == nil {
			return conn
		}
	}
	return nil
}
