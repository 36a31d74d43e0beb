package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// post sends JSON to a route of the console, with a session's cookie.
func (u *usher) post(path, cookie string, body map[string]string) (status int, setCookie string, out map[string]any) {
	u.t.Helper()
	raw, _ := json.Marshal(body)
	req, err := http.NewRequestWithContext(u.t.Context(), http.MethodPost, "http://"+u.addr+path, bytes.NewReader(raw))
	if err != nil {
		u.t.Fatal(err)
	}
	req.Header.Set("Cookie", cookie)
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		u.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if err := json.NewDecoder(answer.Body).Decode(&out); err != nil {
		u.t.Fatal(err)
	}
	setCookie, _, _ = strings.Cut(answer.Header.Get("Set-Cookie"), ";")
	return answer.StatusCode, setCookie, out
}

// command runs one of the program's commands on the data of a running server.
func (u *usher) command(stdin string, args ...string) string {
	u.t.Helper()
	out, code := u.program(stdin, append(args, "--data", u.data)...)
	if code != 0 {
		u.t.Fatalf("%v: %d %s", args, code, out)
	}
	return out
}

// Whom `agent add` adds for the security team signs in by program with email and
// password alone on a machine of one's own; where an authenticator app is
// required, the same token opens no socket before there is one.
func TestE2E_AgentsByCommandAndTheAuthenticatorApp(t *testing.T) {
	t.Parallel()
	for _, required := range []bool{false, true} {
		c := &clock{at: time.Now()}
		flags := []string{}
		if required {
			flags = append(flags, "--require-totp")
		}
		u := startUsher(t, t.TempDir(), c, flags...)
		u.command(agentPassword+"\n", "agent", "add", "--email", "sec@northwind.example", "--name", "Sec", "--role", "security", "--password-stdin")
		in := map[string]string{"email": "sec@northwind.example", "password": agentPassword}
		status, cookie, got := u.post("/agent/session", "", in)
		token, _ := got["token"].(string)
		if status != http.StatusOK || token == "" || (got["step"] == "enrol") != required {
			t.Fatalf("required %v: %d %v", required, status, got)
		}
		hello := func(token string) frame {
			p := u.dial("/v1/agent")
			p.send(frame{"type": "hello", "token": token})
			return p.read()
		}
		if f := hello(token); (f["type"] == "welcome") == required || required && f["code"] != "unauthenticated" {
			t.Errorf("required %v: the socket says %v", required, f)
		}
		if !required {
			continue
		}
		_, _, offer := u.post("/agent/totp", cookie, map[string]string{})
		secret, _ := offer["secret"].(string)
		code, err := totp.GenerateCode(secret, c.now())
		if err != nil {
			t.Fatal(err)
		}
		_, _, done := u.post("/agent/totp/confirm", cookie, map[string]string{"code": code})
		token, _ = done["token"].(string)
		if f := hello(token); f["type"] != "welcome" {
			t.Errorf("after setting it up: %v", f)
		}
		c.advance(30 * time.Second)
		if in["code"], err = totp.GenerateCode(secret, c.now()); err != nil {
			t.Fatal(err)
		}
		status, _, got = u.post("/agent/session", "", in)
		token, _ = got["token"].(string)
		if f := hello(token); status != http.StatusOK || f["type"] != "welcome" {
			t.Errorf("email, password and code: %d %v", status, f)
		}
		open := u.dial("/v1/agent")
		open.send(frame{"type": "hello", "token": token})
		open.until("welcome")
		u.command("", "agent", "reset", "--email", "sec@northwind.example")
		if f := open.until("goodbye"); f["reason"] != "revoked" {
			t.Errorf("a socket of an agent who was reset: %v", f)
		}
		delete(in, "code")
		if _, _, got = u.post("/agent/session", "", in); got["step"] != "enrol" {
			t.Errorf("after the reset: %v", got)
		}
	}
}
