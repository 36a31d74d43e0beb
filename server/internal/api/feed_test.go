package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"usher/server/internal/chat"
	"usher/server/internal/wire"
)

// everything reads a feed from a cursor to its end.
func (h *house) everything(key, cursor string) ([]wire.FeedEvent, string) {
	h.t.Helper()
	var all []wire.FeedEvent
	for {
		path := "/events?limit=3"
		if cursor != "" {
			path += "&after=" + cursor
		}
		var page eventList
		h.want(200, h.do(key, "GET", path, "")).into(h.t, &page)
		cursor = page.Cursor
		if len(page.Events) == 0 {
			return all, cursor
		}
		all = append(all, page.Events...)
	}
}

// types are the events' types, in order.
func types(events []wire.FeedEvent) []string {
	out := make([]string, len(events))
	for i, e := range events {
		out[i] = e.Type
	}
	return out
}

// A case from its beginning to its end, as the partner sees it: every state of
// the handoff, and nothing of what agents say to each other.
func TestFeed_AHandoffFromTheQueueToItsEnd(t *testing.T) {
	t.Parallel()
	onBoth(t, aHandoffFromTheQueueToItsEnd)
}

func aHandoffFromTheQueueToItsEnd(t *testing.T, h *house) {
	key := h.key("Acme")
	conv := h.open(key, "u")
	agent := chat.AgentPerson{ID: "agent-secret-id", Name: "Alex", Role: "supervisor", Languages: []string{"en"}}
	ctx := t.Context()
	var asked wire.Handoff
	h.want(http.StatusCreated, h.do(key, "POST", "/conversations/"+conv+"/handoff", "")).into(t, &asked)
	list, desk, err := h.chat.AgentHello(ctx, agent)
	if err != nil || len(list.Handoffs) != 1 || list.Handoffs[0].Partner != "Acme" {
		t.Fatalf("the list does not say whose case it is: %+v, %v", list.Handoffs, err)
	}
	defer desk.Close()
	claimed, err := h.chat.Claim(ctx, agent, asked.ID)
	if err != nil || claimed.Handoff.Partner != "Acme" {
		t.Fatalf("the agent does not see whose case it is: %+v, %v", claimed.Handoff, err)
	}
	if _, err := h.chat.AddNote(ctx, agent, conv, "note-for-agents-only"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.chat.AgentSend(ctx, agent, conv, chat.Sent{ClientID: "a1", Text: "Hello, this is Alex"}); err != nil {
		t.Fatal(err)
	}
	var r wire.Reply
	h.want(200, h.say(key, conv, "m1", "thank you")).into(t, &r)
	if len(r.Replies) != 0 || r.Owner != "agent" || r.Handoff.State != "accepted" || r.Handoff.Agent == nil || r.Handoff.Agent.Name != "Alex" {
		t.Errorf("while an agent answers: %+v", r)
	}
	for _, call := range [][2]string{{"POST", "409 conflict"}, {"DELETE", "409 conflict"}} {
		if got := h.do(key, call[0], "/conversations/"+conv+"/handoff", "").problem(t); got != call[1] {
			t.Errorf("%s handoff under an agent: %s", call[0], got)
		}
	}
	if _, err := h.chat.Complete(ctx, agent, asked.ID, "answered", "note-of-the-outcome"); err != nil {
		t.Fatal(err)
	}
	events, cursor := h.everything(key, "")
	got := types(events)
	for _, want := range []string{"handoff.queued", "handoff.accepted", "handoff.completed", "conversation.owner_changed", "message.created"} {
		if !slices.Contains(got, want) {
			t.Errorf("no %s in %v", want, got)
		}
	}
	for _, path := range []string{"/events?limit=100", "/conversations/" + conv, "/conversations/" + conv + "/messages?limit=100"} {
		body := h.want(200, h.do(key, "GET", path, "")).body
		for _, secret := range []string{"note-for-agents-only", "note-of-the-outcome", "agent-secret-id", `"verdict"`, `"verified":`} {
			if strings.Contains(body, secret) {
				t.Errorf("%s shows %s: %s", path, secret, body)
			}
		}
	}
	if more, again := h.everything(key, cursor); len(more) != 0 || again != cursor {
		t.Errorf("after the last: %v, %s", more, again)
	}
	if rest, _ := h.everything(key, events[1].Cursor); !slices.Equal(types(rest), got[2:]) {
		t.Errorf("from the second on: %v", types(rest))
	}
}

// Whoever follows from its cursor while others write sees every message once,
// in order.
func TestFeed_AFollowerMissesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.key("Acme")
	const users, messages = 4, 10
	var writers sync.WaitGroup
	for u := range users {
		writers.Go(func() {
			conv := h.open(key, fmt.Sprint(u))
			for m := range messages {
				h.want(200, h.say(key, conv, fmt.Sprint(m), "what happens to my photos"))
			}
		})
	}
	seen := map[string][]int64{}
	cursor, total := "", 0
	for total < users*(1+2*messages) {
		path := "/events?limit=7&wait=20"
		if cursor != "" {
			path += "&after=" + cursor
		}
		var page eventList
		h.want(200, h.do(key, "GET", path, "")).into(t, &page)
		for _, e := range page.Events {
			m := e.Data.(map[string]any)
			conv := m["conversation"].(string)
			seen[conv] = append(seen[conv], int64(m["seq"].(float64)))
			total++
		}
		cursor = page.Cursor
	}
	writers.Wait()
	for conv, seqs := range seen {
		for i, seq := range seqs {
			if seq != int64(i+1) {
				t.Fatalf("%s: %v", conv, seqs)
			}
		}
	}
	if more, _ := h.everything(key, cursor); len(more) != 0 || len(seen) != users {
		t.Errorf("%d conversations, %d events more", len(seen), len(more))
	}
}

