package signin_test

import (
	"net/http"
	"strings"
	"testing"

	"usher/server/internal/signin"
	"usher/server/internal/store"
)

// withProvider is an entrance whose company has an OpenID provider.
func withProvider(t *testing.T, change ...func(*signin.Options)) (*entrance, *provider) {
	t.Helper()
	p := newProvider(t)
	o := &signin.OIDC{Issuer: p.URL, ClientID: clientID, ClientSecret: clientSecret}
	e := newEntrance(t, append(change, func(s *signin.Options) { s.OIDC, o.Clock = o, s.Clock })...)
	o.RedirectURL = e.URL + "/agent/oidc/callback"
	return e, p
}

// company goes through the provider in a browser and tells where the console
// ends up.
func (e *entrance) company(b *http.Client) string {
	e.t.Helper()
	r, err := http.NewRequestWithContext(e.t.Context(), http.MethodGet, e.URL+"/agent/oidc", nil)
	if err != nil {
		e.t.Fatal(err)
	}
	at := ""
	b.CheckRedirect = func(next *http.Request, _ []*http.Request) error {
		if at = next.URL.RequestURI(); strings.HasPrefix(at, "/agent/?") || at == "/agent/" {
			return http.ErrUseLastResponse
		}
		return nil
	}
	response, err := b.Do(r)
	if err != nil {
		e.t.Fatal(err)
	}
	_ = response.Body.Close()
	return at
}

// claims of somebody whom the provider knows.
func claims(sub, address string, more ...any) map[string]any {
	m := map[string]any{"sub": sub, "email": address, "email_verified": true}
	for i := 0; i < len(more); i += 2 {
		m[more[i].(string)] = more[i+1]
	}
	return m
}

