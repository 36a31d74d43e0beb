package signin_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"usher/server/internal/auth"
	"usher/server/internal/signin"
)

func TestDoor_InAndOut(t *testing.T) {
	t.Parallel()
	e, b := newEntrance(t), browser(t)
	agent := e.agent(email)
	if got := e.ask(b, "GET", "/agent/session", ""); got.status != 200 || got.name != "" {
		t.Errorf("before signing in: %+v", got)
	}
	in := e.ask(b, "POST", "/agent/session", credentials("MARIA@example.com", password))
	if in.status != 200 || in.name != "Ms. Abad" || in.token == "" || in.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("signing in: %+v", in)
	}
	if got := e.ask(b, "GET", "/agent/session", ""); got.name != "Ms. Abad" {
		t.Errorf("after signing in: %+v", got)
	}
	who, err := e.door.Agent(t.Context(), in.token)
	if err != nil || who.ID != agent.ID || who.Role != "agent" || who.Languages[0] != "en" {
		t.Errorf("the token opens %+v, %v", who, err)
	}
	if _, found, err := e.store.Sessions("agent").FindCtx(t.Context(), in.token); found || err != nil {
		t.Errorf("a copy of the database opens a session: %v, %v", found, err)
	}
	if out := e.ask(b, "DELETE", "/agent/session", ""); out.status != 204 || e.kicked.Load() != agent.ID {
		t.Errorf("signing out: %+v, sockets closed of %v", out, e.kicked.Load())
	}
	if ok, err := e.door.StillValid(t.Context(), in.token); ok || err != nil {
		t.Errorf("the token after signing out: %v, %v", ok, err)
	}
	if got := e.ask(b, "GET", "/agent/session", ""); got.name != "" {
		t.Errorf("after signing out: %+v", got)
	}
}

func TestDoor_EverySignInHasAFreshToken(t *testing.T) {
	t.Parallel()
	e, b := newEntrance(t), browser(t)
	e.agent(email)
	first := e.ask(b, "POST", "/agent/session", credentials(email, password)).token
	second := e.ask(b, "POST", "/agent/session", credentials(email, password)).token
	if first == "" || first == second {
		t.Errorf("tokens %q and %q", first, second)
	}
	if ok, err := e.door.StillValid(t.Context(), first); ok || err != nil {
		t.Errorf("the token before: %v, %v", ok, err)
	}
}

func TestDoor_TheCookieIsForThisSiteOnly(t *testing.T) {
	t.Parallel()
	for secure, want := range map[bool]string{false: "usher_agent", true: "__Host-usher_agent"} {
		e := newEntrance(t, func(o *signin.Options) { o.Secure = secure })
		e.agent(email)
		in := e.ask(http.DefaultClient, "POST", "/agent/session", credentials(email, password))
		cookie, err := http.ParseSetCookie(in.header.Get("Set-Cookie"))
		if err != nil {
			t.Fatal(err)
		}
		if cookie.Name != want || cookie.Secure != secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode ||
			cookie.Path != "/" || cookie.Domain != "" {
			t.Errorf("secure %v: %s", secure, in.header.Get("Set-Cookie"))
		}
	}
}

func TestDoor_NobodyLearnsWhichPartWasWrong(t *testing.T) {
	t.Parallel()
	e := newEntrance(t)
	disabled := e.agent("gone@example.com")
	disabled.Disabled = true
	if err := e.store.UpdateAgent(t.Context(), disabled); err != nil {
		t.Fatal(err)
	}
	e.agent(email)
	for what, body := range map[string]string{
		"wrong password": credentials(email, "another password"),
		"unknown email":  credentials("nobody@example.com", password),
		"disabled":       credentials("gone@example.com", password),
	} {
		got := e.ask(http.DefaultClient, "POST", "/agent/session", body)
		if got.status != 401 || got.code != "unauthenticated" || got.token != "" || got.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %+v", what, got)
		}
	}
}

func TestDoor_GuessingIsSlowedDown(t *testing.T) {
	t.Parallel()
	e := newEntrance(t)
	e.agent(email)
	for range 5 {
		e.ask(http.DefaultClient, "POST", "/agent/session", credentials(email, "a wrong password"))
	}
	got := e.ask(http.DefaultClient, "POST", "/agent/session", credentials(email, password))
	if got.status != 429 || got.code != "rate_limited" || got.header.Get("Retry-After") == "" || got.token != "" {
		t.Fatalf("the right password after five wrong ones: %+v", got)
	}
	e.ahead.Add(int64(time.Hour))
	if got := e.ask(http.DefaultClient, "POST", "/agent/session", credentials(email, password)); got.status != 200 {
		t.Errorf("an hour later: %+v", got)
	}
}

func TestDoor_ADisabledAgentIsOut(t *testing.T) {
	t.Parallel()
	e := newEntrance(t)
	agent := e.agent(email)
	token := e.ask(http.DefaultClient, "POST", "/agent/session", credentials(email, password)).token
	agent.Disabled = true
	if err := e.store.UpdateAgent(t.Context(), agent); err != nil {
		t.Fatal(err)
	}
	if ok, err := e.door.StillValid(t.Context(), token); ok || err != nil {
		t.Errorf("a disabled agent's token: %v, %v", ok, err)
	}
}

func TestDoor_SessionsEndByThemselves(t *testing.T) {
	t.Parallel()
	e := newEntrance(t)
	e.agent(email)
	token := e.ask(http.DefaultClient, "POST", "/agent/session", credentials(email, password)).token
	for _, step := range []struct {
		ahead time.Duration
		want  bool
	}{{29 * time.Minute, true}, {31 * time.Minute, false}} {
		e.ahead.Store(int64(step.ahead))
		if ok, err := e.door.StillValid(t.Context(), token); ok != step.want || err != nil {
			t.Errorf("after %v without a request: %v, %v", step.ahead, ok, err)
		}
	}
}