// A long poll ends with what comes, when its time is over, and when the server
// stops; the ones beyond a key's places are answered at once.
func TestFeed_LongPolls(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.key("Acme")
	conv := h.open(key, "u")
	_, cursor := h.everything(key, "")
	answers := make(chan reply)
	poll := func(path string) { answers <- h.do(key, "GET", path, "") }
	go poll("/events?wait=25&after=" + cursor)
	go poll("/conversations/" + conv + "/messages?wait=25&after=1")
	h.waiting(t, 2)
	h.want(200, h.say(key, conv, "1", "hello"))
	for range 2 {
		if got := <-answers; got.status != 200 || !strings.Contains(got.body, `"seq":2`) {
			t.Errorf("woken with %d %s", got.status, got.body)
		}
	}
	begun := time.Now()
	if got := h.want(200, h.do(key, "GET", "/conversations/"+conv+"/messages?wait=1&after=3", "")).body; got != `{"messages":[]}` || time.Since(begun) < time.Second {
		t.Errorf("when its time was over: %s after %v", got, time.Since(begun))
	}
	for range waitsOfKey {
		go poll("/conversations/" + conv + "/messages?wait=25&after=3")
	}
	h.waiting(t, waitsOfKey)
	if got := h.want(200, h.do(key, "GET", "/conversations/"+conv+"/messages?wait=25&after=3", "")).body; got != `{"messages":[]}` {
		t.Errorf("beyond its places: %s", got)
	}
	h.want(200, h.say(key, h.open(key, "v"), "1", "hello")) // who waits takes no place of who works
	h.api.Drain()
	for range waitsOfKey {
		if got := <-answers; got.body != `{"messages":[]}` {
			t.Errorf("when the server stops: %d %s", got.status, got.body)
		}
	}
}

// waiting returns when so many long polls wait.
func (h *house) waiting(t *testing.T, n int) {
	t.Helper()
	for ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second); ; {
		waits := h.api.Waiting()
		if waits >= n || ctx.Err() != nil {
			cancel()
			if waits < n {
				t.Fatalf("%d wait, want %d", waits, n)
			}
			return
		}
	}
}

// A cursor with any letter changed, of another partner, of another history or
// from before what is kept opens nothing.
func TestFeed_CursorsCannotBeForged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	one, _ := h.make(NewKey{Name: "One", Rate: "100000/s"})
	cursor := h.api.cursor(one.Partner, 7)
	if n, err := h.api.position(one.Partner, cursor); n != 7 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	for i := range cursor {
		for _, letter := range []byte("A0_") {
			forged := cursor[:i] + string(letter) + cursor[i+1:]
			if _, err := h.api.position(one.Partner, forged); forged != cursor && err == nil {
				t.Errorf("letter %d changed to %c opens", i, letter)
			}
		}
	}
	for _, forged := range []string{cursor[:31], cursor + "A", cursor + "=", strings.Repeat("A", 32), newHouse(t).api.cursor(one.Partner, 7)} {
		if _, err := h.api.position(one.Partner, forged); err == nil {
			t.Errorf("%q opens", forged)
		}
	}
	if _, err := h.api.position("another", cursor); err == nil {
		t.Error("another partner's opens")
	}

	key := h.key("Two")
	h.open(key, "old")
	var page eventList
	h.want(200, h.do(key, "GET", "/events?limit=1", "")).into(t, &page)
	old := page.Cursor
	h.open(key, "old as well")
	h.pass(keepFeed + time.Hour)
	h.api.Sweep(t.Context())
	h.open(key, "new")
	if got := h.do(key, "GET", "/events?after="+old, "").problem(t); got != "400 bad_cursor" {
		t.Errorf("from before what is kept: %s", got)
	}
	if events, _ := h.everything(key, ""); len(events) != 1 {
		t.Errorf("from the beginning: %d events", len(events))
	}
}

// What a user has erased is gone from the feed, and the cursor goes on.
func TestFeed_WhatIsErasedIsGone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.key("Acme")
	h.open(key, "first")
	_, cursor := h.everything(key, "")
	body := []string{"POST", "/conversations", `{"external_user_id":"gone"}`, idempotencyKey, "n"}
	var c wire.Conversation
	h.want(http.StatusCreated, h.do(key, body[0], body[1], body[2], body[3:]...)).into(t, &c)
	gone := c.ID
	h.say(key, gone, "1", "what happens to my photos")
	h.open(key, "last")
	if n, err := h.st.Erase(t.Context(), "gone"); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	events, _ := h.everything(key, cursor)
	if len(events) != 1 || strings.Contains(fmt.Sprint(events), gone) {
		t.Errorf("%d events: %v", len(events), events)
	}
	if got := h.do(key, "GET", "/conversations/"+gone, "").status; got != 404 {
		t.Errorf("the conversation: %d", got)
	}
	if again := h.do(key, body[0], body[1], body[2], body[3:]...); strings.Contains(again.body, gone) {
		t.Errorf("the kept answer: %s", again.body)
	}
}
