package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"usher/server/internal/auth"
	"usher/server/internal/store"
)

func TestKeys_ARevokedOrExpiredKeyStops(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key, text := h.make(NewKey{Name: "Acme", Life: time.Hour})
	h.want(200, h.do(text, "GET", "/events", ""))
	if err := h.st.RevokeKey(t.Context(), key.ID); err != nil {
		t.Fatal(err)
	}
	h.pass(keyTrust)
	h.want(401, h.do(text, "GET", "/events", ""))

	_, text = h.make(NewKey{Name: "Acme", Life: time.Minute})
	h.want(200, h.do(text, "GET", "/events", ""))
	h.pass(time.Minute - time.Millisecond)
	h.want(200, h.do(text, "GET", "/events", ""))
	h.pass(time.Millisecond)
	h.want(401, h.do(text, "GET", "/events", ""))
}

func TestKeys_TwoLiveOnesCarryAPartnerOver(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	old, oldText := h.make(NewKey{Name: "Acme"})
	conv := h.open(oldText, "u")
	_, next := h.make(NewKey{Name: "Acme", Replaces: old.ID})
	h.want(200, h.do(next, "GET", "/conversations/"+conv, ""))
	if _, _, err := MakeKey(t.Context(), h.st, NewKey{Name: "Acme", Replaces: old.ID}, h.clock()); err == nil {
		t.Error("a third live key")
	}
	if err := h.st.RevokeKey(t.Context(), old.ID); err != nil {
		t.Fatal(err)
	}
	h.pass(keyTrust)
	h.want(401, h.do(oldText, "GET", "/conversations/"+conv, ""))
	h.want(200, h.do(next, "GET", "/conversations/"+conv, ""))
	if _, _, err := MakeKey(t.Context(), h.st, NewKey{Name: "Acme", Replaces: old.ID}, h.clock()); err == nil {
		t.Error("a revoked key was replaced")
	}
}

func TestKeys_LastUseIsKept(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key, text := h.make(NewKey{Name: "Acme"})
	used := func() time.Time {
		k, err := h.st.KeyByID(t.Context(), key.ID)
		if err != nil {
			t.Fatal(err)
		}
		return k.UsedAt
	}
	if !used().IsZero() {
		t.Error("used before it was")
	}
	h.want(200, h.do(text, "GET", "/events", ""))
	if !used().Equal(start) {
		t.Errorf("used at %v", used())
	}
	h.pass(2 * time.Minute)
	h.want(200, h.do(text, "GET", "/events", ""))
	if !used().Equal(start.Add(2 * time.Minute)) {
		t.Errorf("used again at %v", used())
	}
}

func TestKeys_WhatCannotBeMade(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, n := range []NewKey{
		{},
		{Name: " "},
		{Name: "\u2800"},
		{Name: "a\x1b[31m"},
		{Name: strings.Repeat("n", 101)},
		{Name: "a", Rate: "fast"},
		{Name: "a", Rate: "0/m"},
		{Name: "a", Rate: "-1/m"},
		{Name: "a", Scopes: []string{"everything"}},
		{Name: "a", Life: -1},
		{Name: "a", Life: 10 * 365 * 24 * time.Hour},
		{Name: "a", Replaces: "nobody"},
	} {
		_, _, err := MakeKey(t.Context(), h.st, n, h.clock())
		if _, ok := errors.AsType[*KeyError](err); !ok {
			t.Errorf("%+v: %v", n, err)
		}
	}
}

// Neither the database nor the log holds a key, whatever came with it.
func TestKeys_AreWrittenNowhere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.key("Acme")
	unknown, _ := auth.NewAPIKey()
	for _, k := range []string{key, unknown, key[:30]} {
		h.do(k, "GET", "/events", "")
		h.do(k, "GET", "/events?api_key="+k, "")
		h.do(k, "GET", "/conversations/"+k, "")
		h.do(k, "POST", "/conversations", `{"external_user_id":"`+k+`"`)
	}
	keys, err := h.st.Keys(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := json.Marshal(keys)
	for _, k := range []string{key, unknown} {
		if strings.Contains(string(raw), k) || strings.Contains(h.log.String(), k[6:40]) {
			t.Error("a key is written down")
		}
	}
	if strings.Contains(string(raw), "usher_") {
		t.Errorf("%s", raw)
	}
	// The store is asked nothing for a text that is no key.
	before := h.st.Stats().Reads
	for i := range 100 {
		h.do(fmt.Sprintf("usher_%049d", i), "GET", "/events", "")
	}
	if reads := h.st.Stats().Reads - before; reads != 0 {
		t.Errorf("%d reads for keys with a wrong checksum", reads)
	}
}

