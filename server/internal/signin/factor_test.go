package signin_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"usher/server/internal/audit"
	"usher/server/internal/signin"
	"usher/server/internal/store"
)

// phone is an authenticator app.
type phone struct {
	e      *entrance
	secret string
}

// code is what the app shows at the entrance's time.
func (p phone) code() string {
	p.e.t.Helper()
	code, err := totp.GenerateCode(p.secret, time.Now().Add(time.Duration(p.e.ahead.Load())))
	if err != nil {
		p.e.t.Fatal(err)
	}
	return code
}

// next waits for the app's next code.
func (p phone) next() string {
	p.e.ahead.Add(int64(30 * time.Second))
	return p.code()
}

func withCode(secret, code string) string {
	raw, _ := json.Marshal(map[string]string{"email": email, "password": secret, "code": code})
	return string(raw)
}

func body(pairs ...string) string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	raw, _ := json.Marshal(m)
	return string(raw)
}

// enrol sets up an app for whoever is signed in.
func (e *entrance) enrol(b *http.Client) (phone, reply) {
	e.t.Helper()
	offer := e.ask(b, "POST", "/agent/totp", `{}`)
	p := phone{e, offer.secret}
	got := e.ask(b, "POST", "/agent/totp/confirm", body("code", p.code()))
	if offer.status != 200 || got.status != 200 || got.token == "" {
		e.t.Fatalf("enrolment: %+v, %+v", offer, got)
	}
	return p, got
}

func requireTOTP(o *signin.Options) { o.RequireTOTP = true }

// A supervisor without an app gets as far as setting one up and no further;
// from then on the password alone opens nothing.
func TestFactor_FromTheFirstSignInOn(t *testing.T) {
	t.Parallel()
	e, b := newEntrance(t, requireTOTP), browser(t)
	who := e.staff(email, "supervisor")
	in := e.ask(b, "POST", "/agent/session", credentials(email, password))
	if in.status != 200 || in.step != "enrol" || in.token == "" {
		t.Fatalf("the first time: %+v", in)
	}
	if _, err := e.door.Agent(t.Context(), in.token); err == nil {
		t.Error("the token opens the socket before there is an app")
	}
	if got := e.ask(b, "GET", "/agent/session", ""); got.step != "enrol" || got.name != "Ms. Abad" {
		t.Errorf("the console sees %+v", got)
	}
	offer := e.ask(b, "POST", "/agent/totp", `{}`)
	if offer.secret == "" || len(offer.qr) < 29 {
		t.Fatalf("offered: %+v", offer)
	}
	if got := e.ask(b, "POST", "/agent/totp/confirm", body("code", "000000")); got.code != "totp_wrong" || len(got.codes) > 0 {
		t.Errorf("a wrong code enrols: %+v", got)
	}
	app := phone{e, offer.secret}
	first := app.code()
	got := e.ask(b, "POST", "/agent/totp/confirm", body("code", first))
	if got.status != 200 || len(got.codes) != 10 || got.step != "" {
		t.Fatalf("confirmed: %+v", got)
	}
	if person, err := e.door.Agent(t.Context(), got.token); err != nil || person.ID != who.ID {
		t.Errorf("the token opens %+v, %v", person, err)
	}
	if ok, err := e.door.StillValid(t.Context(), in.token); ok || err != nil {
		t.Errorf("the session from before: %v, %v", ok, err)
	}
	for what, c := range map[string]struct{ body, code string }{
		"password alone":         {credentials(email, password), "totp_required"},
		"code alone":             {withCode("a wrong password", app.code()), "unauthenticated"},
		"wrong code":             {withCode(password, "123456"), "totp_wrong"},
		"the code that enrolled": {withCode(password, first), "totp_wrong"},
	} {
		if got := e.ask(browser(t), "POST", "/agent/session", c.body); got.status != 401 || got.code != c.code || got.token != "" {
			t.Errorf("%s: %+v", what, got)
		}
	}
	code := app.next()
	if got := e.ask(browser(t), "POST", "/agent/session", withCode(password, code)); got.status != 200 || got.step != "" {
		t.Fatalf("password and code: %+v", got)
	}
	if got := e.ask(browser(t), "POST", "/agent/session", withCode(password, code)); got.code != "totp_wrong" {
		t.Errorf("the same code again: %+v", got)
	}
}

