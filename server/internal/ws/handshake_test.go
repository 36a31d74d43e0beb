package ws

import (
	"bufio"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"testing"
)

// shown is what of a refused handshake counts.
type shown struct {
	status int
	kind   string
	code   string
}

func TestHandshake_Refused(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.options.Admit = func(r *http.Request) bool { return r.Header.Get("X-Test") != "many" }
	address := listen(t, s, func() peer { return newFake("one") })
	full := newServer(t)
	full.limits.sockets = 0
	fullAddress := listen(t, full, func() peer { return newFake("one") })
	const kind = "application/problem+json"
	rows := map[string]struct {
		request string
		want    shown
	}{
		"not a WebSocket":  {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", shown{426, kind, "upgrade_required"}},
		"no Upgrade":       {strings.Replace(handshake, "Upgrade: websocket\r\n", "", 1) + "\r\n", shown{426, kind, "upgrade_required"}},
		"POST":             {strings.Replace(handshake, "GET", "POST", 1) + "\r\n", shown{405, kind, "method_not_allowed"}},
		"HTTP/1.0":         {strings.Replace(handshake, "HTTP/1.1", "HTTP/1.0", 1) + "\r\n", shown{400, kind, "bad_request"}},
		"version 8":        {strings.Replace(handshake, "Version: 13", "Version: 8", 1) + "\r\n", shown{426, kind, "upgrade_required"}},
		"no version":       {strings.Replace(handshake, "Sec-WebSocket-Version: 13\r\n", "", 1) + "\r\n", shown{426, kind, "upgrade_required"}},
		"bad key":          {strings.Replace(handshake, "dGhlIHNhbXBsZSBub25jZQ==", "short", 1) + "\r\n", shown{400, kind, "bad_request"}},
		"no key":           {strings.Replace(handshake, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "", 1) + "\r\n", shown{400, kind, "bad_request"}},
		"a body":           {handshake + "Content-Length: 2\r\n\r\nhi", shown{400, kind, "bad_request"}},
		"a chunked body":   {handshake + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", shown{400, kind, "bad_request"}},
		"foreign origin":   {handshake + "Origin: https://evil.test\r\n\r\n", shown{403, kind, "forbidden"}},
		"origin null":      {handshake + "Origin: null\r\n\r\n", shown{403, kind, "forbidden"}},
		"empty origin":     {handshake + "Origin:\r\n\r\n", shown{403, kind, "forbidden"}},
		"too many sockets": {handshake + "X-Test: many\r\n\r\n", shown{429, kind, "rate_limited"}},
		"full":             {handshake + "\r\n", shown{503, kind, "unavailable"}},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			to := address
			if name == "full" {
				to = fullAddress
			}
			conn, err := net.Dial("tcp", to)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := conn.Write([]byte(row.request)); err != nil {
				t.Fatal(err)
			}
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			var body struct {
				Status int
				Code   string
			}
			if err := json.NewDecoder(res.Body).Decode(&body); err != nil {
				t.Fatal(err)
			}
			got := shown{res.StatusCode, res.Header.Get("Content-Type"), body.Code}
			if got != row.want || body.Status != res.StatusCode {
				t.Fatalf("got %+v with status %d inside, want %+v", got, body.Status, row.want)
			}
		})
	}
}

func TestHandshake_TakesExtensionsAndProtocolsForWhatTheyAre(t *testing.T) {
	t.Parallel()
	address := listen(t, newServer(t), func() peer { return newFake("one") })
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	offer := "Origin: https://usher.test\r\nSec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Protocol: chat\r\n\r\n"
	if _, err := conn.Write([]byte(handshake + offer)); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusSwitchingProtocols || res.Header.Get("Sec-WebSocket-Extensions") != "" || res.Header.Get("Sec-WebSocket-Protocol") != "" {
		t.Fatalf("got %s %v", res.Status, res.Header)
	}
}

func TestHandshake_RefusedWhileDraining(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	address := listen(t, s, func() peer { return newFake("one") })
	if err := s.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte(handshake + "\r\n")); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
		t.Fatalf("got %s", res.Status)
	}
}