// The routes of the console's page, for admins alone.
func TestKeys_AdminsMakeThemOverJSON(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var who error
	h.api.Admin = func(*http.Request) (Maker, error) { return Maker{ID: "ana", Role: "admin"}, who }
	mux := http.NewServeMux()
	h.api.AdminRoutes(mux)
	call := func(method, path, body string) reply {
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		if body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		return reply{w.Code, w.Header(), w.Body.String()}
	}
	var made struct{ ID, Key, State, Rate string }
	h.want(http.StatusCreated, call("POST", "/agent/keys", `{"name":"Acme","scopes":["classify"],"rate":"7/m","days":1}`)).into(t, &made)
	if made.State != "live" || made.Rate != "7/m" {
		t.Errorf("%+v", made)
	}
	h.want(200, h.do(made.Key, "POST", "/classify", `{"text":"hello"}`))
	h.want(403, h.do(made.Key, "GET", "/events", ""))
	list := h.want(200, call("GET", "/agent/keys", ""))
	if !strings.Contains(list.body, made.ID) || strings.Contains(list.body, made.Key) {
		t.Errorf("list %s", list.body)
	}
	for body, want := range map[string]string{
		`{"name":""}`: "422 bad_value /name:bad_value", `{"name":"a","scopes":["x"]}`: "422 bad_value /scopes:bad_value",
		`{"name":"a","days":-1}`: "422 bad_value /days:bad_value", `{"name":"a","partner":"p"}`: "400 unknown_field :unknown_field", `{`: "400 bad_json :bad_json",
	} {
		if got := call("POST", "/agent/keys", body).problem(t); got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
	if got := h.want(200, call("DELETE", "/agent/keys/"+made.ID, "")); !strings.Contains(got.body, `"state":"revoked"`) {
		t.Errorf("revoked %s", got.body)
	}
	h.want(200, call("DELETE", "/agent/keys/"+made.ID, "")) // again is the same, and noted once
	h.want(404, call("DELETE", "/agent/keys/nobody", ""))
	var noted []string
	log, err := h.st.Audit(t.Context(), store.AuditFilter{Actor: "ana"})
	for _, e := range log {
		noted = append(noted, fmt.Sprintf("%s %s %t %s", e.Role, e.Action, e.Object == made.ID, e.Detail))
	}
	if want := []string{"admin key.revoked true ", "admin key.added true rate=7/m scopes=classify"}; err != nil || !slices.Equal(noted, want) {
		t.Errorf("noted %q, %v", noted, err)
	}

	before, _ := h.st.Keys(t.Context())
	for err, status := range map[error]int{ErrNotSignedIn: 401, ErrNoAdmin: 403, store.ErrUnavailable: 503, errors.New("broken"): 500} {
		who = err
		for _, c := range [][3]string{{"GET", "/agent/keys", ""}, {"POST", "/agent/keys", `{"name":"a"}`}, {"DELETE", "/agent/keys/" + made.ID, ""}} {
			if got := call(c[0], c[1], c[2]); got.status != status || strings.Contains(got.body, "Acme") {
				t.Errorf("%v: %s answers %d %s", err, c[0], got.status, got.body)
			}
		}
	}
	if after, _ := h.st.Keys(t.Context()); len(after) != len(before) {
		t.Error("somebody who is no admin made a key")
	}
}

// A key that is revoked while its holder waits for news gets none any more.
func TestKeys_ARevokedKeyIsToldNothingByALongPoll(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key, text := h.make(NewKey{Name: "Acme"})
	_, next := h.make(NewKey{Name: "Acme", Replaces: key.ID})
	conv := h.open(text, "u")
	answer := make(chan reply)
	go func() { answer <- h.do(text, "GET", "/conversations/"+conv+"/messages?after=1&wait=25", "") }()
	h.waiting(t, 1)
	if err := h.st.RevokeKey(t.Context(), key.ID); err != nil {
		t.Fatal(err)
	}
	h.pass(keyTrust)
	h.want(200, h.say(next, conv, "1", "hello"))
	if got := <-answer; got.problem(t) != "401 unauthenticated" {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// Every refusal is in the log with the request's id and the key's, and counted.
func TestKeys_RefusalsAreLoggedAndCounted(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key, text := h.make(NewKey{Name: "Acme", Scopes: []string{scopeRead}})
	for status, got := range map[int]reply{
		401: h.do("", "GET", "/events", ""), 403: h.do(text, "GET", "/events", ""), 404: h.do(text, "GET", "/conversations/NEVERWAS", ""),
	} {
		h.want(status, got)
		log := h.log.String()
		if !strings.Contains(log, "request="+got.header.Get("X-Request-Id")) || status != 401 && !strings.Contains(log, "key="+key.ID) {
			t.Errorf("%d is not in the log: %s", status, log)
		}
		if h.api.Answered()[status] != 1 {
			t.Errorf("%d was counted %d times", status, h.api.Answered()[status])
		}
	}
}
