package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// signedIn is somebody signed in at the console's routes.
type signedIn struct {
	u      *usher
	cookie string
	token  string
}

// signed signs in by address.
func (u *usher) signed(address, password string) signedIn {
	u.t.Helper()
	status, cookie, got := u.post("/agent/session", "", map[string]string{"email": address, "password": password})
	token, _ := got["token"].(string)
	if status != http.StatusOK {
		u.t.Fatalf("%s: %d %v", address, status, got)
	}
	return signedIn{u, cookie, token}
}

// ask sends a request and returns the status and the body.
func (o signedIn) ask(method, path string, body any, header ...string) (int, []byte) {
	o.u.t.Helper()
	var raw []byte
	if body != nil {
		raw, _ = json.Marshal(body)
	}
	req, err := http.NewRequestWithContext(o.u.t.Context(), method, "http://"+o.u.addr+path, bytes.NewReader(raw))
	if err != nil {
		o.u.t.Fatal(err)
	}
	req.Header.Set("Cookie", o.cookie)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		o.u.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	got, err := io.ReadAll(answer.Body)
	if err != nil {
		o.u.t.Fatal(err)
	}
	return answer.StatusCode, got
}

// want is ask for an answer of this status, decoded.
func (o signedIn) want(status int, method, path string, body any) map[string]any {
	o.u.t.Helper()
	got, raw := o.ask(method, path, body)
	if got != status {
		o.u.t.Fatalf("%s %s: %d %s, want %d", method, path, got, raw, status)
	}
	out := map[string]any{}
	if err := json.Unmarshal(raw, &out); err != nil {
		o.u.t.Fatalf("%s %s: %s", method, path, raw)
	}
	return out
}

// Every route of the office, from the wrong side: who may use it, and that it
// is the same for a page that is not ours.
func TestOffice_WhoMayDoWhat(t *testing.T) {
	t.Parallel()
	u := startUsher(t, t.TempDir(), &clock{at: time.Now()})
	routes := []struct {
		method, path string
		body         any
		supervisors  bool // else admins only
	}{
		{"GET", "/agent/team", nil, false},
		{"POST", "/agent/team", map[string]any{"name": "N", "email": "n@northwind.example", "role": "king", "password": "x"}, false},
		{"PATCH", "/agent/team/nobody", map[string]any{}, false},
		{"GET", "/agent/keys", nil, false},
		{"POST", "/agent/keys", map[string]any{"name": ""}, false},
		{"DELETE", "/agent/keys/nobody", nil, false},
		{"GET", "/agent/live", nil, true},
		{"GET", "/agent/report", nil, true},
		{"POST", "/agent/reassign", map[string]any{"handoff": "none", "agent": "none"}, true},
		{"GET", "/agent/cases.csv", nil, true},
		{"GET", "/agent/audit", nil, true},
		{"POST", "/agent/audit/verify", map[string]any{}, true},
		{"GET", "/agent/audit.csv", nil, true},
	}
	for _, role := range []string{"", "agent", "security", "supervisor", "admin"} {
		o := signedIn{u: u}
		if role != "" {
			o = u.signed(role+"@northwind.example", agentPassword)
		}
		for _, r := range routes {
			status, body := o.ask(r.method, r.path, r.body)
			allowed := role == "admin" || role == "supervisor" && r.supervisors
			switch {
			case role == "" && status != http.StatusUnauthorized:
				t.Errorf("nobody: %s %s: %d", r.method, r.path, status)
			case role != "" && allowed == (status == http.StatusForbidden):
				t.Errorf("%s: %s %s: %d %s", role, r.method, r.path, status, body)
			case !allowed && len(body) > 200:
				t.Errorf("%s: %s %s: a refusal of %d bytes", role, r.method, r.path, len(body))
			}
			if r.method == "GET" {
				continue
			}
			if status, _ := o.ask(r.method, r.path, r.body, "Origin", "https://evil.example"); status != http.StatusForbidden {
				t.Errorf("%s, from another page: %s %s: %d", role, r.method, r.path, status)
			}
		}
	}
}

