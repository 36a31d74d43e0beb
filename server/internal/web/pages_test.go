package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"usher/server/internal/web"
)

const (
	maxLoader = 5 << 10  // bytes, gzipped: what a host page pays for a closed chat
	maxWords  = 3 << 10  // bytes, gzipped: what the widget says, in any one language
	maxWidget = 25 << 10 // bytes, gzipped: everything until the chat is open
)

func handler(t *testing.T, o web.Options) http.Handler {
	t.Helper()
	if o.Locales == nil {
		o.Locales = os.DirFS("../../../locales")
	}
	h, err := web.Handler(o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func get(h http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestPages_EveryAnswerIsHardened(t *testing.T) {
	t.Parallel()
	h := handler(t, web.Options{Demo: true, AllowedOrigins: []string{"https://exchange.example"}})
	page := "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ws://example.com wss://example.com; base-uri 'none'; form-action 'self'; frame-ancestors ANCESTORS; require-trusted-types-for 'script'; trusted-types 'none'"
	for path, want := range map[string]string{
		"/":             strings.Replace(page, "ANCESTORS", "'none'", 1) + "; frame-src 'self'",
		"/agent/":       strings.Replace(page, "ANCESTORS", "'none'", 1),
		"/agent/first":  strings.Replace(page, "ANCESTORS", "'none'", 1),
		"/widget/":      strings.Replace(page, "ANCESTORS", "'self' https://exchange.example", 1),
		"/widget.js":    "default-src 'none'; frame-ancestors 'none'",
		"/nothing-here": "default-src 'none'; frame-ancestors 'none'",
	} {
		w := get(h, path)
		if got := w.Header().Get("Content-Security-Policy"); got != want {
			t.Errorf("%s: policy\n%s\nwant\n%s", path, got, want)
		}
		if w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: headers %v", path, w.Header())
		}
	}
	if got := get(h, "/agent/", "Host", "x"); got.Header().Get("X-Frame-Options") != "DENY" || got.Header().Get("Cross-Origin-Opener-Policy") != "same-origin" {
		t.Errorf("the console's headers: %v", got.Header())
	}
}

func TestPages_AHostHeaderCannotWriteThePolicy(t *testing.T) {
	t.Parallel()
	h := handler(t, web.Options{})
	r := httptest.NewRequest(http.MethodGet, "/agent/", nil)
	r.Host = "evil.example; script-src *"
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if got := w.Header().Get("Content-Security-Policy"); strings.Contains(got, "evil") {
		t.Errorf("policy: %s", got)
	}
}

func TestPages_DemoOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	if got := get(handler(t, web.Options{}), "/"); got.Code != http.StatusNotFound || got.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("without the demo / answers %d %s", got.Code, got.Header().Get("Content-Type"))
	}
	if got := get(handler(t, web.Options{Demo: true}), "/"); got.Code != http.StatusOK {
		t.Errorf("with the demo / answers %d", got.Code)
	}
}

func TestPages_AssetsAreCachedByContent(t *testing.T) {
	t.Parallel()
	h := handler(t, web.Options{})
	page := get(h, "/widget/")
	path := regexp.MustCompile(`/assets/[0-9a-f]{16}/widget/main\.js`).FindString(page.Body.String())
	if path == "" || strings.Contains(page.Body.String(), "/assets/_/") {
		t.Fatalf("the page names no hashed module:\n%s", page.Body)
	}
	w := get(h, path)
	if w.Code != 200 || w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" || w.Header().Get("Content-Type") != "text/javascript; charset=utf-8" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if again := get(h, path, "If-None-Match", w.Header().Get("ETag")); again.Code != http.StatusNotModified {
		t.Errorf("the same ETag answers %d", again.Code)
	}
	packed := get(h, path, "Accept-Encoding", "gzip")
	z, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := io.ReadAll(z); err != nil || !bytes.Equal(plain, w.Body.Bytes()) {
		t.Errorf("gzip differs: %v", err)
	}
	if old := get(h, strings.Replace(path, path[8:24], "0123456789abcdef", 1)); old.Code != 200 || old.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("a hash of another version: %d %v", old.Code, old.Header())
	}
	for _, missing := range []string{"/assets/x/../../handler.go", "/assets/x/agent/index.html", "/assets/x/"} {
		if got := get(h, missing); got.Code == http.StatusOK {
			t.Errorf("%s is served", missing)
		}
	}
}

