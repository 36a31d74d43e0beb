package signin

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"usher/server/internal/strictjson"
)

// Body decodes a JSON body strictly, or answers what is wrong with it.
func Body(w http.ResponseWriter, r *http.Request, into any) bool {
	raw, err := readAll(w, r)
	if err != nil {
		Problem(w, http.StatusRequestEntityTooLarge, "too_long", "The body is too long.")
		return false
	}
	if err := strictjson.Decode(raw, into); err != nil {
		code := "bad_json"
		var e *strictjson.Error
		if errors.As(err, &e) {
			code = string(e.Code)
		}
		Problem(w, http.StatusBadRequest, code, "The body is not the JSON this route takes.")
		return false
	}
	return true
}

// Answer writes JSON that nobody keeps.
func Answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// Problem answers as RFC 9457 says.
func Problem(w http.ResponseWriter, status int, code, title string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"type": "about:blank", "title": title, "status": status, "code": code})
}

func readAll(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	return io.ReadAll(http.MaxBytesReader(w, r.Body, bodyMax))
}

func (d *Door) unavailable(w http.ResponseWriter, r *http.Request, err error) {
	d.Log.WarnContext(r.Context(), "sign-in not possible", "error", err)
	Problem(w, http.StatusServiceUnavailable, "unavailable", "Storage does not answer. Try again in a moment.")
}
