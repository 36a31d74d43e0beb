package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// hostLike is what of a Host header may be repeated inside a policy.
var hostLike = regexp.MustCompile(`^(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?$`)

// originLike reports whether a setting is an origin, or "*".
func originLike(s string) bool {
	if s == "*" {
		return true
	}
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && hostLike.MatchString(u.Host) &&
		u.User == nil && u.Path == "" && u.RawQuery == "" && u.Fragment == ""
}

// commonHeaders hold for everything this package answers.
func commonHeaders(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	if h.Get("Content-Security-Policy") == "" {
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	}
}

// pageHeaders is the policy of an HTML page. Safari before 15.4 does not count
// a WebSocket as 'self', so the page's own host is named for it too.
func pageHeaders(h http.Header, r *http.Request, ancestors, extra string) {
	connect := "connect-src 'self'"
	if hostLike.MatchString(r.Host) {
		connect += " ws://" + r.Host + " wss://" + r.Host
	}
	h.Set("Content-Security-Policy", strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", connect,
		"base-uri 'none'", "form-action 'self'", "frame-ancestors " + ancestors,
		"require-trusted-types-for 'script'", "trusted-types 'none'",
	}, "; ")+extra)
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), display-capture=(), payment=(), usb=(), serial=(), hid=(), midi=()")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	commonHeaders(h)
}

// closedHeaders are for pages that nobody may frame: the console.
func closedHeaders(h http.Header, r *http.Request) {
	pageHeaders(h, r, "'none'", "")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// demoHeaders are closedHeaders for a page that embeds the widget.
func demoHeaders(h http.Header, r *http.Request) {
	pageHeaders(h, r, "'none'", "; frame-src 'self'")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// frameHeaders are for the widget's page, framed by the allowed sites only.
func (p *pages) frameHeaders(h http.Header, r *http.Request) {
	pageHeaders(h, r, strings.Join(append([]string{"'self'"}, p.framers...), " "), "")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
}
