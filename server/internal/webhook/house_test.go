package webhook

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"go.uber.org/goleak"

	"usher/server/internal/bus"
	"usher/server/internal/chat"
	"usher/server/internal/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var start = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

// house is a store with senders, whose clock the test turns.
type house struct {
	t    *testing.T
	st   *store.Store
	chat *chat.Service
	log  *slog.Logger

	mu sync.Mutex
	at time.Time
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, at: start, log: slog.New(slog.DiscardHandler)}
	var err error
	if h.st, err = store.Open(t.Context(), store.Options{DataDir: t.TempDir(), Clock: h.clock}); err != nil {
		t.Fatal(err)
	}
	bell := bus.NewMemory(h.clock)
	if h.chat, err = chat.New(t.Context(), chat.Config{Store: h.st, Bus: bell, Clock: h.clock, Log: h.log}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bell.Close(); _ = h.st.Close() })
	return h
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *house) set(at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = at
}

func (h *house) pass(d time.Duration) { h.set(h.clock().Add(d)) }

// sender is one replica's; o says what is not as usual.
func (h *house) sender(o Options) *Sender {
	o.Chat, o.Store, o.Clock, o.Log = h.chat, h.st, h.clock, h.log
	o.Cursor = func(partner string, n int64) string { return partner + "." + strconv.FormatInt(n, 10) }
	if o.Guard == nil {
		o.Guard = &Guard{AllowPrivate: true}
	}
	return New(o)
}

// hook makes a webhook.
func (h *house) hook(id, url string) store.Webhook {
	h.t.Helper()
	w := store.Webhook{ID: id, Partner: "p", URL: url, Secret: NewSecret(), CreatedAt: h.clock()}
	if err := h.st.AddWebhook(context.Background(), w); err != nil {
		h.t.Fatal(err)
	}
	return w
}

// events posts n messages of partner p's users.
func (h *house) events(n int) {
	h.t.Helper()
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			id := fmt.Sprintf("c%d-%d", h.clock().Unix(), i)
			c := store.Conversation{
				ID: id, Subject: id, Owner: "bot", Partner: "p", LastSeq: 1, CreatedAt: h.clock(), UpdatedAt: h.clock(), State: []byte(`{}`),
			}
			m := store.Message{Seq: 1, From: "user", Name: "canary", Text: "canary of my seed phrase", Lang: "en", At: h.clock()}
			if err := h.st.Save(context.Background(), store.Change{Conversation: c, Messages: []store.Message{m}}); err != nil {
				h.t.Error(err)
			}
		})
	}
	all.Wait()
}

// settleAll runs the senders until nothing is due at this moment.
func (h *house) settleAll(senders ...*Sender) {
	h.t.Helper()
	for {
		var all sync.WaitGroup
		for _, s := range senders {
			all.Go(func() {
				s.Look(context.Background())
				s.Wait()
			})
		}
		all.Wait()
		if ready, err := h.st.ReadyWebhooks(context.Background(), h.clock()); err != nil || len(ready) == 0 {
			if err != nil {
				h.t.Error(err)
			}
			return
		}
	}
}

// deliveries is everything of a webhook, the newest first.
func (h *house) deliveries(webhook string) []store.Delivery {
	h.t.Helper()
	const most = 100_000
	ds, err := h.st.Deliveries(context.Background(), webhook, most, most)
	if err != nil {
		h.t.Fatal(err)
	}
	return ds
}

// next turns the clock to the next attempts; false: none is to come.
func (h *house) next(webhook string) bool {
	var soonest time.Time
	for _, d := range h.deliveries(webhook) {
		if d.State == store.Pending && (soonest.IsZero() || d.NextAt.Before(soonest)) {
			soonest = d.NextAt
		}
	}
	if soonest.IsZero() {
		return false
	}
	if soonest.After(h.clock()) {
		h.set(soonest)
	}
	return true
}

// taken is a call as its receiver saw it.
type taken struct {
	id   string
	at   time.Time
	body string
}

// receiver is a partner's server that answers by a plan.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	calls  []taken
	tries  map[string]int
	now    int // requests under way
	most   int
	secret []byte // what it verifies with
	bad    int
}

// listen starts a receiver: plan answers the n-th call of an id, from 1 on.
func listen(t *testing.T, plan func(w http.ResponseWriter, r *http.Request, id string, n int)) *receiver {
	t.Helper()
	rc := &receiver{tries: map[string]int{}}
	rc.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		id := r.Header.Get("webhook-id")
		seconds, _ := strconv.ParseInt(r.Header.Get("webhook-timestamp"), 10, 64)
		rc.mu.Lock()
		rc.calls = append(rc.calls, taken{id, time.Unix(seconds, 0), string(body)})
		rc.tries[id]++
		n := rc.tries[id]
		rc.now++
		rc.most = max(rc.most, rc.now)
		if rc.secret != nil {
			verifier, _ := standardwebhooks.NewWebhook(ShowSecret(rc.secret))
			if verifier.VerifyIgnoringTimestamp(body, r.Header) != nil { // the time is the test's
				rc.bad++
			}
		}
		rc.mu.Unlock()
		defer func() {
			rc.mu.Lock()
			rc.now--
			rc.mu.Unlock()
		}()
		plan(w, r, id, n)
	}))
	t.Cleanup(rc.Close)
	return rc
}

func (rc *receiver) verify(secret []byte) {
	rc.mu.Lock()
	defer rc.mu.Unlock()
	rc.secret = secret
}

func (rc *receiver) all() []taken {
	rc.mu.Lock()
	defer rc.mu.Unlock()
	return append([]taken(nil), rc.calls...)
}
