package ws

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"usher/bot"
	"usher/handoff"
	"usher/intents"
	"usher/intents/secret"
	"usher/intents/slot"
	"usher/locales"
	"usher/locales/lines"
	"usher/server/internal/bus"
	"usher/server/internal/chat"
	"usher/server/internal/store"
	"usher/server/internal/testneeds"
)

// mind is what a service thinks with; it is read once for all tests.
type mind struct {
	bot    *bot.Bot
	lines  *lines.Book
	queues handoff.Queues
	masker *secret.Masker
	err    error
}

var newMind = sync.OnceValue(func() mind {
	queues, err := handoff.LoadQueues()
	catalog, err2 := intents.LoadCatalog()
	reader, err3 := intents.NewUnderstander(locales.Files)
	slots, err4 := slot.New(locales.Files)
	if err := errors.Join(err, err2, err3, err4); err != nil {
		return mind{err: err}
	}
	policy := bot.DefaultPolicy()
	book, err := lines.New(locales.Files, catalog.Lines(), policy.Args)
	return mind{
		bot:   bot.New(bot.Config{Policy: policy, Catalog: catalog, Queues: queues, Reader: reader, Slots: slots, Speaks: book.Tags()}),
		lines: book, queues: queues, masker: secret.New(), err: err,
	}
})

// real is a server on the real service and SQLite in a folder of the test's.
type real struct {
	t      testing.TB
	server *Server
	users  string // address of the chat socket
	agents string
	log    *testneeds.Log

	revoked atomic.Pointer[string] // the token whose session has ended
}

// agentTokens are the sessions of the tests' agents.
func agentTokens() map[string]chat.AgentPerson {
	return map[string]chat.AgentPerson{
		"token-dana": {ID: "dana", Name: "Dana", Role: "agent", Languages: []string{"en"}},
		"token-eli":  {ID: "eli", Name: "Eli", Role: "agent", Languages: []string{"es"}},
		"token-sam":  {ID: "sam", Name: "Sam", Role: "supervisor", Languages: []string{"en"}},
		"token-kim":  {ID: "kim", Name: "Kim", Role: "security", Languages: []string{"en"}},
	}
}

// start is a real server on SQLite.
func start(t testing.TB) *real {
	t.Helper()
	return startOn(t, store.Options{DataDir: t.TempDir()})
}

func startOn(t testing.TB, o store.Options) *real {
	t.Helper()
	m := newMind()
	if m.err != nil {
		t.Fatal(m.err)
	}
	st, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	r := &real{t: t, log: &testneeds.Log{}}
	log := slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	service, err := chat.New(t.Context(), chat.Config{
		Store: st, Bot: m.bot, Lines: m.lines, Queues: m.queues, Masker: m.masker, Bus: bus.NewMemory(time.Now),
		Clock: time.Now, Log: log, Grace: 30 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { service.Run(ctx) })
	r.server = New(Options{
		Chat: service, Log: log, Now: time.Now, AgentGrace: 30 * time.Second,
		Origin: func(r *http.Request) bool { return r.Header.Get("Origin") == "https://usher.test" },
		Person: func(token string) (chat.Person, error) {
			if subject, ok := strings.CutPrefix(token, "signed:"); ok {
				return chat.Person{Subject: subject, Email: subject + "@example.com"}, nil
			}
			return chat.Person{}, errors.New("not a token")
		},
		AgentCookie: func(r *http.Request) (string, bool) {
			c, err := r.Cookie("usher")
			if err != nil {
				return "", true
			}
			return c.Value, r.Header.Get("Origin") != ""
		},
		Agent: func(_ context.Context, token string) (chat.AgentPerson, error) {
			a, ok := agentTokens()[token]
			if !ok {
				return a, chat.ErrUnauthenticated
			}
			return a, nil
		},
		StillValid: func(_ context.Context, token string) (bool, error) {
			gone := r.revoked.Load()
			return gone == nil || *gone != token, nil
		},
	})
	users, agents := httptest.NewServer(r.server.Chat()), httptest.NewServer(r.server.Agent())
	r.users, r.agents = strings.TrimPrefix(users.URL, "http://"), strings.TrimPrefix(agents.URL, "http://")
	t.Cleanup(func() {
		users.Close()
		agents.Close()
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		_ = r.server.Drain(ended)
		stop()
		running.Wait()
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// user opens a new conversation and reads the greeting.
func (r *real) user() (c *client, welcome map[string]any) {
	r.t.Helper()
	c = dial(r.t, r.users)
	c.send(`{"type":"hello","locale":"en"}`)
	welcome = c.until("welcome")
	c.until("message.created")
	return c, welcome
}

// agent signs an agent in.
func (r *real) agent(token string) (c *client, welcome map[string]any) {
	r.t.Helper()
	c = dial(r.t, r.agents)
	c.send(`{"type":"hello","token":"` + token + `"}`)
	return c, c.until("welcome")
}

// message is the text and seq of a message.created frame.
func message(f map[string]any) (seq int, from, text string) {
	m, _ := f["message"].(map[string]any)
	n, _ := m["seq"].(float64)
	from, _ = m["from"].(string)
	text, _ = m["text"].(string)
	return int(n), from, text
}

func number(v any) int {
	n, _ := v.(float64)
	return int(n)
}
