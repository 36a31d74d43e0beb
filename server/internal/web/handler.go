package web

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
)

//go:embed pages
var embedded embed.FS

// Options says what the pages need from outside.
type Options struct {
	// Locales holds one folder a language with a pages.toml in it. It must
	// have en/pages.toml.
	Locales fs.FS
	// AllowedOrigins may frame the widget, besides Usher's own origin. Each is
	// scheme://host[:port], as in --allowed-origins. "*" allows every site.
	AllowedOrigins []string
	// Demo serves the demo page at "/".
	Demo bool
}

// pages is everything the handler serves, read once.
type pages struct {
	assets  *assets
	words   *words
	framers []string
	demo    bool
}

// Handler serves every page. Mount it at "/", below the more exact patterns of
// the sockets, the API and the session routes (`POST /agent/session` and so
// on); what it does not know is a 404 problem. The error names the file that is
// wrong.
func Handler(o Options) (http.Handler, error) {
	words, err := loadWords(o.Locales)
	if err != nil {
		return nil, err
	}
	tree, err := fs.Sub(embedded, "pages")
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	for _, origin := range o.AllowedOrigins {
		if !originLike(origin) {
			return nil, fmt.Errorf("web: %q is not an origin such as https://example.com", origin)
		}
	}
	p := &pages{words: words, framers: o.AllowedOrigins, demo: o.Demo}
	if p.assets, err = loadAssets(tree, words.labels()); err != nil {
		return nil, err
	}
	return p.routes(), nil
}

func (p *pages) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /widget.js", p.loader)
	mux.HandleFunc("GET /widget/{$}", p.page("widget/frame.html", p.frameHeaders))
	mux.HandleFunc("GET /agent/{$}", p.page("agent/index.html", closedHeaders))
	mux.HandleFunc("GET /agent/first", p.page("agent/index.html", closedHeaders))
	mux.HandleFunc("GET /widget/strings.json", p.strings("widget"))
	mux.HandleFunc("GET /agent/strings.json", p.strings("console"))
	mux.HandleFunc("GET /agent/macros.json", p.macros)
	mux.HandleFunc("GET /assets/{hash}/{file...}", p.asset)
	mux.Handle("GET /agent", http.RedirectHandler("/agent/", http.StatusMovedPermanently))
	mux.Handle("GET /widget", http.RedirectHandler("/widget/", http.StatusMovedPermanently))
	if p.demo {
		mux.HandleFunc("GET /{$}", p.page("demo/index.html", demoHeaders))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		problem(w, http.StatusNotFound, "not_found", "Nothing is here.")
	})
	return mux
}

// page serves one HTML page with its own policy, always checked for freshness.
func (p *pages) page(name string, headers func(http.Header, *http.Request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		headers(w.Header(), r)
		w.Header().Set("Cache-Control", "no-cache")
		p.assets.serve(w, r, name)
	}
}

// loader serves the script that host pages embed.
func (p *pages) loader(w http.ResponseWriter, r *http.Request) {
	commonHeaders(w.Header())
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	w.Header().Set("Cache-Control", "public, max-age=300, stale-while-revalidate=86400")
	p.assets.serve(w, r, "widget/loader.js")
}

// asset serves one hashed file. A hash of another version gets the present
// file, uncached: during a rolling upgrade that is better than a blank page.
func (p *pages) asset(w http.ResponseWriter, r *http.Request) {
	commonHeaders(w.Header())
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	if r.PathValue("hash") == p.assets.hash {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		w.Header().Set("Cache-Control", "no-store")
	}
	file := r.PathValue("file")
	if strings.HasSuffix(file, ".html") {
		problem(w, http.StatusNotFound, "not_found", "Nothing is here.")
		return
	}
	p.assets.serve(w, r, file)
}

// problem answers with application/problem+json (RFC 9457).
func problem(w http.ResponseWriter, status int, code, title string) {
	var b bytes.Buffer
	fmt.Fprintf(&b, `{"type":"about:blank","title":%q,"status":%d,"code":%q}`+"\n", title, status, code)
	commonHeaders(w.Header())
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}
