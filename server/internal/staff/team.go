package staff

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"usher/server/internal/audit"
	"usher/server/internal/auth"
	"usher/server/internal/signin"
	"usher/server/internal/store"
)

// member is an agent as admins see them.
type member struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Email     string    `json:"email"`
	Role      string    `json:"role"`
	Languages []string  `json:"languages"`
	Queues    []string  `json:"queues"` // of those the role may see; none: all of them
	Disabled  bool      `json:"disabled"`
	App       bool      `json:"app"` // has an authenticator app
	CreatedAt time.Time `json:"created_at"`
}

func view(a store.Agent, enrolled []string) member {
	return member{
		ID: a.ID, Name: a.Name, Email: a.Email, Role: a.Role, Languages: append([]string{}, a.Languages...),
		Queues: append([]string{}, a.Queues...), Disabled: a.Disabled, App: slices.Contains(enrolled, a.ID), CreatedAt: a.CreatedAt,
	}
}

// team lists everybody, and what there is to choose from.
func (o *Office) team(w http.ResponseWriter, r *http.Request, _ store.Agent) {
	agents, err := o.Store.Agents(r.Context())
	var enrolled []string
	if err == nil {
		enrolled, err = o.Store.Enrolled(r.Context())
	}
	if err != nil {
		o.fail(w, r, err)
		return
	}
	members := make([]member, len(agents))
	for i, a := range agents {
		members[i] = view(a, enrolled)
	}
	signin.Answer(w, http.StatusOK, map[string]any{
		"agents": members, "roles": signin.Roles(o.Queues), "languages": o.Languages,
	})
}

// hire adds an agent, who signs in with the password that the admin tells them
// and changes it.
func (o *Office) hire(w http.ResponseWriter, r *http.Request, by store.Agent) {
	var in struct {
		Name      string   `json:"name" strict:"required"`
		Email     string   `json:"email" strict:"required"`
		Role      string   `json:"role" strict:"required"`
		Password  string   `json:"password" strict:"required"`
		Languages []string `json:"languages"`
		Queues    []string `json:"queues"`
	}
	if !signin.Body(w, r, &in) {
		return
	}
	a, err := signin.NewAgent(r.Context(), o.Passwords, in.Email, in.Name, in.Role, in.Languages, in.Password, o.Clock())
	if err == nil {
		a.Queues = in.Queues
		err = o.check(a)
	}
	if errors.Is(err, signin.ErrBadAgent) {
		o.refuse(w, err)
		return
	}
	if err == nil {
		err = o.Store.AddAgent(r.Context(), a, audit.Entry{
			Actor: by.ID, Role: by.Role, Action: audit.AgentAdded, Object: a.ID, Detail: "role=" + a.Role,
		})
	}
	if err != nil {
		o.fail(w, r, err)
		return
	}
	signin.Answer(w, http.StatusCreated, map[string]any{"agent": view(a, nil)})
}

// change is what an admin may change of an agent; what is left out stays.
type change struct {
	Name      *string   `json:"name"`
	Email     *string   `json:"email"`
	Role      *string   `json:"role"`
	Languages *[]string `json:"languages"`
	Queues    *[]string `json:"queues"`
	Disabled  *bool     `json:"disabled"`
	Password  *string   `json:"password"`
	App       *bool     `json:"app"` // false takes the authenticator app away
}

