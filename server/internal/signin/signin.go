package signin

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/alexedwards/scs/v2"

	"usher/server/internal/auth"
	"usher/server/internal/chat"
	"usher/server/internal/store"
	"usher/server/internal/strictjson"
)

// The limits of a session (ASVS 5.0 §7.3).
const (
	idleMax    = 30 * time.Minute
	sessionMax = 12 * time.Hour
	agentKey   = "agent"
	cookieName = "usher_agent"
	bodyMax    = 16 << 10
)

// ErrUnauthenticated says that there is no session, an ended one, or a disabled agent.
var ErrUnauthenticated = errors.New("signin: not signed in")

// Options says what the Door needs; every part is required but Tokens.
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
}

// Door signs agents in and tells who a request is from.
type Door struct {
	Options
	sessions *scs.SessionManager
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
	d := &Door{Options: o, sessions: m}
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		d.Log.WarnContext(r.Context(), "session not read", "error", err)
		problem(w, http.StatusServiceUnavailable, "unavailable", "Storage does not answer. Try again in a moment.")
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
			problem(w, http.StatusForbidden, "forbidden", "This page may not do that.")
			return
		}
		next(w, r)
	}
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

func (d *Door) signIn(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Email    string `json:"email" strict:"required"`
		Password string `json:"password" strict:"required"`
	}
	if !body(w, r, &in) {
		return
	}
	address, _, _ := net.SplitHostPort(r.RemoteAddr)
	if ok, wait := d.Logins.Try(in.Email, address, ""); !ok {
		w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
		problem(w, http.StatusTooManyRequests, "rate_limited", "Too many tries. Wait a little and try again.")
		return
	}
	agent, err := d.Store.AgentByEmail(r.Context(), in.Email)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		d.unavailable(w, r, err)
		return
	}
	ok, err := d.Passwords.Check(r.Context(), in.Password, agent.PasswordHash)
	if err != nil {
		d.unavailable(w, r, err)
		return
	}
	if !ok || agent.ID == "" || agent.Disabled {
		problem(w, http.StatusUnauthorized, "unauthenticated", "Email or password is wrong.")
		return
	}
	d.Logins.Succeeded(in.Email, address, "")
	token, err := d.begin(r.Context(), agent.ID)
	if err != nil {
		d.unavailable(w, r, err)
		return
	}
	answer(w, http.StatusOK, map[string]any{"agent": view(agent), "token": token})
}

// begin starts a fresh session with a new token.
func (d *Door) begin(ctx context.Context, agent string) (string, error) {
	if err := d.sessions.RenewToken(ctx); err != nil {
		return "", err
	}
	d.sessions.Put(ctx, agentKey, agent)
	token, expiry, err := d.sessions.Commit(ctx)
	if err != nil {
		return "", err
	}
	_ = expiry // the cookie is written by the middleware
	return token, nil
}

// current tells the console who is signed in. Nobody is an ordinary answer, not
// an error, so that a page that only asks logs none.
func (d *Door) current(w http.ResponseWriter, r *http.Request) {
	agent, err := d.agent(r.Context())
	switch {
	case errors.Is(err, ErrUnauthenticated):
		answer(w, http.StatusOK, map[string]any{"agent": nil})
	case err != nil:
		d.unavailable(w, r, err)
	default:
		answer(w, http.StatusOK, map[string]any{"agent": view(agent)})
	}
}

func (d *Door) signOut(w http.ResponseWriter, r *http.Request) {
	id := d.sessions.GetString(r.Context(), agentKey)
	if err := d.sessions.Destroy(r.Context()); err != nil {
		d.unavailable(w, r, err)
		return
	}
	if id != "" {
		d.Kick(id)
	}
	w.WriteHeader(http.StatusNoContent)
}

// agent is whose session the context carries.
func (d *Door) agent(ctx context.Context) (store.Agent, error) {
	id := d.sessions.GetString(ctx, agentKey)
	if id == "" {
		return store.Agent{}, ErrUnauthenticated
	}
	agent, err := d.Store.AgentByID(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && agent.Disabled {
		return store.Agent{}, ErrUnauthenticated
	}
	return agent, err
}

// Cookie is the session token in the cookie of a socket's handshake, "" without
// one. Not ok: there is one, but a page we do not trust sent it.
func (d *Door) Cookie(r *http.Request) (token string, ok bool) {
	cookie, err := r.Cookie(d.sessions.Cookie.Name)
	if err != nil {
		return "", true
	}
	if !d.Origins.AllowsCookie(r) {
		return "", false
	}
	return cookie.Value, true
}

// StillValid reports whether a session still stands, without making it last
// longer. An error means that it is not known.
func (d *Door) StillValid(ctx context.Context, token string) (bool, error) {
	_, err := d.Agent(ctx, token)
	if errors.Is(err, ErrUnauthenticated) {
		return false, nil
	}
	return err == nil, err
}

// Agent is whose session a token opens.
func (d *Door) Agent(ctx context.Context, token string) (chat.AgentPerson, error) {
	ctx, err := d.sessions.Load(ctx, token)
	if err != nil {
		return chat.AgentPerson{}, err
	}
	a, err := d.agent(ctx)
	if err != nil {
		return chat.AgentPerson{}, err
	}
	return chat.AgentPerson{ID: a.ID, Name: a.Name, Role: a.Role, Languages: a.Languages}, nil
}

func (d *Door) unavailable(w http.ResponseWriter, r *http.Request, err error) {
	d.Log.WarnContext(r.Context(), "sign-in not possible", "error", err)
	problem(w, http.StatusServiceUnavailable, "unavailable", "Storage does not answer. Try again in a moment.")
}

// body decodes a JSON body strictly, or answers what is wrong with it.
func body(w http.ResponseWriter, r *http.Request, into any) bool {
	raw, err := readAll(w, r)
	if err != nil {
		problem(w, http.StatusRequestEntityTooLarge, "too_long", "The body is too long.")
		return false
	}
	if err := strictjson.Decode(raw, into); err != nil {
		code := "bad_json"
		var e *strictjson.Error
		if errors.As(err, &e) {
			code = string(e.Code)
		}
		problem(w, http.StatusBadRequest, code, "The body is not the JSON this route takes.")
		return false
	}
	return true
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// problem answers as RFC 9457 says.
func problem(w http.ResponseWriter, status int, code, title string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"type": "about:blank", "title": title, "status": status, "code": code})
}
