package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

type object = map[string]any

// fakeChat speaks just enough of the chat protocol for the pages: it stores
// what is sent, acks it, and answers by a script that the text chooses.
type fakeChat struct {
	mu       sync.Mutex
	session  string
	locale   string
	owner    string
	epoch    int
	agent    object
	closed   bool
	account  object // what the host app has signed
	handoff  object
	messages []object
	byID     map[string]int // client id → seq
	sockets  map[*socket]bool
	lost     map[string]bool // texts whose first ack never comes: the line breaks
	hellos   []object
	frames   []object // every frame but hello, in order
	resends  int
	now      func() time.Time
}

type socket struct {
	mu   sync.Mutex
	conn *websocket.Conn
}

func (s *socket) send(frame object) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.conn.WriteJSON(frame)
}

func (s *socket) close(code int, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(time.Second))
	_ = s.conn.Close()
}

func newFakeChat() *fakeChat {
	c := &fakeChat{
		session: "3f6d0c8a9b1e4d7fa2c5e8b0d4f71936", owner: "bot", locale: "en", epoch: 1,
		byID: map[string]int{}, sockets: map[*socket]bool{}, lost: map[string]bool{}, now: time.Now,
	}
	c.add("bot", "Usher", "Hello! I can help with your identity verification: cancelling a review, a slow review, or what to do after a rejection. What happened?", object{
		"choices": []object{{"id": "cancel_review", "label": "Cancel a review"}, {"id": "review_slow", "label": "It takes too long"}, {"id": "account_theft", "label": "Someone used my account"}},
	})
	return c
}

// add stores a message and fans it out. The caller holds no lock or holds mu
// through locked.
func (c *fakeChat) add(from, name, text string, more object) int {
	seq := len(c.messages) + 1
	m := object{"seq": seq, "conversation": "c1", "from": from, "name": name, "text": text, "lang": c.locale, "at": c.now().UTC().Format(time.RFC3339)}
	for k, v := range more {
		m[k] = v
	}
	c.messages = append(c.messages, m)
	c.fan(object{"type": "message.created", "message": m})
	return seq
}

func (c *fakeChat) fan(frame object) {
	for s := range c.sockets {
		s.send(frame)
	}
}

// say lets somebody speak from outside the script.
func (c *fakeChat) say(from, name, text string, more object) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add(from, name, text, more)
}

// push sends a frame to everybody who is connected.
func (c *fakeChat) push(frame object) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fan(frame)
}

// pushRaw sends a frame as it is.
func (c *fakeChat) pushRaw(frame string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for s := range c.sockets {
		s.mu.Lock()
		_ = s.conn.WriteMessage(websocket.TextMessage, []byte(frame))
		s.mu.Unlock()
	}
}

// cut closes every connection with a close code; 0 breaks it without one.
func (c *fakeChat) cut(code int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for s := range c.sockets {
		if code == 0 {
			_ = s.conn.NetConn().Close()
		} else {
			s.close(code, "")
		}
	}
}

// kind gives the frames of one type that came in.
func (c *fakeChat) kind(kind string) []object {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(c.frames), func(f object) bool { return f["type"] != kind })
}

func (c *fakeChat) greeted() []object {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.hellos)
}

func (c *fakeChat) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	s := &socket{conn: conn}
	defer conn.Close()
	var hello object
	if conn.ReadJSON(&hello) != nil {
		return
	}
	c.mu.Lock()
	c.hellos = append(c.hellos, hello)
	if given, ok := hello["session"]; ok && given != c.session {
		s.send(object{"type": "error", "code": "unauthenticated", "retryable": false})
		s.close(4501, "unauthenticated")
		c.mu.Unlock()
		return
	}
	if c.closed && hello["session"] == nil {
		c.closed, c.handoff, c.messages = false, nil, c.messages[:1]
	}
	after := int(hello["after"].(float64))
	s.send(object{
		"type": "welcome", "conversation": "c1", "session": c.session, "locale": c.locale, "owner": c.owner, "epoch": c.epoch,
		"verified": c.account != nil, "account": c.account, "closed": c.closed,
		"last_seq": len(c.messages), "recovered": true, "handoff": c.handoff, "limits": object{"text_chars": 4000, "frame_bytes": 65536, "agent_grace_s": 30},
	})
	for _, m := range c.messages[min(after, len(c.messages)):] {
		s.send(object{"type": "message.created", "message": m})
	}
	c.sockets[s] = true
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.sockets, s)
		c.mu.Unlock()
	}()
	for {
		_, data, err := conn.ReadMessage()
		if err != nil {
			return
		}
		var f object
		if json.Unmarshal(data, &f) == nil {
			c.take(s, f)
		}
	}
}

func (c *fakeChat) take(s *socket, f object) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.frames = append(c.frames, f)
	switch f["type"] {
	case "message.send":
		c.sent(s, f)
	case "handoff.request":
		c.queue("kyc_review", "normal")
	case "handoff.withdraw":
		c.move("withdrawn", nil)
		c.setOwner("bot", nil)
	case "conversation.end":
		c.closed = true
		c.fan(object{"type": "conversation.closed", "conversation": "c1"})
	case "rating.send":
		s.send(object{"type": "ack"})
	case "locale.set":
		c.locale = f["locale"].(string)
		s.send(object{"type": "locale", "locale": c.locale})
	}
}

