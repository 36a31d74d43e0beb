package chat

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"reflect"
	"sync"
	"testing"
	"testing/fstest"
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
	"usher/server/internal/store"
	"usher/server/internal/testneeds"
	"usher/server/internal/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start is the moment at which the tests' clocks stand.
var start = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

// grace is the tests' agent grace.
const grace = 30 * time.Second

// mind is the real bot and its words, made once; Spanish has one line, so that
// there is a second language to choose.
type mind struct {
	bot    *bot.Bot
	lines  *lines.Book
	queues handoff.Queues
	masker *secret.Masker
}

var theMind = sync.OnceValues(func() (mind, error) {
	queues, err := handoff.LoadQueues()
	catalog, err2 := intents.LoadCatalog()
	reader, err3 := intents.NewUnderstander(locales.Files)
	slots, err4 := slot.New(locales.Files)
	english, err5 := fs.ReadFile(locales.Files, "en/lines.toml")
	formats, err6 := fs.ReadFile(locales.Files, "en/formats.toml")
	if err := errors.Join(err, err2, err3, err4, err5, err6); err != nil {
		return mind{}, err
	}
	policy := bot.DefaultPolicy()
	book, err := lines.New(fstest.MapFS{
		"en/lines.toml": {Data: english}, "en/formats.toml": {Data: formats},
		"es/lines.toml": {Data: []byte(`"greeting.open" = "Hola"`)},
	}, catalog.Lines(), policy.Args)
	b := bot.New(bot.Config{Policy: policy, Catalog: catalog, Queues: queues, Reader: reader, Slots: slots})
	return mind{bot: b, lines: book, queues: queues, masker: secret.New()}, err
})

// house is one database with a service on it.
type house struct {
	*Service
	t   *testing.T
	dir string
	log *testneeds.Log

	mu sync.Mutex
	at time.Time
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), log: &testneeds.Log{}, at: start}
	st, err := store.Open(t.Context(), store.Options{DataDir: h.dir, Clock: h.now})
	ok(t, err)
	t.Cleanup(func() { ok(t, st.Close()) })
	h.Service = h.another(st, bus.NewMemory(h.now))
	return h
}

// replica is a further service on the same database and the same bell.
func (h *house) replica() *Service {
	h.t.Helper()
	return h.another(h.Store, h.Bus.(*bus.Memory).Another())
}

// another is a service on the same database.
func (h *house) another(st *store.Store, b bus.Bus) *Service {
	h.t.Helper()
	m, err := theMind()
	ok(h.t, err)
	s, err := New(h.t.Context(), Config{
		Store: st, Bot: m.bot, Lines: m.lines, Queues: m.queues, Masker: m.masker, Bus: b,
		Clock: h.now, Log: slog.New(slog.NewTextHandler(h.log, nil)), Grace: grace,
	})
	ok(h.t, err)
	return s
}

// restart leaves nothing in memory.
func (h *house) restart() { h.Service = h.another(h.Store, bus.NewMemory(h.now)) }

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

// pass lets time go by and sweeps.
func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	h.at = h.at.Add(d)
	h.mu.Unlock()
	h.Sweep(context.WithoutCancel(h.t.Context()))
}

// chat is a new conversation of somebody unknown.
func (h *house) chat() Welcome {
	h.t.Helper()
	return must(h.Hello(h.t.Context(), Hello{}))(h.t)
}

// say sends a message with a fresh id.
func (h *house) say(conv, text string) Ack {
	h.t.Helper()
	return must(h.Send(h.t.Context(), conv, Sent{ClientID: newID(), Text: text}))(h.t)
}

// waiting is a new conversation that waits in kyc_review, with its handoff.
func (h *house) waiting() (conv, id string) {
	h.t.Helper()
	conv = h.chat().Conversation
	ok(h.t, h.RequestPerson(h.t.Context(), conv))
	return conv, h.state(conv).Ticket.ID
}

