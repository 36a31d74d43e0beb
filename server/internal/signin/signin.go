package signin

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"usher/server/internal/auth"
	"usher/server/internal/store"
)

// The limits of a session (ASVS 5.0 §7.3).
const (
	idleMax    = 30 * time.Minute
	sessionMax = 12 * time.Hour
	agentKey   = "agent"  // of a session: whose it is
	factorKey  = "factor" // whether their authenticator app was asked
	owesKey    = "owes"   // whether it must be, whatever the role
	cookieName = "usher_agent"
	bodyMax    = 16 << 10
)

// ErrUnauthenticated says that there is no session, an ended one, or a disabled agent.
var ErrUnauthenticated = errors.New("signin: not signed in")

// Options says what the Door needs; every part is required but
// Tokens and OIDC.
type Options struct {
	Store     *store.Store
	Passwords *auth.Passwords
	Logins    *auth.Logins
	Origins   *auth.Origins
	Clock     func() time.Time
	Log       *slog.Logger
	Secure    bool         // cookies only over TLS: the server is not on loopback
	Tokens    *auth.Tokens // signs the demo's customers; nil: no demo
	Kick      func(agent string)
	// RequireTOTP lets the roles of [NeedsFactor] in only with an authenticator app.
	RequireTOTP bool
	// OIDC is the company's own sign-in; nil: none.
	OIDC *OIDC
}

// Door signs agents in and tells who a request is from.
type Door struct {
	Options
	sessions *scs.SessionManager
	codes    *auth.Logins // tries of codes, once the password was right
}

// New returns a working Door.
func New(o Options) *Door {
	m := scs.New()
	m.Store = o.Store.Sessions(agentKey)
	m.HashTokenInStore = true
	m.IdleTimeout, m.Lifetime = idleMax, sessionMax
	m.Cookie.Name, m.Cookie.Path = cookieName, "/"
	if o.Secure {
		m.Cookie.Name = "__Host-" + cookieName
	}
	m.Cookie.HttpOnly, m.Cookie.Secure, m.Cookie.SameSite = true, o.Secure, http.SameSiteStrictMode
	d := &Door{Options: o, sessions: m, codes: auth.NewLogins(o.Clock)}
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		d.Log.WarnContext(r.Context(), "session not read", "error", err)
		Problem(w, http.StatusServiceUnavailable, "unavailable", "Storage does not answer. Try again in a moment.")
	}
	return d
}

// Routes adds the door's routes to a mux.
func (d *Door) Routes(mux *http.ServeMux) {
	wrap := func(h http.HandlerFunc) http.Handler { return d.sessions.LoadAndSave(d.sameSite(h)) }
	mux.Handle("POST /agent/session", wrap(d.signIn))
	mux.Handle("GET /agent/session", wrap(d.current))
	mux.Handle("DELETE /agent/session", wrap(d.signOut))
	mux.Handle("POST /agent/first", wrap(d.first))
	mux.Handle("POST /agent/session/code", wrap(d.code))
	mux.Handle("POST /agent/totp", wrap(d.offer))
	mux.Handle("POST /agent/totp/confirm", wrap(d.confirm))
	mux.Handle("POST /agent/totp/recovery", wrap(d.renew))
	mux.Handle("POST /agent/password", wrap(d.password))
	if d.OIDC != nil {
		mux.Handle("GET /agent/oidc", wrap(d.leave))
		mux.Handle("GET /agent/oidc/callback", wrap(d.comeBack))
	}
	if d.Tokens != nil {
		mux.HandleFunc("POST /demo/token", d.demoToken)
	}
}

// sameSite refuses what another page sent. Programs that are no browsers send
// neither header, and no page can make a browser leave both out.
func (d *Door) sameSite(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, origin := r.Header["Origin"]
		_, site := r.Header["Sec-Fetch-Site"]
		if r.Method != http.MethodGet && (origin || site) && !d.Origins.AllowsCookie(r) {
			Problem(w, http.StatusForbidden, "forbidden", "This page may not do that.")
			return
		}
		next(w, r)
	}
}

// Signed serves a route of the console to agents who are wholly signed in, from
// our own pages or programs only.
func (d *Door) Signed(h func(http.ResponseWriter, *http.Request, store.Agent)) http.Handler {
	return d.sessions.LoadAndSave(d.sameSite(func(w http.ResponseWriter, r *http.Request) {
		agent, err := d.agent(r.Context())
		switch {
		case errors.Is(err, ErrUnauthenticated):
			Problem(w, http.StatusUnauthorized, "unauthenticated", "Sign in first.")
		case err != nil:
			d.unavailable(w, r, err)
		default:
			h(w, r, agent)
		}
	}))
}

// agentView is an agent as the console gets it.
type agentView struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Email     string   `json:"email"`
	Role      string   `json:"role"`
	Languages []string `json:"languages"`
}

func view(a store.Agent) agentView {
	return agentView{ID: a.ID, Name: a.Name, Email: a.Email, Role: a.Role, Languages: a.Languages}
}
