package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"usher/server/internal/auth"
	"usher/server/internal/config"
	"usher/server/internal/store"
	"usher/server/internal/testneeds"
)

// clock is a test's time; it goes on only when it is told to.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// usher is a running server of a test.
type usher struct {
	t     *testing.T
	addr  string
	data  string
	clock *clock
	stop  func()
	log   *testneeds.Log
}

// agentPassword is every test agent's password.
const agentPassword = "correct horse battery 9 staple"

// agents are made once for all tests, as hashing a password is slow.
var agentHash = sync.OnceValue(func() string {
	cheap := auth.Cost{MemoryKiB: 64, Passes: 1, Lanes: 1, AtOnce: 4}
	hash, err := auth.NewPasswords(cheap).Hash(context.Background(), agentPassword)
	if err != nil {
		panic(err)
	}
	return hash
})

// startUsher runs the whole server on a free port, with an agent of each role.
func startUsher(t *testing.T, data string, c *clock, flags ...string) *usher {
	t.Helper()
	u := &usher{t: t, data: data, clock: c, log: &testneeds.Log{}}
	addAgents(t, data)
	ctx, cancel := context.WithCancel(context.Background())
	ready := make(chan string, 1)
	done := make(chan int, 1)
	args := append([]string{"--listen", "127.0.0.1:0", "--data", data}, flags...)
	go func() {
		done <- run(ctx, args, world{stdin: strings.NewReader(""), stdout: u.log, stderr: u.log, clock: c.now, wall: time.Now, think: think, ready: func(a string) { ready <- a }})
	}()
	select {
	case u.addr = <-ready:
	case code := <-done:
		cancel()
		t.Fatalf("the server ended with %d: %s", code, u.log)
	}
	u.stop = sync.OnceFunc(func() {
		cancel()
		if code := <-done; code != 0 {
			t.Errorf("the server ended with %d: %s", code, u.log)
		}
	})
	t.Cleanup(u.stop)
	return u
}

// onceMind is read once for all tests: it never changes.
var onceMind = sync.OnceValues(func() (mind, error) { return newMind(config.Config{}) })

func think(config.Config) (mind, error) { return onceMind() }

// prepared is a database with an agent of each role, made once for all tests.
var prepared = sync.OnceValues(func() ([]byte, error) {
	data, err := os.MkdirTemp("", "usher-prepared-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(data) }()
	st, err := store.Open(context.Background(), store.Options{DataDir: data})
	if err != nil {
		return nil, err
	}
	for _, role := range []string{"agent", "security", "supervisor", "admin"} {
		a := store.Agent{
			ID: "id-" + role, Email: role + "@northwind.example", Name: strings.ToUpper(role[:1]) + role[1:], Role: role,
			Languages: []string{"en"}, PasswordHash: agentHash(), CreatedAt: time.Now(),
		}
		if err := st.AddAgent(context.Background(), a); err != nil {
			return nil, err
		}
	}
	if err := st.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(data, store.FileName))
})

