package api

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"usher/server/internal/store"
)

const (
	// keepAnswers is how long a request can be repeated for its first answer.
	keepAnswers = 24 * time.Hour
	// carryMax is how long a request may be under way before somebody else
	// carries it out: its server was killed. Longer than requestMax, or two
	// would do it at once.
	carryMax = 2 * requestMax
)

// idempotencyKey is the header (draft-ietf-httpapi-idempotency-key-header).
const idempotencyKey = "Idempotency-Key"

// once carries a request out, or answers it as the same one was answered
// before. Refusals of the route are kept as well; what failed here is not.
func (a *API) once(c *call, r *http.Request, rt *route) (store.Answer, error) {
	names := r.Header.Values(idempotencyKey)
	if rt.method != http.MethodPost || len(names) == 0 {
		return a.answer(c, rt)
	}
	name := names[0]
	if len(names) != 1 || !printable(name) {
		return store.Answer{}, errIdempotencyKey
	}
	attempt := store.Attempt{
		Partner: c.partner.ID, Name: name, Print: print(r, c.raw), Holder: rand.Text(), Until: a.Clock().Add(carryMax),
	}
	seed, before, err := a.Store.Begin(r.Context(), attempt)
	switch {
	case errors.Is(err, store.ErrExists):
		return store.Answer{}, errOtherBody
	case errors.Is(err, store.ErrConflict):
		return store.Answer{}, errUnderWay
	case err != nil:
		return store.Answer{}, errUnavailable
	case before != nil:
		return *before, nil
	}
	c.fresh = seed
	answer, err := a.answer(c, rt)
	if p := problemOf(err); err != nil {
		if p.status >= http.StatusInternalServerError {
			_ = a.Store.Abandon(r.Context(), attempt) // or its time passes
			return store.Answer{}, err
		}
		answer = refusal(p)
	}
	if answer.Conversation = c.params["conversation"]; answer.Conversation == "" {
		answer.Conversation = c.fresh
	}
	// A client that hangs up now must find the answer when it asks again.
	return answer, a.finish(r, attempt, answer)
}

func (a *API) finish(r *http.Request, attempt store.Attempt, answer store.Answer) error {
	ctx, cancel := detached(r)
	defer cancel()
	if err := a.Store.Finish(ctx, attempt, answer, a.Clock().Add(keepAnswers)); err != nil {
		return errUnavailable
	}
	return nil
}

// answer carries the route out and writes what came of it.
func (a *API) answer(c *call, rt *route) (store.Answer, error) {
	out, err := c.carry(rt)
	if err != nil {
		return store.Answer{}, err
	}
	return answerOf(rt.status, out), nil
}

// answerOf writes what is answered: structs of package wire, which JSON holds.
func answerOf(status int, out any) store.Answer {
	raw, err := json.Marshal(out)
	if err != nil {
		return refusal(errInternal)
	}
	return store.Answer{Status: status, Body: raw}
}

// write sends an answer, kept or new.
func (a *API) write(w http.ResponseWriter, answer store.Answer) {
	kind := "application/json"
	if answer.Status >= http.StatusBadRequest {
		kind = "application/problem+json"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(answer.Body)))
	a.answered[answer.Status].Add(1)
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body)
}

// print tells requests with one name apart: by method, path and body.
func print(r *http.Request, body []byte) []byte {
	h := sha256.New()
	_, _ = h.Write([]byte(r.Method + " " + r.URL.EscapedPath() + "\n"))
	_, _ = h.Write(body)
	return h.Sum(nil)
}

// printable is what an Idempotency-Key may be.
func printable(name string) bool {
	const most = 255
	for i := range len(name) {
		if name[i] < ' ' || name[i] > '~' {
			return false
		}
	}
	return name != "" && len(name) <= most
}
