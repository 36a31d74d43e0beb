package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// minSecret is the least length of an identity secret in bytes: HS256 is no
// stronger than its key, and RFC 7518 §3.2 asks for the hash's own size.
const minSecret = 32

// maxGrace bounds --agent-grace; a handoff nobody works on for a day is lost.
const maxGrace = 24 * time.Hour

var (
	hostName = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}[A-Za-z0-9_])?)*\.?$`)
	keyID    = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)
	example  = regexp.MustCompile(`(?i)change[-_ ]?me|change[-_ ]?this|replace[-_ ]?me|your[-_ ]?secret|insert[-_ ]?secret`)
)

// quote shows a value in an error, cut to a length that fits a line.
func quote(text string) string {
	if r := []rune(text); len(r) > 60 {
		text = string(r[:60]) + "…"
	}
	return strconv.Quote(text)
}

func readListen(c *Config, text string) error {
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return fmt.Errorf("%s is not HOST:PORT, as in 127.0.0.1:8080", quote(text))
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || strconv.FormatUint(n, 10) != port {
		return fmt.Errorf("port %s is not a number from 0 to 65535", quote(port))
	}
	if !isHost(host) && host != "" {
		return fmt.Errorf("host %s is neither an address nor a name", quote(host))
	}
	c.Listen = text
	return nil
}

func isHost(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil || hostName.MatchString(host) && len(host) <= 253 && strings.Trim(host, "0123456789.") != ""
}

func readData(c *Config, text string) error {
	if text == "" || strings.ContainsRune(text, 0) {
		return fmt.Errorf("%s is no folder name", quote(text))
	}
	c.Data = filepath.Clean(text)
	return nil
}

func readPolicy(c *Config, text string) error {
	c.Policy = text
	return nil
}

func readDatabaseURL(c *Config, text string) error {
	u, err := url.Parse(text)
	switch {
	case text == "":
	case err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" || u.Opaque != "":
		return errors.New("not a URL like postgres://user:password@host/name (the value is not shown)")
	case u.Hostname() == "" && u.Query().Get("host") == "":
		return errors.New("names no host (the value is not shown)")
	case !isPort(u.Port()):
		return errors.New("the port is not a number from 1 to 65535 (the value is not shown)")
	}
	c.DatabaseURL = Secret(text)
	return nil
}

func readRedisURL(c *Config, text string) error {
	u, err := url.Parse(text)
	switch {
	case text == "":
	case err != nil || u.Scheme != "redis" && u.Scheme != "rediss" || u.Opaque != "":
		return errors.New("not a URL like redis://host:6379/0 (the value is not shown)")
	case u.Hostname() == "":
		return errors.New("names no host (the value is not shown)")
	case !isPort(u.Port()):
		return errors.New("the port is not a number from 1 to 65535 (the value is not shown)")
	case strings.Trim(u.Path, "/") != "":
		if _, err := strconv.ParseUint(strings.Trim(u.Path, "/"), 10, 16); err != nil {
			return errors.New("the path is not the number of a database (the value is not shown)")
		}
	}
	c.RedisURL = Secret(text)
	return nil
}

// isPort accepts the port of a URL; none is fine.
func isPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

// readIdentity counts the entries from 1 in its errors instead of showing them.
func readIdentity(c *Config, text string) error {
	c.Identity = nil
	if text == "" {
		return nil
	}
	for i, entry := range strings.Split(text, ",") {
		kid, secret, ok := strings.Cut(strings.TrimSpace(entry), "=")
		switch {
		case !ok:
			return fmt.Errorf("entry %d is not KID=SECRET", i+1)
		case !keyID.MatchString(kid):
			return fmt.Errorf("entry %d: a key id has 1 to 64 letters, digits, dots, dashes and underscores", i+1)
		case len(secret) < minSecret:
			return fmt.Errorf("entry %d: the secret has %d bytes; it needs %d or more", i+1, len(secret), minSecret)
		case example.MatchString(secret):
			return fmt.Errorf("entry %d: the secret is an example; make one with: openssl rand -hex 32", i+1)
		}
		for j, other := range c.Identity {
			if other.KID == kid {
				return fmt.Errorf("entries %d and %d have the same key id", j+1, i+1)
			}
			if other.Secret == Secret(secret) {
				return fmt.Errorf("entries %d and %d have the same secret", j+1, i+1)
			}
		}
		c.Identity = append(c.Identity, Identity{KID: kid, Secret: Secret(secret)})
	}
	return nil
}

func readOrigins(c *Config, text string) error {
	c.Origins = nil
	if text == "" {
		return nil
	}
	for entry := range strings.SplitSeq(text, ",") {
		origin, err := readOrigin(strings.TrimSpace(entry))
		if err != nil {
			return err
		}
		if !slices.Contains(c.Origins, origin) {
			c.Origins = append(c.Origins, origin)
		}
	}
	return nil
}

// readOrigin normalises scheme://host[:port] the way browsers write the Origin
// header (RFC 6454 §6.2).
func readOrigin(text string) (string, error) {
	if strings.Contains(text, "*") {
		return "", fmt.Errorf("%s: name each origin; there are no wildcards", quote(text))
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || !isHost(u.Hostname()) || !isPort(u.Port()) {
		return "", fmt.Errorf("%s is not an origin like https://app.example", quote(text))
	}
	if u.Path != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || u.User != nil || strings.HasSuffix(text, "#") {
		return "", fmt.Errorf("%s has more than scheme, host and port", quote(text))
	}
	host := strings.ToLower(u.Host)
	if port := u.Port(); u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" || port == "" {
		host = strings.TrimSuffix(strings.TrimSuffix(host, port), ":")
	}
	return u.Scheme + "://" + host, nil
}

func readAgentGrace(c *Config, text string) error {
	grace, err := time.ParseDuration(text)
	if _, bare := strconv.ParseFloat(text, 64); err != nil && bare == nil {
		return fmt.Errorf("%s has no unit; write for example 30s", quote(text))
	}
	switch {
	case err != nil:
		return fmt.Errorf("%s is not a duration like 30s or 2m", quote(text))
	case grace <= 0:
		return fmt.Errorf("%s is not longer than zero", quote(text))
	case grace > maxGrace:
		return fmt.Errorf("%s is longer than %s", quote(text), maxGrace)
	}
	c.AgentGrace = grace
	return nil
}

func readSwitch(to *bool, text string) error {
	on, err := strconv.ParseBool(text)
	if err != nil {
		return fmt.Errorf("%s is neither true nor false", quote(text))
	}
	*to = on
	return nil
}

func readWebhookAllowPrivate(c *Config, text string) error {
	return readSwitch(&c.WebhookAllowPrivate, text)
}

// readDemo follows the listen address when nothing is said; see settle.
func readDemo(c *Config, text string) error {
	if text == "" {
		c.Demo = c.Loopback()
		return nil
	}
	return readSwitch(&c.Demo, text)
}