// Who sees no more than one queue needs no app, and may have one.
func TestFactor_IsAskedOfWhomItMust(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		role     string
		required bool
		step     string
	}{
		{"agent", true, ""},
		{"security", true, "enrol"},
		{"supervisor", true, "enrol"},
		{"admin", true, "enrol"},
		{"agent", false, ""},
		{"security", false, ""},
		{"admin", false, ""},
	} {
		e := newEntrance(t, func(o *signin.Options) { o.RequireTOTP = c.required })
		e.staff(email, c.role)
		got := e.ask(http.DefaultClient, "POST", "/agent/session", credentials(email, password))
		if got.status != 200 || got.step != c.step {
			t.Errorf("%+v: %+v", c, got)
		}
		if _, err := e.door.Agent(t.Context(), got.token); (err == nil) != (c.step == "") {
			t.Errorf("%+v: the token: %v", c, err)
		}
	}
	e, b := newEntrance(t), browser(t)
	e.agent(email)
	e.ask(b, "POST", "/agent/session", credentials(email, password))
	e.enrol(b)
	if got := e.ask(browser(t), "POST", "/agent/session", credentials(email, password)); got.code != "totp_required" {
		t.Errorf("an agent who wanted one: %+v", got)
	}
}

func TestFactor_RecoveryCodesWorkOnce(t *testing.T) {
	t.Parallel()
	e, b := newEntrance(t), browser(t)
	who := e.agent(email)
	e.ask(b, "POST", "/agent/session", credentials(email, password))
	app, enrolled := e.enrol(b)
	if got := e.ask(browser(t), "POST", "/agent/session", withCode(password, enrolled.codes[3])); got.status != 200 {
		t.Fatalf("a recovery code: %+v", got)
	}
	if got := e.ask(browser(t), "POST", "/agent/session", withCode(password, enrolled.codes[3])); got.code != "totp_wrong" {
		t.Errorf("the same one again: %+v", got)
	}
	if got := e.ask(b, "POST", "/agent/totp/recovery", body("password", password)); got.code != "totp_required" {
		t.Errorf("new ones without a code: %+v", got)
	}
	fresh := e.ask(b, "POST", "/agent/totp/recovery", body("password", password, "code", app.next()))
	if fresh.status != 200 || len(fresh.codes) != 10 {
		t.Fatalf("new ones: %+v", fresh)
	}
	if got := e.ask(browser(t), "POST", "/agent/session", withCode(password, enrolled.codes[4])); got.code != "totp_wrong" {
		t.Errorf("an old one: %+v", got)
	}
	if f, err := e.store.Factor(t.Context(), who.ID); err != nil || f.Recovery != 10 {
		t.Errorf("%+v, %v", f, err)
	}
}

// A session alone, of a browser left open, changes nothing of how its owner
// signs in.
func TestFactor_ASessionAloneChangesNothing(t *testing.T) {
	t.Parallel()
	e, b := newEntrance(t), browser(t)
	who := e.agent(email)
	e.ask(b, "POST", "/agent/session", credentials(email, password))
	app, _ := e.enrol(b)
	for path, bodies := range map[string][]string{
		"/agent/totp":          {`{}`, body("password", "a wrong password", "code", app.code()), body("password", password), body("password", password, "code", "000000")},
		"/agent/totp/recovery": {`{}`, body("password", password)},
		"/agent/password":      {body("password", "a wrong password", "new", "nine purple kettles"), body("password", password, "new", "nine purple kettles")},
	} {
		for _, sent := range bodies {
			if got := e.ask(b, "POST", path, sent); got.status < 400 || got.secret != "" || len(got.codes) > 0 {
				t.Errorf("%s %s: %+v", path, sent, got)
			}
		}
	}
	if got := e.ask(http.DefaultClient, "POST", "/agent/totp", `{}`); got.status != 401 {
		t.Errorf("a stranger: %+v", got)
	}
	if f, err := e.store.Factor(t.Context(), who.ID); err != nil || f.Secret != app.secret {
		t.Errorf("the app changed: %v", err)
	}
}

