package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// assets are the embedded files, finished at start: hashes put into the pages,
// launcher labels into the loader. What costs time, making a file small and
// packing it, waits until somebody asks for the file: all of it at start would
// be a third of the time to ready.
type assets struct {
	hash  string // covers every file; 16 hex digits
	files map[string]asset
}

type asset struct {
	kind   string // Content-Type
	etag   string
	plain  func() []byte
	packed func() []byte // gzip
}

// kinds lists every Content-Type that is served; a file of another kind stops
// the start.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
}

const (
	hashMark   = "/assets/_/" // stands in the pages for /assets/HASH/
	importMark = `@import "../shared/theme.css";`
	labelMark  = `{ en: 'Open support chat' }` // stands in the loader for all languages' labels
)

// loadAssets reads the whole tree. labels is JSON, tag to launcher label.
func loadAssets(tree fs.FS, labels []byte) (*assets, error) {
	raw := map[string][]byte{}
	sum := sha256.New()
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		if name == "widget/loader.js" {
			if !bytes.Contains(b, []byte(labelMark)) {
				return fmt.Errorf("%s: the mark for labels is gone", name)
			}
			b = bytes.Replace(b, []byte(labelMark), labels, 1)
		}
		if b, err = inline(tree, name, b); err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s %d\n", name, len(b))
		sum.Write(b)
		raw[name] = b
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	a := &assets{hash: hex.EncodeToString(sum.Sum(nil))[:16], files: map[string]asset{}}
	for name, b := range raw {
		kind, ok := kinds[path.Ext(name)]
		if !ok {
			return nil, fmt.Errorf("web: %s has no known type", name)
		}
		if strings.HasSuffix(name, ".html") {
			b = bytes.ReplaceAll(b, []byte(hashMark), []byte("/assets/"+a.hash+"/"))
		}
		own := sha256.Sum256(b)
		plain := sync.OnceValue(func() []byte { return shrink(kind, b) })
		a.files[name] = asset{
			kind:   kind,
			etag:   `"` + hex.EncodeToString(own[:12]) + `"`,
			plain:  plain,
			packed: sync.OnceValue(func() []byte { return pack(plain()) }),
		}
	}
	return a, nil
}

// inline puts what a style sheet imports from the folder of shared files into
// its place: one file packs better than two, and is there after one round trip.
func inline(tree fs.FS, name string, b []byte) ([]byte, error) {
	before, after, found := bytes.Cut(b, []byte(importMark))
	if !found || path.Ext(name) != ".css" {
		return b, nil
	}
	shared, err := fs.ReadFile(tree, "shared/theme.css")
	if err != nil {
		return nil, err
	}
	return slices.Concat(before, shared, after), nil
}

func pack(b []byte) []byte {
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // the level is valid
	_, _ = z.Write(b)                                       // a buffer does not fail
	_ = z.Close()
	return out.Bytes()
}

// serve answers with one file; conditional requests and HEAD are handled by
// net/http. The ETag of the packed form differs, as RFC 9110 8.8.3 asks.
func (a *assets) serve(w http.ResponseWriter, r *http.Request, name string) {
	f, ok := a.files[name]
	if !ok {
		problem(w, http.StatusNotFound, "not_found", "Nothing is here.")
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Add("Vary", "Accept-Encoding")
	body, etag := f.plain, f.etag
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body, etag = f.packed, strings.TrimSuffix(f.etag, `"`)+`-gz"`
	}
	h.Set("ETag", etag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body()))
}