func TestOffice_AgentsAreManaged(t *testing.T) {
	t.Parallel()
	u := startUsher(t, t.TempDir(), &clock{at: time.Now()})
	admin := u.signed("admin@northwind.example", agentPassword)
	const password = "seven green lanterns"
	rita := map[string]any{"name": " Rita ", "email": "rita@northwind.example", "role": "agent", "password": password, "languages": []string{"es", "pt"}}
	for what, bad := range map[string]map[string]any{
		"a weak password":        {"password": "short"},
		"an unknown role":        {"role": "king"},
		"an unknown language":    {"languages": []string{"tlh"}},
		"a queue of other roles": {"queues": []string{"account_security"}},
		"no address":             {"email": "rita"},
		"a name of spaces":       {"name": "  "},
	} {
		wrong := map[string]any{}
		for k, v := range rita {
			wrong[k] = v
		}
		for k, v := range bad {
			wrong[k] = v
		}
		if status, body := admin.ask("POST", "/agent/team", wrong); status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", what, status, body)
		}
	}
	added := admin.want(http.StatusCreated, "POST", "/agent/team", rita)["agent"].(map[string]any)
	admin.want(http.StatusConflict, "POST", "/agent/team", rita)
	path := "/agent/team/" + added["id"].(string)
	signed := u.signed("rita@northwind.example", password)
	socket := func(o signedIn) *peer {
		p := u.dial("/v1/agent")
		p.send(frame{"type": "hello", "token": o.token})
		return p
	}
	open := socket(signed)
	open.until("welcome")

	// A new role: out at once, in again as what they now are.
	admin.want(http.StatusOK, "PATCH", path, map[string]any{"role": "security", "name": "Rita Sá", "languages": []string{"en"}})
	if f := open.until("goodbye"); f["reason"] != "revoked" {
		t.Errorf("the socket says %v", f)
	}
	if f := socket(signed).read(); f["code"] != "unauthenticated" {
		t.Errorf("the old token says %v", f)
	}
	signed = u.signed("rita@northwind.example", password)
	open = socket(signed)
	welcome := open.until("welcome")
	if q := welcome["queues"].([]any); len(q) != 1 || q[0] != "account_security" || welcome["agent"].(map[string]any)["name"] != "Rita Sá" {
		t.Errorf("as security: %v", welcome)
	}

	// A new password, and disabled.
	admin.want(http.StatusUnprocessableEntity, "PATCH", path, map[string]any{"password": "short"})
	admin.want(http.StatusOK, "PATCH", path, map[string]any{"password": "nine purple kettles"})
	open.until("goodbye")
	if status, _, _ := u.post("/agent/session", "", map[string]string{"email": "rita@northwind.example", "password": password}); status != http.StatusUnauthorized {
		t.Errorf("the old password: %d", status)
	}
	open = socket(u.signed("rita@northwind.example", "nine purple kettles"))
	open.until("welcome")
	admin.want(http.StatusOK, "PATCH", path, map[string]any{"disabled": true})
	open.until("goodbye")
	if status, _, _ := u.post("/agent/session", "", map[string]string{"email": "rita@northwind.example", "password": "nine purple kettles"}); status != http.StatusUnauthorized {
		t.Errorf("disabled: %d", status)
	}

	// Nobody takes the key off their own door.
	own := "/agent/team/id-admin"
	admin.want(http.StatusConflict, "PATCH", own, map[string]any{"disabled": true})
	admin.want(http.StatusConflict, "PATCH", own, map[string]any{"role": "agent"})
	admin.want(http.StatusNotFound, "PATCH", "/agent/team/nobody", map[string]any{"disabled": true})

	var noted []string
	for _, e := range admin.want(http.StatusOK, "GET", "/agent/audit", nil)["entries"].([]any) {
		entry := e.(map[string]any)
		if entry["object"] == added["id"] {
			noted = append([]string{strings.TrimSpace(entry["action"].(string) + " " + text(entry["detail"]))}, noted...)
		}
	}
	if got := strings.Join(noted, "; "); got != "agent.added role=agent; agent.role_changed from=agent to=security; agent.changed name,languages; agent.password_changed; agent.disabled" {
		t.Errorf("noted: %s", got)
	}
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

