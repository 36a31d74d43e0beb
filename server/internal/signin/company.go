package signin

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"usher/server/internal/audit"
	"usher/server/internal/auth"
	"usher/server/internal/store"
)

// journeyMax is how long somebody may take at the provider.
const journeyMax = 10 * time.Minute

// journeyCookie keeps the journey in the browser. It is Lax where all others are
// Strict: the provider's page sends the browser back.
func (d *Door) journeyCookie(value string, seconds int) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // Secure but on this machine, where there is no TLS
		Name: or(d.Secure, "__Host-", "") + "usher_oidc", Value: value, Path: "/", MaxAge: seconds,
		HttpOnly: true, Secure: d.Secure, SameSite: http.SameSiteLaxMode,
	}
}

// leave sends the browser to the company's sign-in.
func (d *Door) leave(w http.ResponseWriter, r *http.Request) {
	state, _ := auth.NewSecret()
	nonce, _ := auth.NewSecret()
	j := journey{state: state, nonce: nonce, verifier: oauth2.GenerateVerifier()}
	to, err := d.OIDC.away(r.Context(), j)
	if err != nil {
		d.Log.WarnContext(r.Context(), "the company's sign-in does not answer", "error", err)
		home(w, r, "away")
		return
	}
	http.SetCookie(w, d.journeyCookie(j.state+"."+j.nonce+"."+j.verifier, int(journeyMax/time.Second)))
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// comeBack takes what the company's sign-in says, once, in the browser that was
// sent there.
func (d *Door) comeBack(w http.ResponseWriter, r *http.Request) {
	j, ok := d.journey(r)
	http.SetCookie(w, d.journeyCookie("", -1))
	q := r.URL.Query()
	if !ok || subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(j.state)) != 1 || q.Get("code") == "" ||
		q.Has("iss") && q.Get("iss") != d.OIDC.Issuer { // RFC 9207
		home(w, r, "failed")
		return
	}
	who, err := d.OIDC.who(r.Context(), q.Get("code"), j)
	if err != nil {
		d.Log.WarnContext(r.Context(), "the company's sign-in failed", "error", err)
		home(w, r, "failed")
		return
	}
	agent, err := d.known(r.Context(), who)
	if err == nil {
		err = d.arrive(w, r, agent, who.MFA)
	}
	switch {
	case errors.Is(err, ErrUnauthenticated):
		home(w, r, "unknown")
	case err != nil:
		d.Log.WarnContext(r.Context(), "sign-in not possible", "error", err)
		home(w, r, "unavailable")
	default:
		home(w, r, "")
	}
}

func (d *Door) journey(r *http.Request) (journey, bool) {
	cookie, err := r.Cookie(d.journeyCookie("", 0).Name)
	if err != nil {
		return journey{}, false
	}
	parts := strings.Split(cookie.Value, ".")
	if len(parts) != 3 {
		return journey{}, false
	}
	return journey{parts[0], parts[1], parts[2]}, true
}

// known is the agent the company's sign-in speaks of: by its subject, or at the
// first time by an address it has verified. From then on the address counts for
// nothing: it may be given to another person one day. ErrUnauthenticated: nobody,
// or somebody who may not come in.
func (d *Door) known(ctx context.Context, who stranger) (store.Agent, error) {
	agent, err := d.Store.AgentByExternal(ctx, who.External)
	if errors.Is(err, store.ErrNotFound) && who.Email != "" {
		agent, err = d.Store.AgentByEmail(ctx, who.Email)
		if err == nil && agent.External == "" && !agent.Disabled {
			agent.External = who.External
			bound := audit.Entry{Actor: agent.ID, Role: agent.Role, Action: audit.AgentChanged, Object: agent.ID, Detail: "external"}
			return agent, d.Store.UpdateAgent(ctx, agent, bound)
		}
	}
	if errors.Is(err, store.ErrNotFound) {
		agent, err = store.Agent{}, nil
	}
	if err != nil {
		return store.Agent{}, err
	}
	if agent.ID == "" || agent.Disabled || agent.External != who.External {
		if err := d.failed(ctx, agent, "oidc"); err != nil {
			return store.Agent{}, err
		}
		return store.Agent{}, ErrUnauthenticated
	}
	return agent, nil
}

// arrive begins the session. Where the provider asked for one factor only, who
// has an authenticator app here, or must have one, still owes it.
func (d *Door) arrive(w http.ResponseWriter, r *http.Request, agent store.Agent, mfa bool) error {
	_, err := d.Store.Factor(r.Context(), agent.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	owes := err == nil && !mfa
	if err := d.remember(w, r, agent); err != nil {
		return err
	}
	if _, err := d.begin(r.Context(), agent, mfa, "oidc"); err != nil {
		return err
	}
	if owes {
		d.sessions.Put(r.Context(), owesKey, true) // kept by the middleware
	}
	return nil
}

// home goes to the console, which says what went wrong.
func home(w http.ResponseWriter, r *http.Request, trouble string) {
	to := "/agent/"
	if trouble != "" {
		to += "?signin=" + trouble
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to, http.StatusSeeOther)
}
