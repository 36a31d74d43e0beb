package api

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"usher/server/internal/chat"
	"usher/server/internal/store"
	"usher/server/internal/strictjson"
)

// problem is a refusal as RFC 9457 has it. It holds nothing of the request, so
// that two refusals for one reason are equal byte for byte.
type problem struct {
	status     int
	code       string
	detail     string
	kind       string // a URI; "": about:blank, the status says it all
	policy     string // the allowance that was used up
	errors     []fault
	retryAfter time.Duration
}

// fault is what is wrong with one member of the body (RFC 6901) or of the query.
type fault struct {
	Pointer   *string `json:"pointer,omitempty" doc:"JSON Pointer (RFC 6901) into the body; empty: the whole of it."`
	Parameter string  `json:"parameter,omitempty" doc:"Name of a parameter or header instead."`
	Code      string  `json:"code"`
	Detail    string  `json:"detail,omitempty"`
}

// Problem is how every refusal looks (RFC 9457).
type Problem struct {
	Type             string   `json:"type" format:"uri-reference"`
	Title            string   `json:"title"`
	Status           int      `json:"status" minimum:"400" maximum:"599"`
	Code             string   `json:"code" doc:"Stable; what programs decide by."`
	Detail           string   `json:"detail" doc:"What to do, in English, for whoever builds the client."`
	Errors           []fault  `json:"errors,omitempty" nullable:"false" doc:"Each member that is wrong."`
	ViolatedPolicies []string `json:"violated-policies,omitempty" nullable:"false" doc:"The allowances that are used up."`
}

// Error is the code.
func (p *problem) Error() string { return p.code }

var (
	errUnauthenticated = &problem{status: http.StatusUnauthorized, code: "unauthenticated", detail: "Send a live key as Authorization: Bearer KEY."}
	errKeyInURL        = &problem{status: http.StatusBadRequest, code: "key_in_url", detail: "A key never stands in a URL, which is kept in logs. Send it as Authorization: Bearer KEY, and have this one replaced."}
	errForbidden       = &problem{status: http.StatusForbidden, code: "forbidden", detail: "This key was not made for that: it lacks the scope."}
	errNotFound        = &problem{status: http.StatusNotFound, code: "not_found", detail: "There is no such thing, or it is not yours."}
	errMethod          = &problem{status: http.StatusMethodNotAllowed, code: "method_not_allowed", detail: "The Allow header lists what this path takes."}
	errMedia           = &problem{status: http.StatusUnsupportedMediaType, code: "unsupported_media_type", detail: "Send application/json in UTF-8, not compressed."}
	errAccept          = &problem{status: http.StatusNotAcceptable, code: "not_acceptable", detail: "The answer is application/json."}
	errBodyTooLong     = &problem{status: http.StatusRequestEntityTooLarge, code: "too_long", detail: "A body has at most 65536 bytes."}
	errHeaders         = &problem{status: http.StatusRequestHeaderFieldsTooLarge, code: "too_many", detail: "Send at most 100 headers."}
	errCursor          = &problem{status: http.StatusBadRequest, code: "bad_cursor", detail: "Cursors come from an earlier answer to the same partner and are used as they are. Begin again without one."}
	errOtherBody       = &problem{status: http.StatusUnprocessableEntity, code: "idempotency_key_reused", detail: "This Idempotency-Key belongs to another request. Use a new one."}
	errUnderWay        = &problem{status: http.StatusConflict, code: "idempotency_in_progress", detail: "The first request with this Idempotency-Key is still under way. Try again.", retryAfter: time.Second}
	errIdempotencyKey  = &problem{status: http.StatusBadRequest, code: "bad_value", detail: "An Idempotency-Key is 1 to 255 printable ASCII characters, sent once.", errors: []fault{{Parameter: "Idempotency-Key", Code: "bad_value"}}}
	errUnavailable     = &problem{status: http.StatusServiceUnavailable, code: "unavailable", detail: "Storage does not answer. Try again; a message with the same id, or a request with the same Idempotency-Key, is not carried out twice.", retryAfter: time.Second}
	errInternal        = &problem{status: http.StatusInternalServerError, code: "internal", detail: "Something broke here. X-Request-Id names this request in our log."}
	errConflict        = &problem{status: http.StatusConflict, code: "conflict", detail: "Not possible in this state: look at the conversation's owner and handoff."}
	errClosed          = &problem{status: http.StatusConflict, code: "closed", detail: "The conversation has ended. Open a new one."}
	errIDReused        = &problem{status: http.StatusConflict, code: "id_reused", detail: "This message id came with another text. Use a new one for another message.", errors: []fault{{Pointer: new("/id"), Code: "id_reused"}}}
	errResync          = &problem{status: http.StatusConflict, code: "resync", detail: "That position is ahead of this history. Load again from 0."}
)

// codes are all that a problem or a fault may have.
func codes() []string {
	return []string{
		"unauthenticated", "key_in_url", "forbidden", "not_found", "method_not_allowed", "unsupported_media_type", "not_acceptable",
		"bad_json", "unknown_field", "missing_field", "bad_type", "bad_value", "too_long", "too_many", "bad_cursor", "bad_url",
		"idempotency_key_reused", "idempotency_in_progress", "id_reused", "conflict", "closed", "resync", "rate_limited", "unavailable", "internal",
	}
}

// problemOf is the one switch from kinds of errors to refusals.
func problemOf(err error) *problem {
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	if e, ok := errors.AsType[*strictjson.Error](err); ok {
		return badBody(e)
	}
	switch {
	case errors.Is(err, ErrNotSignedIn):
		return errUnauthenticated
	case errors.Is(err, ErrNoAdmin):
		return errForbidden
	case errors.Is(err, chat.ErrNotFound):
		return errNotFound
	case errors.Is(err, chat.ErrClosed):
		return errClosed
	case errors.Is(err, chat.ErrIDReused):
		return errIDReused
	case errors.Is(err, chat.ErrConflict), errors.Is(err, chat.ErrClaimLost):
		return errConflict
	case errors.Is(err, chat.ErrResync):
		return errResync
	case errors.Is(err, chat.ErrUnavailable), errors.Is(err, store.ErrUnavailable), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return errUnavailable
	}
	return errInternal
}

// refusal is a problem as an answer.
func refusal(p *problem) store.Answer {
	out := Problem{
		Type: "about:blank", Title: http.StatusText(p.status), Status: p.status, Code: p.code, Detail: p.detail, Errors: p.errors,
	}
	if p.kind != "" {
		out.Type = p.kind
	}
	if p.policy != "" {
		out.ViolatedPolicies = []string{p.policy}
	}
	raw, _ := json.Marshal(out) // texts and a number
	return store.Answer{Status: p.status, Body: raw}
}

// refuse sends a problem with the headers that belong to it.
func (a *API) refuse(w http.ResponseWriter, p *problem) {
	if p.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="usher"`)
	}
	if p.retryAfter > 0 {
		w.Header().Set("Retry-After", seconds(p.retryAfter))
	}
	a.write(w, refusal(p))
}

// seconds is a time in whole seconds, never too early.
func seconds(d time.Duration) string { return strconv.Itoa(int(math.Ceil(d.Seconds()))) }