func TestPassword_ANewOneEndsAllOtherSessions(t *testing.T) {
	t.Parallel()
	const fresh = "nine purple kettles"
	e, b, other := newEntrance(t), browser(t), browser(t)
	who := e.agent(email)
	e.ask(b, "POST", "/agent/session", credentials(email, password))
	elsewhere := e.ask(other, "POST", "/agent/session", credentials(email, password)).token
	if got := e.ask(b, "POST", "/agent/password", body("password", password, "new", "short")); got.code != "weak_password" {
		t.Errorf("a weak one: %+v", got)
	}
	got := e.ask(b, "POST", "/agent/password", body("password", password, "new", fresh))
	if got.status != 200 || got.token == "" || e.kicked.Load() != who.ID {
		t.Fatalf("changed: %+v, sockets closed of %v", got, e.kicked.Load())
	}
	if ok, err := e.door.StillValid(t.Context(), elsewhere); ok || err != nil {
		t.Errorf("the other session: %v, %v", ok, err)
	}
	if ok, err := e.door.StillValid(t.Context(), got.token); !ok || err != nil {
		t.Errorf("their own: %v, %v", ok, err)
	}
	for secret, want := range map[string]int{password: 401, fresh: 200} {
		if got := e.ask(http.DefaultClient, "POST", "/agent/session", credentials(email, secret)); got.status != want {
			t.Errorf("%s: %d", secret, got.status)
		}
	}
}

// Codes cannot be guessed by who knows the password, from however many places.
func TestFactor_GuessingCodesIsSlowedDown(t *testing.T) {
	t.Parallel()
	e, b := newEntrance(t), browser(t)
	e.agent(email)
	e.ask(b, "POST", "/agent/session", credentials(email, password))
	app, _ := e.enrol(b)
	tried := 0
	for range 200 {
		e.ahead.Add(int64(18 * time.Second)) // an hour in all, once a limit is over
		got := e.ask(http.DefaultClient, "POST", "/agent/session", withCode(password, "000000"))
		if got.code == "totp_wrong" {
			tried++
		} else if got.status != 429 || got.header.Get("Retry-After") == "" {
			t.Fatalf("%+v", got)
		}
	}
	if tried > 20 || tried < 5 {
		t.Errorf("%d codes tried in an hour", tried)
	}
	e.ahead.Add(int64(time.Hour))
	if got := e.ask(browser(t), "POST", "/agent/session", withCode(password, app.code())); got.status != 200 {
		t.Errorf("an hour later the owner: %+v", got)
	}
}

// Strangers who try an account's password do not keep its owner out, in a
// browser where they signed in before.
func TestDevice_TheOwnerIsNotLockedOut(t *testing.T) {
	t.Parallel()
	e, own := newEntrance(t), browser(t)
	e.agent(email)
	ours := []string{"Origin", e.URL}
	if got := e.ask(own, "POST", "/agent/session", credentials(email, password), ours...); got.status != 200 {
		t.Fatalf("%+v", got)
	}
	for range 30 {
		e.ask(http.DefaultClient, "POST", "/agent/session", credentials(email, "a wrong password"))
	}
	if got := e.ask(browser(t), "POST", "/agent/session", credentials(email, password), ours...); got.status != 429 {
		t.Fatalf("a browser nobody knows: %+v", got)
	}
	if got := e.ask(own, "POST", "/agent/session", credentials(email, password), ours...); got.status != 200 {
		t.Errorf("the owner's own browser: %+v", got)
	}
}

// What happens at the door is noted, without the address anybody typed.
func TestLog_SignIns(t *testing.T) {
	t.Parallel()
	e, b := newEntrance(t), browser(t)
	who := e.agent(email)
	e.ask(b, "POST", "/agent/session", credentials("nobody@example.com", password))
	e.ask(b, "POST", "/agent/session", credentials(email, "a wrong password"))
	e.ask(b, "POST", "/agent/session", credentials(email, password))
	e.enrol(b)
	e.ask(browser(t), "POST", "/agent/session", withCode(password, "000000"))
	e.ask(b, "DELETE", "/agent/session", "")
	log, err := e.store.Audit(t.Context(), store.AuditFilter{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, entry := range log {
		name := map[string]string{who.ID: "maria", "": "nobody"}[entry.Actor]
		got = append([]string{name + " " + string(entry.Action) + " " + entry.Detail}, got...)
	}
	want := []string{
		"nobody signin.failed password", "maria signin.failed password", "maria signin.succeeded password",
		"maria agent.totp_enrolled ", "maria signin.succeeded enrolled,code", "maria signin.failed code", "maria signin.ended ",
	}
	if len(got) != len(want) {
		t.Fatalf("noted: %q", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%d: %q, want %q", i, got[i], want[i])
		}
	}
	if _, fault, err := e.store.VerifyAudit(t.Context(), audit.Head{}); fault != nil || err != nil {
		t.Errorf("%+v, %v", fault, err)
	}
}