func TestCompany_OnlyAgentsComeIn(t *testing.T) {
	t.Parallel()
	e, p := withProvider(t)
	maria := e.agent(email)
	gone := e.agent("gone@example.com")
	gone.Disabled = true
	if err := e.store.UpdateAgent(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	if got := e.ask(http.DefaultClient, "GET", "/agent/session", ""); got.name != "" {
		t.Fatalf("%+v", got)
	}
	for what, c := range map[string]struct {
		person map[string]any
		at     string
	}{
		"nobody of ours":        {claims("s9", "nobody@example.com"), "/agent/?signin=unknown"},
		"a disabled agent":      {claims("s8", "gone@example.com"), "/agent/?signin=unknown"},
		"an unverified address": {claims("s7", email, "email_verified", false), "/agent/?signin=unknown"},
		"no address":            {map[string]any{"sub": "s6"}, "/agent/?signin=unknown"},
	} {
		p.is(c.person, nil)
		b := browser(t)
		if at := e.company(b); at != c.at {
			t.Errorf("%s ends up at %s", what, at)
		}
		if got := e.ask(b, "GET", "/agent/session", ""); got.name != "" {
			t.Errorf("%s is signed in", what)
		}
	}
	b := browser(t)
	p.is(claims("s1", "MARIA@example.com"), nil)
	if at := e.company(b); at != "/agent/" {
		t.Fatalf("Maria ends up at %s", at)
	}
	if got := e.ask(b, "GET", "/agent/session", ""); got.name != "Ms. Abad" || got.step != "" {
		t.Errorf("Maria: %+v", got)
	}
	// From now on it is the subject that counts: the address may be another's.
	p.is(claims("s2", email), nil)
	if at := e.company(browser(t)); at != "/agent/?signin=unknown" {
		t.Errorf("somebody with Maria's old address ends up at %s", at)
	}
	p.is(claims("s1", "maria.abad@example.com"), nil)
	if at := e.company(browser(t)); at != "/agent/" {
		t.Errorf("Maria with a new address ends up at %s", at)
	}
	log, err := e.store.Audit(t.Context(), store.AuditFilter{Actor: maria.ID, Action: "signin.succeeded"})
	if err != nil || len(log) != 2 || log[0].Detail != "oidc" {
		t.Errorf("noted: %+v, %v", log, err)
	}
	maria, err = e.store.AgentByID(t.Context(), maria.ID)
	maria.Disabled = true
	if err != nil || e.store.UpdateAgent(t.Context(), maria) != nil {
		t.Fatal(err)
	}
	if at := e.company(browser(t)); at != "/agent/?signin=unknown" {
		t.Errorf("Maria, disabled, ends up at %s", at)
	}
}

// An answer that is not wholly the provider's, for us, now and to this question
// signs in nobody.
func TestCompany_SpoiltAnswers(t *testing.T) {
	t.Parallel()
	e, p := withProvider(t)
	e.agent(email)
	for what, spoil := range map[string]func(map[string]any){
		"for another client":  func(c map[string]any) { c["aud"] = "another" },
		"of another issuer":   func(c map[string]any) { c["iss"] = "https://evil.example" },
		"to another question": func(c map[string]any) { c["nonce"] = "another" },
		"without a question":  func(c map[string]any) { delete(c, "nonce") },
		"of an hour ago":      func(c map[string]any) { c["exp"] = c["exp"].(int64) - 3600 },
		"with an odd address": func(c map[string]any) { c["email"] = 7 },
	} {
		p.is(claims("s1", email), spoil)
		b := browser(t)
		if at := e.company(b); at != "/agent/?signin=failed" {
			t.Errorf("%s: ends up at %s", what, at)
		}
		if got := e.ask(b, "GET", "/agent/session", ""); got.name != "" {
			t.Errorf("%s: signed in", what)
		}
	}
}

// A code counts only in the browser that was sent to fetch it, with its state,
// and once.
func TestCompany_TheWayBackIsTheBrowsersOwn(t *testing.T) {
	t.Parallel()
	e, p := withProvider(t)
	e.agent(email)
	p.is(claims("s1", email), nil)
	mine := browser(t)
	var back string // the address with the code, caught on the way
	mine.CheckRedirect = func(next *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(next.URL.Path, "/agent/oidc/callback") {
			back = next.URL.String()
			return http.ErrUseLastResponse
		}
		return nil
	}
	fetch := func(b *http.Client, url string) string {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := b.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		return response.Header.Get("Location")
	}
	stop := func(b *http.Client) *http.Client {
		b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		return b
	}
	fetch(mine, e.URL+"/agent/oidc")
	if back == "" {
		t.Fatal("nobody was sent back")
	}
	if at := fetch(stop(browser(t)), back); at != "/agent/?signin=failed" {
		t.Errorf("in another browser: %s", at)
	}
	other := stop(&http.Client{Jar: mine.Jar})
	if at := fetch(other, strings.Replace(back, "iss=", "iss=x", 1)); at != "/agent/?signin=failed" {
		t.Errorf("from another issuer: %s", at)
	}
	fetch(mine, e.URL+"/agent/oidc")
	if at := fetch(other, strings.Replace(back, "state=", "state=x", 1)); at != "/agent/?signin=failed" {
		t.Errorf("with another state: %s", at)
	}
	fetch(mine, e.URL+"/agent/oidc")
	if at := fetch(other, back); at != "/agent/" {
		t.Errorf("as it should be: %s", at)
	}
	if at := fetch(other, back); at != "/agent/?signin=failed" {
		t.Errorf("a second time: %s", at)
	}
}

// Where the provider asked for one factor only, the app is asked here.
func TestCompany_TheSecondFactor(t *testing.T) {
	t.Parallel()
	e, p := withProvider(t, requireTOTP)
	e.staff(email, "admin")
	b := browser(t)
	p.is(claims("s1", email, "amr", []string{"pwd"}), nil)
	e.company(b)
	if got := e.ask(b, "GET", "/agent/session", ""); got.step != "enrol" {
		t.Fatalf("the first time: %+v", got)
	}
	app, _ := e.enrol(b)
	b = browser(t)
	e.company(b)
	if got := e.ask(b, "GET", "/agent/session", ""); got.step != "code" {
		t.Fatalf("with an app: %+v", got)
	}
	if got := e.ask(b, "POST", "/agent/totp", body("password", password)); got.status != 403 {
		t.Errorf("another app instead of the code: %+v", got)
	}
	if got := e.ask(b, "POST", "/agent/session/code", body("code", "000000")); got.code != "totp_wrong" {
		t.Errorf("a wrong code: %+v", got)
	}
	got := e.ask(b, "POST", "/agent/session/code", body("code", app.next()))
	if got.status != 200 || got.step != "" || got.token == "" {
		t.Fatalf("the code: %+v", got)
	}
	if _, err := e.door.Agent(t.Context(), got.token); err != nil {
		t.Error(err)
	}
	b = browser(t)
	p.is(claims("s1", email, "amr", []string{"pwd", "mfa"}), nil)
	e.company(b)
	if got := e.ask(b, "GET", "/agent/session", ""); got.step != "" || got.name == "" {
		t.Errorf("asked for both there: %+v", got)
	}
}

// A provider that is away keeps nobody from signing in with a password, and is
// asked again once it is back.
func TestCompany_ProviderAway(t *testing.T) {
	t.Parallel()
	o := &signin.OIDC{Issuer: "http://127.0.0.1:1", ClientID: clientID, ClientSecret: clientSecret}
	e := newEntrance(t, func(s *signin.Options) { s.OIDC, o.Clock = o, s.Clock })
	o.RedirectURL = e.URL + "/agent/oidc/callback"
	e.agent(email)
	if at := e.company(browser(t)); at != "/agent/?signin=away" {
		t.Errorf("ends up at %s", at)
	}
	if got := e.ask(http.DefaultClient, "POST", "/agent/session", credentials(email, password)); got.status != 200 {
		t.Errorf("with a password: %+v", got)
	}
	p := newProvider(t)
	p.is(claims("s1", email), nil)
	o.Issuer = p.URL
	if at := e.company(browser(t)); at != "/agent/" {
		t.Errorf("once it is back: %s", at)
	}
}
