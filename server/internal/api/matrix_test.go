package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"usher/server/internal/auth"
	"usher/server/internal/chat"
	"usher/server/internal/wire"
)

// canary stands in everything that partner 1 stores; nobody else may see it.
const canary = "canary-4711"

// ids is what a caller puts in the place of a parameter.
type ids struct {
	name   string
	values map[string]string
	mine   bool // partner 1's
}

// matrix is the prepared house: partner 1 with two keys has made things,
// partner 2 has not.
type matrix struct {
	*house
	one, oneNew, two, scopeless, expired, revoked string
	conv, decision, asked, cursor                 string
	hookless, hook, delivery                      string
}

func newMatrix(t *testing.T) *matrix {
	m := &matrix{house: newHouse(t)}
	key, text := m.make(NewKey{Name: "One", Rate: "100000/s"})
	m.one = text
	_, m.oneNew = m.make(NewKey{Name: "One", Rate: "100000/s", Replaces: key.ID})
	m.two = m.key("Two")
	_, m.expired = m.make(NewKey{Name: "Old", Rate: "100000/s", Life: time.Minute})
	key, m.revoked = m.make(NewKey{Name: "Gone", Rate: "100000/s"})
	if err := m.st.RevokeKey(t.Context(), key.ID); err != nil {
		t.Fatal(err)
	}
	_, m.scopeless = m.make(NewKey{Name: "Few", Rate: "100000/s", Scopes: []string{scopeWebhooks}})
	_, m.hookless = m.make(NewKey{Name: "Fewer", Rate: "100000/s", Scopes: []string{scopeClassify}})
	m.pass(time.Hour)

	var c wire.Conversation
	m.want(http.StatusCreated, m.do(m.one, "POST", "/conversations", `{"external_user_id":"`+canary+`","locale":"en","metadata":{"k":"`+canary+`"}}`)).into(t, &c)
	m.conv = c.ID
	var r wire.Reply
	m.want(200, m.say(m.one, m.conv, "first", "I uploaded the wrong document "+canary)).into(t, &r)
	m.decision = r.Replies[0].Meta.Decision
	m.want(http.StatusCreated, m.do(m.one, "POST", "/conversations/"+m.conv+"/handoff", ""))
	var d wire.Decision
	m.want(200, m.do(m.one, "POST", "/decide", `{"intent":"cancel_review"}`)).into(t, &d)
	m.asked = d.ID
	var events eventList
	m.want(200, m.do(m.one, "GET", "/events?limit=1", "")).into(t, &events)
	m.cursor = events.Cursor
	m.hook = m.makeHook()
	m.delivery = m.deliver(m.hook, m.conv, 1)
	return m
}

// makeHook makes a webhook of partner 1.
func (m *matrix) makeHook() string {
	var w hook
	m.want(http.StatusCreated, m.do(m.one, "POST", "/webhooks", `{"url":"https://1.1.1.1/`+canary+`"}`)).into(m.t, &w)
	return w.ID
}

// parameters are the places that hold an id, each with partner 1's thing, what
// never was, and what is near to partner 1's. A route with another parameter
// fails the test until it has a row here.
func (m *matrix) parameters() []ids {
	const none = "NEVERWASNEVERWASNEVERWASNE"
	never := map[string]string{"conversation": none, "decision": none, "webhook": none, "delivery": none}
	all := []ids{
		{"partner 1's", map[string]string{"conversation": m.conv, "decision": m.decision}, true},
		{"partner 1's, asked for alone", map[string]string{"conversation": m.conv, "decision": m.asked}, true},
		{"what never was", never, false},
		{"a message that is none", map[string]string{"conversation": never["conversation"], "decision": m.conv + ".99"}, false},
		{"a handoff's id", map[string]string{"conversation": m.conv + "-1", "decision": m.conv + "-1"}, false},
		{"lower case", map[string]string{"conversation": strings.ToLower(m.conv), "decision": strings.ToLower(m.decision)}, false},
		{"a zero before", map[string]string{"conversation": "0" + m.conv, "decision": m.conv + ".0" + strings.TrimPrefix(m.decision, m.conv+".")}, false},
		{"escaped", map[string]string{"conversation": fmt.Sprintf("%%%X%s", m.conv[0], m.conv[1:]), "decision": m.decision + "%00"}, false},
		{"with a space", map[string]string{"conversation": "%20" + m.conv, "decision": m.decision + "%20"}, false},
		{"with a semicolon", map[string]string{"conversation": m.conv + ";a=b", "decision": m.decision + ";"}, false},
		{"one directory up", map[string]string{"conversation": "../conversations/" + m.conv, "decision": "%2e%2e"}, false},
		{"a SQL wildcard", map[string]string{"conversation": "%25", "decision": "%25"}, false},
		{"an injection", map[string]string{"conversation": m.conv + "'%20OR%20'1'='1", "decision": "'%20OR%20''='"}, false},
	}
	for i := range all { // the same changes to a webhook's ids
		v := all[i].values
		switch {
		case v["webhook"] != "":
		case all[i].name == "escaped":
			v["webhook"], v["delivery"] = fmt.Sprintf("%%%X%s", m.hook[0], m.hook[1:]), "%6D"+m.delivery[1:]
		default:
			v["webhook"] = strings.NewReplacer(m.conv, m.hook, strings.ToLower(m.conv), strings.ToLower(m.hook)).Replace(v["conversation"])
			v["delivery"] = strings.NewReplacer(m.conv, m.delivery, strings.ToLower(m.conv), strings.ToLower(m.delivery)).Replace(v["conversation"])
		}
		if all[i].mine {
			v["delivery"] = m.delivery
		}
	}
	return append(all, ids{"a delivery of no webhook of one's own", map[string]string{"conversation": none, "decision": none, "webhook": none, "delivery": m.delivery}, false})
}

