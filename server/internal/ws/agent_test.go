package ws

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// queued opens a conversation that waits for a person.
func (r *real) queued() (user *client, conversation, handoff string) {
	r.t.Helper()
	user, welcome := r.user()
	user.send(`{"type":"handoff.request"}`)
	h, _ := user.until("handoff.queued")["handoff"].(map[string]any)
	return user, fmt.Sprint(welcome["conversation"]), fmt.Sprint(h["id"])
}

// claimed is a conversation that Dana has.
func (r *real) claimed() (user, agent *client, conversation, handoff string) {
	r.t.Helper()
	user, conversation, handoff = r.queued()
	agent, _ = r.agent("token-dana")
	agent.send(fmt.Sprintf(`{"type":"handoff.claim","id":"c","handoff":%q}`, handoff))
	agent.until("ack")
	user.until("handoff.accepted")
	return user, agent, conversation, handoff
}

func TestAgent_WelcomeShowsWhatWaits(t *testing.T) {
	t.Parallel()
	r := start(t)
	_, conversation, id := r.queued()
	_, welcome := r.agent("token-dana")
	list, _ := welcome["handoffs"].([]any)
	if len(list) != 1 {
		t.Fatalf("got %v", welcome)
	}
	h, _ := list[0].(map[string]any)
	if h["id"] != id || h["conversation"] != conversation || h["state"] != "queued" {
		t.Fatalf("got %v", h)
	}
	delete(welcome, "handoffs")
	want := map[string]any{
		"type": "welcome", "queues": []any{"kyc_review"},
		"agent": map[string]any{"id": "dana", "name": "Dana", "role": "agent", "languages": []any{"en"}},
	}
	if fmt.Sprint(welcome) != fmt.Sprint(want) {
		t.Fatalf("got %v, want %v", welcome, want)
	}
}

// Who works over the socket makes no requests: the session is told now and then,
// not with every frame.
func TestAgent_WorkKeepsTheSession(t *testing.T) {
	t.Parallel()
	r := start(t)
	var ahead, told atomic.Int64
	r.server.options.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	r.server.options.Active = func(_ context.Context, token string) {
		if token != "token-dana" {
			t.Errorf("told of %q", token)
		}
		told.Add(1)
	}
	agent, _ := r.agent("token-dana")
	for i, want := range []int64{0, 0, 1, 1, 2} {
		if i%2 == 0 && i > 0 {
			ahead.Add(int64(activeEvery))
		}
		agent.send(fmt.Sprintf(`{"type":"handoff.claim_next","id":"n%d"}`, i))
		agent.until("ack")
		if got := told.Load(); got != want {
			t.Errorf("after frame %d: told %d times, want %d", i, got, want)
		}
	}
}

func TestAgent_HelloRefused(t *testing.T) {
	t.Parallel()
	r := start(t)
	rows := map[string]struct {
		headers []string
		hello   string
		want    code
		close   int
	}{
		"nothing":             {nil, `{"type":"hello"}`, codeUnauthenticated, 4503},
		"bad token":           {nil, `{"type":"hello","token":"forged"}`, codeUnauthenticated, 4503},
		"empty token":         {nil, `{"type":"hello","token":""}`, codeUnauthenticated, 4503},
		"bad cookie":          {[]string{"Origin: https://usher.test", "Cookie: usher=forged"}, `{"type":"hello"}`, codeUnauthenticated, 4503},
		"a claim before":      {nil, `{"type":"handoff.claim_next"}`, codeUnauthenticated, 4501},
		"a user's hello":      {nil, `{"type":"hello","session":"x"}`, codeUnknownField, 0},
		"a number for a name": {nil, `{"type":"hello","token":7}`, codeBadType, 0},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, r.agents, row.headers...)
			c.send(row.hello)
			if got, want := c.text(), errorText(t, row.want, ""); got != want {
				t.Fatalf("got %s, want %s", got, want)
			}
			if row.close > 0 {
				c.ends(row.close)
			}
		})
	}
	t.Run("cookie", func(t *testing.T) {
		t.Parallel()
		c := dial(t, r.agents, "Origin: https://usher.test", "Cookie: usher=token-dana")
		c.send(`{"type":"hello"}`)
		c.until("welcome")
	})
}

