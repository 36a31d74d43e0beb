package ws

import (
	"bytes"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// narrow takes so many bytes and then no more in time.
type narrow struct {
	line
	room  int
	taken []byte
}

func (n *narrow) Write(p []byte) (int, error) {
	took := min(len(p), n.room)
	n.room -= took
	n.taken = append(n.taken, p[:took]...)
	if took < len(p) {
		return took, os.ErrDeadlineExceeded
	}
	return took, nil
}

func (*narrow) SetWriteDeadline(time.Time) error { return nil }

// A reader who takes a little of the rest each time gets whole frames all the
// same, whatever the text is that was cut in two: its bytes are no lengths.
func TestLine_CutTwice(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("~", 3000)
	for room := 1; room < 2800; room += 7 {
		n := &narrow{room: room}
		l := &line{Conn: n, buffers: &sync.Pool{New: func() any { return new([]byte) }}}
		l.frame(websocket.TextMessage, []byte(text))
		for range 3 {
			if l.flush(func() time.Time { return time.Time{} }) == nil {
				t.Fatalf("room for %d: all was taken", room)
			}
			n.room = 100
		}
		n.room = 1 << 20
		l.frame(websocket.CloseMessage, websocket.FormatCloseMessage(4008, "slow"))
		if err := l.flush(func() time.Time { return time.Time{} }); err != nil {
			t.Fatal(err)
		}
		want := &line{buffers: l.buffers}
		want.frame(websocket.TextMessage, []byte(text))
		want.frame(websocket.CloseMessage, websocket.FormatCloseMessage(4008, "slow"))
		if !bytes.Equal(n.taken, want.out) {
			t.Fatalf("room for %d: %d bytes were taken, %d are right", room, len(n.taken), len(want.out))
		}
	}
}