// A supervisor's day: what waits, what happened, a case that goes to another,
// an export that no spreadsheet runs, and a log that is whole.
func TestOffice_TheSupervisorsDay(t *testing.T) {
	t.Parallel()
	c := &clock{at: time.Date(2026, 3, 1, 10, 40, 0, 0, time.UTC)}
	u := startUsher(t, t.TempDir(), c)
	ana, welcome := u.user(frame{"timezone": "America/Bogota"})
	agent := u.agent("agent")
	for i, line := range []string{"i uploaded the wrong passport", "40 min ago", "it says under review", "ana@proton.me", "yes send it"} {
		ana.say(string(rune('a'+i)), line)
	}
	ana.until("handoff.queued")
	boss := u.signed("supervisor@northwind.example", agentPassword)
	queues := boss.want(http.StatusOK, "GET", "/agent/live", nil)["queues"].([]any)
	if q := queues[1].(map[string]any); q["queue"] != "kyc_review" || q["waiting"] != 1.0 {
		t.Errorf("live: %v", queues)
	}
	agent.send(frame{"type": "handoff.claim_next", "id": "c1"})
	id := agent.until("ack")["handoff"].(map[string]any)["id"]
	boss.want(http.StatusUnprocessableEntity, "POST", "/agent/reassign", map[string]any{"handoff": id, "agent": "id-security"})
	boss.want(http.StatusOK, "POST", "/agent/reassign", map[string]any{"handoff": id, "agent": "id-admin"})
	agent.until("conversation.owner_changed")
	admin := u.agent("admin")
	admin.send(frame{"type": "handoff.claim", "id": "c2", "handoff": id})
	admin.until("ack")
	admin.send(frame{"type": "handoff.complete", "id": "d1", "handoff": id, "outcome": "cancelled", "note": "=1+1"})
	admin.until("ack")
	ana.until("handoff.completed")
	ana.send(frame{"type": "rating.send", "handoff": id, "stars": 5, "text": "@SUM(A1:A9)"})
	report := boss.want(http.StatusOK, "GET", "/agent/report?days=7&east=-300", nil)
	if report["begun"] != 1.0 || report["cases"] != 1.0 || report["outcomes"].(map[string]any)["cancelled"] != 1.0 || len(report["spans"].([]any)) != 7 {
		t.Errorf("report: %v", report)
	}
	for _, query := range []string{"?days=0", "?days=93", "?days=x", "?east=900"} {
		boss.want(http.StatusUnprocessableEntity, "GET", "/agent/report"+query, nil)
	}
	var rows [][]string
	for len(rows) < 2 || rows[1][13] == "" { // until the rating is there, too
		status, raw := boss.ask("GET", "/agent/cases.csv?days=7", nil)
		var err error
		if rows, err = csv.NewReader(strings.NewReader(strings.TrimPrefix(string(raw), "\ufeff"))).ReadAll(); err != nil || status != http.StatusOK {
			t.Fatalf("%d %v %s", status, err, raw)
		}
		if strings.Contains(string(raw), "ana@proton.me") {
			t.Fatal("an export holds an address")
		}
	}
	if row := rows[1]; row[0] != id || row[1] != welcome["conversation"] || row[4] != "cancelled" || row[13] != "5" || row[14] != "'@SUM(A1:A9)" || row[15] != "'=1+1" {
		t.Errorf("exported: %q", row)
	}
	whole := boss.want(http.StatusOK, "POST", "/agent/audit/verify", map[string]any{})
	if whole["whole"] != true || whole["n"].(float64) < 8 {
		t.Errorf("the log: %v", whole)
	}
	again := boss.want(http.StatusOK, "POST", "/agent/audit/verify", map[string]any{"n": whole["n"], "hash": whole["hash"]})
	if again["whole"] != true || again["n"].(float64) != whole["n"].(float64)+1 {
		t.Errorf("with a head kept from before: %v", again)
	}
	other := boss.want(http.StatusOK, "POST", "/agent/audit/verify", map[string]any{"n": 2, "hash": whole["hash"]})
	if other["whole"] != false || other["fault"] != 2.0 {
		t.Errorf("another log's head: %v", other)
	}
	boss.want(http.StatusUnprocessableEntity, "POST", "/agent/audit/verify", map[string]any{"n": 2})
	log := boss.want(http.StatusOK, "GET", "/agent/audit?action=case.reassigned", nil)["entries"].([]any)
	if len(log) != 1 || log[0].(map[string]any)["name"] != "Supervisor" || log[0].(map[string]any)["object_name"] != "Admin" {
		t.Errorf("noted: %v", log)
	}
	if status, raw := boss.ask("GET", "/agent/audit.csv", nil); status != http.StatusOK || !strings.Contains(string(raw), `"case.completed"`) {
		t.Errorf("%d %s", status, raw)
	}
}
