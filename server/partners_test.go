package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"usher/server/internal/testbrowser"
)

// program runs one of the program's commands beside the running server.
func (u *usher) program(stdin string, args ...string) (string, int) {
	u.t.Helper()
	var out bytes.Buffer
	code := run(u.t.Context(), args, world{
		stdin: strings.NewReader(stdin), stdout: &out, stderr: &out, clock: u.clock.now, wall: time.Now, think: think,
	})
	return out.String(), code
}

// key makes a key by the command line: its id and itself.
func (u *usher) key(flags ...string) (id, key string) {
	u.t.Helper()
	out, code := u.program("", append([]string{"key", "add", "--data", u.data, "--name", "Acme"}, flags...)...)
	if n, err := fmt.Sscanf(out, "id: %s\nkey: %s\n", &id, &key); code != 0 || n != 2 || err != nil || strings.Count(out, "\n") != 2 {
		u.t.Fatalf("key add: %d %s", code, out)
	}
	return id, key
}

// call sends a request to the partner API.
func (u *usher) call(key, method, path, body string) (int, string) {
	u.t.Helper()
	r, err := http.NewRequestWithContext(u.t.Context(), method, "http://"+u.addr+path, strings.NewReader(body))
	if err != nil {
		u.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+key)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	client := http.Client{Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		u.t.Error(err)
		return 0, ""
	}
	defer func() { _ = answer.Body.Close() }()
	raw, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, string(raw)
}

// A key from its making to its end, by the command line.
func TestPartners_AKeyByTheCommandLine(t *testing.T) {
	t.Parallel()
	u := startUsher(t, t.TempDir(), &clock{at: time.Now()})
	id, key := u.key("--scopes", "classify,decide", "--rate", "50/m")
	if status, body := u.call(key, "POST", "/api/v1/classify", `{"text":"hello"}`); status != 200 {
		t.Errorf("%d %s", status, body)
	}
	if status, _ := u.call(key, "GET", "/api/v1/events", ""); status != 403 {
		t.Errorf("beyond its scopes: %d", status)
	}
	out, code := u.program("", "key", "list", "--data", u.data)
	if code != 0 || !strings.Contains(out, id) || !strings.Contains(out, "live") || !strings.Contains(out, "50/m") || strings.Contains(out, key) {
		t.Errorf("key list: %d %s", code, out)
	}
	next, nextKey := u.key("--replaces", id)
	if next == id || nextKey == key {
		t.Error("the second key is the first")
	}
	if out, code := u.program("", "key", "revoke", "--data", u.data, id); code != 0 || out != "revoked "+id+"\n" {
		t.Errorf("key revoke: %d %s", code, out)
	}
	u.clock.advance(5 * time.Second) // and nobody tells the server
	if status, _ := u.call(key, "POST", "/api/v1/classify", `{"text":"hello"}`); status != 401 {
		t.Errorf("a revoked key after five seconds: %d", status)
	}
	if status, _ := u.call(nextKey, "POST", "/api/v1/classify", `{"text":"hello"}`); status != 200 {
		t.Errorf("its successor: %d", status)
	}
	admin := u.signed("admin@northwind.example", agentPassword)
	for action, n := range map[string]int{"key.added": 2, "key.revoked": 1} {
		entries := admin.want(200, "GET", "/agent/audit?actor=operator&action="+action, nil)["entries"].([]any)
		if len(entries) != n || entries[n-1].(map[string]any)["object"] != id || entries[0].(map[string]any)["object_name"] != "Acme" {
			t.Errorf("%s is noted as %v", action, entries)
		}
	}
	for _, args := range [][]string{
		{"key", "add"},
		{"key", "add", "--name", "a", "--rate", "fast"},
		{"key", "add", "--name", "a", "--scopes", "all"},
		{"key", "add", "--name", "a", "--replaces", id},
		{"key", "revoke"},
		{"key", "revoke", "nobody"},
		{"key", "revoke", id, next},
		{"contract"},
		{"contract", "--key", "k", "--url", "ftp://x"},
	} {
		extra := []string{"--data", u.data}
		if args[0] == "contract" {
			extra = nil
		}
		args = append(args[:min(2, len(args))], append(extra, args[min(2, len(args)):]...)...)
		if out, code := u.program("", args...); code != exitUsage || strings.Count(out, "\n") != 1 {
			t.Errorf("%v: %d %s", args, code, out)
		}
	}
}

