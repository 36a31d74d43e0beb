package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"usher/server/internal/testbrowser"
)

// sockets is the published description of the sockets.
type sockets struct {
	t      *testing.T
	shapes map[string][]*jsonschema.Schema // "chat in message.send" → what it may look like
	seen   map[string]int
}

func readSockets(u *usher) *sockets {
	u.t.Helper()
	_, text := u.call("", "GET", "/api/asyncapi.json", "")
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		u.t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	const at = "https://sockets.invalid/asyncapi.json"
	if err := c.AddResource(at, doc); err != nil {
		u.t.Fatal(err)
	}
	s := &sockets{t: u.t, shapes: map[string][]*jsonschema.Schema{}, seen: map[string]int{}}
	for key, message := range doc.(map[string]any)["components"].(map[string]any)["messages"].(map[string]any) {
		schema, err := c.Compile(at + "#/components/messages/" + key + "/payload")
		if err != nil {
			u.t.Fatal(err)
		}
		place := strings.Split(key, ".")
		name := place[0] + " " + place[1] + " " + message.(map[string]any)["name"].(string)
		s.shapes[name] = append(s.shapes[name], schema)
	}
	return s
}

// check wants a frame to be as it is published.
func (s *sockets) check(socket, way string, raw []byte) {
	s.t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		s.t.Fatal(err)
	}
	kind, _ := value.(map[string]any)["type"].(string)
	name := socket + " " + way + " " + kind
	var complaints []string
	for _, shape := range s.shapes[name] {
		if err = shape.Validate(value); err == nil {
			s.seen[name]++
			return
		}
		complaints = append(complaints, err.Error())
	}
	s.t.Errorf("%s is not as published: %s\n%s", name, raw, strings.Join(complaints, "\n"))
}

// tapped is a socket whose frames are checked both ways.
type tapped struct {
	*sockets
	name string
	conn *websocket.Conn
}

func (u *usher) tap(s *sockets, name string, hello frame) *tapped {
	u.t.Helper()
	p := u.dial("/v1/" + name)
	c := &tapped{s, name, p.conn}
	c.send(hello)
	return c
}

func (c *tapped) send(f frame) {
	c.t.Helper()
	raw, _ := json.Marshal(f)
	c.check(c.name, "in", raw)
	if err := c.conn.WriteMessage(websocket.TextMessage, raw); err != nil {
		c.t.Fatal(err)
	}
}

// until reads frames up to the first of a type.
func (c *tapped) until(kind string) frame {
	c.t.Helper()
	for {
		_ = c.conn.SetReadDeadline(time.Now().Add(10 * time.Second))
		_, raw, err := c.conn.ReadMessage()
		if err != nil {
			c.t.Fatalf("waiting for %s: %v", kind, err)
		}
		c.check(c.name, "out", raw)
		var f frame
		_ = json.Unmarshal(raw, &f)
		if f["type"] == kind {
			return f
		}
	}
}

// A case from the first message to its end, every frame of both sides checked
// against the published description.
func TestContracts_EveryFrameIsAsPublished(t *testing.T) {
	t.Parallel()
	u := startUsher(t, t.TempDir(), &clock{at: time.Now()})
	s := readSockets(u)
	user := u.tap(s, "chat", frame{"type": "hello", "locale": "en", "timezone": "America/Bogota"})
	conv := user.until("welcome")["conversation"].(string)
	agent := u.tap(s, "agent", frame{"type": "hello", "token": u.signIn("supervisor")})
	agent.until("welcome")
	user.send(frame{"type": "message.send", "id": "1", "text": "I uploaded the wrong document"})
	user.until("ack")
	user.send(frame{"type": "message.send", "id": "", "text": "x"})
	user.until("error")
	user.send(frame{"type": "handoff.request", "id": "2"})
	h := user.until("handoff.queued")["handoff"].(map[string]any)["id"].(string)
	agent.until("handoff.queued")
	agent.send(frame{"type": "handoff.claim", "id": "c", "handoff": h})
	agent.until("ack")
	user.until("handoff.accepted")
	agent.send(frame{"type": "conversation.watch", "id": "w", "conversation": conv})
	agent.until("ack")
	agent.send(frame{"type": "typing", "conversation": conv})
	user.until("typing")
	agent.send(frame{"type": "message.send", "id": "m", "conversation": conv, "text": "Hello"})
	agent.until("ack")
	seq := user.until("message.created")["message"].(map[string]any)["seq"]
	user.send(frame{"type": "receipt", "read": seq})
	agent.until("message.receipt")
	agent.send(frame{"type": "note.add", "id": "n", "conversation": conv, "text": "only for us"})
	agent.until("note.created")
	agent.send(frame{"type": "presence.set", "id": "p", "state": "online"})
	agent.until("ack")
	agent.send(frame{"type": "handoff.transfer", "id": "t", "handoff": h, "queue": "supervisor"})
	agent.until("ack")
	agent.send(frame{"type": "handoff.claim_next", "id": "c2"})
	agent.until("ack")
	agent.send(frame{"type": "handoff.complete", "id": "e", "handoff": h, "outcome": "answered"})
	user.until("handoff.completed")
	user.send(frame{"type": "rating.send", "id": "r", "handoff": h, "stars": 5})
	user.until("ack")
	user.send(frame{"type": "locale.set", "locale": "es"})
	user.until("locale")
	user.send(frame{"type": "conversation.end"})
	user.until("conversation.closed")
	if len(s.seen) < 35 {
		t.Errorf("only %d kinds of frames were seen: %v", len(s.seen), s.seen)
	}
}

