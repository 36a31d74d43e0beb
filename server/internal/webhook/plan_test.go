package webhook

import (
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"usher/server/internal/store"
)

// answers are what a receiver may do; each is done to an event's first attempts.
var answers = []struct {
	name  string
	times int // it is done so often; then 200
	do    func(http.ResponseWriter, *http.Request)
	fail  string
	after time.Duration // what its Retry-After asks for
}{
	{name: "200", do: status(200)},
	{name: "500", times: 3, do: status(500), fail: failStatus},
	{name: "429 in seconds", times: 1, do: retryAfter(429, "7200"), fail: failStatus, after: 2 * time.Hour},
	{name: "503 ten years", times: 1, do: retryAfter(503, "315360000"), fail: failStatus, after: retryAfterMax},
	{name: "429 negative", times: 2, do: retryAfter(429, "-5"), fail: failStatus},
	{name: "a redirect", times: 2, do: redirect, fail: failStatus},
	{name: "hangs", times: 1, do: hang, fail: failTimeout},
	{name: "closes", times: 2, do: closes, fail: failAnswer},
	{name: "slow body", times: 1, do: drip, fail: failTimeout},
	{name: "404 for long", times: 9, do: status(404), fail: failStatus},
}

func status(code int) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func retryAfter(code int, text string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", text)
		w.WriteHeader(code)
	}
}

func redirect(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
}

func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func closes(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// drip answers 200 and never comes to the body's end.
func drip(w http.ResponseWriter, r *http.Request) {
	_, _ = w.Write([]byte("a"))
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}

// 500 events, a receiver that fails by plan, two replicas and a secret that is
// rotated in the middle: every event arrives, with one id, signed, at the times
// of the schedule (G14).
func TestSender_EveryEventArrivesWhateverTheReceiverDoes(t *testing.T) {
	t.Parallel()
	const events = 500
	h := newHouse(t)
	kind := func(id string) int {
		sum := 0
		for _, b := range []byte(id) {
			sum = sum*31 + int(b)
		}
		return int(uint(sum) % uint(len(answers)))
	}
	r := listen(t, func(w http.ResponseWriter, r *http.Request, id string, n int) {
		if a := answers[kind(id)]; n <= a.times {
			a.do(w, r)
		}
	})
	w := h.hook("w", r.URL)
	r.verify(w.Secret)
	const brief = 300 * time.Millisecond
	one, two := h.sender(Options{CallMax: brief}), h.sender(Options{CallMax: brief})
	h.events(events)
	h.settleAll(one, two)
	// The receiver goes over to the next secret within a day; both verify.
	next := NewSecret()
	if err := h.st.RotateWebhook(t.Context(), "w", next, h.clock().Add(KeepSecret)); err != nil {
		t.Fatal(err)
	}
	for h.next("w") {
		if h.clock().Sub(start) > KeepSecret/2 {
			r.verify(next)
		}
		h.settleAll(one, two)
	}
	ds := h.deliveries("w")
	calls := map[string][]time.Time{}
	for _, c := range r.all() {
		calls[c.id] = append(calls[c.id], c.at)
		if strings.Contains(c.body, "canary") || len(c.body) > 1024 || !strings.Contains(c.body, `"type":"message.created"`) {
			t.Fatalf("sent %s", c.body)
		}
	}
	off, kinds := 0.0, map[int]int{}
	logged, err := h.st.DeliveryAttempts(t.Context(), "w", 0, events+1)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range ds {
		a := answers[kind(d.ID)]
		kinds[kind(d.ID)]++
		times := calls[d.ID]
		if d.State != store.Delivered || len(times) < a.times+1 || d.Attempts != len(times) || len(logged[d.ID]) != d.Attempts {
			t.Errorf("%s, %s: %s after %d attempts, %d calls, %d in the log", d.ID, a.name, d.State, d.Attempts, len(times), len(logged[d.ID]))
			continue
		}
		for i, got := range logged[d.ID][:a.times] {
			planned := max(schedule()[i], a.after)
			pause := logged[d.ID][i+1].At.Sub(got.At)
			off = max(off, math.Abs(float64(pause-planned))/float64(planned))
			if got.Error != a.fail && got.Error != failTimeout || got.N != i+1 { // a busy machine is late as well
				t.Errorf("%s: attempt %d failed with %q, want %q", a.name, got.N, got.Error, a.fail)
			}
		}
	}
	if len(ds) != events || len(calls) != events || len(kinds) != len(answers) {
		t.Errorf("%d deliveries, %d ids called, %d kinds of answer: want %d, %d, %d", len(ds), len(calls), len(kinds), events, events, len(answers))
	}
	if r.bad != 0 {
		t.Errorf("%d of %d calls were not signed with a secret of that time", r.bad, len(r.all()))
	}
	if off > jitter+0.001 {
		t.Errorf("an attempt was %.1f %% off its time", 100*off)
	}
	if r.most > parallel {
		t.Errorf("%d calls at once", r.most)
	}
	t.Logf("%d events, %d calls, %d duplicates after a success, %d bad signatures, at most %.1f %% off the schedule, %d at once; senders %+v %+v",
		len(ds), len(r.all()), len(r.all())-int(one.Stats().Failed+two.Stats().Failed)-events, r.bad, 100*off, r.most, one.Stats(), two.Stats())
	if one.Stats().Delivered == 0 || two.Stats().Delivered == 0 {
		t.Error("one replica did everything")
	}
}

// After ten attempts a webhook that has taken nothing is disabled; what comes
// then is kept, and sent when it is enabled.
func TestSender_ExhaustedScheduleDisablesAndNothingIsLost(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	up := false
	r := listen(t, func(w http.ResponseWriter, _ *http.Request, _ string, _ int) {
		if !up {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	h.hook("w", r.URL)
	s := h.sender(Options{Chance: func() float64 { return 0.5 }})
	h.events(1)
	h.settleAll(s)
	for range 20 {
		if !h.next("w") {
			break
		}
		h.settleAll(s)
	}
	calls := r.all()
	w, err := h.st.Webhook(t.Context(), "w")
	if err != nil || w.Reason != "failing" || s.Stats().Disabled != 1 {
		t.Errorf("%+v, %v, %+v", w, err, s.Stats())
	}
	h.events(2)
	h.settleAll(s)
	if n := len(r.all()); n != 10 {
		t.Errorf("%d calls", n)
	}
	up = true
	if err := h.st.EnableWebhook(t.Context(), "w", h.clock()); err != nil {
		t.Fatal(err)
	}
	if err := h.st.Redeliver(t.Context(), "w", calls[0].id, h.clock()); err != nil {
		t.Fatal(err)
	}
	h.settleAll(s)
	for _, d := range h.deliveries("w") {
		if d.State != store.Delivered {
			t.Errorf("%+v", d)
		}
	}
	if n := len(r.all()); n != 13 {
		t.Errorf("%d calls, want 10 that failed and 3", n)
	}
}
