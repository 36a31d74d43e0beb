package ws

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gorilla/websocket"
)

// BenchmarkIdle measures what an idle, identified socket keeps in memory, the
// bare client's end included, beside gorilla/websocket with small buffers and a
// goroutine that reads.
func BenchmarkIdle(b *testing.B) {
	b.Run("bare", func(b *testing.B) {
		up := websocket.Upgrader{ReadBufferSize: 1024, WriteBufferPool: &pool{}}
		h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c, err := up.Upgrade(w, r, nil)
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				for {
					kind, data, err := c.ReadMessage()
					if err != nil || c.WriteMessage(kind, data) != nil {
						return
					}
				}
			}()
		}))
		b.Cleanup(h.Close)
		idle(b, strings.TrimPrefix(h.URL, "http://"))
	})
	b.Run("socket", func(b *testing.B) {
		var n atomic.Int64
		idle(b, listen(b, newServer(b), func() peer { return newFake(fmt.Sprint(n.Add(1))) }))
	})
	b.Run("chat", func(b *testing.B) { idle(b, start(b).users) })
}

// pool makes the bare server as thrifty as it can be.
type pool struct{ kept atomic.Pointer[any] }

func (p *pool) Get() any {
	if v := p.kept.Swap(nil); v != nil {
		return *v
	}
	return nil
}

func (p *pool) Put(v any) { p.kept.Store(&v) }

func idle(b *testing.B, address string) {
	b.Helper()
	const sockets = 1000
	memory() // what the set-up left goes in two collections
	before := memory()
	conns := make([]net.Conn, sockets)
	buffer := make([]byte, 64<<10)
	for i := range conns {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			b.Fatal(err)
		}
		defer conn.Close()
		conns[i] = conn
		if _, err := io.WriteString(conn, handshake+"\r\n"); err != nil {
			b.Fatal(err)
		}
		if _, err := conn.Read(buffer); err != nil {
			b.Fatal(err)
		}
		if _, err := conn.Write(masked(0x81, []byte(`{"type":"hello","locale":"en"}`))); err != nil {
			b.Fatal(err)
		}
		if _, err := conn.Read(buffer); err != nil {
			b.Fatal(err)
		}
	}
	memory() // a second collection shrinks stacks
	for b.Loop() {
		b.ReportMetric(float64(memory()-before)/sockets, "B/socket")
	}
}