func (c *fakeChat) sent(s *socket, f object) {
	id, text := f["id"].(string), f["text"].(string)
	if seq, ok := c.byID[id]; ok {
		c.resends++
		s.send(object{"type": "ack", "id": id, "seq": seq, "through": seq, "at": c.now().UTC().Format(time.RFC3339), "duplicate": true})
		return
	}
	switch text {
	case "refuse me":
		s.send(object{"type": "error", "code": "bad_value", "id": id, "retryable": false})
		return
	case "drop me before storing":
		if !c.lost[text] {
			c.lost[text] = true
			_ = s.conn.NetConn().Close()
			return
		}
	}
	c.byID[id] = len(c.messages) + 1
	own := object{"id": id}
	if text == "drop me after storing" && !c.lost[text] {
		c.lost[text] = true
		delete(c.sockets, s)
		c.add("user", "", text, own)
		_ = s.conn.NetConn().Close()
		return
	}
	s.send(object{"type": "ack", "id": id, "seq": c.byID[id], "through": c.byID[id], "at": c.now().UTC().Format(time.RFC3339), "duplicate": false})
	c.add("user", "", text, own)
	c.reply(text, f)
}

func (c *fakeChat) reply(text string, f object) {
	switch {
	case text == "Someone used my account":
		c.queue("account_security", "urgent")
		c.add("bot", "Usher", "I have told our security team; they come first. While you wait, do this now:\n1. Change your password and unbind every third-party authorisation.\n2. Disable all API keys.\n3. Stay here: the team freezes the account and pulls the login logs.\n4. Leave the verification alone until the account is restored.", object{"meta": object{"advice": "secure_account_first", "facts": []string{"G9.1", "G9.2"}}})
	case text == "Cancel a review":
		c.add("bot", "Usher", "I can prepare that. Please give me the details the reviewer needs.", object{"form": object{"fields": []object{
			{"id": "submitted_at", "type": "datetime", "label": "Submitted on"},
			{"id": "status", "type": "select", "label": "Status shown in the app", "options": []object{{"id": "under_review", "label": "Under Review"}, {"id": "unknown", "label": "I do not know"}}},
			{"id": "reason", "type": "select", "label": "Reason", "options": []object{{"id": "wrong_document", "label": "Wrong or expired document"}, {"id": "waiting", "label": "It takes too long"}}},
		}}})
	case f["form"] != nil:
		c.add("bot", "Usher", "This is what I will pass on:\n\nPlease cancel my review.\nReason: Wrong or expired document\nRegistered email: lea@example.com\nSubmitted: Nov 22, 2026, 4:10 AM\nStatus: Under Review\n\nIs it right? Then I send it.", object{"form": nil, "choices": []object{{"id": "affirm", "label": "Yes, send it"}, {"id": "deny", "label": "No, change it"}}})
	case text == "Yes, send it":
		c.queue("kyc_review", "normal")
	case strings.HasPrefix(text, "script"):
		c.add("bot", "Usher", text, nil)
	default:
		c.add("bot", "Usher", fmt.Sprintf("You said: %s", text), nil)
	}
}

func (c *fakeChat) queue(queue, priority string) {
	c.handoff = object{
		"id": "h1", "conversation": "c1", "queue": queue, "priority": priority, "state": "queued", "position": 3,
		"wait": object{"low_s": 300, "high_s": 900}, "lang": c.locale,
		"fields": object{
			"email": object{"value": "lea@example.com", "source": "app", "label": "Registered email"}, "submitted_at": object{"value": "2026-11-22T09:10:00Z", "source": "user", "label": "Submitted on"},
			"status": object{"value": "under_review", "source": "user", "label": "Status shown in the app", "text": "Under Review"}, "reason": object{"value": "wrong_document", "source": "user", "label": "Reason", "text": "Wrong or expired document"},
		},
		"request": "Hello, I would like to cancel my review.\nReason: wrong document\nRegistered email: lea@example.com\nSubmitted: 2026-11-22 09:10\nStatus: Under Review",
	}
	c.fan(object{"type": "handoff.queued", "handoff": c.handoff})
	c.setOwner("queue", nil)
}

func (c *fakeChat) move(state string, agent object) {
	c.handoff["state"], c.handoff["agent"] = state, agent
	c.fan(object{"type": "handoff." + state, "handoff": c.handoff})
}

func (c *fakeChat) setOwner(owner string, agent object) {
	c.owner, c.agent = owner, agent
	c.epoch++
	c.fan(object{"type": "conversation.owner_changed", "conversation": "c1", "owner": owner, "epoch": c.epoch, "agent": agent})
}

// accept lets an agent take the case.
func (c *fakeChat) accept(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.move("accepted", object{"name": name})
	c.setOwner("agent", object{"name": name})
}

// complete ends the agent's part.
func (c *fakeChat) complete() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.move("completed", nil)
	c.setOwner("bot", nil)
}