// change changes an agent. Who has to be somebody else from now on signs in
// again.
func (o *Office) change(w http.ResponseWriter, r *http.Request, by store.Agent) {
	var in change
	if !signin.Body(w, r, &in) {
		return
	}
	a, err := o.Store.AgentByID(r.Context(), r.PathValue("id"))
	if err != nil {
		o.fail(w, r, err)
		return
	}
	if a.ID == by.ID && (in.Role != nil && *in.Role != a.Role || in.Disabled != nil && *in.Disabled) {
		signin.Problem(w, http.StatusConflict, "own_account", "Nobody changes their own role or disables themselves: ask another admin.")
		return
	}
	if in.App != nil && *in.App {
		signin.Problem(w, http.StatusUnprocessableEntity, "bad_value", "An authenticator app is set up by the agent.")
		return
	}
	entries, out, err := o.apply(r, &a, in)
	if errors.Is(err, signin.ErrBadAgent) {
		o.refuse(w, err)
		return
	}
	for i := range entries {
		entries[i].Actor, entries[i].Role, entries[i].Object = by.ID, by.Role, a.ID
	}
	if err == nil && len(entries) > 0 {
		err = o.Store.UpdateAgent(r.Context(), a, entries...)
	}
	if err == nil && in.App != nil {
		err = o.Store.RemoveFactor(r.Context(), a.ID, audit.Entry{Actor: by.ID, Role: by.Role, Action: audit.TOTPRemoved, Object: a.ID})
		if errors.Is(err, store.ErrNotFound) {
			err = nil
		}
	}
	if err == nil && (out || in.App != nil) {
		err = o.out(r.Context(), a.ID)
	}
	var enrolled []string
	if err == nil {
		enrolled, err = o.Store.Enrolled(r.Context())
	}
	if err != nil {
		o.fail(w, r, err)
		return
	}
	signin.Answer(w, http.StatusOK, map[string]any{"agent": view(a, enrolled)})
}

// apply puts the changes into an agent. It tells what is noted of each, and
// whether the agent has to sign in again.
func (o *Office) apply(r *http.Request, a *store.Agent, in change) (entries []audit.Entry, out bool, err error) {
	var kept []string
	set := func(to *string, from *string, what string) {
		if from != nil && strings.TrimSpace(*from) != *to {
			*to = strings.TrimSpace(*from)
			kept = append(kept, what)
		}
	}
	set(&a.Name, in.Name, "name")
	set(&a.Email, in.Email, "email")
	if in.Languages != nil && !slices.Equal(*in.Languages, a.Languages) {
		a.Languages = *in.Languages // from their next connection on
		kept = append(kept, "languages")
	}
	if in.Role != nil && *in.Role != a.Role {
		entries = append(entries, audit.Entry{Action: audit.RoleChanged, Detail: "from=" + a.Role + " to=" + *in.Role})
		a.Role, a.Queues, out = *in.Role, nil, true
	}
	if in.Queues != nil && !slices.Equal(*in.Queues, a.Queues) {
		a.Queues, out = *in.Queues, true
		kept = append(kept, "queues")
	}
	if len(kept) > 0 {
		entries = append(entries, audit.Entry{Action: audit.AgentChanged, Detail: strings.Join(kept, ",")})
	}
	if in.Disabled != nil && *in.Disabled != a.Disabled {
		a.Disabled = *in.Disabled
		what := audit.AgentEnabled
		if a.Disabled {
			what, out = audit.AgentDisabled, true
		}
		entries = append(entries, audit.Entry{Action: what})
	}
	if err := o.check(*a); err != nil {
		return nil, false, err
	}
	if in.Password == nil {
		return entries, out, nil
	}
	if err := auth.Acceptable(*in.Password, a.Email, a.Name); err != nil {
		return nil, false, fmt.Errorf("%w: %w", signin.ErrBadAgent, err)
	}
	if a.PasswordHash, err = o.Passwords.Hash(r.Context(), *in.Password); err != nil {
		return nil, false, err
	}
	return append(entries, audit.Entry{Action: audit.PasswordChange}), true, nil
}

// check refuses an agent who could not work.
func (o *Office) check(a store.Agent) error {
	if err := signin.CheckAgent(a.Email, a.Name, a.Role); err != nil {
		return err
	}
	for _, tag := range a.Languages {
		if !slices.Contains(o.Languages, tag) {
			return fmt.Errorf("%w: a language is none of %s", signin.ErrBadAgent, strings.Join(o.Languages, ", "))
		}
	}
	for _, q := range a.Queues {
		if !slices.Contains(o.Queues.ForRole(a.Role), q) {
			return fmt.Errorf("%w: a queue is none of the role's", signin.ErrBadAgent)
		}
	}
	return nil
}

// refuse says what to change.
func (*Office) refuse(w http.ResponseWriter, err error) {
	code := "bad_value"
	if errors.Is(err, auth.ErrPasswordShort) || errors.Is(err, auth.ErrPasswordLong) || errors.Is(err, auth.ErrPasswordCommon) || errors.Is(err, auth.ErrPasswordOwn) {
		code = "weak_password"
	}
	signin.Problem(w, http.StatusUnprocessableEntity, code, signin.Sentence(err))
}
