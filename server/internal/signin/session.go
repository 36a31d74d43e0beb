package signin

import (
	"context"
	"errors"
	"net/http"

	"usher/server/internal/audit"
	"usher/server/internal/chat"
	"usher/server/internal/store"
)

// current tells the console who is signed in. Nobody is an ordinary answer, not
// an error, so that a page that only asks logs none.
func (d *Door) current(w http.ResponseWriter, r *http.Request) {
	agent, owes, err := d.halfway(r.Context())
	if errors.Is(err, ErrUnauthenticated) {
		Answer(w, http.StatusOK, map[string]any{"agent": nil, "oidc": d.OIDC != nil})
		return
	}
	if err == nil {
		err = d.welcome(w, r, agent, "", owes)
	}
	if err != nil {
		d.unavailable(w, r, err)
	}
}

// welcome answers with who is signed in, and with the step that is left: "code"
// wants one of the authenticator app, "enrol" wants one to be set up.
func (d *Door) welcome(w http.ResponseWriter, r *http.Request, agent store.Agent, token string, owes bool) error {
	body := map[string]any{"agent": view(agent)}
	if token != "" {
		body["token"] = token
	}
	if owes {
		body["step"] = "code"
		if _, err := d.Store.Factor(r.Context(), agent.ID); errors.Is(err, store.ErrNotFound) {
			body["step"] = "enrol"
		} else if err != nil {
			return err
		}
	}
	Answer(w, http.StatusOK, body)
	return nil
}

func (d *Door) signOut(w http.ResponseWriter, r *http.Request) {
	id := d.sessions.GetString(r.Context(), agentKey)
	if err := d.sessions.Destroy(r.Context()); err != nil {
		d.unavailable(w, r, err)
		return
	}
	if id != "" {
		d.Kick(id)
		d.note(r.Context(), audit.Entry{Actor: id, Action: audit.SignedOut})
	}
	w.WriteHeader(http.StatusNoContent)
}

// agent is whose session the context carries. An agent who still owes a code is
// nobody yet.
func (d *Door) agent(ctx context.Context) (store.Agent, error) {
	agent, owes, err := d.halfway(ctx)
	if err == nil && owes {
		return store.Agent{}, ErrUnauthenticated
	}
	return agent, err
}

// halfway is whose session the context carries, and whether their authenticator
// app is still to be asked, or set up.
func (d *Door) halfway(ctx context.Context) (agent store.Agent, owes bool, err error) {
	id := d.sessions.GetString(ctx, agentKey)
	if id == "" {
		return store.Agent{}, false, ErrUnauthenticated
	}
	agent, err = d.Store.AgentByID(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && agent.Disabled {
		return store.Agent{}, false, ErrUnauthenticated
	}
	owes = (d.required(agent) || d.sessions.GetBool(ctx, owesKey)) && !d.sessions.GetBool(ctx, factorKey)
	return agent, owes, err
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

// Active makes a session last its half hour from now on, and never beyond its
// twelve hours: somebody works in it.
func (d *Door) Active(ctx context.Context, token string) {
	ctx, err := d.sessions.Load(ctx, token)
	if err == nil && d.sessions.GetString(ctx, agentKey) != "" {
		_, _, err = d.sessions.Commit(ctx)
	}
	if err != nil {
		d.Log.WarnContext(ctx, "session not prolonged", "error", err)
	}
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
	return chat.AgentPerson{ID: a.ID, Name: a.Name, Role: a.Role, Languages: a.Languages, Queues: a.Queues}, nil
}