// TestAgent_ClaimAnswerComplete is one handoff from the button to the end.
func TestAgent_ClaimAnswerComplete(t *testing.T) {
	t.Parallel()
	r := start(t)
	user, conversation, id := r.queued()
	agent, _ := r.agent("token-dana")

	agent.send(fmt.Sprintf(`{"type":"handoff.claim","id":"1","handoff":%q}`, id))
	ack := agent.until("ack")
	h, _ := ack["handoff"].(map[string]any)
	transcript, _ := ack["transcript"].([]any)
	if ack["id"] != "1" || h["state"] != "accepted" || len(transcript) == 0 || ack["notes"] == nil {
		t.Fatalf("got %v", ack)
	}
	for i, m := range transcript {
		if seq := number(m.(map[string]any)["seq"]); seq != i+1 {
			t.Fatalf("message %d of the transcript has seq %d", i+1, seq)
		}
	}
	user.until("handoff.accepted")

	agent.send(fmt.Sprintf(`{"type":"message.send","id":"2","conversation":%q,"text":"Hello, this is Dana."}`, conversation))
	for {
		f := agent.object()
		if _, from, text := message(f); from == "agent" && text == "Hello, this is Dana." {
			t.Fatal("the message came before its ack")
		}
		if f["type"] == "ack" {
			if f["id"] != "2" || number(f["seq"]) <= len(transcript) {
				t.Fatalf("got %v", f)
			}
			break
		}
	}
	for {
		if _, from, text := message(user.until("message.created")); from == "agent" {
			if text != "Hello, this is Dana." {
				t.Fatalf("got %q", text)
			}
			break
		}
	}

	user.send(`{"type":"message.send","id":"u","text":"Hi Dana"}`)
	for {
		if _, from, text := message(agent.until("message.created")); from == "user" && text == "Hi Dana" {
			break
		}
	}
	agent.send(fmt.Sprintf(`{"type":"typing","conversation":%q}`, conversation))
	if got := user.until("typing"); got["from"] != "agent" {
		t.Fatalf("got %v", got)
	}
	agent.send(fmt.Sprintf(`{"type":"receipt","conversation":%q,"read":1}`, conversation))
	if got := user.until("message.receipt"); got["from"] != "agent" || number(got["read"]) != 1 {
		t.Fatalf("got %v", got)
	}
	agent.send(fmt.Sprintf(`{"type":"note.add","conversation":%q,"text":"checked"}`, conversation))
	note, _ := agent.until("ack")["note"].(map[string]any)
	if note["text"] != "checked" {
		t.Fatalf("got %v", note)
	}

	agent.send(fmt.Sprintf(`{"type":"handoff.complete","id":"3","handoff":%q,"outcome":"answered","note":"done"}`, id))
	ack = agent.until("ack")
	if h, _ = ack["handoff"].(map[string]any); ack["id"] != "3" || h["state"] != "completed" || h["outcome"] != "answered" {
		t.Fatalf("got %v", ack)
	}
	user.until("handoff.completed")
	user.send(fmt.Sprintf(`{"type":"rating.send","handoff":%q,"stars":5,"text":"fast"}`, id))
	if got := user.until("ack"); len(got) != 1 {
		t.Fatalf("got %v", got)
	}
}

func TestAgent_ClaimNext(t *testing.T) {
	t.Parallel()
	r := start(t)
	agent, _ := r.agent("token-dana")
	agent.send(`{"type":"handoff.claim_next","id":"1"}`)
	if got, want := agent.text(), `{"type":"ack","id":"1","handoff":null,"transcript":[],"notes":[]}`; got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
	_, _, id := r.queued()
	agent.send(`{"type":"handoff.claim_next","id":"2"}`)
	h, _ := agent.until("ack")["handoff"].(map[string]any)
	if h["id"] != id {
		t.Fatalf("got %v", h)
	}
}