// The kit finds nothing against the server, and finds each way in which one
// that only looks like it is not.
func TestPartners_TheContractKit(t *testing.T) {
	t.Parallel()
	u := startUsher(t, t.TempDir(), &clock{at: time.Now()})
	_, key := u.key("--rate", "1000/s")
	out, code := u.program(key+"\n", "contract", "--url", "http://"+u.addr, "--key", "-")
	if code != 0 || !strings.Contains(out, " 0 failed") || strings.Count(out, "ok    ") < 30 {
		t.Errorf("%d %s", code, out)
	}
	target, _ := url.Parse("http://" + u.addr)
	for what, change := range map[string]func(*http.Response){
		"a member more": func(r *http.Response) { replace(r, `{"id":`, `{"extra":1,"id":`) },
		"a member less": func(r *http.Response) { replace(r, `"owner":"bot",`, ``) },
		"other words":   func(r *http.Response) { replace(r, `"owner":"bot"`, `"owner":"robot"`) },
		"no header":     func(r *http.Response) { r.Header.Del("RateLimit") },
		"other refusals": func(r *http.Response) {
			if r.StatusCode == http.StatusNotFound {
				r.StatusCode = http.StatusForbidden
			}
		},
		"an open door": func(r *http.Response) {
			if r.StatusCode == http.StatusUnauthorized {
				r.StatusCode = http.StatusOK
			}
		},
		"no memory": func(r *http.Response) {
			if r.Request.Header.Get("Idempotency-Key") != "" && r.StatusCode == http.StatusUnprocessableEntity {
				r.StatusCode = http.StatusOK
			}
		},
	} {
		proxy := httptest.NewServer(&httputil.ReverseProxy{
			Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(target) },
			ModifyResponse: func(r *http.Response) error { change(r); return nil },
		})
		out, code := u.program("", "contract", "--url", proxy.URL, "--key", key)
		if code != exitFailed || !strings.Contains(out, "FAIL") {
			t.Errorf("%s is not found: %d %s", what, code, out)
		}
		proxy.Close()
	}
	if out, code := u.program("", "contract", "--url", "http://127.0.0.1:1", "--key", key); code != exitFailed {
		t.Errorf("no server: %d %s", code, out)
	}
}

// replace changes the text of an answer that is no description.
func replace(r *http.Response, old, by string) {
	if strings.HasSuffix(r.Request.URL.Path, ".json") {
		return
	}
	raw, _ := io.ReadAll(r.Body)
	raw = bytes.Replace(raw, []byte(old), []byte(by), 1)
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
	r.Header.Set("Content-Length", fmt.Sprint(len(raw)))
}

// The worked examples of the documentation, each run as it is printed there.
func TestPartners_TheWorkedExamples(t *testing.T) {
	t.Parallel()
	u := startUsher(t, t.TempDir(), &clock{at: time.Now()})
	_, key := u.key("--rate", "1000/s")
	const folder = "internal/api/examples/"
	environ := append(os.Environ(), "API_URL=http://"+u.addr, "API_KEY="+key)
	for _, e := range []struct {
		name string
		line []string
		want []string
	}{
		{"curl", []string{"sh", folder + "example.sh"}, []string{`"replies":[{`, `"messages":[{`, `"state":"queued"`}},
		{"Go", []string{"go", "run", folder + "example.go"}, []string{"bot: ", "event: message.created"}},
		{"JavaScript", []string{"node", folder + "example.mjs"}, []string{"bot: ", "handoff: queued in kyc_review"}},
	} {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath(e.line[0]); err != nil {
				if e.line[0] != "node" {
					t.Fatal(err)
				}
				inBrowser(t, u.addr, key, folder+"example.mjs", e.want)
				return
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, e.line[0], e.line[1:]...)
			cmd.Env = environ
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("%v: %v", err, string(out))
			}
			for _, want := range e.want {
				if !strings.Contains(string(out), want) {
					t.Errorf("no %q in %s", want, out)
				}
			}
		})
	}
	t.Run("JavaScript in a browser", func(t *testing.T) {
		t.Parallel()
		inBrowser(t, u.addr, key, folder+"example.mjs", []string{"bot: ", "handoff: queued in kyc_review"})
	})
}

// inBrowser runs the example on a page of its own that passes calls on to the
// server, as a partner's server would.
func inBrowser(t *testing.T, addr, key, file string, want []string) {
	t.Helper()
	target, _ := url.Parse("http://" + addr)
	mux := http.NewServeMux()
	mux.Handle("/api/", &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }})
	mux.HandleFunc("/example.mjs", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, file) })
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<!doctype html><link rel="icon" href="data:,"><pre id="out"></pre><script type="module">
			import { example } from '/example.mjs';
			example(location.origin, `+fmt.Sprintf("%q", key)+`).then((text) => { document.querySelector('#out').textContent = text; });
		</script>`)
	})
	page := httptest.NewServer(mux)
	defer page.Close()
	b := testbrowser.New(t, 800, 600)
	b.Open(page.URL)
	b.Until(`document.querySelector('#out').textContent !== ''`)
	out := testbrowser.Eval[string](b, `document.querySelector('#out').textContent`)
	for _, w := range want {
		if !strings.Contains(out, w) {
			t.Errorf("no %q in %s", w, out)
		}
	}
}

// A server that stops lets nobody wait for what will not come: a long poll is
// answered with what there is, and the server need not wait for its time.
func TestPartners_AStoppingServerEndsLongPolls(t *testing.T) {
	t.Parallel()
	u := startUsher(t, t.TempDir(), &clock{at: time.Now()})
	_, key := u.key()
	answered := make(chan string, 1)
	go func() {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+u.addr+"/api/v1/events?wait=25", nil)
		r.Header.Set("Authorization", "Bearer "+key)
		answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
		if err != nil {
			answered <- err.Error()
			return
		}
		raw, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		answered <- fmt.Sprint(answer.StatusCode, " ", string(raw))
	}()
	u.until("usher_api_waiting 1")
	from := time.Now()
	u.stop()
	if took := time.Since(from); took > 15*time.Second {
		t.Errorf("the server waited %v for a long poll", took)
	}
	if got := <-answered; !strings.HasPrefix(got, `200 {"events":[]`) {
		t.Errorf("answered %s", got)
	}
}
