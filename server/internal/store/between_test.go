package store_test

import (
	"io"
	"net"
	"net/url"
	"testing"
)

// between stands between a store and its Postgres: each connection is handed to
// carry with the real one's other end, and both are closed when carry returns.
// It returns the address to connect to instead.
func between(t *testing.T, database string, carry func(near, far net.Conn)) string {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	real := u.Host
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer near.Close()
				far, err := net.Dial("tcp", real)
				if err != nil {
					return
				}
				defer far.Close()
				carry(near, far)
			}()
		}
	}()
	query := u.Query()
	query.Set("sslmode", "disable") // or there is nothing to read
	u.Host, u.RawQuery = listener.Addr().String(), query.Encode()
	return u.String()
}

// pass hands each piece that one end says to say, and carries back what the
// other says, until either ends or say has heard enough.
func pass(one, other net.Conn, say func(piece []byte) (more bool)) {
	go func() {
		_, _ = io.Copy(one, other)
		_ = one.Close()
	}()
	b := make([]byte, 64<<10)
	for {
		n, err := one.Read(b)
		if err != nil || !say(b[:n]) {
			return
		}
	}
}