func TestAgent_OnlyTheOwnerActs(t *testing.T) {
	t.Parallel()
	r := start(t)
	_, _, conversation, id := r.claimed()
	eli, _ := r.agent("token-eli")
	eli.send(fmt.Sprintf(`{"type":"handoff.claim","id":"1","handoff":%q}`, id))
	got := eli.until("error")
	name, _ := got["agent"].(map[string]any)
	if got["code"] != "conflict" || got["id"] != "1" || name["name"] != "Dana" || !strings.Contains(fmt.Sprint(got["detail"]), "Dana") {
		t.Fatalf("got %v", got)
	}
	for _, row := range []row{
		{fmt.Sprintf(`{"type":"handoff.release","id":"2","handoff":%q}`, id), codeConflict, "2"},
		{fmt.Sprintf(`{"type":"handoff.complete","id":"3","handoff":%q,"outcome":"answered"}`, id), codeConflict, "3"},
		{fmt.Sprintf(`{"type":"message.send","id":"4","conversation":%q,"text":"me too"}`, conversation), codeClaimLost, "4"},
		{fmt.Sprintf(`{"type":"conversation.watch","id":"5","conversation":%q}`, conversation), codeForbidden, "5"},
		{fmt.Sprintf(`{"type":"conversation.take_over","id":"6","conversation":%q}`, conversation), codeForbidden, "6"},
	} {
		eli.send(row.send)
		got := eli.until("error")
		if got["code"] != string(row.want) || got["id"] != row.id {
			t.Errorf("%s: got %v", row.send, got)
		}
	}
	kim, _ := r.agent("token-kim") // another queue: it is not there
	for _, handoff := range []string{id, "never-was"} {
		kim.send(fmt.Sprintf(`{"type":"handoff.claim","id":"1","handoff":%q}`, handoff))
		if got, want := kim.text(), errorText(t, codeNotFound, "1"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestAgent_ReleaseTransferTakeOver(t *testing.T) {
	t.Parallel()
	r := start(t)
	user, dana, conversation, id := r.claimed()
	dana.send(fmt.Sprintf(`{"type":"handoff.release","id":"1","handoff":%q}`, id))
	if h, _ := dana.until("ack")["handoff"].(map[string]any); h["state"] != "queued" {
		t.Fatalf("got %v", h)
	}
	user.until("handoff.queued")
	dana.send(fmt.Sprintf(`{"type":"handoff.claim","id":"2","handoff":%q}`, id))
	dana.until("ack")

	sam, _ := r.agent("token-sam")
	sam.send(fmt.Sprintf(`{"type":"conversation.watch","conversation":%q}`, conversation))
	if ack := sam.until("ack"); ack["id"] != nil || ack["transcript"] == nil {
		t.Fatalf("got %v", ack)
	}
	user.send(`{"type":"message.send","id":"u","text":"is anybody there"}`)
	for {
		if _, _, text := message(sam.until("message.created")); text == "is anybody there" {
			break
		}
	}
	sam.send(fmt.Sprintf(`{"type":"conversation.take_over","id":"3","conversation":%q}`, conversation))
	h, _ := sam.until("ack")["handoff"].(map[string]any)
	if agent, _ := h["agent"].(map[string]any); agent["name"] != "Sam" {
		t.Fatalf("got %v", h)
	}
	sam.send(fmt.Sprintf(`{"type":"handoff.transfer","id":"4","handoff":%q,"queue":"account_security"}`, id))
	h, _ = sam.until("ack")["handoff"].(map[string]any)
	if h["queue"] != "account_security" || h["state"] != "queued" {
		t.Fatalf("got %v", h)
	}
}

func TestAgent_BadInput(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.server.limits.mistakes.burst, r.server.limits.forbidden = 1000, 1000
	_, agent, conversation, handoff := r.claimed()
	rows := []row{
		{`{"type":"base"}`, codeUnknownType, ""},
		{`{"type":"handoff.request","id":"a"}`, codeForbidden, "a"},
		{`{"type":"conversation.end"}`, codeForbidden, ""},
		{`{"type":"handoff.claim","id":"a"}`, codeMissingField, "a"},
		{`{"type":"handoff.claim","handoff":"h"}`, codeMissingField, ""},
		{`{"type":"handoff.claim","id":"a","handoff":""}`, codeBadValue, "a"},
		{`{"type":"handoff.claim","id":"a","handoff":"` + strings.Repeat("x", 65) + `"}`, codeBadValue, "a"},
		{`{"type":"handoff.claim","id":"a","handoff":7}`, codeBadType, "a"},
		{`{"type":"handoff.claim","id":"a","handoff":"never-was"}`, codeNotFound, "a"},
		{`{"type":"handoff.claim","id":"a","handoff":"h","claim_token":"x"}`, codeUnknownField, "a"},
		{`{"type":"handoff.claim_next"}`, codeMissingField, ""},
		{`{"type":"handoff.claim_next","id":"a","queue":"x"}`, codeUnknownField, "a"},
		{`{"type":"handoff.transfer","id":"a","handoff":"` + handoff + `","queue":"nowhere"}`, codeBadValue, "a"},
		{`{"type":"handoff.transfer","id":"a","handoff":"` + handoff + `"}`, codeMissingField, "a"},
		{`{"type":"handoff.complete","id":"a","handoff":"` + handoff + `"}`, codeMissingField, "a"},
		{`{"type":"handoff.complete","id":"a","handoff":"` + handoff + `","outcome":"won"}`, codeBadValue, "a"},
		{`{"type":"handoff.complete","id":"a","handoff":"` + handoff + `","outcome":"answered","note":"` + strings.Repeat("x", 4001) + `"}`, codeTooLong, "a"},
		{`{"type":"message.send","id":"a","conversation":"` + conversation + `","text":" "}`, codeBadValue, "a"},
		{`{"type":"message.send","id":"a","conversation":"` + conversation + `","text":"` + strings.Repeat("ж", 4001) + `"}`, codeTooLong, "a"},
		{`{"type":"message.send","id":"a","text":"x"}`, codeMissingField, "a"},
		{`{"type":"message.send","id":"a","conversation":"never-was","text":"x"}`, codeNotFound, "a"},
		{`{"type":"message.send","id":"a","conversation":"` + conversation + `","text":"x","choice":"y"}`, codeUnknownField, "a"},
		{`{"type":"note.add","conversation":"` + conversation + `","text":""}`, codeBadValue, ""},
		{`{"type":"note.add","id":"n","conversation":"never-was","text":"x"}`, codeNotFound, "n"},
		{`{"type":"typing"}`, codeMissingField, ""},
		{`{"type":"typing","conversation":"never-was"}`, codeNotFound, ""},
		{`{"type":"receipt","conversation":"` + conversation + `","read":-1}`, codeBadValue, ""},
		{`{"type":"receipt","conversation":"` + conversation + `","read":99}`, codeResync, ""},
		{`{"type":"receipt","conversation":"never-was","read":1}`, codeNotFound, ""},
		{`{"type":"presence.set","state":"asleep"}`, codeBadValue, ""},
		{`{"type":"presence.set","id":"p"}`, codeMissingField, "p"},
	}
	for _, row := range rows {
		agent.send(row.send)
		got := agent.until("error")
		want := map[string]any{"type": "error", "code": string(row.want), "retryable": row.want.retryable(), "detail": row.want.sentence()}
		if row.id != "" {
			want["id"] = row.id
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%.80s: got %v, want %v", row.send, got, want)
		}
	}
	agent.send(`{"type":"presence.set","state":"away"}`)
	if got := agent.until("ack"); fmt.Sprint(got) != fmt.Sprint(map[string]any{"type": "ack", "state": "away"}) {
		t.Fatalf("got %v", got)
	}
}

func TestAgent_RevokedSession(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.server.limits.recheck = 1 << 20 // a millisecond: the test need not wait
	dana, _ := r.agent("token-dana")
	gone := "token-dana"
	r.revoked.Store(&gone)
	want := goodbye("revoked", false)
	if got := dana.ends(4504); len(got) != 1 || got[0] != want {
		t.Fatalf("got %q", got)
	}
}

// TestAgent_CookieOfAnotherPage: a cookie counts only where the page that
// sent it is known.
func TestAgent_CookieOfAnotherPage(t *testing.T) {
	t.Parallel()
	r := start(t)
	for _, headers := range []http.Header{
		{"Cookie": {"usher=token-dana"}},
		{"Cookie": {"usher=token-dana"}, "Origin": {"https://usher.test.evil.test"}},
		{"Cookie": {"usher=token-dana"}, "Origin": {"null"}},
	} {
		conn, res, err := websocket.DefaultDialer.Dial("ws://"+r.agents, headers)
		if err == nil {
			_ = conn.Close()
			t.Fatalf("%v: opened", headers)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusForbidden {
			t.Errorf("%v: %s", headers, res.Status)
		}
	}
}

// TestLog_HoldsNobodysWords: neither texts, nor sessions, nor tokens.
func TestLog_HoldsNobodysWords(t *testing.T) {
	t.Parallel()
	r := start(t)
	c := dial(t, r.users)
	c.send(`{"type":"hello","token":"signed:walter"}`)
	session := fmt.Sprint(c.until("welcome")["session"])
	c.send(`{"type":"message.send","id":"1","text":"my cat is called Nebuchadnezzar"}`)
	c.until("ack")
	c.send(`{"type":"message.send","id":"2","text":"Nebuchadnezzar","role":"x"}`)
	c.until("error")
	c.raw(masked(0x88, closing(1000, "Nebuchadnezzar")))
	c.ends(1000)
	_, agent, _, _ := r.claimed()
	agent.raw(masked(0x88, closing(1000, "")))
	agent.ends(1000)
	log := r.log.String()
	if !strings.Contains(log, "socket ends") {
		t.Fatal("the log is empty")
	}
	for _, secret := range []string{"Nebuchadnezzar", session, "token-dana", "walter"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log has %q", secret)
		}
	}
}
