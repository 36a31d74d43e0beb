package ws

import (
	"io"
	"unicode/utf8"

	"github.com/gorilla/websocket"
)

// read is the reader's goroutine.
func (s *socket) read() {
	s.readErr = s.receive()
	close(s.gone)
}

// receive hands messages over until the connection ends or breaks a rule.
func (s *socket) receive() error {
	var pings pace
	s.conn.SetReadLimit(frameBytes)
	s.conn.SetPongHandler(func(string) error {
		s.extend()
		return nil
	})
	s.conn.SetPingHandler(func(text string) error {
		if pings.take(s.server.options.Now(), s.server.limits.pings) > 0 {
			return errFlood
		}
		s.extend()
		data := s.server.buffer()
		*data = append(*data, text...)
		s.deliver(input{data: data, ping: true})
		return nil
	})
	s.conn.SetCloseHandler(func(int, string) error { return nil })
	for {
		kind, message, err := s.conn.NextReader()
		if err != nil {
			return err
		}
		s.extend()
		if kind != websocket.TextMessage {
			return errBinary
		}
		data := s.server.buffer()
		if *data, err = readAll(message, *data); err != nil {
			return err
		}
		if !utf8.Valid(*data) {
			return errUTF8
		}
		s.deliver(input{data: data})
	}
}

// deliver hands one input over, or throws it away when nobody listens any more.
func (s *socket) deliver(in input) {
	select {
	case s.inbox <- in:
	case <-s.done:
		s.server.recycle(in.data)
	}
}

// extend gives a client that shows life more time. Before welcome the time for
// a hello stands, and after the last words the time to linger.
func (s *socket) extend() {
	if !s.welcomed.Load() {
		return
	}
	_ = s.conn.SetReadDeadline(s.server.options.Now().Add(s.server.limits.idle))
	select {
	case <-s.done:
		_ = s.conn.SetReadDeadline(s.until)
	default:
	}
}

// readAll appends what r has to b. The reader knows the limit.
func readAll(r io.Reader, b []byte) ([]byte, error) {
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
}