// addAgents puts the prepared database into a folder that has none.
func addAgents(t *testing.T, data string) {
	t.Helper()
	path := filepath.Join(data, store.FileName)
	if _, err := os.Stat(path); err == nil {
		return
	}
	raw, err := prepared()
	if err == nil {
		err = os.WriteFile(path, raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// peer is one socket of a test.
type peer struct {
	t    *testing.T
	conn *websocket.Conn
}

// frame is one JSON frame.
type frame map[string]any

func (u *usher) dial(path string) *peer {
	u.t.Helper()
	conn, answer, err := websocket.DefaultDialer.Dial("ws://"+u.addr+path, nil)
	if err != nil {
		u.t.Fatal(err)
	}
	_ = answer.Body.Close()
	u.t.Cleanup(func() { _ = conn.Close() })
	return &peer{t: u.t, conn: conn}
}

func (p *peer) send(f frame) {
	p.t.Helper()
	if err := p.conn.WriteJSON(f); err != nil {
		p.t.Fatal(err)
	}
}

// read is the next frame.
func (p *peer) read() frame {
	p.t.Helper()
	_ = p.conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	var f frame
	if err := p.conn.ReadJSON(&f); err != nil {
		p.t.Fatalf("read: %v", err)
	}
	return f
}

// until reads frames up to the first of a type and returns that one.
func (p *peer) until(kind string) frame {
	p.t.Helper()
	for {
		f := p.read()
		if f["type"] == kind {
			return f
		}
		if f["type"] == "error" {
			raw, _ := json.Marshal(f)
			p.t.Fatalf("waiting for %s: %s", kind, raw)
		}
	}
}

// user opens a chat and returns it after its welcome.
func (u *usher) user(hello frame) (*peer, frame) {
	u.t.Helper()
	p := u.dial("/v1/chat")
	f := frame{"type": "hello", "after": 0}
	for k, v := range hello {
		f[k] = v
	}
	p.send(f)
	return p, p.until("welcome")
}

// say sends a message and returns the bot's last answer to it.
func (p *peer) say(id, text string) frame {
	p.t.Helper()
	p.send(frame{"type": "message.send", "id": id, "text": text})
	ack := p.until("ack")
	for {
		m := p.until("message.created")["message"].(map[string]any)
		if m["seq"] == ack["through"] {
			return m
		}
	}
}

// until asks for the metrics until they have a line.
func (u *usher) until(line string) {
	u.t.Helper()
	for u.t.Context().Err() == nil {
		req, err := http.NewRequestWithContext(u.t.Context(), http.MethodGet, "http://"+u.addr+"/metrics", nil)
		if err != nil {
			u.t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			u.t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil {
			u.t.Fatal(err)
		}
		if strings.Contains(string(text), line) {
			return
		}
	}
}

// token is a customer that the host app signed in.
func (u *usher) token(given map[string]string) string {
	u.t.Helper()
	claims := map[string]any{"sub": "u1"}
	for k, v := range given {
		switch k {
		case "app", "zone":
		case "cancellations", "cancellations_24h", "face_failures", "rejections":
			n, _ := strconv.Atoi(v)
			claims[k] = n
		case "submitted_at":
			claims[k] = moment(u.t, v).Format(time.RFC3339)
		default:
			claims[k] = v
		}
	}
	raw, _ := json.Marshal(claims)
	req, err := http.NewRequestWithContext(u.t.Context(), http.MethodPost, "http://"+u.addr+"/demo/token", bytes.NewReader(raw))
	if err != nil {
		u.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		u.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var out struct {
		Token string `json:"token"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&out); err != nil || out.Token == "" {
		u.t.Fatalf("token: %s %v", answer.Status, err)
	}
	return out.Token
}

// agent signs in and opens the console's socket.
func (u *usher) agent(role string) *peer {
	u.t.Helper()
	body := `{"email":"` + role + `@northwind.example","password":"` + agentPassword + `"}`
	req, err := http.NewRequestWithContext(u.t.Context(), http.MethodPost, "http://"+u.addr+"/agent/session", strings.NewReader(body))
	if err != nil {
		u.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		u.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var in struct {
		Token string `json:"token"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&in); err != nil || answer.StatusCode != http.StatusOK {
		u.t.Fatalf("sign in as %s: %s %v", role, answer.Status, err)
	}
	p := u.dial("/v1/agent")
	p.send(frame{"type": "hello", "token": in.Token})
	p.until("welcome")
	return p
}

func TestE2E_FromTheWrongPassportToTheNextSubmission(t *testing.T) {
	t.Parallel()
	c := &clock{at: time.Date(2026, 3, 1, 10, 40, 0, 0, time.UTC)}
	u := startUsher(t, t.TempDir(), c)
	ana, welcome := u.user(frame{"timezone": "America/Bogota"})
	agent := u.agent("agent")
	for i, text := range []string{"i uploaded the wrong passport", "40 min ago", "it says under review", "ana@proton.me", "yes send it"} {
		ana.say(string(rune('a'+i)), text)
	}
	queued := ana.until("handoff.queued")["handoff"].(map[string]any)
	if queued["queue"] != "kyc_review" || queued["position"] != 1.0 {
		t.Fatalf("queued %v", queued)
	}
	agent.send(frame{"type": "handoff.claim_next", "id": "c1"})
	ack := agent.until("ack")
	claimed := ack["handoff"].(map[string]any)
	if claimed["conversation"] != welcome["conversation"] {
		t.Fatalf("claimed %v", claimed)
	}
	if got := claimed["verdict"].(map[string]any)["advice"]; got != "hand_off_cancel" {
		t.Errorf("the agent sees the verdict %v", got)
	}
	ana.until("handoff.accepted")
	agent.send(frame{"type": "message.send", "id": "m1", "conversation": welcome["conversation"], "text": "Done, it is cancelled."})
	agent.until("ack")
	for {
		m := ana.until("message.created")["message"].(map[string]any)
		if m["from"] == "agent" {
			break
		}
	}
	agent.send(frame{"type": "handoff.complete", "id": "d1", "handoff": queued["id"], "outcome": "cancelled"})
	agent.until("ack")
	ana.until("handoff.completed")
	last := ana.say("z", "yes it says unverified now")
	if !strings.Contains(last["text"].(string), "Beijing time") {
		t.Errorf("the advice for the next submission is missing: %v", last["text"])
	}
}
