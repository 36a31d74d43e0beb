package signin

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"time"

	"usher/server/internal/audit"
	"usher/server/internal/auth"
	"usher/server/internal/store"
)

// NeedsFactor reports whether a role sees so much that a password alone must
// not open it (ASVS 5.0 §6.3.3): thefts, every queue, or the agents themselves.
func NeedsFactor(role auth.Role) bool { return role != auth.RoleAgent }

// required reports whether an agent must have an authenticator app here.
func (d *Door) required(a store.Agent) bool { return d.RequireTOTP && NeedsFactor(auth.Role(a.Role)) }

// signIn takes email and password, and for an agent with an authenticator app
// a code of it or a recovery code: all at once, or again with the code after
// 401 totp_required. One who must have an app and has none yet is let in as far
// as setting it up.
func (d *Door) signIn(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Email    string `json:"email" strict:"required"`
		Password string `json:"password" strict:"required"`
		Code     string `json:"code"`
	}
	if !Body(w, r, &in) {
		return
	}
	agent, err := d.Store.AgentByEmail(r.Context(), in.Email)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		d.unavailable(w, r, err)
		return
	}
	device, err := d.device(r, agent)
	if err != nil {
		d.unavailable(w, r, err)
		return
	}
	address, _, _ := net.SplitHostPort(r.RemoteAddr)
	if ok, wait := d.Logins.Try(in.Email, address, device); !ok {
		slowDown(w, wait)
		return
	}
	ok, err := d.Passwords.Check(r.Context(), in.Password, agent.PasswordHash)
	if err != nil {
		d.unavailable(w, r, err)
		return
	}
	if !ok || agent.ID == "" || agent.Disabled {
		if err := d.failed(r.Context(), agent, or(ok && agent.Disabled, "disabled", "password")); err != nil {
			d.unavailable(w, r, err)
			return
		}
		Problem(w, http.StatusUnauthorized, "unauthenticated", "Email or password is wrong.")
		return
	}
	d.Logins.Succeeded(in.Email, address, device)
	known, ok := d.factor(w, r, agent, in.Code)
	if !ok {
		return
	}
	if err := d.enter(w, r, agent, known, "password"); err != nil {
		d.unavailable(w, r, err)
	}
}

// enter notes the sign-in, begins the session and answers.
func (d *Door) enter(w http.ResponseWriter, r *http.Request, agent store.Agent, known bool, way string) error {
	if err := d.remember(w, r, agent); err != nil {
		return err
	}
	token, err := d.begin(r.Context(), agent, known, way)
	if err != nil {
		return err
	}
	return d.welcome(w, r, agent, token, d.required(agent) && !known)
}

// begin starts a fresh session with a new token. known: the authenticator app
// was asked, or the company's own sign-in asked for as much.
func (d *Door) begin(ctx context.Context, agent store.Agent, known bool, way string) (string, error) {
	if known {
		way += ",code"
	}
	err := d.Store.Record(ctx, audit.Entry{Actor: agent.ID, Role: agent.Role, Action: audit.SignedIn, Detail: way})
	if err != nil {
		return "", err
	}
	if err := d.sessions.RenewToken(ctx); err != nil {
		return "", err
	}
	d.sessions.Put(ctx, agentKey, agent.ID)
	d.sessions.Put(ctx, factorKey, known)
	d.sessions.Remove(ctx, owesKey)
	d.sessions.Remove(ctx, offeredKey)
	token, _, err := d.sessions.Commit(ctx) // the cookie is written by the middleware
	return token, err
}

// failed notes a sign-in that was refused, for whom if that is known, and why.
func (d *Door) failed(ctx context.Context, agent store.Agent, why string) error {
	return d.Store.Record(ctx, audit.Entry{Actor: agent.ID, Role: agent.Role, Action: audit.SignInFailed, Detail: why})
}

// note writes down what has happened already and cannot be taken back.
func (d *Door) note(ctx context.Context, e audit.Entry) {
	if err := d.Store.Record(ctx, e); err != nil {
		d.Log.WarnContext(ctx, "not noted", "action", string(e.Action), "error", err)
	}
}

// SignOutEverywhere ends an agent's sessions and sockets: on this replica at
// once, on the others when they next look at the session. Their browsers are
// strangers again where forget says so.
func (d *Door) SignOutEverywhere(ctx context.Context, agent string, forget bool) error {
	if err := d.Store.SignOutAll(ctx, agent, forget); err != nil {
		return err
	}
	d.Kick(agent)
	return nil
}

func slowDown(w http.ResponseWriter, wait time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
	Problem(w, http.StatusTooManyRequests, "rate_limited", "Too many tries. Wait a little and try again.")
}

func or(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}
