package signin_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"usher/server/internal/auth"
	"usher/server/internal/signin"
	"usher/server/internal/store"
)

const (
	email    = "maria@example.com"
	password = "seven green lanterns"
)

// entrance is a door on a real server and database, with a clock of its own.
type entrance struct {
	*httptest.Server
	t      *testing.T
	door   *signin.Door
	store  *store.Store
	ahead  atomic.Int64 // how far the clock is ahead of the real one
	kicked atomic.Value
}

func newEntrance(t *testing.T, change ...func(*signin.Options)) *entrance {
	t.Helper()
	e := &entrance{t: t}
	clock := func() time.Time { return time.Now().Add(time.Duration(e.ahead.Load())) }
	st, err := store.Open(t.Context(), store.Options{DataDir: t.TempDir(), Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	origins, err := auth.NewOrigins([]string{"https://shop.example"})
	if err != nil {
		t.Fatal(err)
	}
	o := signin.Options{
		Store: st, Passwords: auth.NewPasswords(auth.Cost{MemoryKiB: 64, Passes: 1, Lanes: 1, AtOnce: 2}),
		Logins: auth.NewLogins(clock), Origins: origins, Clock: clock, Log: slog.New(slog.DiscardHandler),
		Kick: func(agent string) { e.kicked.Store(agent) },
	}
	for _, f := range change {
		f(&o)
	}
	e.door, e.store = signin.New(o), st
	mux := http.NewServeMux()
	e.door.Routes(mux)
	e.Server = httptest.NewServer(mux)
	t.Cleanup(e.Close)
	return e
}

// agent adds somebody who can sign in with the password above.
func (e *entrance) agent(address string) store.Agent {
	e.t.Helper()
	return e.staff(address, "agent")
}

// staff is agent in a role.
func (e *entrance) staff(address, role string) store.Agent {
	e.t.Helper()
	p := auth.NewPasswords(auth.Cost{MemoryKiB: 64, Passes: 1, Lanes: 1, AtOnce: 2})
	a, err := signin.NewAgent(e.t.Context(), p, address, "Ms. Abad", role, []string{"en"}, password, time.Now())
	if err != nil {
		e.t.Fatal(err)
	}
	if err := e.store.AddAgent(e.t.Context(), a); err != nil {
		e.t.Fatal(err)
	}
	return a
}

// reply is what the door answered.
type reply struct {
	status int
	header http.Header
	code   string // of a problem
	token  string
	name   string // of the agent
	step   string
	secret string
	qr     []string
	codes  []string // to recover with
}

func (e *entrance) ask(client *http.Client, method, path, body string, header ...string) reply {
	e.t.Helper()
	r, err := http.NewRequestWithContext(e.t.Context(), method, e.URL+path, strings.NewReader(body))
	if err != nil {
		e.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := client.Do(r)
	if err != nil {
		e.t.Fatal(err)
	}
	defer response.Body.Close()
	var raw bytes.Buffer
	if _, err := raw.ReadFrom(response.Body); err != nil {
		e.t.Fatal(err)
	}
	var got struct {
		Code     string   `json:"code"`
		Token    string   `json:"token"`
		Step     string   `json:"step"`
		Secret   string   `json:"secret"`
		QR       []string `json:"qr"`
		Recovery []string `json:"recovery"`
		Agent    *struct {
			Name string `json:"name"`
		} `json:"agent"`
	}
	if raw.Len() > 0 {
		if err := json.Unmarshal(raw.Bytes(), &got); err != nil {
			e.t.Fatalf("%s %s: %s", method, path, raw.Bytes())
		}
	}
	out := reply{
		status: response.StatusCode, header: response.Header, code: got.Code, token: got.Token, step: got.Step,
		secret: got.Secret, qr: got.QR, codes: got.Recovery,
	}
	if got.Agent != nil {
		out.name = got.Agent.Name
	}
	return out
}

// browser keeps cookies.
func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar}
}

func credentials(address, secret string) string {
	raw, _ := json.Marshal(map[string]string{"email": address, "password": secret})
	return string(raw)
}
