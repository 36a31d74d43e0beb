package ws

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// client is a WebSocket client that can also do everything wrong.
type client struct {
	t    testing.TB
	conn net.Conn
	in   *bufio.Reader
}

// patience is how long a test waits for what must come. It is no promise.
const patience = 20 * time.Second

const handshake = "GET / HTTP/1.1\r\nHost: usher.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

// dial opens a socket; headers are whole lines.
func dial(t testing.TB, address string, headers ...string) *client {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return shake(t, conn, headers...)
}

func shake(t testing.TB, conn net.Conn, headers ...string) *client {
	t.Helper()
	t.Cleanup(func() { _ = conn.Close() })
	c := &client{t: t, conn: conn, in: bufio.NewReader(conn)}
	_ = conn.SetDeadline(time.Now().Add(patience))
	c.raw([]byte(handshake + strings.Join(append(headers, ""), "\r\n") + "\r\n"))
	res, err := http.ReadResponse(c.in, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("handshake: %s", res.Status)
	}
	return c
}

func (c *client) raw(b []byte) {
	c.t.Helper()
	if _, err := c.conn.Write(b); err != nil {
		c.t.Fatal(err)
	}
}

// send writes a text message.
func (c *client) send(text string) {
	c.t.Helper()
	c.raw(masked(0x81, []byte(text)))
}

// masked is a frame as a client must send it.
func masked(first byte, payload []byte) []byte {
	frame := lengthed(first, uint64(len(payload)), true)
	mask := [4]byte{0x12, 0x34, 0x56, 0x78}
	frame = append(frame, mask[:]...)
	for i, b := range payload {
		frame = append(frame, b^mask[i%4])
	}
	return frame
}

// lengthed is the header of a frame without its mask.
func lengthed(first byte, n uint64, mask bool) []byte {
	var bit byte
	if mask {
		bit = 0x80
	}
	switch {
	case n < 126:
		return []byte{first, bit | byte(n)}
	case n <= 0xFFFF:
		return binary.BigEndian.AppendUint16([]byte{first, bit | 126}, uint16(n))
	}
	return binary.BigEndian.AppendUint64([]byte{first, bit | 127}, n)
}

// frame reads one frame.
func (c *client) frame() (opcode byte, payload []byte, err error) {
	var head [2]byte
	if _, err := io.ReadFull(c.in, head[:]); err != nil {
		return 0, nil, err
	}
	n := uint64(head[1])
	switch n {
	case 126:
		var b [2]byte
		_, err = io.ReadFull(c.in, b[:])
		n = uint64(binary.BigEndian.Uint16(b[:]))
	case 127:
		var b [8]byte
		_, err = io.ReadFull(c.in, b[:])
		n = binary.BigEndian.Uint64(b[:])
	}
	if err != nil || head[0]&0xF0 != 0x80 || n > 64<<20 {
		return 0, nil, fmt.Errorf("frame %x: %w", head, errors.Join(err, errFrame))
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(c.in, payload)
	return head[0] & 0x0F, payload, err
}

var errFrame = errors.New("not a whole frame")

// text reads the next text message; pings are passed over.
func (c *client) text() string {
	c.t.Helper()
	for {
		opcode, payload, err := c.frame()
		switch {
		case err != nil:
			c.t.Fatal(err)
		case opcode == websocket.TextMessage:
			return string(payload)
		case opcode != websocket.PingMessage:
			c.t.Fatalf("opcode %d %q instead of a text", opcode, payload)
		}
	}
}

// object reads the next text message as JSON.
func (c *client) object() map[string]any {
	c.t.Helper()
	var v map[string]any
	text := c.text()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		c.t.Fatalf("%v in %q", err, text)
	}
	return v
}

// until reads up to the first message of a type.
func (c *client) until(typ string) map[string]any {
	c.t.Helper()
	for {
		if v := c.object(); v["type"] == typ {
			return v
		}
	}
}

// farewell reads to the end: the texts still to come, the close code and its
// reason. Code 0: the connection ended without a close frame.
func (c *client) farewell() (texts []string, code int, reason string) {
	c.t.Helper()
	for {
		opcode, payload, err := c.frame()
		switch {
		case err != nil:
			return texts, 0, ""
		case opcode == websocket.TextMessage:
			texts = append(texts, string(payload))
		case opcode == websocket.CloseMessage && len(payload) >= 2:
			return texts, int(binary.BigEndian.Uint16(payload)), string(payload[2:])
		}
	}
}

// ends checks the close code, answers it, and checks that the server then
// closes the connection.
func (c *client) ends(want int) []string {
	c.t.Helper()
	texts, code, _ := c.farewell()
	if code != want {
		c.t.Fatalf("closed with %d after %q; want %d", code, texts, want)
	}
	_, _ = c.conn.Write(masked(0x88, []byte{byte(want >> 8), byte(want)}))
	if n, err := c.in.Read(make([]byte, 1)); n > 0 || timedOut(err) {
		c.t.Fatalf("after the close frame: %d bytes, %v", n, err)
	}
	return texts
}
