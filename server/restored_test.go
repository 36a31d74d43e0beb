package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/gorilla/websocket"

	"usher/server/internal/store"
	"usher/server/internal/testneeds"
)

// guest is a client that keeps what a browser keeps: its session and how far it
// has read.
type guest struct {
	t       *testing.T
	f       *fleet
	session string
	seen    float64
}

// hello comes back from a position and returns the answer with the socket.
func (g *guest) hello(after float64) (frame, *peer) {
	g.t.Helper()
	conn, answer, err := websocket.DefaultDialer.Dial("ws://"+g.f.addr+"/v1/chat", nil)
	if err != nil {
		g.t.Fatal(err)
	}
	_ = answer.Body.Close()
	g.t.Cleanup(func() { _ = conn.Close() })
	p := &peer{t: g.t, conn: conn}
	hello := frame{"type": "hello", "after": after}
	if g.session != "" {
		hello["session"] = g.session
	}
	p.send(hello)
	return p.read(), p
}

// come is a good visit: let in, it reads all there is after a position, each
// number once.
func (g *guest) come(after float64) *peer {
	g.t.Helper()
	welcome, p := g.hello(after)
	if welcome["type"] != "welcome" || welcome["recovered"] != true {
		g.t.Fatalf("after %v: %v", after, welcome)
	}
	g.session, g.seen = welcome["session"].(string), after
	for g.seen < welcome["last_seq"].(float64) {
		g.read(p)
	}
	return p
}

// read takes the next message, which has the next number.
func (g *guest) read(p *peer) {
	g.t.Helper()
	m := p.until("message.created")["message"].(map[string]any)
	if m["seq"] != g.seen+1 {
		g.t.Fatalf("number %v after %v", m["seq"], g.seen)
	}
	g.seen++
}

// say sends messages and reads until their answers are there.
func (g *guest) say(p *peer, ids ...string) {
	g.t.Helper()
	for _, id := range ids {
		p.send(frame{"type": "message.send", "id": id, "text": "what happens to my photos"})
		through := p.until("ack")["through"].(float64)
		for g.seen < through {
			g.read(p)
		}
	}
}

// restored puts an older backup back, and everybody who had read further comes
// back with that position: nobody is let in from there, whether the new numbers
// have grown past it meanwhile or not; all load again from the start, once.
func restored(t *testing.T, f *fleet, n int, backup, restore func()) {
	t.Helper()
	stop := func() {
		for i := range f.replicas {
			f.drain(i)
		}
	}
	start := func() {
		for i := range f.replicas {
			f.start(i)
		}
	}
	old, late := make([]guest, n), make([]guest, n/5)
	for i := range old {
		old[i] = guest{t: t, f: f}
		old[i].say(old[i].come(0), "before")
	}
	stop()
	backup()
	start()
	for i := range old {
		old[i].say(old[i].come(old[i].seen), "lost", "lost too")
	}
	for i := range late {
		late[i] = guest{t: t, f: f}
		late[i].say(late[i].come(0), "lost")
	}
	stop()
	restore()
	start()
	past := 0
	for i := range old {
		g := &old[i]
		if i%2 == 0 { // the person's other device has gone on, further than this one had read
			other := guest{t: t, f: f, session: g.session}
			other.say(other.come(0), "new", "new too", "and more")
			if other.seen > g.seen {
				past++
			}
		}
		answer, p := g.hello(g.seen)
		if answer["type"] != "error" || answer["code"] != "resync" {
			t.Errorf("%d comes back with %v of the lost history: %v", i, g.seen, answer)
		}
		_ = p.conn.Close()
		_ = g.come(0).conn.Close()
		_ = g.come(g.seen).conn.Close() // and from now on as ever
	}
	if past < n/2 {
		t.Errorf("only %d conversations outgrew the lost one: the test did too little", past)
	}
	for i := range late {
		if answer, _ := late[i].hello(late[i].seen); answer["code"] != "unauthenticated" {
			t.Errorf("a conversation that the backup does not have: %v", answer)
		}
	}
	t.Logf("%d came back, %d of them to a conversation that had outgrown them", n, past)
}

// A restored backup never passes for the history it replaced (G4, G22): SQLite's
// file is copied over while the server is down.
func TestFault_RestoredBackupOfSQLite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, store.FileName)
	var saved []byte
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	restored(t, newFleet(t, 1, "--data", dir), times(20, 100),
		func() {
			var err error
			saved, err = os.ReadFile(path)
			must(err)
		},
		func() { must(os.WriteFile(path, saved, 0o600)) })
}

// The same for a dump of Postgres, read back by psql, with three replicas.
func TestFault_RestoredBackupOfPostgres(t *testing.T) {
	t.Parallel()
	f, postgres, _ := three(t)
	dump := filepath.Join(t.TempDir(), "dump.sql")
	tool := func(name string, args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), testneeds.PostgresTool(t, name), args...)
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, said)
		}
	}
	restored(t, f, times(20, 100),
		func() { tool("pg_dump", "--clean", "--if-exists", "--file", dump, postgres.URL()) },
		func() { tool("psql", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", dump, postgres.URL()) })
}
