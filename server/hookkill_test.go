package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// hookReceiver is a partner's server: it verifies, closes every ninth event's
// first call, and holds one call when it is asked to.
type hookReceiver struct {
	*httptest.Server
	mu       sync.Mutex
	verifier *standardwebhooks.Webhook
	taken    map[string]int // by webhook-id, calls that were answered 200
	calls    map[string]int
	bad      int
	news     chan struct{}
	hold     atomic.Bool
	held     chan struct{}
}

func receiveHooks(t *testing.T) *hookReceiver {
	t.Helper()
	r := &hookReceiver{taken: map[string]int{}, calls: map[string]int{}, news: make(chan struct{}, 1), held: make(chan struct{}, 1)}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *hookReceiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, _ := io.ReadAll(q.Body)
	id := q.Header.Get("webhook-id")
	r.mu.Lock()
	r.calls[id]++
	first := r.calls[id] == 1
	if r.verifier == nil || r.verifier.Verify(body, q.Header) != nil {
		r.bad++
	}
	r.mu.Unlock()
	switch {
	case r.hold.CompareAndSwap(true, false):
		r.held <- struct{}{}
		<-q.Context().Done() // until its sender is killed
		return
	case first && strings.HasSuffix(id, "9"):
		panic(http.ErrAbortHandler)
	}
	r.mu.Lock()
	r.taken[id]++
	r.mu.Unlock()
	select {
	case r.news <- struct{}{}:
	default:
	}
}

func (r *hookReceiver) trust(t *testing.T, secret string) {
	t.Helper()
	v, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.verifier = v
}

// has waits until so many different events were taken.
func (r *hookReceiver) has(t *testing.T, n int) {
	t.Helper()
	over := time.After(2 * time.Minute * slack)
	for {
		r.mu.Lock()
		got := len(r.taken)
		r.mu.Unlock()
		if got >= n {
			return
		}
		select {
		case <-r.news:
		case <-over:
			t.Fatalf("%d of %d events came", got, n)
		}
	}
}

// 500 events are called out by three replicas, which are killed in the middle of
// a call, lose their database, and change the secret: each event arrives, signed,
// with one id (G14).
func TestFault_WebhooksOutliveSendersAndDatabase(t *testing.T) {
	t.Parallel()
	f, postgres, _ := three(t, "--webhook-allow-private")
	u := &usher{t: t, addr: f.addr, data: t.TempDir(), clock: &clock{at: time.Now()}}
	_, key := u.key("--rate", "100000/s", "--database-url", postgres.URL())
	r := receiveHooks(t)
	var hook struct{ ID, Secret string }
	status, body := u.call(key, "POST", "/api/v1/webhooks", `{"url":"`+r.URL+`"}`)
	if status != http.StatusCreated || json.Unmarshal([]byte(body), &hook) != nil {
		t.Fatal(status, body)
	}
	r.trust(t, hook.Secret)
	const batch = 125
	var unknown atomic.Int64
	events := 0
	traffic := func() { // one event each: the greeting
		var all sync.WaitGroup
		for c := range 5 {
			all.Go(func() {
				for i := range batch / 5 {
					named(t, u, key, fmt.Sprintf("%d-%d-%d", events, c, i), &unknown)
				}
			})
		}
		all.Wait()
		events += batch
	}
	traffic()
	r.has(t, events/2)
	r.hold.Store(true)
	traffic()
	<-r.held
	for i := range 3 {
		f.kill(i)
		f.start(i)
	}
	postgres.Kill()
	var busy sync.WaitGroup
	busy.Go(traffic) // named again and again until it is carried out
	pause(nil, time.Second)
	postgres.Start()
	busy.Wait()
	var next struct{ Secret string }
	status, body = u.call(key, "POST", "/api/v1/webhooks/"+hook.ID+"/secret", "")
	if status != 200 || json.Unmarshal([]byte(body), &next) != nil || next.Secret == hook.Secret {
		t.Fatal(status, body)
	}
	traffic() // the receiver has the old secret still
	r.has(t, events/4*3)
	r.trust(t, next.Secret)
	r.has(t, events)
	r.mu.Lock()
	defer r.mu.Unlock()
	calls, again := 0, 0
	for id, n := range r.calls {
		calls += n
		again += max(0, r.taken[id]-1)
		var number int
		if _, err := fmt.Sscanf(strings.TrimPrefix(id, "msg_"+hook.ID), "_%d", &number); err != nil || number < 1 || number > events {
			t.Errorf("an id that no event has: %s", id)
		}
	}
	if len(r.taken) != events || r.bad != 0 {
		t.Errorf("%d of %d events, %d bad signatures", len(r.taken), events, r.bad)
	}
	t.Logf("%d events, %d calls, %d taken more than once, 0 missing, %d bad signatures; 3 senders killed, database away once", events, calls, again, r.bad)
}
