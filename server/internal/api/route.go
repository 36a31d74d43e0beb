package api

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// prefix begins the path of every route.
const prefix = "/api/v1"

// Scopes are what a key may be made for; a key may do nothing else.
const (
	scopeRead     = "conversations:read"
	scopeWrite    = "conversations:write"
	scopeClassify = "classify"
	scopeDecide   = "decide"
	scopeEvents   = "events"
	scopeWebhooks = "webhooks"
)

// Scopes lists every scope; a key that was made without any has all of them.
func Scopes() []string {
	return []string{scopeRead, scopeWrite, scopeClassify, scopeDecide, scopeEvents, scopeWebhooks}
}

// route is one row of the table: what is served, described and tested.
type route struct {
	method, path string // under prefix; {name} is a parameter
	name         string // operationId, and the word of the examples
	summary      string
	scope        string
	dear         bool // writes to a conversation: counted in the bucket of the dear ones
	query        []parameter
	body         func() any // a fresh body; nil: the route takes none
	optional     bool       // the body may be left out
	status       int
	answer       any      // a value of the type that is answered
	refusals     []int    // besides those every route has
	links        []string // operations that go on with the answer's id
	example      any      // a body that works; for the description and its runner
	run          func(*call) (any, error)
}

// parameter is one member of the query.
type parameter struct {
	name, about string
	form        *regexp.Regexp // of a text; nil: a whole number
	least, most int64
	initial     string // used when it is absent
	example     string
}

// find is the route of a request and its path parameters; without a route, the
// methods that the path does have.
func find(routes []route, method, path string) (*route, map[string]string, string) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	var allowed []string
	for i := range routes {
		params, ok := routes[i].matches(path)
		switch {
		case !ok:
		case routes[i].method == method:
			return &routes[i], params, ""
		default:
			allowed = append(allowed, routes[i].method)
			if routes[i].method == http.MethodGet {
				allowed = append(allowed, http.MethodHead)
			}
		}
	}
	slices.Sort(allowed)
	return nil, nil, strings.Join(allowed, ", ")
}

// matches compares a path as it was sent, piece by piece. A parameter is 1 to
// 80 letters, digits and the signs our ids have, so that a percent sign or a
// semicolon never is part of one.
func (rt *route) matches(path string) (map[string]string, bool) {
	params := map[string]string{}
	want := strings.Split(rt.path, "/")
	got := strings.Split(path, "/")
	if len(want) != len(got) {
		return nil, false
	}
	for i, piece := range want {
		name, isParam := strings.CutPrefix(piece, "{")
		switch {
		case isParam && idForm(got[i]):
			params[strings.TrimSuffix(name, "}")] = got[i]
		case piece != got[i]:
			return nil, false
		}
	}
	return params, true
}

func idForm(id string) bool {
	const most = 80
	for i := range len(id) {
		b := id[i]
		if (b < 'a' || b > 'z') && (b < 'A' || b > 'Z') && (b < '0' || b > '9') && b != '-' && b != '_' && (b != '.' || i == 0) {
			return false
		}
	}
	return id != "" && len(id) <= most
}
