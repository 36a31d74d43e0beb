package ws

import (
	"bufio"
	"encoding/binary"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	// piece is how much is written under one deadline. A reader slower than
	// piece / Limits.Write is a slow one.
	piece = 16 << 10
	// gather is how much one turn may gather before it is written.
	gather = 64 << 10
	// sendBuffer bounds what the kernel holds for one reader; lastBuffer is what
	// it may hold so that the last words find room behind a full buffer.
	sendBuffer = 64 << 10
	lastBuffer = 208 << 10

	// final is the FIN bit (RFC 6455 §5.2); every frame we send is a whole one.
	final = 0x80
)

// line is the connection under a WebSocket. gorilla/websocket shakes hands and
// reads on it; frames out are appended here and leave together in flush. What
// of them a failed write did not take is kept, cut at a frame, so that last
// words can still follow.
//
// Reading belongs to one goroutine, everything else to another.
type line struct {
	net.Conn
	shaken  bool   // the handshake is over
	out     []byte // frames that have not left; nil when idle
	rest    int    // of these, bytes of a frame whose beginning has left
	buffers *sync.Pool
	tail    [6]byte // the last bytes read
}

// hijacker puts a line where the handshake takes the connection over.
type hijacker struct {
	http.ResponseWriter
	line *line
}

// Hijack is for the handshake.
func (h hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	h.line.Conn = conn
	return h.line, rw, err
}

// Write is for the handshake. Afterwards gorilla/websocket writes only the
// close frames its reader decides on; they are swallowed, because what is said
// last is decided in one place (see bye).
func (l *line) Write(p []byte) (int, error) {
	if l.shaken {
		return len(p), nil
	}
	return l.Conn.Write(p)
}

// SetWriteDeadline is for the handshake; later each write sets its own.
func (l *line) SetWriteDeadline(t time.Time) error {
	if l.shaken {
		return nil
	}
	return l.Conn.SetWriteDeadline(t)
}

// Read remembers the last bytes.
func (l *line) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	if got := p[:n]; n >= len(l.tail) {
		copy(l.tail[:], got[n-len(l.tail):])
	} else if n > 0 {
		copy(l.tail[:], l.tail[n:])
		copy(l.tail[len(l.tail)-n:], got)
	}
	return n, err
}

// endsWithEmptyClose reports whether the last frame read was a close frame
// without a payload: two bytes of header, four of mask. One with a payload of
// one byte, which is an error, looks the same to gorilla/websocket.
func (l *line) endsWithEmptyClose() bool {
	return l.tail[0] == final|websocket.CloseMessage && l.tail[1] == 0x80
}

// frame appends a whole frame; it leaves with the next flush.
func (l *line) frame(opcode byte, payload []byte) {
	if l.out == nil {
		l.out = (*l.buffers.Get().(*[]byte))[:0]
	}
	l.out = append(l.out, final|opcode)
	switch n := len(payload); {
	case n < 126:
		l.out = append(l.out, byte(n))
	case n <= 0xFFFF:
		l.out = binary.BigEndian.AppendUint16(append(l.out, 126), uint16(n))
	default:
		l.out = binary.BigEndian.AppendUint64(append(l.out, 127), uint64(n))
	}
	l.out = append(l.out, payload...)
}

// flush writes what was gathered, each piece within a deadline of its own.
func (l *line) flush(deadline func() time.Time) error {
	for start := 0; start < len(l.out); {
		err := l.Conn.SetWriteDeadline(deadline())
		if err == nil {
			var n int
			n, err = l.Conn.Write(l.out[start:min(start+piece, len(l.out))])
			start += n
		}
		if err != nil {
			end := max(l.rest, start)
			if start > l.rest {
				end = l.rest + frameEnd(l.out[l.rest:], start-l.rest)
			}
			l.out, l.rest = l.out[start:end], end-start
			return err
		}
	}
	if l.out != nil && cap(l.out) <= 2*gather {
		buffer := l.out[:0]
		l.buffers.Put(&buffer)
	}
	l.out, l.rest = nil, 0
	return nil
}

// limit bounds what the kernel keeps for the reader.
func (l *line) limit(bytes int) {
	if conn, ok := l.Conn.(interface{ SetWriteBuffer(int) error }); ok {
		_ = conn.SetWriteBuffer(bytes)
	}
}

// frameEnd returns where the frame ends that byte at lies in, in a row of
// unmasked frames; at itself when a frame begins there.
func frameEnd(frames []byte, at int) int {
	end := 0
	for end < at {
		switch size := int(frames[end+1]); size {
		case 126:
			end += 4 + int(binary.BigEndian.Uint16(frames[end+2:]))
		case 127:
			end += 10 + int(binary.BigEndian.Uint64(frames[end+2:]))
		default:
			end += 2 + size
		}
	}
	return end
}

// timedOut reports whether an error is a deadline that has passed.
func timedOut(err error) bool {
	failure, ok := errors.AsType[net.Error](err)
	return ok && failure.Timeout()
}
