package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// oidcCallback is the path the OpenID provider sends browsers back to.
const oidcCallback = "/agent/oidc/callback"

func readOIDCIssuer(c *Config, text string) error {
	if text == "" {
		return nil
	}
	if err := secureURL(text, "https://login.example.com"); err != nil {
		return err
	}
	c.OIDC.Issuer = text
	return nil
}

func readOIDCClient(c *Config, text string) error {
	if strings.ContainsAny(text, " \t\r\n") {
		return fmt.Errorf("%s has a space in it", quote(text))
	}
	c.OIDC.ClientID = text
	return nil
}

func readOIDCSecret(c *Config, text string) error {
	if strings.ContainsAny(text, "\r\n") {
		return errors.New("has a line break in it (the value is not shown)")
	}
	c.OIDC.ClientSecret = Secret(text)
	return nil
}

func readOIDCRedirect(c *Config, text string) error {
	if text == "" {
		return nil
	}
	if err := secureURL(text, "https://support.example.com"+oidcCallback); err != nil {
		return err
	}
	if !strings.HasSuffix(text, oidcCallback) {
		return fmt.Errorf("%s does not end in %s", quote(text), oidcCallback)
	}
	c.OIDC.RedirectURL = text
	return nil
}

// secureURL takes https anywhere and http on this machine: what goes there lets
// people in.
func secureURL(text, like string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || !isHost(u.Hostname()) || !isPort(u.Port()) ||
		u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return fmt.Errorf("%s is not a URL like %s", quote(text), like)
	}
	if u.Scheme == "http" && !(Config{Listen: net.JoinHostPort(u.Hostname(), "80")}).Loopback() {
		return fmt.Errorf("%s is not on this machine and has no TLS; write https://", quote(text))
	}
	return nil
}

// readRequireTOTP follows the demo and the listen address when nothing is said;
// see settle.
func readRequireTOTP(c *Config, text string) error {
	if text == "" {
		c.RequireTOTP = !c.Demo && !c.Loopback()
		return nil
	}
	return readSwitch(&c.RequireTOTP, text)
}
