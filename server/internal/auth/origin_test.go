package auth_test

import (
	"crypto/tls"
	"net/http"
	"testing"

	"usher/server/internal/auth"
)

func TestOrigins_Allows(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, origin, host string
		secure, want       bool
	}{
		{"listed", "https://app.example", "usher.example", true, true},
		{"listed, port spelt out", "https://app.example:443", "usher.example", true, true},
		{"listed with a port", "http://localhost:3000", "usher.example", false, true},
		{"listed address", "http://[::1]:3000", "usher.example", false, true},
		{"own", "https://usher.example", "usher.example", true, true},
		{"own, host spells the port out", "https://usher.example", "usher.example:443", true, true},
		{"own, other port", "https://usher.example:8443", "usher.example:8443", true, true},
		{"own, host in capitals", "https://usher.example", "Usher.Example", true, true},
		{"own, unencrypted", "http://127.0.0.1:8080", "127.0.0.1:8080", false, true},
		{"own, behind a proxy that ends TLS", "https://usher.example", "usher.example", false, true},
		{"own IPv6", "http://[::1]:8080", "[::1]:8080", false, true},

		{"null", "null", "usher.example", true, false},
		{"empty", "", "usher.example", true, false},
		{"foreign", "https://evil.example", "usher.example", true, false},
		{"suffix of a listed name", "https://evilapp.example", "usher.example", true, false},
		{"listed name as a prefix", "https://app.example.evil.com", "usher.example", true, false},
		{"sub-domain of a listed name", "https://x.app.example", "usher.example", true, false},
		{"parent of a listed name", "https://example", "usher.example", true, false},
		{"sub-domain of our own", "https://x.usher.example", "usher.example", true, false},
		{"suffix of our own", "https://notusher.example", "usher.example", true, false},
		{"listed, other scheme", "http://app.example", "usher.example", false, false},
		{"listed, other port", "https://app.example:8443", "usher.example", true, false},
		{"listed, port of the other scheme", "https://app.example:80", "usher.example", true, false},
		{"listed port left out", "http://localhost", "usher.example", false, false},
		{"own, other port than the host's", "https://usher.example:8443", "usher.example", true, false},
		{"own, unencrypted page of an encrypted server", "http://usher.example", "usher.example", true, false},
		{"own with another name for the same address", "http://localhost:8080", "127.0.0.1:8080", false, false},
		{"trailing dot", "https://app.example.", "usher.example", true, false},
		{"trailing slash", "https://app.example/", "usher.example", true, false},
		{"path", "https://app.example/x", "usher.example", true, false},
		{"user", "https://app.example@evil.com", "usher.example", true, false},
		{"user before", "https://evil.com@app.example", "usher.example", true, false},
		{"backslash", `https://evil.com\.app.example`, "usher.example", true, false},
		{"query", "https://evil.com?app.example", "usher.example", true, false},
		{"fragment", "https://evil.com#app.example", "usher.example", true, false},
		{"capitals, as no browser writes it", "HTTPS://APP.EXAMPLE", "usher.example", true, false},
		{"space before", " https://app.example", "usher.example", true, false},
		{"newline after", "https://app.example\n", "usher.example", true, false},
		{"two in one header", "https://app.example https://evil.com", "usher.example", true, false},
		{"comma", "https://app.example,https://evil.com", "usher.example", true, false},
		{"escape", "https://app%2eexample", "usher.example", true, false},
		{"look-alike letter", "https://аpp.example", "usher.example", true, false},
		{"no scheme", "app.example", "usher.example", true, false},
		{"no scheme, own host", "//usher.example", "usher.example", true, false},
		{"file", "file://", "usher.example", true, false},
		{"extension", "chrome-extension://abcdefgh", "usher.example", true, false},
		{"websocket scheme", "wss://app.example", "usher.example", true, false},
		{"port 0443", "https://app.example:0443", "usher.example", true, false},
		{"empty port", "https://app.example:", "usher.example", true, false},
		{"own, empty host", "http://", "", false, false},
		{"own, host with a path", "http://evil.com", "evil.com/x", false, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := &http.Request{Host: tc.host, Header: http.Header{"Origin": {tc.origin}}}
			if tc.secure {
				r.TLS = &tls.ConnectionState{}
			}
			origins, err := auth.NewOrigins([]string{"https://app.example", "http://localhost:3000", "http://[::1]:3000"})
			if err != nil {
				t.Fatal(err)
			}
			if got := origins.Allows(r); got != tc.want {
				t.Errorf("Allows = %v, want %v", got, tc.want)
			}
			if got := origins.AllowsCookie(r); got != tc.want {
				t.Errorf("AllowsCookie = %v, want %v", got, tc.want)
			}
		})
	}
}

func TestOrigins_AllowsCookieWithoutOrigin(t *testing.T) {
	t.Parallel()
	origins, err := auth.NewOrigins(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name   string
		header http.Header
		want   bool
	}{
		{"nothing", http.Header{}, false},
		{"same origin", http.Header{"Sec-Fetch-Site": {"same-origin"}}, true},
		{"typed by the user", http.Header{"Sec-Fetch-Site": {"none"}}, true},
		{"same site", http.Header{"Sec-Fetch-Site": {"same-site"}}, false},
		{"another site", http.Header{"Sec-Fetch-Site": {"cross-site"}}, false},
		{"two answers", http.Header{"Sec-Fetch-Site": {"same-origin", "cross-site"}}, false},
		{"two origins", http.Header{"Origin": {"http://h", "http://h"}}, false},
		{"empty origin with a good site", http.Header{"Origin": {""}, "Sec-Fetch-Site": {"same-origin"}}, false},
		{"foreign origin with a good site", http.Header{"Origin": {"https://evil.example"}, "Sec-Fetch-Site": {"same-origin"}}, false},
		{"forged proxy headers", http.Header{"X-Forwarded-Host": {"evil.example"}, "Origin": {"http://evil.example"}}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := &http.Request{Host: "h", Header: tc.header}
			if got := origins.AllowsCookie(r); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
			if origins.Allows(r) {
				t.Error("Allows without exactly one good origin")
			}
		})
	}
}

func TestNewOrigins_Refuses(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"*", "", "null", "https://*.example", "https://app.example/", "app.example", "wss://app.example"} {
		if _, err := auth.NewOrigins([]string{bad}); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
