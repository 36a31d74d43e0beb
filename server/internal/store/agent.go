package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"usher/server/internal/audit"
)

// Agent is a person who takes handoffs.
type Agent struct {
	ID           string
	Email        string // unique, whatever the case of its letters
	Name         string
	Role         string
	Languages    []string
	Queues       []string // of those the role may see; none: all of them
	PasswordHash string
	External     string // the company sign-in's subject; unique; "": not known yet
	Disabled     bool
	CreatedAt    time.Time
}

type agentRow struct {
	ID           string `db:"id"`
	Email        string `db:"email"`
	Name         string `db:"name"`
	Role         string `db:"role"`
	Languages    string `db:"languages"`
	Queues       string `db:"queues"`
	PasswordHash string `db:"password_hash"`
	External     string `db:"external"`
	Disabled     int    `db:"disabled"`
	CreatedAt    int64  `db:"created_at"`
}

func (r agentRow) agent() (Agent, error) {
	a := Agent{
		ID: r.ID, Email: r.Email, Name: r.Name, Role: r.Role, PasswordHash: r.PasswordHash,
		External: r.External, Disabled: r.Disabled != 0, CreatedAt: moment(r.CreatedAt),
	}
	if err := json.Unmarshal([]byte(r.Languages), &a.Languages); err != nil {
		return Agent{}, fmt.Errorf("languages of agent: %w", err)
	}
	if err := json.Unmarshal([]byte(r.Queues), &a.Queues); err != nil {
		return Agent{}, fmt.Errorf("queues of agent: %w", err)
	}
	if len(a.Queues) == 0 {
		a.Queues = nil
	}
	return a, nil
}

const (
	insertAgent = `INSERT INTO agents (email, email_folded, name, role, languages, queues, password_hash, external, disabled, created_at, id)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
	updateAgent = `UPDATE agents SET email = ?, email_folded = ?, name = ?, role = ?, languages = ?, queues = ?, password_hash = ?,
	external = ?, disabled = ?, created_at = ? WHERE id = ?`
	selectAgents = `SELECT id, email, name, role, languages, queues, password_hash, external, disabled, created_at FROM agents `
	agentByEmail = selectAgents + `WHERE email_folded = ?`
	agentByID    = selectAgents + `WHERE id = ?`
	byExternal   = selectAgents + `WHERE external = ? AND external <> ''`
	allAgents    = selectAgents + `ORDER BY created_at, id`
	countAgents  = `SELECT COUNT(*) FROM agents`
)

// values are the columns of an agent in the order of the statements above.
func (a *Agent) values() ([]any, error) {
	if a.ID == "" || fold(a.Email) == "" || !storable(a.ID, a.Email, a.Name, a.Role, a.PasswordHash, a.External) ||
		!storable(a.Languages...) || !storable(a.Queues...) {
		return nil, fmt.Errorf("%w: agent", ErrInvalid)
	}
	languages, err := json.Marshal(append([]string{}, a.Languages...))
	if err != nil {
		return nil, fmt.Errorf("languages of agent: %w", err)
	}
	queues, err := json.Marshal(append([]string{}, a.Queues...))
	if err != nil {
		return nil, fmt.Errorf("queues of agent: %w", err)
	}
	disabled := 0
	if a.Disabled {
		disabled = 1
	}
	return []any{a.Email, fold(a.Email), a.Name, a.Role, string(languages), string(queues), a.PasswordHash, a.External, disabled, millis(a.CreatedAt), a.ID}, nil
}

// fold makes two spellings of one address equal.
func fold(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// AddAgent stores a new agent. ErrExists: the id or the address is taken.
func (s *Store) AddAgent(ctx context.Context, a Agent, noted ...audit.Entry) error {
	return s.putAgent(ctx, "add agent", insertAgent, ErrExists, a, noted)
}

// UpdateAgent stores an agent again, found by its id. ErrNotFound: there is
// none; ErrExists: another one has the address.
func (s *Store) UpdateAgent(ctx context.Context, a Agent, noted ...audit.Entry) error {
	return s.putAgent(ctx, "update agent", updateAgent, ErrNotFound, a, noted)
}

func (s *Store) putAgent(ctx context.Context, doing, query string, untouched error, a Agent, noted []audit.Entry) error {
	values, err := a.values()
	if err != nil {
		return s.wrap(doing, err)
	}
	return s.changeNoted(ctx, doing, noted, func(t *tx) error {
		n, err := t.exec(query, values...)
		if err == nil && n == 0 {
			return untouched
		}
		return err
	})
}

// AgentByEmail is the agent with this address in any case, or ErrNotFound.
func (s *Store) AgentByEmail(ctx context.Context, email string) (Agent, error) {
	return s.agent(ctx, "agent by email", agentByEmail, fold(email))
}

// AgentByID is the agent with this id, or ErrNotFound.
func (s *Store) AgentByID(ctx context.Context, id string) (Agent, error) {
	return s.agent(ctx, "agent by id", agentByID, id)
}

// AgentByExternal is the agent whom the company's sign-in knows by this
// subject, or ErrNotFound.
func (s *Store) AgentByExternal(ctx context.Context, external string) (Agent, error) {
	return s.agent(ctx, "agent by external", byExternal, external)
}

func (s *Store) agent(ctx context.Context, doing, query, key string) (Agent, error) {
	r, err := one[agentRow](ctx, s, doing, query, key)
	if err != nil {
		return Agent{}, err
	}
	return r.agent()
}

// Agents lists everyone, the longest known first.
func (s *Store) Agents(ctx context.Context) ([]Agent, error) {
	rows, err := all[agentRow](ctx, s, "agents", allAgents)
	if err != nil {
		return nil, err
	}
	out := make([]Agent, len(rows))
	for i, r := range rows {
		a, err := r.agent()
		if err != nil {
			return nil, err
		}
		out[i] = a
	}
	return out, nil
}

// CountAgents counts everyone, the disabled included.
func (s *Store) CountAgents(ctx context.Context) (int, error) {
	return one[int](ctx, s, "count agents", countAgents)
}
