package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"usher/server/internal/store"
	"usher/server/internal/wire"
)

func TestAPI_ANamedRequestIsCarriedOutOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, aNamedRequestIsCarriedOutOnce)
}

func aNamedRequestIsCarriedOutOnce(t *testing.T, h *house) {
	key, other := h.key("Acme"), h.key("Other")
	body := `{"external_user_id":"u"}`
	named := func(name string) []string { return []string{idempotencyKey, name} }

	first := h.want(http.StatusCreated, h.do(key, "POST", "/conversations", body, named("a")...))
	again := h.do(key, "POST", "/conversations", body, named("a")...)
	if again.status != first.status || again.body != first.body {
		t.Errorf("the second answer differs: %d %s", again.status, again.body)
	}
	if got := h.do(key, "POST", "/conversations", `{"external_user_id":"v"}`, named("a")...).problem(t); got != "422 idempotency_key_reused" {
		t.Errorf("another body: %s", got)
	}
	if got := h.do(key, "POST", "/decide", body+" ", named("a")...); got.status != 400 { // not readable: refused before its name is looked at
		t.Errorf("another path with a bad body: %d", got.status)
	}
	if got := h.do(key, "POST", "/decide", `{"intent":"greeting"}`, named("a")...).problem(t); got != "422 idempotency_key_reused" {
		t.Errorf("another path: %s", got)
	}
	if got := h.want(http.StatusCreated, h.do(other, "POST", "/conversations", body, named("a")...)); got.body == first.body {
		t.Error("another partner got the first one's answer")
	}
	if got := h.want(http.StatusCreated, h.do(key, "POST", "/conversations", body, named("b")...)); got.body == first.body {
		t.Error("another name got the first one's answer")
	}

	// Refusals are kept as well.
	lost := h.do(key, "POST", "/conversations/NEVERWASNEVERWASNEVERWASNE/messages", `{"id":"1","text":"a"}`, named("c")...)
	if again := h.do(key, "POST", "/conversations/NEVERWASNEVERWASNEVERWASNE/messages", `{"id":"1","text":"a"}`, named("c")...); again.status != 404 || again.body != lost.body {
		t.Errorf("a refusal again: %d %s", again.status, again.body)
	}

	h.pass(keepAnswers - time.Second)
	if got := h.do(key, "POST", "/conversations", body, named("a")...); got.body != first.body {
		t.Error("the answer was gone before 24 hours")
	}
	h.pass(2 * time.Second)
	if got := h.want(http.StatusCreated, h.do(key, "POST", "/conversations", `{"external_user_id":"v"}`, named("a")...)); got.body == first.body {
		t.Error("the answer is kept longer than 24 hours")
	}
}

// Many at once, at two replicas: one carries it out, the others wait their turn.
func TestAPI_ANamedRequestFromManySidesHasOneEffect(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, b := build(t, store.Options{DataDir: dir}, nil), build(t, store.Options{DataDir: dir}, nil)
	key := a.key("Acme")
	bodies := make([]string, 16)
	var all sync.WaitGroup
	for i := range bodies {
		h := []*house{a, b}[i%2]
		all.Go(func() {
			for {
				got := h.do(key, "POST", "/conversations", `{"external_user_id":"u"}`, idempotencyKey, "n")
				if got.status == http.StatusConflict {
					continue // still under way
				}
				bodies[i] = got.body
				return
			}
		})
	}
	all.Wait()
	for _, body := range bodies {
		if body != bodies[0] {
			t.Fatalf("two answers:\n%s\n%s", bodies[0], body)
		}
	}
	var events eventList
	a.want(200, a.do(key, "GET", "/events?limit=100", "")).into(t, &events)
	if len(events.Events) != 1 {
		t.Errorf("%d events, want one greeting", len(events.Events))
	}
}

