package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"usher/bot"
	"usher/handoff"
	"usher/intents"
	"usher/intents/secret"
	"usher/intents/slot"
	"usher/locales"
	"usher/locales/lines"
	"usher/server/internal/bus"
	"usher/server/internal/chat"
	"usher/server/internal/limit"
	"usher/server/internal/store"
	"usher/server/internal/testneeds"
	"usher/server/internal/webhook"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// nowhere resolves nothing, so that no test asks a server outside.
var nowhere = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
	return nil, errors.New("no resolver in tests")
}}

// start is the moment at which the tests' clocks stand.
var start = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

// mind is the real bot and its words, made once.
type mind struct {
	bot    *bot.Bot
	lines  *lines.Book
	queues handoff.Queues
	reader *intents.Understander
}

var theMind = sync.OnceValue(func() mind {
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	queues, err := handoff.LoadQueues()
	must(err)
	catalog, err := intents.LoadCatalog()
	must(err)
	reader, err := intents.NewUnderstander(locales.Files)
	must(err)
	slots, err := slot.New(locales.Files)
	must(err)
	policy := bot.DefaultPolicy()
	book, err := lines.New(locales.Files, catalog.Lines(), policy.Args)
	must(err)
	b := bot.New(bot.Config{Policy: policy, Catalog: catalog, Queues: queues, Reader: reader, Slots: slots, Speaks: book.Tags()})
	return mind{bot: b, lines: book, queues: queues, reader: reader}
})

// house is one database with the API on it.
type house struct {
	t    testing.TB
	api  *API
	chat *chat.Service
	st   *store.Store
	bell bus.Bus
	log  *testneeds.Log
	url  string
	seen *published // what answers are checked against

	mu sync.Mutex
	at time.Time
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(d)
}

// build opens a house; o says where it keeps what it stores.
func build(t testing.TB, o store.Options, limiter func(clock func() time.Time) limit.Limiter) *house {
	t.Helper()
	h := &house{t: t, at: start, log: &testneeds.Log{}}
	o.Clock = h.clock
	st, err := store.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	m := theMind()
	log := slog.New(slog.NewTextHandler(h.log, nil))
	h.st, h.bell = st, bus.NewMemory(h.clock)
	h.chat, err = chat.New(context.Background(), chat.Config{
		Store: st, Bot: m.bot, Lines: m.lines, Queues: m.queues, Masker: secret.New(), Bus: h.bell, Clock: h.clock, Log: log, Grace: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	if limiter == nil {
		limiter = func(clock func() time.Time) limit.Limiter { return limit.NewMemory(clock) }
	}
	h.api, err = New(Options{Chat: h.chat, Store: st, Limiter: limiter(h.clock), Clock: h.clock, Log: log, Understand: m.reader.Understand, Hooks: &webhook.Guard{Resolver: nowhere}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h.api)
	h.url, h.seen = server.URL, readPublished(t, h.api.contract.json)
	t.Cleanup(func() {
		h.api.Drain()
		server.Close()
		_ = h.bell.Close()
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func newHouse(t testing.TB) *house {
	t.Helper()
	return build(t, store.Options{DataDir: t.TempDir()}, nil)
}

// onBoth runs a test on both databases: answers must be equal on them.
func onBoth(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(t, newHouse(t))
	})
	t.Run("Postgres", func(t *testing.T) {
		t.Parallel()
		test(t, build(t, store.Options{DatabaseURL: testneeds.StartPostgres(t).URL()}, nil))
	})
}

// key makes a key with an allowance that no test uses up by itself.
func (h *house) key(name string, scopes ...string) string {
	h.t.Helper()
	_, text := h.make(NewKey{Name: name, Rate: "100000/s", Scopes: scopes})
	return text
}

func (h *house) make(n NewKey) (store.APIKey, string) {
	h.t.Helper()
	key, text, err := MakeKey(context.Background(), h.st, n, h.clock())
	if err != nil {
		h.t.Fatal(err)
	}
	return key, text
}

// reply is an answer with its body read.
type reply struct {
	status int
	header http.Header
	body   string
}

// into reads a JSON body.
func (r reply) into(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.body), v); err != nil {
		t.Fatalf("%d %s: %v", r.status, r.body, err)
	}
}

// client does not keep connections, so that none outlives its test.
var client = &http.Client{
	Transport:     &http.Transport{DisableKeepAlives: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// send sends a request as it is and checks the answer against what is published.
func (h *house) send(r *http.Request) reply {
	h.t.Helper()
	answer, err := client.Do(r)
	if err != nil {
		h.t.Error(err)
		return reply{}
	}
	defer func() { _ = answer.Body.Close() }()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		h.t.Error(err)
	}
	out := reply{answer.StatusCode, answer.Header, string(raw)}
	h.seen.check(h.t, r, out)
	return out
}

// do calls a route; body is "" or JSON, headers are pairs.
func (h *house) do(key, method, path, body string, headers ...string) reply {
	h.t.Helper()
	for patience := 3; ; patience-- {
		got := h.once(key, method, path, body, headers...)
		if got.status != http.StatusServiceUnavailable || patience == 0 {
			return got // a busy disk is no answer yet: it asks to be tried again
		}
	}
}

func (h *house) once(key, method, path, body string, headers ...string) reply {
	h.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, h.url+prefix+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return h.send(r)
}

// want demands a status.
func (h *house) want(status int, r reply) reply {
	h.t.Helper()
	if r.status != status {
		h.t.Fatalf("status %d, want %d: %s", r.status, status, r.body)
	}
	return r
}

// open opens a conversation and returns its id.
func (h *house) open(key, user string) string {
	h.t.Helper()
	var c struct{ ID string }
	h.want(http.StatusCreated, h.do(key, "POST", "/conversations", fmt.Sprintf(`{"external_user_id":%q,"locale":"en"}`, user))).into(h.t, &c)
	return c.ID
}

// say sends a message and returns the answer.
func (h *house) say(key, conv, id, text string) reply {
	h.t.Helper()
	body, _ := json.Marshal(map[string]string{"id": id, "text": text})
	return h.do(key, "POST", "/conversations/"+conv+"/messages", string(body))
}
