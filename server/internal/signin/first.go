package signin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"usher/handoff"
	"usher/server/internal/audit"
	"usher/server/internal/auth"
	"usher/server/internal/store"
)

// firstMax is how long the one-time link of the first admin works.
const firstMax = 24 * time.Hour

// ErrBadAgent wraps what is wrong with a new agent.
var ErrBadAgent = errors.New("agent")

// FirstLink is the path of a fresh one-time link that makes the first admin,
// or "" when there are agents already.
func (d *Door) FirstLink(ctx context.Context) (string, error) {
	n, err := d.Store.CountAgents(ctx)
	if err != nil || n > 0 {
		return "", err
	}
	secret, hash := auth.NewSecret()
	if err := d.Store.AddAdminToken(ctx, hash[:], d.Clock().Add(firstMax)); err != nil {
		return "", err
	}
	return "/agent/first?token=" + secret, nil
}

func (d *Door) first(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Token    string `json:"token" strict:"required"`
		Email    string `json:"email" strict:"required"`
		Name     string `json:"name" strict:"required"`
		Password string `json:"password" strict:"required"`
	}
	if !Body(w, r, &in) {
		return
	}
	n, err := d.Store.CountAgents(r.Context())
	if err != nil {
		d.unavailable(w, r, err)
		return
	}
	agent, err := NewAgent(r.Context(), d.Passwords, in.Email, in.Name, string(auth.RoleAdmin), nil, in.Password, d.Clock())
	if errors.Is(err, ErrBadAgent) {
		Problem(w, http.StatusUnprocessableEntity, "bad_value", Sentence(err))
		return
	}
	if err != nil {
		d.unavailable(w, r, err)
		return
	}
	hash := auth.HashSecret(in.Token)
	if n == 0 {
		err = d.Store.UseAdminToken(r.Context(), hash[:])
	}
	switch {
	case n > 0 || errors.Is(err, store.ErrNotFound):
		Problem(w, http.StatusForbidden, "forbidden", "This link has been used or has expired. A fresh one is in the log after a restart, as long as there is no admin.")
		return
	case err != nil:
		d.unavailable(w, r, err)
		return
	}
	added := audit.Entry{Actor: agent.ID, Role: agent.Role, Action: audit.AgentAdded, Object: agent.ID, Detail: "first"}
	if err := d.Store.AddAgent(r.Context(), agent, added); err != nil {
		d.unavailable(w, r, err)
		return
	}
	token, err := d.begin(r.Context(), agent, false, "first")
	if err != nil {
		d.unavailable(w, r, err)
		return
	}
	body := map[string]any{"agent": view(agent), "token": token}
	if d.required(agent) {
		body["step"] = "enrol"
	}
	Answer(w, http.StatusCreated, body)
}

// NewAgent checks and hashes what makes an agent. Errors that wrap ErrBadAgent
// say what to change.
func NewAgent(ctx context.Context, p *auth.Passwords, email, name, role string, languages []string, password string, now time.Time) (store.Agent, error) {
	email, name = strings.TrimSpace(email), strings.TrimSpace(name)
	if err := CheckAgent(email, name, role); err != nil {
		return store.Agent{}, err
	}
	if err := auth.Acceptable(password, email, name); err != nil {
		return store.Agent{}, fmt.Errorf("%w: %w", ErrBadAgent, err)
	}
	hash, err := p.Hash(ctx, password)
	if err != nil {
		return store.Agent{}, err
	}
	if languages == nil {
		languages = []string{}
	}
	return store.Agent{
		ID: auth.NewID(), Email: email, Name: name, Role: role, Languages: languages, PasswordHash: hash, CreatedAt: now,
	}, nil
}

// CheckAgent says what is wrong with an agent's address, name or role.
func CheckAgent(email, name, role string) error {
	if address, err := mail.ParseAddress(email); err != nil || address.Address != email {
		return fmt.Errorf("%w: the email is not an address such as ana@example.com", ErrBadAgent)
	}
	if name == "" || utf8.RuneCountInString(name) > 80 {
		return fmt.Errorf("%w: the name must have 1 to 80 characters", ErrBadAgent)
	}
	if !auth.Shown(name) {
		return fmt.Errorf("%w: the name must have no invisible characters and none that turn the direction of text", ErrBadAgent)
	}
	if _, ok := auth.ParseRole(role); !ok {
		return fmt.Errorf("%w: the role must be agent, security, supervisor or admin", ErrBadAgent)
	}
	return nil
}

// Sentence is an ErrBadAgent's text for people.
func Sentence(err error) string {
	text := strings.TrimPrefix(err.Error(), ErrBadAgent.Error()+": ")
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// Roles lists, for help texts, which roles there are and what they see.
func Roles(queues handoff.Queues) map[string][]string {
	roles := map[string][]string{}
	for _, r := range []auth.Role{auth.RoleAgent, auth.RoleSecurity, auth.RoleSupervisor, auth.RoleAdmin} {
		roles[string(r)] = queues.ForRole(string(r))
	}
	return roles
}