// held is one that an agent has.
func (h *house) held(a AgentPerson) (conv, id string) {
	h.t.Helper()
	conv, id = h.waiting()
	must(h.Claim(h.t.Context(), a, id))(h.t)
	return conv, id
}

// stolen is a new conversation that waits in account_security.
func (h *house) stolen() (conv, id string) {
	h.t.Helper()
	conv = h.chat().Conversation
	h.say(conv, theft)
	return conv, h.state(conv).Ticket.ID
}

// theft is a message that row 1 hears.
const theft = "someone hacked my account and submitted a verification in my name"

// state is what is stored of a conversation.
func (h *house) state(conv string) bot.State {
	h.t.Helper()
	c := must(h.Store.Load(h.t.Context(), conv))(h.t)
	return must(decode(c))(h.t).Bot
}

// transcript is the whole stored transcript.
func (h *house) transcript(conv string) []store.Message {
	h.t.Helper()
	var all []store.Message
	for {
		more := must(h.Store.Messages(h.t.Context(), conv, int64(len(all)), page))(h.t)
		if all = append(all, more...); len(more) < page {
			return all
		}
	}
}

func (h *house) follow(w Welcome, after int64) *Follow {
	f := h.Follow(w.Conversation, after, w)
	h.t.Cleanup(f.Close)
	return f
}

func (h *house) desk(a AgentPerson) *Desk {
	h.t.Helper()
	_, d, err := h.AgentHello(h.t.Context(), a)
	ok(h.t, err)
	h.t.Cleanup(func() {
		if !d.closed {
			d.Close()
		}
	})
	return d
}

// feed is a Follow or a Desk.
type feed interface {
	Pull(ctx context.Context) ([]wire.Event, error)
	More() bool
	Wake() <-chan struct{}
}

// pull reads everything there is now.
func pull(t *testing.T, f feed) []wire.Event {
	t.Helper()
	var all []wire.Event
	for {
		some, err := f.Pull(t.Context())
		ok(t, err)
		if all = append(all, some...); !f.More() {
			return all
		}
	}
}

// until reads at each wake until an event of a type comes, and returns it.
func until(t *testing.T, f feed, kind string) wire.Event {
	t.Helper()
	for {
		for _, e := range pull(t, f) {
			if e.Type == kind {
				return e
			}
		}
		select {
		case <-f.Wake():
		case <-t.Context().Done():
			t.Fatalf("no %s came", kind)
		}
	}
}

// names are the types of events, in order, of messages with sender and text's
// place in the transcript.
func names(events []wire.Event) []string {
	all := []string{}
	for _, e := range events {
		switch {
		case e.Message != nil:
			all = append(all, fmt.Sprintf("%d %s", e.Message.Seq, e.Message.From))
		case e.Owner != "":
			all = append(all, e.Type+" "+e.Owner)
		case e.Handoff != nil:
			all = append(all, e.Type+" "+e.Handoff.Queue)
		default:
			all = append(all, e.Type)
		}
	}
	return all
}

var (
	ana  = AgentPerson{ID: "ana", Name: "Ana", Role: "agent", Languages: []string{"en"}}
	bo   = AgentPerson{ID: "bo", Name: "Bo", Role: "agent", Languages: []string{"es"}}
	sec  = AgentPerson{ID: "sec", Name: "Sec", Role: "security", Languages: []string{"en"}}
	boss = AgentPerson{ID: "boss", Name: "Boss", Role: "supervisor", Languages: []string{"en"}}
)

func equal[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// must takes what a call returned and, given the test, ends it on an error.
func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		ok(t, err)
		return v
	}
}

// fails checks which error a call returned.
func fails[T any](_ T, err error) func(t *testing.T, want error) {
	return func(t *testing.T, want error) {
		t.Helper()
		if !errors.Is(err, want) {
			t.Errorf("error %v, want %v", err, want)
		}
	}
}

func failed(err error) func(t *testing.T, want error) { return fails(0, err) }
