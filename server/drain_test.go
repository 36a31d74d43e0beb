package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"usher/server/internal/store"
)

// farewells is what the sockets of a replica that goes are told.
type farewells struct {
	mu     sync.Mutex
	waits  map[float64]int
	wrong  []string
	silent atomic.Int64 // sockets that ended without a word
	said   atomic.Int64
}

// watch stays on a socket through a drain, and comes back.
func (fw *farewells) watch(addr string, over <-chan struct{}) {
	for pause(over, 10*time.Millisecond) {
		conn, answer, err := small.Dial("ws://"+addr+"/v1/chat", nil)
		if err != nil {
			continue // the replica it came to is going
		}
		_ = answer.Body.Close()
		stop := make(chan struct{})
		go func() {
			select {
			case <-over:
			case <-stop:
			}
			_ = conn.Close()
		}()
		if conn.WriteJSON(frame{"type": "hello"}) == nil {
			fw.hear(conn, over)
		}
		close(stop)
	}
}

func (fw *farewells) hear(conn *websocket.Conn, over <-chan struct{}) {
	last := frame{}
	for {
		var f frame
		err := conn.ReadJSON(&f)
		if err == nil {
			last = f
			continue
		}
		select {
		case <-over:
			return
		default:
		}
		if last["type"] != "goodbye" {
			fw.silent.Add(1)
			return
		}
		fw.said.Add(1)
		wait, _ := last["retry_after_ms"].(float64)
		fw.mu.Lock()
		defer fw.mu.Unlock()
		fw.waits[wait]++
		if !websocket.IsCloseError(err, websocket.CloseServiceRestart) || last["reason"] != "drain" || last["resume"] != true || wait < 0 || wait > 5000 {
			fw.wrong = append(fw.wrong, fmt.Sprint(last, err))
		}
		return
	}
}

// browsers ask for pages and sign in, all the time.
type browsers struct {
	t                    *testing.T
	addr                 string
	asked, signed, again atomic.Int64
	bad                  sync.Map
}

// browse asks for one thing after another. A connection that ends before an
// answer begins is tried again, as the proxy in front does and a browser too.
func (b *browsers) browse(over <-chan struct{}, keep bool) {
	client := http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: !keep}}
	for i := 0; pause(over, 5*time.Millisecond); i++ {
		method, path, body := http.MethodGet, []string{"/agent/", "/widget.js", "/healthz"}[i%3], ""
		if i%10 == 9 {
			method, path = http.MethodPost, "/agent/session"
			body = `{"email":"dana@northwind.example","password":"` + agentPassword + `"}`
		}
		for try := 1; ; try++ {
			request, err := http.NewRequest(method, "http://"+b.addr+path, strings.NewReader(body))
			if err != nil {
				b.t.Error(err)
				return
			}
			request.Header.Set("Content-Type", "application/json")
			answer, err := client.Do(request)
			if err != nil {
				if b.again.Add(1); try == 3 {
					b.bad.Store(fmt.Sprint(method, " ", path, ": ", err), true)
					break
				}
				continue
			}
			_, _ = io.Copy(io.Discard, answer.Body)
			_ = answer.Body.Close()
			if b.asked.Add(1); answer.StatusCode >= 500 {
				b.bad.Store(fmt.Sprint(method, " ", path, ": ", answer.Status), true)
			}
			if method == http.MethodPost && answer.StatusCode == http.StatusOK {
				b.signed.Add(1)
			}
			break
		}
	}
}

// Replicas are replaced one after another, old and new side by side: sockets are
// told to come back, each at another moment, pages and sign-ins never see a
// server's error, and each replica ends within its time (G11).
func TestFault_ADrainIsPolite(t *testing.T) {
	t.Parallel()
	const sockets = 60
	f, postgres, _ := three(t)
	st, err := store.Open(t.Context(), store.Options{DatabaseURL: postgres.URL()})
	if err == nil {
		err = st.AddAgent(t.Context(), store.Agent{
			ID: "dana", Email: "dana@northwind.example", Name: "Dana", Role: "agent", PasswordHash: agentHash(), CreatedAt: time.Now(),
		})
	}
	if err == nil {
		err = st.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	fw, b := &farewells{waits: map[float64]int{}}, &browsers{t: t, addr: f.addr}
	over := make(chan struct{})
	var all sync.WaitGroup
	stop := sync.OnceFunc(func() {
		close(over)
		all.Wait()
	})
	t.Cleanup(stop)
	for range sockets {
		all.Go(func() { fw.watch(f.addr, over) })
	}
	for i := range 4 {
		all.Go(func() { b.browse(over, i%2 == 0) })
	}
	drains := times(3, 30)
	for i := range drains {
		// It reads nothing, so that the drain takes its time.
		idle, answer, err := small.Dial("ws://"+f.replicas[i%3].addr+"/v1/chat", nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		defer func() { _ = idle.Close() }()
		asked := b.asked.Load()
		for late := time.Now().Add(patience); b.asked.Load() < asked+50 || fw.open(f) < sockets; {
			if time.Now().After(late) {
				t.Fatalf("%v of %d sockets are open", fw.open(f), sockets)
			}
			pause(nil, 20*time.Millisecond)
		}
		from := time.Now()
		if code := f.drain(i % 3); code != 0 {
			t.Errorf("replica %d ended with %d", i%3, code)
		}
		took := time.Since(from)
		t.Logf("replica %d was gone after %v, with %d requests meanwhile", i%3, took, b.asked.Load()-asked)
		if took > drainMax {
			t.Errorf("replica %d took %v to end", i%3, took)
		}
		f.start(i % 3)
	}
	stop()
	b.bad.Range(func(what, _ any) bool {
		t.Error(what)
		return true
	})
	for _, w := range fw.wrong {
		t.Error("goodbye: ", w)
	}
	t.Logf("%d requests, %d sign-ins, %d tried again; %d goodbyes with %d different waits, %d without a word",
		b.asked.Load(), b.signed.Load(), b.again.Load(), fw.said.Load(), len(fw.waits), fw.silent.Load())
	if fw.silent.Load() > 0 {
		t.Errorf("%d sockets ended without a word", fw.silent.Load())
	}
	if said := int(fw.said.Load()); said < drains*sockets/6 || len(fw.waits) < said*3/4 {
		t.Errorf("%d goodbyes, %d different waits", said, len(fw.waits))
	}
	if b.asked.Load() < int64(100*drains) || b.signed.Load() < 10 {
		t.Error("too few requests: the test did too little")
	}
}

// open is how many sockets the fleet has.
func (*farewells) open(f *fleet) (n float64) {
	for i := range f.replicas {
		n += metric(f.t.(*testing.T), f.replicas[i].addr, "usher_sockets_open")
	}
	return n
}
