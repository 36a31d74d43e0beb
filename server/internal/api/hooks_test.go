package api

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"usher/server/internal/store"
	"usher/server/internal/webhook"
)

// deliver puts an event in a webhook's log, as a sender does; it returns the id.
func (h *house) deliver(hook, conv string, n int64) string {
	h.t.Helper()
	w, err := h.st.Webhook(h.t.Context(), hook)
	if err != nil {
		h.t.Fatal(err)
	}
	d := store.Delivery{
		ID: fmt.Sprintf("msg_%s_%d", hook, n), Webhook: hook, N: n, Conversation: conv, Type: "message.created", Body: []byte(`{}`),
		NextAt: h.clock(), CreatedAt: h.clock(),
	}
	if err := h.st.Enqueue(h.t.Context(), hook, w.Through, w.Through, []store.Delivery{d}); err != nil {
		h.t.Fatal(err)
	}
	return d.ID
}

// settle notes an attempt of what is due to a webhook.
func (h *house) settle(hook string, status int, fail string, state store.DeliveryState, next time.Time) {
	h.t.Helper()
	ds, err := h.st.Lease(h.t.Context(), hook, "holder", h.clock(), h.clock().Add(time.Minute), 1)
	if err != nil || len(ds) != 1 {
		h.t.Fatal(ds, err)
	}
	a := store.DeliveryAttempt{Delivery: ds[0].ID, At: h.clock(), Took: 20 * time.Millisecond, Status: status, Error: fail}
	if err := h.st.Settle(h.t.Context(), "holder", a, state, next); err != nil {
		h.t.Fatal(err)
	}
}

func TestAPI_WebhooksFromMakingToDeleting(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.key("One")
	var made, got, rotated, again hook
	body := `{"url":"https://hooks.example.com/usher","events":["message.created"]}`
	first := h.want(http.StatusCreated, h.do(key, "POST", "/webhooks", body, idempotencyKey, "n"))
	first.into(t, &made)
	if repeated := h.want(http.StatusCreated, h.do(key, "POST", "/webhooks", body, idempotencyKey, "n")); repeated.body != first.body {
		t.Errorf("repeated: %s, first %s", repeated.body, first.body)
	}
	h.want(200, h.do(key, "GET", "/webhooks/"+made.ID, "")).into(t, &got)
	if made.Secret == "" || got.Secret != "" || got.URL != "https://hooks.example.com/usher" || len(got.Events) != 1 {
		t.Errorf("made %+v, got %+v", made, got)
	}
	var list hookList
	h.want(200, h.do(key, "GET", "/webhooks", "")).into(t, &list)
	if len(list.Webhooks) != 1 || list.Webhooks[0].Secret != "" {
		t.Errorf("list %+v", list)
	}
	h.want(200, h.do(key, "POST", "/webhooks/"+made.ID+"/secret", "")).into(t, &rotated)
	h.want(200, h.do(key, "POST", "/webhooks/"+made.ID+"/secret", "")).into(t, &again)
	w, err := h.st.Webhook(t.Context(), made.ID)
	if err != nil || webhook.ShowSecret(w.OldSecret) != made.Secret || webhook.ShowSecret(w.Secret) != again.Secret || again.Secret == rotated.Secret {
		t.Errorf("secrets %+v %v", w, err)
	}
	if !rotated.OldUntil.Equal(h.clock().Add(24 * time.Hour)) {
		t.Errorf("the old one signs until %v", rotated.OldUntil)
	}
	h.want(200, h.do(key, "DELETE", "/webhooks/"+made.ID, ""))
	for _, gone := range [][2]string{{"GET", ""}, {"DELETE", ""}, {"POST", "/secret"}, {"POST", "/enable"}, {"GET", "/deliveries"}} {
		if got := h.do(key, gone[0], "/webhooks/"+made.ID+gone[1], "").problem(t); got != "404 not_found" {
			t.Errorf("%v after its end: %s", gone, got)
		}
	}
}

