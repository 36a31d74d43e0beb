package api

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"usher/server/internal/chat"
	"usher/server/internal/strictjson"
)

const (
	// bodyMax is how many bytes a body may have.
	bodyMax = 64 << 10
	// headersMax is how many headers a request may have.
	headersMax = 100
)

// call is one request on its way through its route.
type call struct {
	api     *API
	ctx     context.Context // for what takes at most requestMax
	waiting context.Context // for what waits by the client's own wish
	key     *access         // nil: the caller has none
	// operation is the route's name; "": there is none.
	operation string
	partner   chat.Partner
	params    map[string]string
	query     map[string]string // with what is absent filled in
	body      any
	raw       []byte // the body as it came
	fresh     string // the id of what the request makes; "": any
	leave     func() // gives the place of the request back before it waits
}

// tooMuch refuses what the server's own limits let through.
func tooMuch(r *http.Request) error {
	n := 0
	for _, values := range r.Header {
		n += len(values)
	}
	if n > headersMax {
		return errHeaders
	}
	return nil
}

// read judges everything that a client sends, before anything is done.
func (c *call) read(w http.ResponseWriter, r *http.Request, rt *route) (err error) {
	if !accepts(r.Header.Values("Accept")) {
		return errAccept
	}
	if c.query, err = rt.readQuery(r.URL); err != nil {
		return err
	}
	if c.raw, err = readBody(w, r); err != nil {
		return err
	}
	if rt.body == nil {
		if len(c.raw) > 0 {
			return &problem{status: http.StatusBadRequest, code: "bad_json", detail: "This request takes no body."}
		}
		return nil
	}
	c.body = rt.body()
	if len(c.raw) == 0 && rt.optional {
		return nil
	}
	if !isJSON(r) {
		return errMedia
	}
	if err := strictjson.Decode(c.raw, c.body); err != nil {
		return err
	}
	if faults := c.api.contract.faults(rt, c.raw); len(faults) > 0 {
		return badValues(faults...)
	}
	return nil
}

// readQuery takes exactly the parameters of the route, each once.
func (rt *route) readQuery(u *url.URL) (map[string]string, error) {
	given, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, &problem{status: http.StatusBadRequest, code: "bad_value", detail: "The query is not well formed."}
	}
	out := map[string]string{}
	var faults []fault
	for _, p := range rt.query {
		out[p.name] = p.initial
		values, ok := given[p.name]
		delete(given, p.name)
		switch {
		case !ok:
		case len(values) == 1 && p.takes(values[0]):
			out[p.name] = values[0]
		default:
			faults = append(faults, fault{Parameter: p.name, Code: "bad_value", Detail: p.about})
		}
	}
	if len(given) > 0 { // their names are input, so they are not told back
		return nil, &problem{status: http.StatusBadRequest, code: "unknown_field", detail: "The query has a parameter that this route does not know."}
	}
	if len(faults) > 0 {
		return nil, badValues(faults...)
	}
	return out, nil
}

// takes judges a parameter's text: a whole number as it is usually written, or
// what its form allows.
func (p *parameter) takes(text string) bool {
	if p.form != nil {
		return p.form.MatchString(text)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return err == nil && n >= p.least && n <= p.most && strconv.FormatInt(n, 10) == text
}

// number is a parameter that readQuery has judged.
func (c *call) number(name string) int64 {
	n, _ := strconv.ParseInt(c.query[name], 10, 64)
	return n
}

// readBody reads at most bodyMax bytes.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if len(r.Header.Values("Content-Encoding")) > 0 {
		return nil, errMedia
	}
	if r.ContentLength > bodyMax {
		return nil, errBodyTooLong
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyMax))
	if _, long := errors.AsType[*http.MaxBytesError](err); long {
		return nil, errBodyTooLong
	}
	if err != nil {
		return nil, &problem{status: http.StatusBadRequest, code: "bad_json", detail: "The body ended before its end."}
	}
	return raw, nil
}

// isJSON wants one Content-Type of JSON in UTF-8 (RFC 8259 §8.1).
func isJSON(r *http.Request) bool {
	types := r.Header.Values("Content-Type")
	if len(types) != 1 {
		return false
	}
	kind, params, err := mime.ParseMediaType(types[0])
	charset, given := params["charset"]
	return err == nil && kind == "application/json" && (!given || strings.EqualFold(charset, "utf-8"))
}

// accepts reports whether an Accept header lets JSON through (RFC 9110
// §12.5.1): absent, or with a range that covers it and is not weighed 0.
func accepts(headers []string) bool {
	if len(headers) == 0 {
		return true
	}
	for part := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		kind, params, err := mime.ParseMediaType(part)
		if err != nil || !slices.Contains([]string{"application/json", "application/*", "*/*"}, kind) {
			continue
		}
		if q, err := strconv.ParseFloat(params["q"], 64); params["q"] == "" || err == nil && q > 0 {
			return true
		}
	}
	return false
}

// badBody says what strictjson found. What cannot be read, has members that are
// not known or lacks some is a 400; a value that cannot be is a 422.
func badBody(e *strictjson.Error) *problem {
	f := fault{Pointer: &e.Pointer, Code: string(e.Code)}
	if e.Code == strictjson.BadValue {
		return badValues(f)
	}
	return &problem{
		status: http.StatusBadRequest, code: string(e.Code), errors: []fault{f},
		detail: "The body is not the JSON that this route takes; errors[].pointer says where.",
	}
}

// badValues says which values cannot be.
func badValues(faults ...fault) *problem {
	code := faults[0].Code
	for _, f := range faults {
		if f.Code != code {
			code = string(strictjson.BadValue)
		}
	}
	p := &problem{
		status: http.StatusUnprocessableEntity, code: code, errors: faults,
		detail: "A value is not possible; errors says which.",
	}
	if code == string(strictjson.MissingField) {
		p.status = http.StatusBadRequest // as where strictjson finds it
	}
	return p
}
