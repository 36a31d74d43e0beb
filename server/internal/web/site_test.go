package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"usher/server/internal/testbrowser"
	"usher/server/internal/web"
)

// site is a whole Usher as far as the pages can tell.
type site struct {
	*httptest.Server
	chat  *fakeChat
	agent *fakeAgent
}

func newSite(t *testing.T, origins ...string) *site {
	t.Helper()
	pages, err := web.Handler(web.Options{Locales: os.DirFS("../../../locales"), AllowedOrigins: origins, Demo: true})
	if err != nil {
		t.Fatal(err)
	}
	s := &site{chat: newFakeChat(), agent: newFakeAgent()}
	mux := http.NewServeMux()
	mux.Handle("/", pages)
	mux.Handle("/v1/chat", s.chat)
	s.agent.mount(mux)
	mux.HandleFunc("POST /demo/token", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"token":"header.claims.signature"}`)
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// connected waits until the widget has connected so many times.
func (s *site) connected(b *testbrowser.Tab, times int) {
	for tries := 0; len(s.chat.greeted()) < times; tries++ {
		if tries == 500 {
			b.Fatal("%d connections, want %d", len(s.chat.greeted()), times)
		}
		testbrowser.Eval[bool](b, `new Promise((done) => setTimeout(done, 20, true))`)
	}
}