// Everything is counted that a phone loads from the first byte to an open chat:
// the loader, the frame's page, its modules and styles, and the words in English;
// no other language is much longer.
func TestPages_TheWidgetIsSmall(t *testing.T) {
	t.Parallel()
	h := handler(t, web.Options{})
	size := func(path string) int { return get(h, path, "Accept-Encoding", "gzip").Body.Len() }
	loader := size("/widget.js")
	if loader > maxLoader {
		t.Errorf("the loader is %d bytes, at most %d", loader, maxLoader)
	}
	page := get(h, "/widget/").Body.String()
	total := loader + size("/widget/")
	seen := map[string]bool{}
	for _, path := range regexp.MustCompile(`/assets/[0-9a-f]{16}/[a-z/]+\.(?:js|css)`).FindAllString(page, -1) {
		if !seen[path] {
			total += size(path)
		}
		seen[path] = true
	}
	files, err := filepath.Glob("pages/widget/*.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if name := filepath.Base(file); name != "loader.js" && !strings.Contains(page, "/widget/"+name) {
			t.Errorf("the page does not preload %s", name)
		}
	}
	english, words := size("/widget/strings.json?lang=en"), 0
	for _, file := range must(filepath.Glob("../../../locales/*/pages.toml"))(t) {
		words = max(words, size("/widget/strings.json?lang="+filepath.Base(filepath.Dir(file))))
	}
	total += english
	if words > maxWords {
		t.Errorf("the words of a language are %d bytes, at most %d", words, maxWords)
	}
	if total > maxWidget {
		t.Errorf("the widget is %d bytes, at most %d", total, maxWidget)
	}
	t.Logf("gzipped: %d bytes, of them the loader %d, the words %d (at most %d in another language); %d files", total, loader, english, words, len(seen)+3)
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// Text must not become markup or code anywhere. Comments are text too, so even
// the names of these ways stay out of the pages.
func TestPages_NoWayFromTextToMarkup(t *testing.T) {
	t.Parallel()
	banned := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|setHTML|parseFromString|\beval\(|new Function|srcdoc=|javascript:|\son[a-z]+="|<style|\sstyle="|import\(`)
	err := fs.WalkDir(os.DirFS("pages"), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(filepath.Join("pages", path))
		if err != nil {
			return err
		}
		if found := banned.Find(b); found != nil {
			t.Errorf("%s has %q", path, found)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestPages_WordsFallBackToEnglish(t *testing.T) {
	t.Parallel()
	locales := fstest.MapFS{
		"en/pages.toml": {Data: []byte("[widget]\nlauncher = \"Open\"\nsend = \"Send\"\n[console]\ntitle = \"Console\"\n")},
		"ar/pages.toml": {Data: []byte("[widget]\nlauncher = \"افتح\"\n")},
		"ru/lines.toml": {Data: []byte("other = \"file\"\n")},
	}
	h := handler(t, web.Options{Locales: locales})
	for _, c := range []struct{ query, accept, want string }{
		{"?lang=ar", "", `{"dir":"rtl","lang":"ar","langs":["en","ar"],"strings":{"launcher":"افتح","send":"Send"}}`},
		{"?lang=ar-EG", "", `{"dir":"rtl","lang":"ar","langs":["en","ar"],"strings":{"launcher":"افتح","send":"Send"}}`},
		{"?lang=uk", "", `{"dir":"ltr","lang":"en","langs":["en","ar"],"strings":{"launcher":"Open","send":"Send"}}`},
		{"", "fr, ar;q=0.5", `{"dir":"rtl","lang":"ar","langs":["en","ar"],"strings":{"launcher":"افتح","send":"Send"}}`},
		{"?lang=<script>", "%%%", `{"dir":"ltr","lang":"en","langs":["en","ar"],"strings":{"launcher":"Open","send":"Send"}}`},
	} {
		got := get(h, "/widget/strings.json"+c.query, "Accept-Language", c.accept)
		if body := strings.TrimSpace(got.Body.String()); body != c.want {
			t.Errorf("%s %s:\n%s\nwant\n%s", c.query, c.accept, body, c.want)
		}
	}
	if got := get(h, "/widget.js").Body.String(); !strings.Contains(got, `{ar:"افتح",en:"Open"}`) {
		t.Error("the loader has not the launcher's labels")
	}
}

func TestPages_BrokenWordsStopTheStart(t *testing.T) {
	t.Parallel()
	en := "[widget]\nlauncher = \"Open\"\n"
	for name, locales := range map[string]fstest.MapFS{
		"no English":    {"ar/pages.toml": {Data: []byte(en)}},
		"unknown key":   {"en/pages.toml": {Data: []byte(en)}, "ar/pages.toml": {Data: []byte("[widget]\nlauncer = \"x\"\n")}},
		"unknown table": {"en/pages.toml": {Data: []byte(en + "[widgets]\nx = \"y\"\n")}},
		"no tag":        {"en/pages.toml": {Data: []byte(en)}, "not a tag/pages.toml": {Data: []byte(en)}},
	} {
		if _, err := web.Handler(web.Options{Locales: locales}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := web.Handler(web.Options{Locales: fstest.MapFS{"en/pages.toml": {Data: []byte(en)}}, AllowedOrigins: []string{"https://a.example; script-src *"}}); err == nil {
		t.Error("a broken origin is taken")
	}
}

// Every text the modules ask for by name is there, and every text is asked for.
func TestPages_WordsAreComplete(t *testing.T) {
	t.Parallel()
	h := handler(t, web.Options{})
	for page, dirs := range map[string][]string{"widget": {"widget"}, "agent": {"agent"}} {
		body := get(h, "/"+page+"/strings.json").Body.String()
		for _, dir := range dirs {
			files, _ := filepath.Glob("pages/" + dir + "/*.js")
			for _, file := range files {
				src, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range regexp.MustCompile(`\bt\('([a-z_.]+)'`).FindAllSubmatch(src, -1) {
					if !strings.Contains(body, `"`+string(m[1])+`":`) {
						t.Errorf("%s asks for %q, which no text has", file, m[1])
					}
				}
			}
		}
	}
}
