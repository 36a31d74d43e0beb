package webhook

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

// Guard decides which addresses may be called. The zero value lets through what
// is public.
type Guard struct {
	// AllowPrivate lets through every address, any port, and http without TLS.
	AllowPrivate bool
	// Resolver is used instead of the system's; nil: that one.
	Resolver *net.Resolver
}

// ErrURL says that a webhook's URL may not be called.
var ErrURL = errors.New("not a URL that may be called")

// errBlocked says that a name led to an address which may not be called.
var errBlocked = errors.New("address is not public")

const (
	urlMax     = 2048
	lookupMax  = 2 * time.Second
	connectMax = 5 * time.Second
)

// ports are those of TLS that may be called.
func ports() []uint16 { return []uint16{443, 8443} }

// plainHost is a name in ASCII with at least one dot, whose last label is no
// number: 2130706433, 0x7f.1 and 127.1 are read as addresses by some. Names in
// other scripts look like others and are refused, also when they are encoded.
var plainHost = regexp.MustCompile(`^([a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?\.)+[a-zA-Z][a-zA-Z0-9-]{0,61}[a-zA-Z0-9]$`)

var encodedLabel = regexp.MustCompile(`(?i)(^|\.)xn--`)

// Check judges a URL before a webhook is made with it; nothing is fetched from
// it. A name that cannot be resolved now is let through: it is judged again at
// each attempt. The error is ErrURL.
func (g *Guard) Check(ctx context.Context, text string) error {
	u, err := url.Parse(text)
	if err != nil || len(text) > urlMax || u.Opaque != "" || u.User != nil || u.Fragment != "" || u.RawFragment != "" || u.Host == "" {
		return ErrURL
	}
	for i := range len(text) {
		if text[i] <= ' ' || text[i] > '~' || text[i] == '\\' || text[i] == '#' {
			return ErrURL
		}
	}
	if u.Scheme != "https" && !(g.AllowPrivate && u.Scheme == "http") {
		return ErrURL
	}
	if g.AllowPrivate {
		if u.Hostname() == "" {
			return ErrURL
		}
		return nil
	}
	return g.public(ctx, u)
}

// public judges host and port.
func (g *Guard) public(ctx context.Context, u *url.URL) error {
	port := uint64(443)
	if p := u.Port(); p != "" {
		port, _ = strconv.ParseUint(p, 10, 16)
	}
	host := u.Hostname()
	var addresses []netip.Addr
	if addr, err := netip.ParseAddr(host); err == nil {
		addresses = []netip.Addr{addr}
	} else {
		if !plainHost.MatchString(host) || encodedLabel.MatchString(host) {
			return ErrURL
		}
		ctx, cancel := context.WithTimeout(ctx, lookupMax)
		defer cancel()
		addresses, _ = g.resolver().LookupNetIP(ctx, "ip", host)
	}
	for _, addr := range append(addresses, netip.AddrFrom4([4]byte{1, 1, 1, 1})) { // the last one for the port's sake
		if err := safe(netip.AddrPortFrom(addr, uint16(port))); err != nil {
			return ErrURL
		}
	}
	return nil
}

func (g *Guard) resolver() *net.Resolver {
	if g.Resolver != nil {
		return g.Resolver
	}
	return net.DefaultResolver
}

// dialer connects for one attempt. The address that a name has led to is judged
// in the moment of the connection, so that a name which leads elsewhere by then
// gains nothing.
func (g *Guard) dialer() *net.Dialer {
	d := &net.Dialer{Timeout: connectMax, Resolver: g.resolver(), KeepAlive: -1}
	if !g.AllowPrivate {
		d.Control = func(_, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil {
				return errBlocked
			}
			return safe(to)
		}
	}
	return d
}

// safe lets through what is public by the registries of special addresses (RFC
// 6890), IPv4 within IPv6 as what it is.
func safe(to netip.AddrPort) error {
	addr := to.Addr().Unmap()
	if addr.Zone() != "" || ssrf.New(ssrf.WithPorts(ports()...)).SafeAddrPort(netip.AddrPortFrom(addr, to.Port())) != nil {
		return errBlocked
	}
	return nil
}