// caller is somebody at the door and what they must be answered.
type caller struct {
	name   string
	key    string
	header func(*http.Request)
	query  string
	status int // of every request; 0: it depends on whose things they are
	sees   bool
}

func (m *matrix) callers(t *testing.T) []caller {
	unknown, _ := auth.NewAPIKey()
	tokens := auth.NewTokens([]auth.Key{{ID: "k", Secret: []byte(strings.Repeat("s", 32))}}, time.Now)
	person, err := tokens.Issue(auth.Identity{Subject: canary}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	session, _ := auth.NewSecret()
	set := func(value ...string) func(*http.Request) {
		return func(r *http.Request) { r.Header["Authorization"] = value }
	}
	return []caller{
		{name: "nobody", status: 401},
		{name: "an unknown key", key: unknown, status: 401},
		{name: "a key with a letter changed", key: m.one[:20] + "_" + m.one[21:], status: 401},
		{name: "an expired key", key: m.expired, status: 401},
		{name: "a revoked key", key: m.revoked, status: 401},
		{name: "a chat user's token", key: person, status: 401},
		{name: "an agent's session", key: session, status: 401},
		{name: "a chat session's secret", key: "c2VjcmV0.ABCDEF", status: 401},
		{name: "an agent's cookie", header: func(r *http.Request) { r.Header.Set("Cookie", "usher_agent="+session) }, status: 401},
		{name: "a good key under Basic", header: set("Basic " + m.one), status: 401},
		{name: "two keys", header: set("Bearer "+m.one, "Bearer "+m.two), status: 401},
		{name: "a good key in the query", key: m.one, query: "key=" + m.one, status: 400},
		{name: "headers of a proxy", header: func(r *http.Request) {
			for _, name := range []string{"X-Remote-User", "X-Forwarded-User", "X-Forwarded-For", "Forwarded", "X-Real-Ip"} {
				r.Header.Set(name, "127.0.0.1")
			}
		}, status: 401},
		{name: "a key without the scope", key: m.scopeless, status: 403},
		{name: "partner 2", key: m.two},
		{name: "partner 1", key: m.one, sees: true},
		{name: "partner 1's next key", key: m.oneNew, sees: true},
	}
}

// request is a request to a route that works when the ids are the caller's own.
func (m *matrix) request(t *testing.T, rt *route, who caller, id ids, n int) *http.Request {
	path := rt.path
	for piece := range strings.SplitSeq(rt.path, "/") {
		name, ok := strings.CutPrefix(piece, "{")
		if name = strings.TrimSuffix(name, "}"); !ok {
			continue
		}
		if id.values[name] == "" {
			t.Fatalf("%s has a parameter %q: give it a row in parameters", rt.name, name)
		}
		path = strings.ReplaceAll(path, piece, id.values[name])
	}
	body := ""
	if rt.example != nil {
		raw, _ := json.Marshal(rt.example)
		body = strings.ReplaceAll(string(raw), `"m-1"`, fmt.Sprintf(`"m-%d"`, n))
	}
	r, err := http.NewRequestWithContext(context.Background(), rt.method, m.url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.URL.Opaque = prefix + path // as it is, not cleaned
	r.URL.RawQuery = who.query
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if who.key != "" {
		r.Header.Set("Authorization", "Bearer "+who.key)
	}
	if who.header != nil {
		who.header(r)
	}
	return r
}

// Every route and every place that holds an id, against every kind of caller.
func TestAPI_AKeySeesOnlyWhatItsPartnerMade(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	refusals := map[int]string{} // the one body of each status
	cells, wrongAllows, wrongDenies := 0, 0, 0
	table := routes()
	for i := range table {
		rt := &table[i]
		for _, who := range m.callers(t) {
			if who.key == m.scopeless && rt.scope == scopeWebhooks {
				who.key = m.hookless
			}
			for _, id := range m.parameters() {
				if !strings.Contains(rt.path, "{") && id.name != "partner 1's" {
					continue // no place to put it
				}
				cells++
				if rt.name == "deleteWebhook" && who.sees && id.mine {
					id.values["webhook"] = m.makeHook() // each is deleted once
				}
				r := m.request(t, rt, who, id, cells)
				got := m.send(r)
				want := who.status
				if want == 0 {
					want = rt.status
					if strings.Contains(rt.path, "{") && (!who.sees || !id.mine) {
						want = 404
					}
				}
				if found, _, _ := find(table, r.Method, strings.TrimPrefix(r.URL.Opaque, prefix)); found == nil && want == 403 {
					want = 404 // no route has such a path
				}
				if want == rt.status && rt.name == "withdrawHandoff" && got.status == 409 {
					got.status = want // the request before took it back
				}
				switch {
				case got.status < 400 && want >= 400:
					wrongAllows++
					t.Errorf("%s lets %s use %s: %d, want %d", rt.name, who.name, id.name, got.status, want)
				case got.status >= 400 && want < 400:
					wrongDenies++
					t.Errorf("%s refuses %s %s: %d %s", rt.name, who.name, id.name, got.status, got.body)
				case got.status != want:
					t.Errorf("%s answers %s with %s: %d, want %d: %s %s", rt.name, who.name, id.name, got.status, want, got.body, r.URL.Opaque)
				}
				if want >= 400 && got.status == want {
					if refusals[want] == "" {
						refusals[want] = got.body
					} else if refusals[want] != got.body {
						t.Errorf("%s answers %s with %s in other words: %s", rt.name, who.name, id.name, got.body)
					}
				}
				if !who.sees && strings.Contains(got.body, canary) {
					t.Errorf("%s tells %s partner 1's data: %s", rt.name, who.name, got.body)
				}
			}
		}
	}
	if cells < 600 || len(refusals) != 4 {
		t.Errorf("only %d cells and %d kinds of refusal: the check saw too little", cells, len(refusals))
	}
	t.Logf("%d cells: %d routes × %d callers × their ids; %d wrong allows, %d wrong denies", cells, len(table), len(m.callers(t)), wrongAllows, wrongDenies)
}

// The places in bodies, queries and headers that name something of another
// partner.
func TestAPI_NamesInBodiesQueriesAndHeadersOpenNothing(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	if got := m.do(m.two, "GET", "/events?after="+m.cursor, "").problem(t); got != "400 bad_cursor" {
		t.Errorf("another partner's cursor: %s", got)
	}
	// The same words for a user, a message and a request are another's.
	body := `{"external_user_id":"` + canary + `","locale":"en"}`
	name := []string{idempotencyKey, "shared"}
	var one, two wire.Conversation
	m.want(http.StatusCreated, m.do(m.one, "POST", "/conversations", body, name...)).into(t, &one)
	m.want(http.StatusCreated, m.do(m.two, "POST", "/conversations", body, name...)).into(t, &two)
	if one.ID == two.ID || two.Metadata["k"] != nil || two.LastSeq != 1 {
		t.Errorf("partner 2 came into partner 1's conversation: %+v", two)
	}
	var r wire.Reply
	m.want(200, m.say(m.two, two.ID, "first", "hello")).into(t, &r)
	if r.Repeated || strings.Contains(r.Message.Text, canary) {
		t.Errorf("partner 2's message met partner 1's: %+v", r)
	}
	// A choice that names a conversation or an agent's order is only a word.
	for _, choice := range []string{m.conv, "handoff.claim", "agent"} {
		if got := m.do(m.two, "POST", "/conversations/"+two.ID+"/messages", `{"id":"c-`+choice+`","choice":"`+choice+`"}`); strings.Contains(got.body, canary) || got.status != 200 {
			t.Errorf("choice %q: %d %s", choice, got.status, got.body)
		}
	}
	// A chat user whom the host app calls by the same name gets a chat of their own.
	w, err := m.chat.Hello(t.Context(), chat.Hello{Person: &chat.Person{Subject: canary}})
	if err != nil || w.Conversation == m.conv || w.Conversation == one.ID {
		t.Errorf("a chat user came into %s: %v", w.Conversation, err)
	}
	if got := m.do(m.one, "GET", "/conversations/"+w.Conversation, ""); got.status != 404 {
		t.Errorf("a partner reads our own chat: %d", got.status)
	}
	var mine wire.Conversation
	m.want(200, m.do(m.one, "GET", "/conversations/"+m.conv, "")).into(t, &mine)
	if mine.Owner != "queue" {
		t.Errorf("partner 1's conversation has moved: %+v", mine)
	}
	if events := m.want(200, m.do(m.two, "GET", "/events?limit=100", "")).body; strings.Contains(events, canary+"\"") && strings.Contains(events, m.conv) {
		t.Errorf("partner 2's feed has partner 1's conversation: %s", events)
	}
}