// signIn is the session token of an agent.
func (u *usher) signIn(role string) string {
	u.t.Helper()
	status, body := u.call("", "POST", "/agent/session", fmt.Sprintf(`{"email":"%s@northwind.example","password":%q}`, role, agentPassword))
	var in struct{ Token string }
	if err := json.Unmarshal([]byte(body), &in); err != nil || in.Token == "" {
		u.t.Fatalf("sign in: %d %s", status, body)
	}
	return in.Token
}

// The routes that make keys take the cookie of an admin who is on a page of
// ours, and no other.
func TestContracts_OnlyAdminsMakeKeys(t *testing.T) {
	t.Parallel()
	u := startUsher(t, t.TempDir(), &clock{at: time.Now()})
	for _, row := range []struct {
		role, origin string
		status       int
	}{
		{"admin", "", 201},
		{"admin", "http://" + u.addr, 201},
		{"admin", "https://evil.example", 403},
		{"supervisor", "", 403},
		{"security", "", 403},
		{"agent", "", 403},
		{"", "", 401},
	} {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+u.addr+"/agent/keys", strings.NewReader(`{"name":"Acme"}`))
		r.Header.Set("Content-Type", "application/json")
		if row.role != "" {
			r.AddCookie(&http.Cookie{Name: "usher_agent", Value: u.signIn(row.role)})
		}
		if row.origin != "" {
			r.Header.Set("Origin", row.origin)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if answer.StatusCode != row.status {
			t.Errorf("%s from %q: %d %s", row.role, row.origin, answer.StatusCode, raw)
		}
	}
}

// The documentation in a browser: it is read without a script, nothing comes
// from elsewhere, every call is there, and it works with the keyboard.
func TestContracts_TheDocumentationInABrowser(t *testing.T) {
	t.Parallel()
	u := startUsher(t, t.TempDir(), &clock{at: time.Now()})
	b := testbrowser.New(t, 390, 760)
	b.Open("http://" + u.addr + "/api/docs")
	b.Until(`document.querySelector('h1') !== null`)
	var doc struct {
		Paths map[string]map[string]struct{ OperationID string }
	}
	_, text := u.call("", "GET", "/api/openapi.json", "")
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	calls := 0
	for _, item := range doc.Paths {
		for _, op := range item {
			calls++
			if !testbrowser.Eval[bool](b, `document.getElementById(`+quoted(op.OperationID)+`) !== null`) {
				t.Errorf("%s is not documented", op.OperationID)
			}
		}
	}
	if calls < 10 {
		t.Errorf("only %d calls", calls)
	}
	for what, expression := range map[string]string{
		"a script":                      `document.scripts.length === 0`,
		"something from elsewhere":      `performance.getEntriesByType('resource').every((e) => e.name.startsWith(location.origin))`,
		"a link that leads nowhere":     `[...document.querySelectorAll('a[href^="#"]')].every((a) => document.getElementById(a.getAttribute('href').slice(1)))`,
		"sideways scrolling":            `document.documentElement.scrollWidth <= innerWidth`,
		"code that no keyboard scrolls": `[...document.querySelectorAll('pre')].every((p) => p.tabIndex === 0)`,
		"a page without a language":     `document.documentElement.lang === 'en'`,
		"a page without its style":      `getComputedStyle(document.querySelector('details')).borderTopStyle === 'solid'`,
		"no main landmark":              `document.querySelectorAll('main').length === 1`,
	} {
		if !testbrowser.Eval[bool](b, expression) {
			t.Errorf("the page has %s", what)
		}
	}
}

// While Postgres stands still every call is answered in time with "later", and
// once it goes on so does everything else.
func TestContracts_FrozenPostgresIsAnsweredInTime(t *testing.T) {
	t.Parallel()
	f, postgres, _ := three(t)
	u := &usher{t: t, addr: f.replicas[0].addr, data: t.TempDir(), clock: &clock{at: time.Now()}}
	_, key := u.key("--rate", "1000/s", "--database-url", postgres.URL())
	_, opened := u.call(key, "POST", "/api/v1/conversations", `{"external_user_id":"u"}`)
	var c struct{ ID string }
	if err := json.Unmarshal([]byte(opened), &c); err != nil || c.ID == "" {
		t.Fatal(opened)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	postgres.Pause()
	for _, call := range [][3]string{
		{"POST", "/api/v1/conversations", `{"external_user_id":"v"}`},
		{"GET", "/api/v1/conversations/" + c.ID, ""},
		{"POST", "/api/v1/conversations/" + c.ID + "/messages", `{"id":"1","text":"hello"}`},
		{"GET", "/api/v1/events", ""},
		{"POST", "/api/v1/decide", `{"intent":"greeting"}`},
	} {
		from := time.Now()
		status, body := u.call(key, call[0], call[1], call[2])
		if took := time.Since(from); status != 503 || !strings.Contains(body, `"unavailable"`) || took > answerWithin+time.Second {
			t.Errorf("%s %s: %d %s after %v", call[0], call[1], status, body, took)
		}
	}
	postgres.Resume()
	for back := time.Now(); ; {
		if status, _ := u.call(key, "POST", "/api/v1/conversations/"+c.ID+"/messages", `{"id":"1","text":"hello"}`); status == 200 {
			break
		}
		if time.Since(back) > healWithin || ctx.Err() != nil {
			t.Fatalf("not healed after %v", time.Since(back))
		}
	}
}
