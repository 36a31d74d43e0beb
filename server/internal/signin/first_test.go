package signin_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"usher/server/internal/auth"
	"usher/server/internal/signin"
)

func TestDoor_TheFirstAdmin(t *testing.T) {
	t.Parallel()
	e, b := newEntrance(t), browser(t)
	link, err := e.door.FirstLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	body := func(token, secret string) string {
		raw, _ := json.Marshal(map[string]string{"token": token, "email": email, "name": "Ms. Abad", "password": secret})
		return string(raw)
	}
	token := at.Query().Get("token")
	for what, c := range map[string]struct {
		body   string
		status int
	}{
		"a bad password leaves the link whole": {body(token, "short"), 422},
		"an invented token":                    {body("invented", password), 403},
	} {
		if got := e.ask(b, "POST", "/agent/first", c.body); got.status != c.status || got.token != "" {
			t.Errorf("%s: %+v", what, got)
		}
	}
	got := e.ask(b, "POST", "/agent/first", body(token, password))
	if got.status != 201 || got.name != "Ms. Abad" || got.token == "" {
		t.Fatalf("the first admin: %+v", got)
	}
	who, err := e.door.Agent(t.Context(), got.token)
	if err != nil || who.Role != "admin" {
		t.Errorf("signed in as %+v, %v", who, err)
	}
	if got := e.ask(b, "POST", "/agent/first", body(token, password)); got.status != 403 {
		t.Errorf("the link a second time: %+v", got)
	}
	if link, err := e.door.FirstLink(t.Context()); link != "" || err != nil {
		t.Errorf("a link although there is an admin: %q, %v", link, err)
	}
}

func TestDoor_TheFirstLinkEndsAfterADay(t *testing.T) {
	t.Parallel()
	e := newEntrance(t)
	link, err := e.door.FirstLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, token, _ := strings.Cut(link, "token=")
	e.ahead.Store(int64(24*time.Hour + time.Second))
	raw, _ := json.Marshal(map[string]string{"token": token, "email": email, "name": "Ms. Abad", "password": password})
	if got := e.ask(http.DefaultClient, "POST", "/agent/first", string(raw)); got.status != 403 {
		t.Errorf("a day later: %+v", got)
	}
}

func TestNewAgent_SaysWhatToChange(t *testing.T) {
	t.Parallel()
	p := auth.NewPasswords(auth.Cost{MemoryKiB: 64, Passes: 1, Lanes: 1, AtOnce: 1})
	for _, c := range []struct{ email, name, role, password, want string }{
		{"maria", "Ms. Abad", "agent", password, "agent: the email is not an address such as ana@example.com"},
		{"Maria <maria@example.com>", "Ms. Abad", "agent", password, "agent: the email is not an address such as ana@example.com"},
		{email, "  ", "agent", password, "agent: the name must have 1 to 80 characters"},
		{email, "Ms. Abad", "king", password, "agent: the role must be agent, security, supervisor or admin"},
		{email, "Ms. Abad", "agent", "short", "agent: password too short"},
	} {
		if _, err := signin.NewAgent(t.Context(), p, c.email, c.name, c.role, nil, c.password, time.Now()); err == nil || err.Error() != c.want {
			t.Errorf("%+v: %v", c, err)
		}
	}
	got, err := signin.NewAgent(t.Context(), p, " "+email+" ", " Ms. Abad ", "security", nil, password, time.Unix(5, 0))
	if err != nil || got.Email != email || got.Name != "Ms. Abad" || got.Languages == nil || got.ID == "" || strings.Contains(got.PasswordHash, password) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestDoor_DemoCustomers(t *testing.T) {
	t.Parallel()
	if got := newEntrance(t).ask(http.DefaultClient, "GET", "/agent/session", ""); got.status != 200 {
		t.Fatal(got)
	}
	var tokens *auth.Tokens
	e := newEntrance(t, func(o *signin.Options) {
		tokens = auth.NewTokens([]auth.Key{{ID: "demo", Secret: make([]byte, 32)}}, o.Clock)
		o.Tokens = tokens
	})
	got := e.ask(http.DefaultClient, "POST", "/demo/token", `{"sub":"u1","email":"ana@example.com","status":"under_review","submitted_at":"2026-11-22T09:00:00Z","cancellations":2}`)
	who, err := tokens.Verify(got.token)
	if err != nil || who.Subject != "u1" || who.Email != "ana@example.com" || *who.KYC.Cancellations != 2 ||
		!who.KYC.SubmittedAt.Equal(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v, %v", who, err)
	}
	for _, body := range []string{`{"sub":"u1","submitted_at":"yesterday"}`, `{"sub":"u1","cancellations":-1}`, `{"sub":"u1","status":"odd"}`} {
		if got := e.ask(http.DefaultClient, "POST", "/demo/token", body); got.status != 422 || got.token != "" {
			t.Errorf("%s: %+v", body, got)
		}
	}
}
