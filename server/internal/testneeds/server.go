package testneeds

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// startTimeout is how long a program may take to be ready; a slow machine
// needs seconds.
const startTimeout = time.Minute

// Server is a program that was started for one test and ends with it. Its
// methods fail the test when they cannot do what they say, and must be called
// from the test's own goroutine.
type Server struct {
	t       testing.TB
	url     string
	ready   string         // what it prints when it is
	crash   syscall.Signal // ends it at once, without saving anything
	command func() *exec.Cmd
	running *exec.Cmd
	ended   chan struct{}
}

// URL is where clients reach it; it stays the same over restarts.
func (s *Server) URL() string { return s.url }

// Pause freezes the program and its children: connections stay open, nothing
// is answered.
func (s *Server) Pause() {
	s.t.Helper()
	s.signal(syscall.SIGSTOP)
}

// Resume ends a pause.
func (s *Server) Resume() {
	s.t.Helper()
	s.signal(syscall.SIGCONT)
}

// Kill ends the program at once, as a crash does, and returns when it is gone.
func (s *Server) Kill() {
	s.t.Helper()
	if err := s.running.Process.Signal(s.crash); err != nil {
		s.t.Fatalf("kill: %v", err)
	}
	<-s.ended
}

// Start starts a killed program again, on the same port with the same data.
func (s *Server) Start() {
	s.t.Helper()
	if err := s.start(); err != nil {
		s.t.Fatalf("start: %v", err)
	}
}

// signal reaches the program, then its children: each connection of Postgres
// is one.
func (s *Server) signal(sig syscall.Signal) {
	s.t.Helper()
	pid := s.running.Process.Pid
	if err := s.running.Process.Signal(sig); err != nil {
		s.t.Fatalf("signal %v: %v", sig, err)
	}
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	for child := range strings.FieldsSeq(string(children)) {
		if pid, err := strconv.Atoi(child); err == nil {
			_ = syscall.Kill(pid, sig)
		}
	}
}

// start runs the program until it says that it is ready, and goes on reading
// what it says so that it never blocks.
func (s *Server) start() error {
	cmd := s.command()
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	cmd.Stdout, cmd.Stderr = write, write
	if err := cmd.Start(); err != nil {
		return err
	}
	_ = write.Close()
	ready, ended := make(chan bool, 1), make(chan struct{})
	var said strings.Builder
	go func() {
		defer close(ended)
		lines := bufio.NewScanner(read)
		for lines.Scan() {
			said.WriteString(lines.Text() + "\n")
			if strings.Contains(lines.Text(), s.ready) {
				ready <- true
				break
			}
		}
		_, _ = io.Copy(io.Discard, read)
		_ = read.Close()
		_ = cmd.Wait()
	}()
	timeout, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	select {
	case <-ready:
	case <-ended:
		return fmt.Errorf("it ended:\n%s", said.String())
	case <-timeout.Done():
		_ = cmd.Process.Kill()
		<-ended
		return fmt.Errorf("not ready in time:\n%s", said.String())
	}
	s.running, s.ended = cmd, ended
	return nil
}

// stop ends the program whatever state it is in.
func (s *Server) stop() {
	select {
	case <-s.ended:
	default:
		s.signal(syscall.SIGCONT)
		s.Kill()
	}
}

// launch tries a few ports: between finding a free one and using it, another
// program may take it.
func (s *Server) launch(url func(port string) string, command func(port string) *exec.Cmd) *Server {
	s.t.Helper()
	var err error
	for range 3 {
		port := freePort(s.t)
		s.url, s.command = url(port), func() *exec.Cmd { return command(port) }
		if err = s.start(); err == nil {
			s.t.Cleanup(s.stop)
			return s
		}
	}
	s.t.Fatalf("start a server for the test: %v", err)
	return nil
}

func freePort(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
}

// StartRedis starts a Redis of the test's own, which it may pause and kill.
func StartRedis(t testing.TB) *Server {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		missing(t, "redis-server on PATH (or, where it is only used, a URL in USHER_TEST_REDIS_URL)")
	}
	dir := t.TempDir()
	s := &Server{t: t, ready: "Ready to accept connections", crash: syscall.SIGKILL}
	return s.launch(
		func(port string) string { return "redis://127.0.0.1:" + port + "/0" },
		func(port string) *exec.Cmd {
			return exec.Command(path, "--port", port, "--bind", "127.0.0.1", "--dir", dir, "--save", "", "--appendonly", "no")
		})
}

// StartPostgres starts a Postgres of the test's own with one empty database,
// which it may pause and kill.
func StartPostgres(t testing.TB) *Server {
	t.Helper()
	initdb, ok := postgresTool("initdb")
	postgres, also := postgresTool("postgres")
	if !ok || !also {
		missing(t, "initdb and postgres on PATH or under /usr/lib/postgresql (or, where it is only used, a URL in USHER_TEST_DATABASE_URL)")
	}
	as := postgresUser(t)
	dir, err := os.MkdirTemp("", "usher-postgres-") // t.TempDir is closed to other users
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if as != nil {
		if err := os.Chown(dir, int(as.Credential.Uid), int(as.Credential.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	run := func(path string, args ...string) *exec.Cmd {
		cmd := exec.Command(path, args...)
		cmd.SysProcAttr, cmd.Dir = as, dir
		cmd.Env = append(os.Environ(), "LC_ALL=C")
		return cmd
	}
	data := dir + "/data"
	if said, err := run(initdb, "-D", data, "-U", "usher", "-A", "trust", "-E", "UTF8", "--no-sync").CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, said)
	}
	// SIGQUIT is Postgres's own crash: no checkpoint, and no child survives.
	s := &Server{t: t, ready: "database system is ready to accept connections", crash: syscall.SIGQUIT}
	return s.launch(
		func(port string) string { return "postgres://usher@127.0.0.1:" + port + "/postgres?sslmode=disable" },
		func(port string) *exec.Cmd {
			return run(postgres, "-D", data, "-p", port, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200")
		})
}

// postgresUser is who to run Postgres as: it refuses to run as root.
func postgresUser(t testing.TB) *syscall.SysProcAttr {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		account, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.ParseUint(account.Uid, 10, 32)
		gid, _ := strconv.ParseUint(account.Gid, 10, 32)
		return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}
	missing(t, "a user other than root to run Postgres as")
	return nil
}