func TestAPI_WebhooksLogAndRedelivery(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.key("One")
	conv := h.open(key, "u")
	var made hook
	h.want(http.StatusCreated, h.do(key, "POST", "/webhooks", `{"url":"https://1.1.1.1/"}`)).into(t, &made)
	path := "/webhooks/" + made.ID
	var ids []string
	for n := range int64(3) {
		ids = append(ids, h.deliver(made.ID, conv, n+1))
		h.pass(time.Second)
	}
	next := h.clock().Add(time.Hour)
	h.settle(made.ID, 503, "status", store.Pending, next)
	h.settle(made.ID, 0, "timeout", store.Failed, time.Time{})
	var page, rest deliveryList
	h.want(200, h.do(key, "GET", path+"/deliveries?limit=2", "")).into(t, &page)
	h.want(200, h.do(key, "GET", path+"/deliveries?limit=2&before="+page.Cursor, "")).into(t, &rest)
	all := append(page.Deliveries, rest.Deliveries...)
	if len(all) != 3 || all[0].ID != ids[2] || all[2].ID != ids[0] || rest.Cursor != "" {
		t.Fatalf("log %+v %+v", page, rest)
	}
	if a := all[2]; a.State != "pending" || !a.NextAt.Equal(next) || len(a.Attempts) != 1 || a.Attempts[0].Status != 503 || a.Attempts[0].TookMS != 20 {
		t.Errorf("%+v", a)
	}
	if a := all[1]; a.State != "failed" || !a.NextAt.IsZero() || a.Attempts[0].Error != "timeout" || a.Attempts[0].Status != 0 {
		t.Errorf("%+v", a)
	}
	var d delivered
	h.want(200, h.do(key, "POST", path+"/deliveries/"+ids[1]+"/redeliver", "")).into(t, &d)
	if d.State != "pending" || !d.NextAt.Equal(h.clock()) || len(d.Attempts) != 1 {
		t.Errorf("redelivery %+v", d)
	}
	// A cursor of the feed or of another log opens nothing.
	var other hook
	h.want(http.StatusCreated, h.do(key, "POST", "/webhooks", `{"url":"https://1.1.1.1/"}`)).into(t, &other)
	var events eventList
	h.want(200, h.do(key, "GET", "/events", "")).into(t, &events)
	for _, bad := range []string{path + "/deliveries?before=" + events.Cursor, "/webhooks/" + other.ID + "/deliveries?before=" + page.Cursor} {
		if got := h.do(key, "GET", bad, "").problem(t); got != "400 bad_cursor" {
			t.Errorf("%s: %s", bad, got)
		}
	}
	if got := h.do(key, "POST", "/webhooks/"+other.ID+"/deliveries/"+ids[1]+"/redeliver", "").problem(t); got != "404 not_found" {
		t.Errorf("through another webhook: %s", got)
	}
	if _, err := h.st.DisableWebhook(t.Context(), made.ID, "gone", h.clock()); err != nil {
		t.Fatal(err)
	}
	if got := h.do(key, "POST", path+"/deliveries/"+ids[1]+"/redeliver", "").problem(t); got != "409 conflict" {
		t.Errorf("to a disabled one: %s", got)
	}
	var w hook
	h.want(200, h.do(key, "GET", path, "")).into(t, &w)
	if w.Reason != "gone" || !w.DisabledAt.Equal(h.clock()) {
		t.Errorf("disabled: %+v", w)
	}
	var enabled hook
	h.want(200, h.do(key, "POST", path+"/enable", "")).into(t, &enabled)
	if enabled.Reason != "" || !enabled.DisabledAt.IsZero() {
		t.Errorf("enabled: %+v", enabled)
	}
}

func TestAPI_WebhooksRefusals(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.key("One")
	for body, want := range map[string]string{
		`{"url":"https://127.0.0.1/"}`:                                     "422 bad_url /url:bad_url",
		`{"url":"http://hooks.example.com/"}`:                              "422 bad_url /url:bad_url",
		`{"url":"https://1.1.1.1/","events":["message.created","typing"]}`: "422 bad_value /events/1:bad_value",
		`{"url":"https://1.1.1.1/","events":["typing"]}`:                   "422 bad_value /events/0:bad_value",
		`{"url":"https://1.1.1.1/","events":["message.created",{}]}`:       "400 bad_type /events/1:bad_type",
		`{"url":{"$ne":""}}`:                                               "400 bad_type /url:bad_type",
		`{}`:                                                               "400 missing_field /url:missing_field",
		`{"url":"https://1.1.1.1/","secret":"whsec_AAAA"}`:                 "400 unknown_field :unknown_field",
		`{"url":"https://1.1.1.1/","url":"https://1.1.1.2/"}`:              "400 bad_json /url:bad_json",
	} {
		if got := h.do(key, "POST", "/webhooks", body).problem(t); got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
	for range store.WebhooksOfPartner {
		h.want(http.StatusCreated, h.do(key, "POST", "/webhooks", `{"url":"https://1.1.1.1/"}`))
	}
	if got := h.do(key, "POST", "/webhooks", `{"url":"https://1.1.1.1/"}`).problem(t); got != "409 too_many" {
		t.Errorf("one more: %s", got)
	}
}
