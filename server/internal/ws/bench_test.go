package ws

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"
)

// BenchmarkRoundTrip compares, over the same client: a bare gorilla/websocket
// echo, a frame that needs no storage, and a message with the bot's answer,
// acked after both are durable on SQLite, read to the end of the answer.
func BenchmarkRoundTrip(b *testing.B) {
	for _, sockets := range []int{1, 64} {
		b.Run(fmt.Sprintf("echo/%d", sockets), func(b *testing.B) { roundTrips(b, sockets, echo(b), bare) })
		b.Run(fmt.Sprintf("frame/%d", sockets), func(b *testing.B) {
			s := newServer(b)
			s.limits = boundless()
			var n int
			var mu sync.Mutex
			address := listen(b, s, func() peer {
				mu.Lock()
				defer mu.Unlock()
				n++
				return newFake(fmt.Sprint(n))
			})
			roundTrips(b, sockets, address, bare)
		})
		b.Run(fmt.Sprintf("bot/%d", sockets), func(b *testing.B) {
			r := start(b)
			r.server.limits = boundless()
			roundTrips(b, sockets, r.users, exchange)
		})
	}
}

// boundless limits let one socket send as much as it can.
func boundless() limits {
	l := defaults()
	l.frames.burst, l.flood.burst = 1<<30, 1<<30
	return l
}

func echo(b *testing.B) string {
	var up websocket.Upgrader
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := up.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer c.Close()
		for {
			kind, data, err := c.ReadMessage()
			if err != nil || c.WriteMessage(kind, data) != nil {
				return
			}
		}
	}))
	b.Cleanup(h.Close)
	return strings.TrimPrefix(h.URL, "http://")
}

// roundTrips shares b.N of them among the sockets.
func roundTrips(b *testing.B, sockets int, address string, once func(*websocket.Conn, int) error) {
	b.Helper()
	clients := connect(b, sockets, address, once)
	for _, c := range clients {
		defer c.Close()
	}
	b.ReportAllocs()
	b.ResetTimer()
	var all sync.WaitGroup
	for i, c := range clients {
		all.Go(func() {
			for n := i; n < b.N; n += sockets {
				if err := once(c, n); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "trips/s")
}

// connect opens sockets and reads what greets them.
func connect(b *testing.B, sockets int, address string, once func(*websocket.Conn, int) error) []*websocket.Conn {
	b.Helper()
	clients := make([]*websocket.Conn, sockets)
	for i := range clients {
		c, res, err := websocket.DefaultDialer.Dial("ws://"+address+"/", nil)
		if err != nil {
			b.Fatal(err)
		}
		_ = res.Body.Close()
		if err := c.WriteMessage(websocket.TextMessage, []byte(`{"type":"hello","locale":"en"}`)); err != nil {
			b.Fatal(err)
		}
		frames := 1 // echo and fake answer with one
		if once(nil, 0) == errGreets {
			frames = 2
		}
		for range frames {
			if _, _, err := c.ReadMessage(); err != nil {
				b.Fatal(err)
			}
		}
		clients[i] = c
	}
	return clients
}

var errGreets = fmt.Errorf("a greeting follows welcome")

// bare is a frame and its answer.
func bare(c *websocket.Conn, _ int) error {
	if c == nil {
		return nil
	}
	if err := c.WriteMessage(websocket.TextMessage, []byte(`{"type":"hi","id":"1234567890"}`)); err != nil {
		return err
	}
	_, _, err := c.ReadMessage()
	return err
}

// exchange is a message, its ack and all that it says is to come.
func exchange(c *websocket.Conn, n int) error {
	if c == nil {
		return errGreets
	}
	send := fmt.Appendf(nil, `{"type":"message.send","id":"m%d","text":"How long does the review take?"}`, n)
	if err := c.WriteMessage(websocket.TextMessage, send); err != nil {
		return err
	}
	last := []byte(nil)
	for {
		_, data, err := c.ReadMessage()
		if err != nil {
			return err
		}
		switch {
		case last != nil:
			if bytes.Contains(data, last) {
				return nil
			}
		default:
			var ack struct {
				Type    string
				Through int
			}
			if err := json.Unmarshal(data, &ack); err != nil || ack.Type != "ack" {
				return fmt.Errorf("%w: %s", err, data)
			}
			last = fmt.Appendf(nil, `"seq":%d,`, ack.Through)
		}
	}
}
