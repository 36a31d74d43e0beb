package config

import (
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"time"
)

// Config is every setting, valid and with defaults filled in. A command only
// fills what it uses.
type Config struct {
	// Listen is host:port; an empty host means every address, port 0 any free one.
	Listen string
	// Data is the folder of everything the server keeps.
	Data string
	// DatabaseURL is a postgres URL; "" means SQLite under Data.
	DatabaseURL Secret
	// RedisURL is a redis or rediss URL; "" means in this process.
	RedisURL Secret
	// Policy is the path of the guide's numbers and brand; "" means the embedded ones.
	Policy string
	// Identity are the host app's signing secrets, first the one to sign with;
	// none means that no host app signs users in.
	Identity []Identity
	// Origins are the web origins besides our own that may connect, as
	// scheme://host[:port] in lower case without a default port.
	Origins []string
	// AgentGrace is how long a claim outlives its agent's socket; above zero.
	AgentGrace time.Duration
	// WebhookAllowPrivate lets webhooks call private and loopback addresses.
	WebhookAllowPrivate bool
	// OIDC is the company's own sign-in for agents; the zero value means none.
	OIDC OIDC
	// Demo serves the demo page, which signs in whoever opens it.
	Demo bool
	// RequireTOTP lets security, supervisors and admins in only with an
	// authenticator app.
	RequireTOTP bool
}

// OIDC is an OpenID provider and what it knows this server by.
type OIDC struct {
	Issuer       string // an https URL, http on this machine only
	ClientID     string
	ClientSecret Secret
	// RedirectURL is this server's address as browsers see it, with the path
	// /agent/oidc/callback.
	RedirectURL string
}

// Identity is one secret of the host app with the id its tokens name it by.
type Identity struct {
	KID    string
	Secret Secret
}

// Loopback reports whether only this machine can reach Listen.
func (c Config) Loopback() bool {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return false
	}
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.Unmap().IsLoopback()
}

// Secret is a text that is never shown. Printing, logging or encoding it
// yields "[secret]", or nothing when it is empty.
type Secret string

// Reveal returns the text itself.
func (s Secret) Reveal() string { return string(s) }

// String hides the text.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "[secret]"
}

// Format hides the text from every verb of package fmt.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// LogValue hides the text from package slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides the text from encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
