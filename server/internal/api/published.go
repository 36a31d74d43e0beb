package api

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
)

// published answers the routes without a key: what describes the others.
func (a *API) published(w http.ResponseWriter, r *http.Request) bool {
	var kind string
	var body []byte
	switch r.URL.EscapedPath() {
	case "/api/openapi.json":
		kind, body = "application/json", a.contract.json
	case "/api/asyncapi.json":
		kind, body = "application/json", a.async
	case "/api/docs":
		kind, body = "text/html; charset=utf-8", a.docs
		w.Header().Set("Content-Security-Policy", a.docsPolicy)
	default:
		return false
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		a.refuse(w, errMethod)
		return true
	}
	sum := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	h.Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return true
	}
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
	return true
}
