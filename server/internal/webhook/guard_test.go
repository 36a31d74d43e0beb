package webhook

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"usher/server/internal/store"
)

// names is a name server whose answers the test changes.
type names struct {
	net.PacketConn
	mu      sync.Mutex
	v4, v6  map[string][16]byte
	queries atomic.Int64
}

// nameServer starts one; what it does not know does not exist.
func nameServer(t *testing.T) (*names, *net.Resolver) {
	t.Helper()
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &names{PacketConn: pc, v4: map[string][16]byte{}, v6: map[string][16]byte{}}
	done := make(chan struct{})
	go func() { defer close(done); n.serve() }()
	t.Cleanup(func() { _ = pc.Close(); <-done })
	return n, &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", pc.LocalAddr().String())
	}}
}

// leads has a name lead to an address from now on.
func (n *names) leads(name, address string) {
	ip := net.ParseIP(address)
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.v4, name+".")
	delete(n.v6, name+".")
	to := n.v6
	if ip.To4() != nil && !strings.Contains(address, ":") {
		to = n.v4
	}
	to[name+"."] = [16]byte(ip.To16())
}

func (n *names) serve() {
	buf := make([]byte, 512)
	for {
		size, from, err := n.ReadFrom(buf)
		if err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(buf[:size]) != nil || len(m.Questions) != 1 {
			continue
		}
		n.queries.Add(1)
		m.Response, m.Additionals = true, nil
		q := m.Questions[0]
		n.mu.Lock()
		asked := strings.ToLower(q.Name.String())
		v4, is4 := n.v4[asked]
		v6, is6 := n.v6[asked]
		n.mu.Unlock()
		head := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
		switch {
		case is4 && q.Type == dnsmessage.TypeA:
			m.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AResource{A: [4]byte(v4[12:])}}}
		case is6 && q.Type == dnsmessage.TypeAAAA:
			m.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AAAAResource{AAAA: v6}}}
		case !is4 && !is6:
			m.RCode = dnsmessage.RCodeNameError
		}
		if out, err := m.Pack(); err == nil {
			_, _ = n.WriteTo(out, from)
		}
	}
}

// inside are addresses that no partner may reach.
func inside() []string {
	return []string{
		"127.0.0.1", "127.1.2.3", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.0.1",
		"169.254.169.254", "169.254.0.1", "100.64.0.1", "100.100.100.200", "192.0.0.1", "192.0.0.192", "192.0.2.1", "198.18.0.1",
		"198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
		"64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
	}
}

// urls are ways to name the inside, or to be understood otherwise than meant.
func urls() []string {
	all := []string{
		"", "https", "https:", "https://", "https:///x", "https:1.1.1.1", "//1.1.1.1/", "/x", "http://1.1.1.1/", "ftp://1.1.1.1/", "file:///etc/passwd",
		"gopher://1.1.1.1:443/_x", "dict://1.1.1.1:443/", "javascript:alert(1)", "data:text/plain,x", "unix:///run/x.sock", "ws://1.1.1.1/",
		"https://user@1.1.1.1/", "https://user:pass@1.1.1.1/", "https://1.1.1.1@127.0.0.1/", "https://127.0.0.1#@1.1.1.1/", "https://1.1.1.1/#x", "https://1.1.1.1/#",
		"https://1.1.1.1:80/", "https://1.1.1.1:22/", "https://1.1.1.1:6379/", "https://1.1.1.1:0/", "https://1.1.1.1:65535/", "https://1.1.1.1:99999/", "https://1.1.1.1:-1/", "https://1.1.1.1:x/",
		"https://localhost/", "https://LOCALHOST/", "https://localhost./", "https://localhost.localdomain/", "https://metadata/", "https://metadata.google.internal/", "https://in.example/", "https://IN.example/", "https://in6.example/", "https://mapped.example/",
		"https://2130706433/", "https://0x7f000001/", "https://0x7f.0.0.1/", "https://0177.0.0.1/", "https://017700000001/", "https://127.1/", "https://127.0.1/", "https://0/", "https://10.1/", "https://3232235521/", "https://0xa9fea9fe/", "https://169.254.43518/", "https://127.0.0.1./", "https://1.1.1.1.",
		"https://[::1%25lo]/", "https://[fe80::1%25eth0]/", "https://[::1", "https://::1/", "https://[1.1.1.1]/", "https://[]/",
		"https://exämple.com/", "https://xn--exmple-cua.com/", "https://sub.xn--exmple-cua.com/", "https://ｅｘａｍｐｌｅ.com/", "https://①②⑦.0.0.1/", "https://127。0。0。1/", "https://exchаnge.example/", "https://a..example/", "https://.example/", "https://example./", "https://-a.example/", "https://a b.example/", "https://a\\@127.0.0.1/", "https://a%00.example/", "https://%31%32%37.0.0.1/", "https://1.1.1.1\\.example/", "https://1.1.1.1/ x", "https://1.1.1.1/\r\nHost: a", "https://1.1.1.1/\tx", "https://single/", "https://a.b_/",
		"https://1.1.1.1/" + strings.Repeat("a", urlMax),
	}
	for _, address := range inside() {
		if strings.Contains(address, ":") {
			address = "[" + address + "]"
		}
		all = append(all, "https://"+address+"/", "https://"+address+":8443/x")
	}
	return all
}

