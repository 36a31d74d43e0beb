package ws

import (
	"encoding/json"
	"net/http"

	"github.com/gorilla/websocket"
)

// acceptable checks a handshake before any state is made for it, and answers
// the refused ones.
func (s *Server) acceptable(w http.ResponseWriter, r *http.Request) bool {
	switch {
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		problem(w, http.StatusMethodNotAllowed, "method_not_allowed", "Open a WebSocket here with GET.")
	case !websocket.IsWebSocketUpgrade(r):
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "websocket")
		problem(w, http.StatusUpgradeRequired, "upgrade_required", "Open a WebSocket here.")
	case !r.ProtoAtLeast(1, 1), r.ContentLength != 0:
		problem(w, http.StatusBadRequest, "bad_request", "Make a WebSocket handshake as RFC 6455 has it.")
	case r.Header.Get("Sec-WebSocket-Version") != "13":
		w.Header().Set("Sec-WebSocket-Version", "13")
		problem(w, http.StatusUpgradeRequired, "upgrade_required", "Use version 13 of the protocol.")
	case len(r.Header["Origin"]) > 0 && !s.options.Origin(r):
		problem(w, http.StatusForbidden, "forbidden", "This page may not open sockets here.")
	case s.options.Admit != nil && !s.options.Admit(r):
		w.Header().Set("Retry-After", "10")
		problem(w, http.StatusTooManyRequests, "rate_limited", "Too many sockets from this address; come back later.")
	case s.full():
		w.Header().Set("Retry-After", "5")
		problem(w, http.StatusServiceUnavailable, "unavailable", "No socket can be opened now; come back soon.")
	default:
		return true
	}
	return false
}

// problem answers a handshake that failed, as RFC 9457 has it.
func problem(w http.ResponseWriter, status int, code, detail string) {
	body, err := json.Marshal(struct {
		Type   string `json:"type"`
		Title  string `json:"title"`
		Status int    `json:"status"`
		Code   string `json:"code"`
		Detail string `json:"detail"`
	}{"about:blank", http.StatusText(status), status, code, detail})
	if err != nil {
		status = http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n'))
}
