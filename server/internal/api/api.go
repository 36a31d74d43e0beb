package api

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"usher/intents"
	"usher/intents/match"
	"usher/server/internal/chat"
	"usher/server/internal/limit"
	"usher/server/internal/store"
	"usher/server/internal/webhook"
	"usher/server/internal/wire"
)

// Options says what the API needs; every part is required but Admin.
type Options struct {
	Chat    *chat.Service
	Store   *store.Store
	Limiter limit.Limiter
	Clock   func() time.Time
	Log     *slog.Logger
	// Understand reads a message for POST /classify.
	Understand func(text string, hint match.Hint) intents.Reading
	// Hooks judges the addresses of webhooks.
	Hooks *webhook.Guard
	// Frames are what the sockets speak, for their description.
	Frames []wire.Frame
	// Admin tells who signs in to the console for the routes that make keys:
	// nil error only for an admin on a page of ours. Nil: no such routes.
	Admin func(*http.Request) (Maker, error)
}

// API serves everything under /api/. It is safe for concurrent use.
type API struct {
	Options
	routes   []route
	keys     *keyring
	slots    *slots
	sign     []byte // signs cursors
	contract *contract
	async    []byte
	docs     []byte
	// docsPolicy is the page's Content-Security-Policy.
	docsPolicy string
	draining   chan struct{}
	drain      sync.Once
	answered   [600]atomic.Int64 // by status
}

// New returns a working API.
func New(o Options) (*API, error) {
	a := &API{
		Options: o, routes: routes(), keys: newKeyring(o.Store, o.Clock), slots: newSlots(),
		sign: o.Chat.Key("cursor"), draining: make(chan struct{}),
	}
	var err error
	if a.contract, err = describe(a.routes); err != nil {
		return nil, err
	}
	if a.async, err = asyncDocument(o.Frames); err != nil {
		return nil, err
	}
	if a.docs, a.docsPolicy, err = page(a.routes, a.contract); err != nil {
		return nil, err
	}
	return a, nil
}

// Drain ends every long poll with what there is, so that a stopping server need
// not wait for them.
func (a *API) Drain() { a.drain.Do(func() { close(a.draining) }) }

// requestMax is how long a request may take, but for what it waits by its own
// wish.
const requestMax = 5 * time.Second

// ServeHTTP answers one request. It routes by the path as it was sent: a path
// that would have to be cleaned first is none of ours.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := rand.Text()
	h := w.Header()
	h.Set("X-Request-Id", id)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	defer func() {
		if p := recover(); p != nil && !errors.Is(asError(p), http.ErrAbortHandler) {
			a.Log.ErrorContext(r.Context(), "request panicked", "request", id, "panic", p)
			a.refuse(w, errInternal)
		}
	}()
	if a.published(w, r) {
		return
	}
	c := &call{api: a, ctx: r.Context()}
	if err := a.serve(w, r, c); err != nil {
		p := problemOf(err)
		switch p.status {
		case http.StatusInternalServerError:
			a.Log.ErrorContext(r.Context(), "request failed", "request", id, "error", err)
		case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
			a.Log.InfoContext(r.Context(), "request refused", "request", id, "code", p.code, "key", c.key.name(), "operation", c.operation)
		}
		a.refuse(w, p)
	}
}

// serve carries a request to its route and writes the answer; an error is
// answered by its caller.
func (a *API) serve(w http.ResponseWriter, r *http.Request, c *call) (err error) {
	if err := tooMuch(r); err != nil {
		return err
	}
	path, ours := strings.CutPrefix(r.URL.EscapedPath(), prefix)
	rt, params, allowed := find(a.routes, r.Method, path)
	if rt != nil {
		c.operation = rt.name
	}
	if c.key, err = a.authenticate(w, r); err != nil {
		return err
	}
	if err := a.count(w, r, c.key, rt != nil && rt.dear); err != nil {
		return err
	}
	switch {
	case !ours || rt == nil && allowed == "":
		return errNotFound
	case rt == nil:
		w.Header().Set("Allow", allowed)
		return errMethod
	case !c.key.may(rt.scope):
		return errForbidden
	}
	c.partner, c.params = chat.Partner{ID: c.key.Partner, Name: c.key.Name}, params
	if err := c.read(w, r, rt); err != nil {
		return err
	}
	leave, err := a.slots.enter(r.Context(), c.key.ID)
	if err != nil {
		return err
	}
	defer leave()
	c.leave = leave
	answer, err := a.once(c, r, rt)
	if err != nil {
		return err
	}
	a.write(w, answer)
	return nil
}

// carry runs the route's own part within its time.
func (c *call) carry(rt *route) (any, error) {
	ctx, cancel := context.WithTimeout(c.ctx, requestMax)
	defer cancel()
	work := *c
	work.ctx, work.waiting = ctx, c.ctx
	return rt.run(&work)
}

func asError(p any) error {
	err, _ := p.(error)
	return err
}

// Answered is how many requests were answered with each status since the start.
func (a *API) Answered() map[int]int64 {
	out := map[int]int64{}
	for status := range a.answered {
		if n := a.answered[status].Load(); n > 0 {
			out[status] = n
		}
	}
	return out
}

// Waiting is how many requests wait for news.
func (a *API) Waiting() int { return a.slots.waiting() }