func TestGuard_RefusesWhatIsNotPublic(t *testing.T) {
	t.Parallel()
	n, resolver := nameServer(t)
	n.leads("in.example", "10.0.0.7")
	n.leads("in6.example", "fd00::7")
	n.leads("mapped.example", "::ffff:127.0.0.1")
	n.leads("metadata.google.internal", "169.254.169.254")
	n.leads("localhost.localdomain", "127.0.0.1")
	n.leads("out.example", "1.1.1.1")
	n.leads("out6.example", "2606:4700:4700::1111")
	g := &Guard{Resolver: resolver}
	for _, u := range urls() {
		if err := g.Check(t.Context(), u); !errors.Is(err, ErrURL) {
			t.Errorf("%.80q is let through: %v", u, err)
		}
	}
	if len(urls()) < 120 {
		t.Errorf("only %d URLs", len(urls()))
	}
	for _, u := range []string{
		"https://out.example/", "https://OUT.example:8443/a?b=c", "https://out6.example/", "https://1.1.1.1/", "https://[2606:4700:4700::1111]/",
		"https://unknown.example/", // it is judged again at every attempt
		"https://1.1.1.1/" + strings.Repeat("a", urlMax-len("https://1.1.1.1/")),
	} {
		if err := g.Check(t.Context(), u); err != nil {
			t.Errorf("%.80q is refused: %v", u, err)
		}
	}
	private := &Guard{AllowPrivate: true, Resolver: resolver}
	for u, want := range map[string]bool{"http://127.0.0.1:8080/x": true, "https://in.example:9/": true, "http://u@127.0.0.1/": false, "ftp://127.0.0.1/": false, "http://:80/": false} {
		if got := private.Check(t.Context(), u) == nil; got != want {
			t.Errorf("private, %q: %v", u, got)
		}
	}
	t.Logf("%d URLs refused, %d questions to the name server", len(urls()), n.queries.Load())
}

// trap is a listener inside that counts who comes, at the port of a URL.
func trap(t *testing.T) (port string, came *atomic.Int64) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	came = new(atomic.Int64)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			came.Add(1)
			_ = c.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	_, port, _ = net.SplitHostPort(l.Addr().String())
	return port, came
}

// What leads inside at the moment of an attempt is not connected to, whatever it
// was when the webhook was made.
func TestSender_NeverConnectsToTheInside(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	n, resolver := nameServer(t)
	n.leads("rebound.example", "1.1.1.1")
	g := &Guard{Resolver: resolver}
	if err := g.Check(t.Context(), "https://rebound.example:8443/"); err != nil {
		t.Fatal(err)
	}
	n.leads("rebound.example", "127.0.0.1")
	port, came := trap(t)
	// The ports of the rows are the trap's own: only the address is in the way.
	rows := []string{"https://rebound.example:" + port + "/", "https://rebound.example:8443/", "http://rebound.example:" + port + "/"}
	for _, address := range []string{"127.0.0.1", "0.0.0.0", "::", "::ffff:127.0.0.1", "localhost"} {
		rows = append(rows, "http://"+net.JoinHostPort(address, port)+"/")
	}
	for i, u := range rows {
		h.hook(fmt.Sprint("w", i), u)
	}
	s := h.sender(Options{Guard: g})
	h.events(1)
	h.settleAll(s)
	for i, u := range rows {
		ds := h.deliveries(fmt.Sprint("w", i))
		log, err := h.st.DeliveryAttempts(t.Context(), fmt.Sprint("w", i), 0, 9)
		if err != nil || len(ds) != 1 || len(log[ds[0].ID]) != 1 || log[ds[0].ID][0].Error != failBlocked || ds[0].State != store.Pending {
			t.Errorf("%s: %+v %+v %v", u, ds, log, err)
		}
	}
	if came.Load() != 0 || s.Stats().Blocked != int64(len(rows)) {
		t.Errorf("%d connections to the inside, %+v", came.Load(), s.Stats())
	}
	// The trap does see who may come.
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:"+port, nil)
	if answer, err := newClient(&Guard{AllowPrivate: true}, time.Second).Do(r); err == nil {
		_ = answer.Body.Close()
	}
	if came.Load() != 1 {
		t.Error("the trap is blind")
	}
}

// A redirect is a failure and is not followed, and no proxy is asked.
func TestSender_FollowsNothingAndAsksNoProxy(t *testing.T) {
	h := newHouse(t)
	port, came := trap(t)
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:"+port)
	t.Setenv("ALL_PROXY", "http://127.0.0.1:"+port)
	for _, code := range []int{301, 302, 303, 307, 308} {
		r := listen(t, func(w http.ResponseWriter, _ *http.Request, _ string, _ int) {
			w.Header().Set("Location", "http://127.0.0.1:"+port+"/")
			w.WriteHeader(code)
		})
		h.hook(fmt.Sprint("w", code), r.URL)
	}
	s := h.sender(Options{})
	h.events(1)
	h.settleAll(s)
	if came.Load() != 0 || s.Stats().Failed != 5 {
		t.Errorf("%d connections, %+v", came.Load(), s.Stats())
	}
}
