package web_test

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// fakeAgent speaks just enough of the agent protocol, and the session routes.
type fakeAgent struct {
	mu       sync.Mutex
	signedIn bool
	mute     bool      // nobody gets a welcome
	silent   []*socket // who waits for one
	oidc     bool      // the company has a sign-in of its own
	cases    []object  // in the server's order
	talks    map[string][]object
	taken    map[string]string // handoff → the colleague who was faster
	sockets  map[*socket]bool
	frames   []object
	earlier  map[string][]object // handoff → cases of the same person before
}

func newFakeAgent() *fakeAgent {
	now := time.Now().UTC()
	at := func(minutes int) string { return now.Add(-time.Duration(minutes) * time.Minute).Format(time.RFC3339) }
	field := func(value, source string) object {
		texts := map[string]string{"under_review_manual": "Under Review (Manual)", "wrong_document": "Wrong or expired document", "switch_document": "I want to use another document"}
		return object{"value": value, "source": source, "text": texts[value]}
	}
	return &fakeAgent{
		taken: map[string]string{}, sockets: map[*socket]bool{},
		earlier: map[string][]object{"h-cancel": {
			{"handoff": "h-0", "queue": "kyc_review", "state": "completed", "outcome": "cancelled", "reason": "switch_document", "agent": object{"name": "Ivan Petrov"}, "at": at(60 * 24 * 9), "note": "Passport instead of the ID card"},
			{"handoff": "h-1", "queue": "kyc_review", "state": "withdrawn", "reason": "waiting", "at": at(60 * 24 * 30)},
		}},
		cases: []object{
			{
				"id": "h-theft", "conversation": "c-theft", "queue": "account_security", "priority": "urgent", "state": "queued", "position": 1, "lang": "es", "queued_at": at(3),
				"fields": object{"email": field("ines@example.com", "user")}, "request": "",
				"verdict": object{"advice": "secure_account_first", "facts": []string{"G9.1", "G9.2", "G9.3"}, "warnings": []string{}},
			},
			{
				"id": "h-cancel", "conversation": "c-cancel", "queue": "kyc_review", "priority": "normal", "state": "queued", "position": 1, "lang": "en", "queued_at": at(12),
				"fields":   object{"email": field("lea@example.com", "app"), "submitted_at": field(at(125), "user"), "status": field("under_review_manual", "app"), "reason": field("wrong_document", "user")},
				"request":  "Hello, I would like to cancel my KYC review.\nReason: wrong document\nRegistered email: lea@example.com\nSubmitted: 2026-11-22 09:10\nStatus: Under Review (Manual)",
				"verdict":  object{"advice": "hand_off_cancel", "facts": []string{"G3.1", "G4.4", "G4.5"}, "warnings": []string{"G7.1", "G7.2"}, "cancellable_at": at(95), "cancellations": 2, "cancellations_24h": 1},
				"verified": true, "timezone": "Asia/Tokyo",
			},
			{
				"id": "h-third", "conversation": "c-third", "queue": "kyc_review", "priority": "normal", "state": "queued", "position": 2, "lang": "ar", "queued_at": at(7),
				"fields":  object{"email": field("a.very.long.address.that.goes.on@mail.subdomain.example.com", "user"), "reason": field("switch_document", "user")},
				"verdict": object{"advice": "hand_off_cancel", "facts": []string{"G3.2"}, "warnings": []string{}, "cancellable_at": now.Add(9 * time.Minute).Format(time.RFC3339)},
			},
		},
		talks: map[string][]object{
			"c-theft": {
				message("c-theft", 1, "user", "", "Alguien entró en mi cuenta y envió una verificación que no es mía", at(4)),
				message("c-theft", 2, "bot", "Usher", "He avisado al equipo de seguridad. Mientras tanto:\n1. Cambia la contraseña.\n2. Desactiva las claves API.", at(3)),
			},
			"c-cancel": {
				message("c-cancel", 1, "bot", "Usher", "Hello! What happened?", at(20)),
				message("c-cancel", 2, "user", "", "I uploaded my old passport by mistake, please cancel the review", at(19)),
				message("c-cancel", 3, "bot", "Usher", "I can pass that on. When did you submit it?", at(19)),
				message("c-cancel", 4, "user", "", "about two hours ago. It says Under Review (Manual), see https://example.com/status", at(15)),
				message("c-cancel", 5, "system", "", "The request joined the queue.", at(12)),
			},
			"c-third": {message("c-third", 1, "user", "", "أريد استخدام جواز السفر بدلا من بطاقة الهوية", at(8))},
		},
	}
}

func message(conversation string, seq int, from, name, text, at string) object {
	m := object{"seq": seq, "conversation": conversation, "from": from, "name": name, "text": text, "at": at}
	if from == "bot" {
		m["meta"] = object{"advice": "hand_off_cancel", "facts": []string{"G4.4"}, "intent": "wrong_document", "confidence": 0.97}
	}
	return m
}

var me = object{"id": "a1", "name": "Maria Oliveira", "email": "maria@example.com", "role": "supervisor", "languages": []string{"en", "es"}}

