package staff

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"usher/handoff"
	"usher/server/internal/auth"
	"usher/server/internal/chat"
	"usher/server/internal/signin"
	"usher/server/internal/store"
)

// Options is what the routes need; every part is required.
type Options struct {
	Store     *store.Store
	Chat      *chat.Service
	Door      *signin.Door
	Passwords *auth.Passwords
	Queues    handoff.Queues
	Languages []string // tags an agent may be said to speak
	Clock     func() time.Time
	Log       *slog.Logger
}

// Office serves the routes.
type Office struct{ Options }

// New returns a working Office.
func New(o Options) *Office { return &Office{o} }

// Routes adds the routes to a mux.
func (o *Office) Routes(mux *http.ServeMux) {
	mux.Handle("GET /agent/team", o.only(auth.Role.Administers, o.team))
	mux.Handle("POST /agent/team", o.only(auth.Role.Administers, o.hire))
	mux.Handle("PATCH /agent/team/{id}", o.only(auth.Role.Administers, o.change))
	mux.Handle("GET /agent/live", o.only(auth.Role.Supervises, o.live))
	mux.Handle("GET /agent/report", o.only(auth.Role.Supervises, o.report))
	mux.Handle("POST /agent/reassign", o.only(auth.Role.Supervises, o.reassign))
	mux.Handle("GET /agent/cases.csv", o.only(auth.Role.Supervises, o.exportCases))
	mux.Handle("GET /agent/audit", o.only(auth.Role.Supervises, o.log))
	mux.Handle("POST /agent/audit/verify", o.only(auth.Role.Supervises, o.verify))
	mux.Handle("GET /agent/audit.csv", o.only(auth.Role.Supervises, o.exportLog))
}

// handler is a route for an agent who may use it.
type handler func(w http.ResponseWriter, r *http.Request, by store.Agent)

// only lets some roles in.
func (o *Office) only(may func(auth.Role) bool, h handler) http.Handler {
	return o.Door.Signed(func(w http.ResponseWriter, r *http.Request, by store.Agent) {
		if !may(auth.Role(by.Role)) {
			signin.Problem(w, http.StatusForbidden, "forbidden", "Your role does not allow this.")
			return
		}
		h(w, r, by)
	})
}

// fail answers an error of the floors below.
func (o *Office) fail(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, chat.ErrNotFound):
		signin.Problem(w, http.StatusNotFound, "not_found", "There is no such thing here.")
	case errors.Is(err, store.ErrExists):
		signin.Problem(w, http.StatusConflict, "exists", "There is an agent with this email already.")
	case errors.Is(err, chat.ErrForbidden):
		signin.Problem(w, http.StatusForbidden, "forbidden", "Your role does not allow this.")
	case errors.Is(err, chat.ErrConflict), errors.Is(err, chat.ErrClosed):
		signin.Problem(w, http.StatusConflict, "conflict", "The case is over, or has moved meanwhile.")
	case errors.Is(err, chat.ErrBadValue):
		signin.Problem(w, http.StatusUnprocessableEntity, "bad_value", "This agent does not work on the queue of the case.")
	default:
		o.Log.WarnContext(r.Context(), "a route of the console failed", "path", r.URL.Path, "error", err)
		signin.Problem(w, http.StatusServiceUnavailable, "unavailable", "Storage does not answer. Try again in a moment.")
	}
}

// person is an agent as chat knows them.
func person(a store.Agent) chat.AgentPerson {
	return chat.AgentPerson{ID: a.ID, Name: a.Name, Role: a.Role, Languages: a.Languages, Queues: a.Queues}
}

// out ends the sessions and sockets of an agent who is no longer what they were.
func (o *Office) out(ctx context.Context, agent string) error {
	return o.Door.SignOutEverywhere(ctx, agent, true)
}
