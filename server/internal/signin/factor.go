package signin

import (
	"context"
	"errors"
	"net/http"

	"usher/server/internal/audit"
	"usher/server/internal/auth"
	"usher/server/internal/store"
)

// offeredKey is where a session keeps a secret that was shown and not yet
// confirmed.
const offeredKey = "offered"

// factor asks for what an agent has besides the password. known: it was a good
// code; ok: go on, otherwise the request has been answered.
func (d *Door) factor(w http.ResponseWriter, r *http.Request, agent store.Agent, code string) (known, ok bool) {
	f, err := d.Store.Factor(r.Context(), agent.ID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return false, true
	case err != nil:
		d.unavailable(w, r, err)
		return false, false
	case code == "":
		Problem(w, http.StatusUnauthorized, "totp_required", "Send the code of the authenticator app as well, in code.")
		return false, false
	}
	good := d.spend(w, r, agent, f, code)
	return good, good
}

// spend takes a one-time or a recovery code, once, or answers why not. Tries are
// counted for the account from everywhere: only who knows the password gets here.
func (d *Door) spend(w http.ResponseWriter, r *http.Request, agent store.Agent, f store.Factor, code string) bool {
	if ok, wait := d.codes.Try(agent.ID, "", ""); !ok {
		slowDown(w, wait)
		return false
	}
	err := d.use(r.Context(), agent, f, code)
	if errors.Is(err, store.ErrNotFound) {
		if err = d.failed(r.Context(), agent, "code"); err == nil {
			Problem(w, http.StatusUnauthorized, "totp_wrong", "The code is wrong, or was used before. Wait for the next one.")
			return false
		}
	}
	if err != nil {
		d.unavailable(w, r, err)
		return false
	}
	d.codes.Succeeded(agent.ID, "", "")
	return true
}

// use spends a code in the store. ErrNotFound: it is wrong, or was used before.
func (d *Door) use(ctx context.Context, agent store.Agent, f store.Factor, code string) error {
	if hash, ok := auth.RecoveryHash(code); ok {
		return d.Store.UseRecovery(ctx, agent.ID, hash, audit.Entry{Actor: agent.ID, Role: agent.Role, Action: audit.RecoveryUsed})
	}
	step, ok, err := auth.CheckTOTP(f.Secret, code, d.Clock(), f.Step)
	if err != nil {
		return err
	}
	if !ok {
		return store.ErrNotFound
	}
	return d.Store.UseStep(ctx, agent.ID, step)
}

// code takes the code that a session still owes.
func (d *Door) code(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Code string `json:"code" strict:"required"`
	}
	if !Body(w, r, &in) {
		return
	}
	agent, owes, err := d.halfway(r.Context())
	switch {
	case errors.Is(err, ErrUnauthenticated):
		Problem(w, http.StatusUnauthorized, "unauthenticated", "Sign in first.")
		return
	case err != nil:
		d.unavailable(w, r, err)
		return
	case !owes:
		Problem(w, http.StatusConflict, "conflict", "No code is wanted.")
		return
	}
	f, err := d.Store.Factor(r.Context(), agent.ID)
	if errors.Is(err, store.ErrNotFound) {
		Problem(w, http.StatusConflict, "conflict", "Set up an authenticator app first.")
		return
	}
	if err != nil {
		d.unavailable(w, r, err)
		return
	}
	if !d.spend(w, r, agent, f, in.Code) {
		return
	}
	if err := d.enter(w, r, agent, true, "second"); err != nil {
		d.unavailable(w, r, err)
	}
}