// A session that ended is not brought back by work in it.
func TestDoor_WorkDoesNotBringASessionBack(t *testing.T) {
	t.Parallel()
	e, b := newEntrance(t), browser(t)
	e.agent(email)
	token := e.ask(b, "POST", "/agent/session", credentials(email, password)).token
	before := expiry(t, e, token)
	e.door.Active(t.Context(), token)
	if after := expiry(t, e, token); after <= before {
		t.Errorf("prolonged from %d to %d", before, after)
	}
	e.ask(b, "DELETE", "/agent/session", "")
	e.door.Active(t.Context(), token)
	e.door.Active(t.Context(), "invented")
	if ok, err := e.door.StillValid(t.Context(), token); ok || err != nil {
		t.Errorf("after signing out: %v, %v", ok, err)
	}
	all, err := e.store.Sessions("agent").AllCtx(t.Context())
	if err != nil || len(all) != 0 {
		t.Errorf("%d sessions, %v", len(all), err)
	}
}

// expiry is how long a session lasts from the beginning of the test on: the
// least time ahead at which it is over, in steps of a millisecond.
func expiry(t *testing.T, e *entrance, token string) time.Duration {
	t.Helper()
	defer e.ahead.Store(0)
	low, high := 29*time.Minute, 31*time.Minute
	began := time.Now()
	for high-low > time.Microsecond {
		middle := (low + high) / 2
		e.ahead.Store(int64(middle - time.Since(began)))
		if ok, err := e.door.StillValid(t.Context(), token); err != nil {
			t.Fatal(err)
		} else if ok {
			low = middle
		} else {
			high = middle
		}
	}
	return time.Duration(began.UnixNano()) + low
}

func TestDoor_OtherPagesAreRefused(t *testing.T) {
	t.Parallel()
	e := newEntrance(t, func(o *signin.Options) {
		o.Tokens = auth.NewTokens([]auth.Key{{ID: "demo", Secret: make([]byte, 32)}}, o.Clock)
	})
	e.agent(email)
	for _, header := range [][]string{
		{"Origin", "https://evil.example"},
		{"Origin", "null"},
		{"Sec-Fetch-Site", "cross-site"},
		{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"},
		{"Sec-Fetch-Site", "same-site"},
	} {
		for _, door := range [][3]string{
			{"POST", "/agent/session", credentials(email, password)},
			{"DELETE", "/agent/session", ""},
			{"POST", "/agent/first", `{}`},
		} {
			if got := e.ask(http.DefaultClient, door[0], door[1], door[2], header...); got.status != 403 || got.code != "forbidden" || got.header.Get("Set-Cookie") != "" {
				t.Errorf("%s %s with %v: %+v", door[0], door[1], header, got)
			}
		}
	}
	if got := e.ask(http.DefaultClient, "POST", "/demo/token", `{"sub":"u1"}`, "Origin", "https://evil.example"); got.status != 403 || got.token != "" {
		t.Errorf("a demo customer for another page: %+v", got)
	}
	if got := e.ask(http.DefaultClient, "POST", "/agent/session", credentials(email, password), "Origin", e.URL); got.status != 200 {
		t.Errorf("our own page: %+v", got)
	}
}

func TestDoor_Cookie(t *testing.T) {
	t.Parallel()
	e := newEntrance(t)
	for _, c := range []struct {
		cookie, origin, token string
		ok                    bool
	}{
		{"", "https://evil.example", "", true},
		{"secret", "https://evil.example", "", false},
		{"secret", "", "", false},
		{"secret", "http://door.example", "secret", true},
	} {
		r := httptest.NewRequest(http.MethodGet, "http://door.example/v1/agent", nil)
		if c.cookie != "" {
			r.AddCookie(&http.Cookie{Name: "usher_agent", Value: c.cookie})
		}
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		if token, ok := e.door.Cookie(r); token != c.token || ok != c.ok {
			t.Errorf("%+v: %q, %v", c, token, ok)
		}
	}
}

func TestDoor_BadBodies(t *testing.T) {
	t.Parallel()
	e := newEntrance(t)
	for body, want := range map[string]struct {
		status int
		code   string
	}{
		``:                                    {400, "bad_json"},
		`{"email":"a@example.com"}`:           {400, "missing_field"},
		`{"email":"a","email":"b"}`:           {400, "bad_json"},
		`{"email":1,"password":"x"}`:          {400, "bad_type"},
		credentials("a\x00@example.com", "x"): {400, "bad_value"},
		credentials(email, "x") + `trash`:     {400, "bad_json"},
		`{"email":"` + strings.Repeat("a", 20<<10) + `"}`: {413, "too_long"},
	} {
		if got := e.ask(http.DefaultClient, "POST", "/agent/session", body); got.status != want.status || got.code != want.code {
			t.Errorf("%.60s: %d %s, want %v", body, got.status, got.code, want)
		}
	}
}

func TestDoor_WithoutStorageNobodyIsTurnedAwayAsWrong(t *testing.T) {
	t.Parallel()
	e := newEntrance(t)
	e.agent(email)
	token := e.ask(http.DefaultClient, "POST", "/agent/session", credentials(email, password)).token
	if err := e.store.Close(); err != nil {
		t.Fatal(err)
	}
	if got := e.ask(http.DefaultClient, "POST", "/agent/session", credentials(email, password)); got.status != 503 || got.code != "unavailable" {
		t.Errorf("signing in: %+v", got)
	}
	if _, err := e.door.StillValid(t.Context(), token); err == nil {
		t.Error("a session was judged without storage")
	}
}