func (a *fakeAgent) mount(mux *http.ServeMux) {
	answer := func(w http.ResponseWriter, status int, body object) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body)
	}
	mux.HandleFunc("GET /agent/session", func(w http.ResponseWriter, _ *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		if !a.signedIn && a.oidc {
			answer(w, http.StatusOK, object{"agent": nil, "oidc": true})
			return
		}
		if !a.signedIn {
			answer(w, http.StatusUnauthorized, object{"code": "unauthenticated"})
			return
		}
		answer(w, http.StatusOK, me)
	})
	mux.HandleFunc("POST /agent/session", func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Email, Password string }
		_ = json.NewDecoder(r.Body).Decode(&in)
		a.mu.Lock()
		defer a.mu.Unlock()
		if in.Password != "correct horse battery" {
			answer(w, http.StatusUnauthorized, object{"code": "unauthenticated"})
			return
		}
		a.signedIn = true
		answer(w, http.StatusOK, object{"token": "t", "agent": me})
	})
	mux.HandleFunc("DELETE /agent/session", func(w http.ResponseWriter, _ *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.signedIn = false
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("POST /agent/first", func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Token, Email, Name, Password string }
		_ = json.NewDecoder(r.Body).Decode(&in)
		if in.Token != "once" {
			answer(w, http.StatusGone, object{"code": "not_found"})
			return
		}
		answer(w, http.StatusCreated, me)
	})
	mux.HandleFunc("GET /v1/agent", a.serve)
}

func (a *fakeAgent) fan(frame object) {
	for s := range a.sockets {
		s.send(frame)
	}
}

func (a *fakeAgent) locked(work func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	work()
}

// close says goodbye to every console.
func (a *fakeAgent) close(goodbye object, code int) {
	a.locked(func() {
		a.fan(goodbye)
		for s := range a.sockets {
			s.close(code, "")
		}
	})
}

// arrive puts one more case into the queue.
func (a *fakeAgent) arrive(h object) {
	a.locked(func() {
		a.cases = append(a.cases, h)
		a.fan(object{"type": "handoff.queued", "handoff": shown(h)[0]})
	})
}

// say lets the customer of a case write.
func (a *fakeAgent) say(conversation, from, text string) {
	a.locked(func() { a.add(conversation, from, text) })
}

func (a *fakeAgent) add(conversation, from, text string) int {
	name := ""
	if from == "agent" {
		name = "Maria Oliveira"
	}
	m := message(conversation, len(a.talks[conversation])+1, from, name, text, time.Now().UTC().Format(time.RFC3339))
	a.talks[conversation] = append(a.talks[conversation], m)
	a.fan(object{"type": "message.created", "message": m})
	return len(a.talks[conversation])
}

func (a *fakeAgent) serve(w http.ResponseWriter, r *http.Request) {
	conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer conn.Close()
	s := &socket{conn: conn}
	for {
		var f object
		if conn.ReadJSON(&f) != nil {
			a.locked(func() { delete(a.sockets, s) })
			return
		}
		a.locked(func() { a.take(s, f) })
	}
}

func (a *fakeAgent) take(s *socket, f object) {
	a.frames = append(a.frames, f)
	switch f["type"] {
	case "hello":
		if a.mute {
			a.silent = append(a.silent, s)
			return
		}
		a.welcome(s)
	case "handoff.claim", "handoff.claim_next":
		a.claim(s, f)
	case "handoff.release", "handoff.transfer", "handoff.complete":
		a.move(s, f)
	case "handoff.preview", "field.reveal", "team.list":
		a.casework(s, f)
	case "message.send":
		if f["text"] == "What is your password?" {
			s.send(object{"type": "error", "code": "bad_value", "id": f["id"], "retryable": false, "detail": "Rephrase it."})
			return
		}
		seq := a.add(f["conversation"].(string), "agent", f["text"].(string))
		s.send(object{"type": "ack", "id": f["id"], "seq": seq, "through": seq, "at": time.Now().UTC().Format(time.RFC3339)})
	case "note.add":
		note := object{"conversation": f["conversation"], "text": f["text"], "agent": me, "at": time.Now().UTC().Format(time.RFC3339)}
		s.send(object{"type": "ack", "id": f["id"], "note": note})
		a.fan(object{"type": "note.created", "note": note})
	case "presence.set":
		s.send(object{"type": "ack", "id": f["id"]})
	}
}

func (a *fakeAgent) welcome(s *socket) {
	s.send(object{"type": "welcome", "agent": me, "queues": []string{"account_security", "kyc_review", "supervisor"}, "handoffs": shown(a.cases...)})
	a.sockets[s] = true
}

func (a *fakeAgent) claim(s *socket, f object) {
	for _, h := range a.cases {
		id := h["id"].(string)
		if f["type"] == "handoff.claim" && f["handoff"] != id || f["type"] == "handoff.claim_next" && h["state"] != "queued" {
			continue
		}
		if name := a.taken[id]; name != "" {
			s.send(object{"type": "error", "code": "conflict", "id": f["id"], "retryable": false, "detail": "held by another agent", "agent": object{"name": name}})
			return
		}
		h["state"], h["agent"] = "accepted", me
		s.send(object{"type": "ack", "id": f["id"], "handoff": h, "transcript": a.talks[h["conversation"].(string)], "earlier": a.earlier[id]})
		a.fan(object{"type": "handoff.accepted", "handoff": h})
		return
	}
	s.send(object{"type": "ack", "id": f["id"], "handoff": nil})
}

func (a *fakeAgent) move(s *socket, f object) {
	for _, h := range a.cases {
		if h["id"] != f["handoff"] {
			continue
		}
		delete(h, "agent")
		h["state"] = "queued"
		event := "handoff.queued"
		if f["type"] == "handoff.complete" {
			h["state"], h["outcome"], event = "completed", f["outcome"], "handoff.completed"
		} else if f["queue"] != nil {
			h["queue"] = f["queue"]
		}
		if colleague, given := f["agent"]; given {
			h["state"], h["agent"], event = "accepted", object{"id": colleague, "name": "Ivan Petrov"}, "handoff.accepted"
		}
		s.send(object{"type": "ack", "id": f["id"], "handoff": shown(h)[0]})
		a.fan(object{"type": event, "handoff": shown(h)[0]})
	}
}
