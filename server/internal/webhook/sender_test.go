package webhook

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"usher/server/internal/store"
)

// A receiver that is gone is not called again, while others get everything.
func TestSender_GoneIsCalledNoMore(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	gone := listen(t, func(w http.ResponseWriter, _ *http.Request, _ string, n int) { w.WriteHeader(http.StatusGone) })
	fine := listen(t, func(http.ResponseWriter, *http.Request, string, int) {})
	h.hook("gone", gone.URL)
	h.hook("fine", fine.URL)
	s := h.sender(Options{})
	h.events(1)
	h.settleAll(s)
	h.pass(time.Second)
	h.events(20)
	for range 12 {
		h.pass(24 * time.Hour)
		h.settleAll(s)
	}
	w, err := h.st.Webhook(t.Context(), "gone")
	if len(gone.all()) != 1 || len(fine.all()) != 21 || err != nil || w.Reason != "gone" {
		t.Errorf("%d calls to who is gone, %d to the other, %+v %v", len(gone.all()), len(fine.all()), w, err)
	}
}

// A receiver that hangs keeps nobody else's events back, and has four calls at
// once at most; a sender that stops lets them come to their end.
func TestSender_WhoHangsHoldsUpOnlyItself(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	release, arrived := make(chan struct{}), make(chan struct{}, 100)
	slow := listen(t, func(http.ResponseWriter, *http.Request, string, int) {
		arrived <- struct{}{}
		<-release
	})
	came := make(chan struct{}, 100)
	fine := listen(t, func(http.ResponseWriter, *http.Request, string, int) { came <- struct{}{} })
	h.hook("slow", slow.URL)
	h.hook("fine", fine.URL)
	s := h.sender(Options{CallMax: time.Minute})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { s.Run(ctx); close(ended) }()
	h.events(20)
	for range 20 {
		<-came
	}
	for range parallel {
		<-arrived
	}
	if n := len(slow.all()); n != parallel {
		t.Errorf("%d calls at once to who hangs", n)
	}
	stop()
	select {
	case <-ended:
		t.Error("it stopped with calls under way")
	default:
	}
	close(release)
	<-ended
	done := 0
	for _, d := range h.deliveries("slow") {
		if d.State == store.Delivered {
			done++
		}
	}
	if done != parallel {
		t.Errorf("%d of %d calls under way were noted", done, parallel)
	}
}

// A sender that was killed between its lease and its note is replaced when the
// lease ends; the event has the id it had.
func TestSender_AKilledOneIsReplaced(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := listen(t, func(http.ResponseWriter, *http.Request, string, int) {})
	h.hook("w", r.URL)
	h.events(1)
	s := h.sender(Options{})
	ready, err := h.st.ReadyWebhooks(t.Context(), h.clock())
	if err != nil || len(ready) != 1 {
		t.Fatal(ready, err)
	}
	if err := s.expand(t.Context(), &ready[0]); err != nil {
		t.Fatal(err)
	}
	killed, err := h.st.Lease(t.Context(), "w", "killed", h.clock(), h.clock().Add(callMax+noteMax), 1)
	if err != nil || len(killed) != 1 {
		t.Fatal(killed, err)
	}
	h.settleAll(s)
	if len(r.all()) != 0 {
		t.Error("attempted while another has it")
	}
	h.pass(callMax + noteMax)
	h.settleAll(s)
	if calls := r.all(); len(calls) != 1 || calls[0].id != killed[0].ID {
		t.Errorf("%+v, want %s once", calls, killed[0].ID)
	}
}

// Of an answer only the beginning is read, and what is no HTTP or no TLS that
// can be trusted is a failure with a word of ours.
func TestSender_AnswersThatAreNone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sent := new(atomic.Int64)
	endless := listen(t, func(w http.ResponseWriter, r *http.Request, _ string, _ int) {
		block := make([]byte, 64<<10)
		for range 1 << 14 { // 1 GiB
			n, err := w.Write(block)
			sent.Add(int64(n))
			if err != nil {
				return
			}
		}
	})
	headers := listen(t, func(w http.ResponseWriter, _ *http.Request, _ string, _ int) {
		w.Header().Set("X", strings.Repeat("a", 2*headersMax))
	})
	untrusted := httptest.NewTLSServer(http.NotFoundHandler())
	defer untrusted.Close()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	want := map[string]string{"endless": "", "headers": failAnswer, "untrusted": failTLS, "no TLS": failTLS, "closed": failConnect}
	for name, url := range map[string]string{
		"endless": endless.URL, "headers": headers.URL, "untrusted": untrusted.URL, "no TLS": strings.Replace(endless.URL, "http:", "https:", 1), "closed": closed.URL,
	} {
		h.hook(name, url)
	}
	s := h.sender(Options{})
	h.events(1)
	h.settleAll(s)
	for name, fail := range want {
		log, err := h.st.DeliveryAttempts(t.Context(), name, 0, 9)
		if err != nil || len(log) != 1 {
			t.Fatal(log, err)
		}
		for _, attempts := range log {
			if len(attempts) != 1 || attempts[0].Error != fail {
				t.Errorf("%s: %+v, want %q", name, attempts, fail)
			}
		}
	}
	if sent.Load() > 16<<20 { // what fits into the buffers of a connection
		t.Errorf("%d bytes of an answer were taken", sent.Load())
	}
}

// What was erased before it was sent is sent no more, and holds up nothing.
func TestSender_WhatWasErasedIsNotSent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	up := false
	r := listen(t, func(w http.ResponseWriter, _ *http.Request, _ string, _ int) {
		if !up {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	h.hook("w", r.URL)
	s := h.sender(Options{})
	h.events(3)
	h.settleAll(s)
	ds := h.deliveries("w")
	if _, err := h.st.DisableWebhook(t.Context(), "w", "failing", h.clock()); err != nil || len(ds) != 3 {
		t.Fatal(ds, err)
	}
	h.pass(time.Hour)
	h.events(2) // waits in the feed
	late := h.clock().Unix()
	for _, subject := range []string{ds[0].Conversation, fmt.Sprintf("c%d-1", late)} {
		if n, err := h.st.Erase(t.Context(), subject); err != nil || n != 1 {
			t.Fatal(n, err)
		}
	}
	up = true
	if err := h.st.EnableWebhook(t.Context(), "w", h.clock()); err != nil {
		t.Fatal(err)
	}
	h.settleAll(s)
	if n := len(r.all()); n != 3+2+1 {
		t.Errorf("%d calls, want 3 that failed, 2 again and 1 new", n)
	}
}
