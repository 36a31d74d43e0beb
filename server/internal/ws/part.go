package ws

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"time"

	"github.com/gorilla/websocket"
)

// goodbyeFrame comes before a close that has a reason worth telling.
type goodbyeFrame struct {
	Type       string `json:"type"`
	Reason     string `json:"reason"`
	Resume     bool   `json:"resume"`
	RetryAfter int64  `json:"retry_after_ms"`
}

// part says the last words and ends the connection: goodbye, close frame, then
// reading on until the peer has closed or the time to linger is over. A
// connection that is closed with unread bytes is reset, and a reset takes the
// last words with it (RFC 6455 §7.1.1).
func (s *socket) part(b *bye) {
	l := &s.server.limits
	s.server.counts.closed(b)
	s.server.options.Log.Debug("socket ends", slog.Int("code", b.code), slog.String("reason", b.reason))
	s.until = s.server.options.Now().Add(l.linger)
	close(s.done)
	if b.lost {
		_ = s.line.Conn.Close()
		<-s.gone
		return
	}
	if b.said != "" {
		data, err := json.Marshal(goodbyeFrame{"goodbye", b.said, b.resume, b.wait.Milliseconds()})
		if err == nil {
			s.line.frame(websocket.TextMessage, data)
		}
	}
	s.line.frame(websocket.CloseMessage, websocket.FormatCloseMessage(b.code, b.reason))
	s.line.limit(lastBuffer)
	until := s.server.options.Now().Add(l.last)
	if err := s.line.flush(func() time.Time { return until }); err == nil {
		s.linger()
	}
	_ = s.line.Conn.Close()
	<-s.gone
}

// linger waits for the peer to close.
func (s *socket) linger() {
	_ = s.line.Conn.SetReadDeadline(s.until)
	<-s.gone
	if _, ok := errors.AsType[*websocket.CloseError](s.readErr); ok || isNet(s.readErr) && !timedOut(s.readErr) {
		return
	}
	// The peer was late, or broke a rule and may be in the middle of it: what it
	// sends is no longer worth reading as frames.
	if conn, ok := s.line.Conn.(interface{ CloseWrite() error }); ok {
		_ = conn.CloseWrite()
	}
	_ = s.line.Conn.SetReadDeadline(s.until)
	_, _ = io.Copy(io.Discard, s.line.Conn)
}
