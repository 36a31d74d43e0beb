package signin

import (
	"errors"
	"net/http"

	"usher/server/internal/audit"
	"usher/server/internal/auth"
	"usher/server/internal/store"
)

// brand is the name an authenticator app shows beside the address.
const brand = "Usher"

// mine is who the request is from, wholly signed in or owing an app that they do
// not have yet, with the app they have, if any. Who only owes a code may not
// change what is asked for. Not ok: answered.
func (d *Door) mine(w http.ResponseWriter, r *http.Request) (agent store.Agent, f *store.Factor, ok bool) {
	agent, owes, err := d.halfway(r.Context())
	if errors.Is(err, ErrUnauthenticated) {
		Problem(w, http.StatusUnauthorized, "unauthenticated", "Sign in first.")
		return agent, nil, false
	}
	if err == nil {
		var got store.Factor
		switch got, err = d.Store.Factor(r.Context(), agent.ID); {
		case errors.Is(err, store.ErrNotFound):
			return agent, nil, true
		case err == nil && owes:
			Problem(w, http.StatusForbidden, "totp_required", "Send the code of the authenticator app first.")
			return agent, nil, false
		case err == nil:
			return agent, &got, true
		}
	}
	d.unavailable(w, r, err)
	return agent, nil, false
}

// proof is what somebody shows who changes how they sign in: their session alone
// may be a browser left open (ASVS 5.0 §7.5.1).
type proof struct {
	Password string `json:"password"`
	Code     string `json:"code"`
}

// proves checks password and, where there is an app, a code. Not ok: answered.
func (d *Door) proves(w http.ResponseWriter, r *http.Request, agent store.Agent, f *store.Factor, p proof) bool {
	if ok, wait := d.codes.Try("password of "+agent.ID, "", ""); !ok {
		slowDown(w, wait)
		return false
	}
	right, err := d.Passwords.Check(r.Context(), p.Password, agent.PasswordHash)
	if err != nil {
		d.unavailable(w, r, err)
		return false
	}
	if !right {
		Problem(w, http.StatusForbidden, "password_wrong", "The password is wrong.")
		return false
	}
	d.codes.Succeeded("password of "+agent.ID, "", "")
	switch {
	case f == nil:
		return true
	case p.Code == "":
		Problem(w, http.StatusForbidden, "totp_required", "Send the code of the authenticator app as well, in code.")
		return false
	}
	return d.spend(w, r, agent, *f, p.Code)
}

// offer shows a fresh secret for an authenticator app; [Door.confirm] makes it
// count. Who has an app already proves to be themselves.
func (d *Door) offer(w http.ResponseWriter, r *http.Request) {
	var in proof
	if !Body(w, r, &in) {
		return
	}
	agent, f, ok := d.mine(w, r)
	if !ok || f != nil && !d.proves(w, r, agent, f, in) {
		return
	}
	secret, uri, err := auth.NewTOTP(brand, agent.Email)
	if err != nil {
		d.unavailable(w, r, err)
		return
	}
	rows, err := auth.QR(uri)
	if err != nil {
		d.unavailable(w, r, err)
		return
	}
	d.sessions.Put(r.Context(), offeredKey, secret)
	Answer(w, http.StatusOK, map[string]any{"secret": secret, "uri": uri, "qr": rows})
}

// confirm takes the first code of the app that was offered, which proves that
// the app has the secret. From then on codes are asked for; all other sessions
// of the agent end, and the recovery codes are told, this once.
func (d *Door) confirm(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Code string `json:"code" strict:"required"`
	}
	if !Body(w, r, &in) {
		return
	}
	agent, _, ok := d.mine(w, r)
	if !ok {
		return
	}
	secret := d.sessions.GetString(r.Context(), offeredKey)
	if secret == "" {
		Problem(w, http.StatusConflict, "conflict", "Ask for a new code to scan first.")
		return
	}
	step, right, err := auth.CheckTOTP(secret, in.Code, d.Clock(), 0)
	if err != nil {
		d.unavailable(w, r, err)
		return
	}
	if !right {
		Problem(w, http.StatusForbidden, "totp_wrong", "The code is wrong. Check the clock of the phone.")
		return
	}
	codes, hashes := auth.NewRecoveryCodes()
	enrolled := audit.Entry{Actor: agent.ID, Role: agent.Role, Action: audit.TOTPEnrolled, Object: agent.ID}
	err = d.Store.EnrolFactor(r.Context(), agent.ID, store.Factor{Secret: secret, Step: step}, hashes, enrolled)
	if err == nil {
		err = d.SignOutEverywhere(r.Context(), agent.ID, false)
	}
	var token string
	if err == nil {
		token, err = d.begin(r.Context(), agent, true, "enrolled")
	}
	if err != nil {
		d.unavailable(w, r, err)
		return
	}
	Answer(w, http.StatusOK, map[string]any{"agent": view(agent), "token": token, "recovery": codes})
}

// renew tells new recovery codes, this once; the old ones are worth nothing.
func (d *Door) renew(w http.ResponseWriter, r *http.Request) {
	var in proof
	if !Body(w, r, &in) {
		return
	}
	agent, f, ok := d.mine(w, r)
	if !ok {
		return
	}
	if f == nil {
		Problem(w, http.StatusConflict, "conflict", "Set up an authenticator app first.")
		return
	}
	if !d.proves(w, r, agent, f, in) {
		return
	}
	codes, hashes := auth.NewRecoveryCodes()
	renewed := audit.Entry{Actor: agent.ID, Role: agent.Role, Action: audit.CodesRenewed, Object: agent.ID}
	if err := d.Store.RenewRecovery(r.Context(), agent.ID, hashes, renewed); err != nil {
		d.unavailable(w, r, err)
		return
	}
	Answer(w, http.StatusOK, map[string]any{"recovery": codes})
}

// password changes an agent's own password and ends all their other sessions.
func (d *Door) password(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Password string `json:"password" strict:"required"`
		Code     string `json:"code"`
		New      string `json:"new" strict:"required"`
	}
	if !Body(w, r, &in) {
		return
	}
	agent, f, ok := d.mine(w, r)
	if !ok || !d.proves(w, r, agent, f, proof{in.Password, in.Code}) {
		return
	}
	if err := auth.Acceptable(in.New, agent.Email, agent.Name); err != nil {
		Problem(w, http.StatusUnprocessableEntity, "weak_password", Sentence(err))
		return
	}
	hash, err := d.Passwords.Hash(r.Context(), in.New)
	if err == nil {
		agent.PasswordHash = hash
		err = d.Store.UpdateAgent(r.Context(), agent, audit.Entry{Actor: agent.ID, Role: agent.Role, Action: audit.PasswordChange, Object: agent.ID})
	}
	if err == nil {
		err = d.SignOutEverywhere(r.Context(), agent.ID, true)
	}
	if err == nil {
		err = d.enter(w, r, agent, d.sessions.GetBool(r.Context(), factorKey), "password")
	}
	if err != nil {
		d.unavailable(w, r, err)
	}
}