// A server that is killed leaves the request under way. Whoever asks again is
// told so, and once its time has passed carries it out: what was made before
// the kill is found again, nothing is made twice.
func TestAPI_ARequestWhoseServerDiedIsCarriedOutAgainWithoutASecondEffect(t *testing.T) {
	t.Parallel()
	for _, stored := range []bool{false, true} { // killed before or after the effect
		h := newHouse(t)
		key, text := h.make(NewKey{Name: "Acme"})
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+prefix+"/conversations", nil)
		body := `{"external_user_id":"u"}`
		attempt := store.Attempt{Partner: key.Partner, Name: "n", Print: print(r, []byte(body)), Holder: "the dead one", Until: h.clock().Add(carryMax)}
		seed, _, err := h.st.Begin(t.Context(), attempt)
		if err != nil {
			t.Fatal(err)
		}
		made := ""
		if stored {
			c := &call{api: h.api, ctx: t.Context(), body: &openBody{ExternalUserID: "u"}, fresh: seed}
			c.partner.ID, c.partner.Name = key.Partner, key.Name
			out, err := openConversation(c)
			if err != nil {
				t.Fatal(err)
			}
			made = out.(*wire.Conversation).ID
		}
		if got := h.do(text, "POST", "/conversations", body, idempotencyKey, "n"); got.problem(t) != "409 idempotency_in_progress" || got.header.Get("Retry-After") == "" {
			t.Errorf("while it may be under way: %d %s", got.status, got.body)
		}
		h.pass(carryMax)
		var c wire.Conversation
		h.want(http.StatusCreated, h.do(text, "POST", "/conversations", body, idempotencyKey, "n")).into(t, &c)
		if stored && c.ID != made {
			t.Errorf("made twice: %s and %s", made, c.ID)
		}
		var events eventList
		h.want(200, h.do(text, "GET", "/events", "")).into(t, &events)
		if len(events.Events) != 1 {
			t.Errorf("%d events, want one greeting", len(events.Events))
		}
	}
}

// Any order of requests, names, bodies and time: an effect for each name and
// day, and the answer that came first.
func TestAPI_NamedRequestsInAnyOrder(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		key := h.key(fmt.Sprintf("partner %d", run))
		type kept struct {
			body, answer string
			until        time.Time
		}
		known := map[string]kept{}
		made := 0
		for range rapid.IntRange(1, 6).Draw(rt, "requests") {
			if rapid.IntRange(0, 9).Draw(rt, "pause") == 0 {
				h.pass(time.Duration(rapid.IntRange(1, 30).Draw(rt, "hours")) * time.Hour)
			}
			name := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "name")
			body := fmt.Sprintf(`{"external_user_id":"u%d"}`, rapid.IntRange(0, 1).Draw(rt, "body"))
			got := h.do(key, "POST", "/conversations", body, idempotencyKey, name)
			before, ok := known[name]
			switch {
			case ok && h.clock().Before(before.until) && before.body != body:
				if got.status != 422 {
					rt.Fatalf("another body under a known name: %d", got.status)
				}
			case ok && h.clock().Before(before.until):
				if got.status != 201 || got.body != before.answer {
					rt.Fatalf("not the first answer: %d %s", got.status, got.body)
				}
			default:
				if got.status != 201 {
					rt.Fatalf("a new request: %d %s", got.status, got.body)
				}
				made++
				known[name] = kept{body, got.body, h.clock().Add(keepAnswers)}
			}
		}
		var events eventList
		h.want(200, h.do(key, "GET", "/events?limit=100", "")).into(t, &events)
		if len(events.Events) != made {
			rt.Fatalf("%d conversations, want %d", len(events.Events), made)
		}
	})
}

// A client that hangs up after the effect finds the answer when it comes again.
func TestAPI_AnAnswerNobodyHeardIsKept(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.key("Acme")
	open := h.api.routes[0].run
	ctx, hangUp := context.WithCancel(t.Context())
	hungUp := make(chan struct{})
	h.api.routes[0].run = func(c *call) (any, error) {
		out, err := open(c)
		hangUp()
		<-c.waiting.Done() // the server has noticed
		close(hungUp)
		h.api.routes[0].run = open
		return out, err
	}
	r, _ := http.NewRequestWithContext(ctx, http.MethodPost, h.url+prefix+"/conversations", strings.NewReader(`{"external_user_id":"u"}`))
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(idempotencyKey, "n")
	if answer, err := client.Do(r); err == nil {
		_ = answer.Body.Close()
		t.Fatal("the answer came")
	}
	<-hungUp
	var c wire.Conversation
	for {
		got := h.do(key, "POST", "/conversations", `{"external_user_id":"u"}`, idempotencyKey, "n")
		if got.status == http.StatusConflict {
			continue // its answer is being kept
		}
		h.want(http.StatusCreated, got).into(t, &c)
		break
	}
	var events eventList
	h.want(200, h.do(key, "GET", "/events", "")).into(t, &events)
	if len(events.Events) != 1 || !strings.Contains(fmt.Sprint(events.Events[0].Data), c.ID) {
		t.Errorf("%d events", len(events.Events))
	}
}
