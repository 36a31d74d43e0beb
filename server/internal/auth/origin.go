package auth

import (
	"errors"
	"net/http"
	"regexp"
	"strings"
)

// ErrOrigin says that a configured origin is not scheme://host[:port].
var ErrOrigin = errors.New("not an origin")

// originForm is how a browser writes the Origin header of a web page (RFC 6454
// §6.2): nothing after the port, no user, no escapes.
var originForm = regexp.MustCompile(`^(https?)://([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?$`)

// Origins decides which web pages may use a user's cookies here: those of our
// own origin and of the listed ones. It is safe for concurrent use.
type Origins struct {
	listed map[string]bool
}

// NewOrigins takes the origins besides our own. The error wraps [ErrOrigin].
func NewOrigins(allowed []string) (*Origins, error) {
	listed := make(map[string]bool, len(allowed))
	for _, origin := range allowed {
		scheme, host, ok := splitOrigin(origin)
		if !ok {
			return nil, ErrOrigin
		}
		listed[scheme+"://"+host] = true
	}
	return &Origins{listed: listed}, nil
}

// Allows reports whether the page that sent a request may: the request has
// exactly one Origin, and that is listed or our own, scheme, host and port.
// A request without Origin is no page's; see [Origins.AllowsCookie].
//
// Behind a proxy that ends TLS the server cannot tell its own scheme, so an
// unencrypted connection accepts both for its own host.
func (o *Origins) Allows(r *http.Request) bool {
	values := r.Header["Origin"]
	if len(values) != 1 {
		return false
	}
	scheme, host, ok := splitOrigin(values[0])
	if !ok {
		return false
	}
	if o.listed[scheme+"://"+host] {
		return true
	}
	if r.TLS != nil && scheme != "https" {
		return false
	}
	_, own, ok := splitOrigin(scheme + "://" + strings.ToLower(r.Host))
	return ok && own == host
}

// AllowsCookie reports whether a cookie of the request may count: its page is
// allowed, or the browser says that no other page sent it (Fetch Metadata).
// Programs that are no browsers use tokens, which no page can send for them.
func (o *Origins) AllowsCookie(r *http.Request) bool {
	if _, ok := r.Header["Origin"]; ok {
		return o.Allows(r)
	}
	site := r.Header["Sec-Fetch-Site"]
	return len(site) == 1 && (site[0] == "same-origin" || site[0] == "none")
}

// splitOrigin returns scheme and host:port of an origin, the port always there.
func splitOrigin(origin string) (scheme, host string, ok bool) {
	parts := originForm.FindStringSubmatch(origin)
	if parts == nil {
		return "", "", false
	}
	scheme, host, port := parts[1], parts[2], parts[3]
	if port == "" {
		port = "80"
		if scheme == "https" {
			port = "443"
		}
	}
	return scheme, host + ":" + port, true
}
