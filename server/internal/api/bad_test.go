package api

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// Each row is sent to a route that takes a body; the answer is exact.
func TestAPI_BadBodies(t *testing.T) { t.Parallel(); onBoth(t, badBodies) }

func badBodies(t *testing.T, h *house) {
	key := h.key("Acme")
	conv := h.open(key, "u")
	before, err := h.st.Load(t.Context(), conv)
	if err != nil {
		t.Fatal(err)
	}
	send, open, decide, classify, ask := "/conversations/"+conv+"/messages", "/conversations", "/decide", "/classify", "/conversations/"+conv+"/handoff"
	deep := strings.Repeat(`{"a":`, 16) + "1" + strings.Repeat("}", 16)
	for _, row := range []struct{ name, path, body, want string }{
		{"empty", send, " ", "400 bad_json :bad_json"},
		{"null", send, "null", "400 bad_type :bad_type"},
		{"a list", send, `[]`, "400 bad_type :bad_type"},
		{"a text", send, `"x"`, "400 bad_type :bad_type"},
		{"two values", send, `{"id":"1","text":"a"} {}`, "400 bad_json :bad_json"},
		{"garbage behind", send, `{"id":"1","text":"a"}x`, "400 bad_json :bad_json"},
		{"a byte order mark", send, "\ufeff" + `{"id":"1","text":"a"}`, "400 bad_json :bad_json"},
		{"not UTF-8", send, "{\"id\":\"1\",\"text\":\"\xff\"}", "400 bad_json /text:bad_json"},
		{"a member twice", send, `{"id":"1","text":"a","text":"b"}`, "400 bad_json /text:bad_json"},
		{"another case", send, `{"id":"1","Text":"a"}`, "400 unknown_field :unknown_field"},
		{"NaN", decide, `{"intent":"cancel_review","cancellations":NaN}`, "400 bad_json /cancellations:bad_json"},
		{"17 deep", open, `{"external_user_id":"u","metadata":` + deep + `}`, "400 bad_json :bad_json"},
		{"beyond every number", decide, `{"intent":"cancel_review","cancellations":1e400}`, "422 bad_value /cancellations:bad_value"},
		{"no id", send, `{"text":"a"}`, "400 missing_field /id:missing_field"},
		{"neither text nor choice", send, `{"id":"1"}`, "400 missing_field /text:missing_field"},
		{"no intent", decide, `{}`, "400 missing_field /intent:missing_field"},
		{"an empty id", send, `{"id":"","text":"a"}`, "422 bad_value /id:bad_value"},
		{"an id of 65", send, `{"id":"` + strings.Repeat("i", 65) + `","text":"a"}`, "422 too_long /id:too_long"},
		{"a control character in an id", send, `{"id":"a\u0007","text":"a"}`, "422 bad_value /id:bad_value"},
		{"4001 code points", send, `{"id":"1","text":"` + strings.Repeat("é", 4001) + `"}`, "422 too_long /text:too_long"},
		{"nothing visible", send, `{"id":"1","text":" \u200b\u2800 "}`, "422 bad_value /text:bad_value"},
		{"U+0000", send, `{"id":"1","text":"a\u0000"}`, "422 bad_value /text:bad_value"},
		{"half a pair", send, `{"id":"1","text":"\ud800"}`, "422 bad_value /text:bad_value"},
		{"U+FFFF", send, `{"id":"1","text":"\uffff"}`, "422 bad_value /text:bad_value"},
		{"17 members of a form", send, `{"id":"1","form":{` + members(17) + `}}`, "422 too_many /form:too_many"},
		{"an unknown status", open, `{"external_user_id":"u","kyc":{"status":"fine"}}`, "422 bad_value /kyc/status:bad_value"},
		{"a count below nothing", open, `{"external_user_id":"u","kyc":{"cancellations":-1}}`, "422 bad_value /kyc/cancellations:bad_value"},
		{"a time that is none", open, `{"external_user_id":"u","kyc":{"submitted_at":"yesterday"}}`, "422 bad_value /kyc/submitted_at:bad_value"},
		{"an email that is none", open, `{"external_user_id":"u","user":{"email":"x"}}`, "422 bad_value /user/email:bad_value"},
		{"an unknown zone", open, `{"external_user_id":"u","timezone":"Mars/Olympus"}`, "422 bad_value /timezone:bad_value"},
		{"a zone of the machine", open, `{"external_user_id":"u","timezone":"Local"}`, "422 bad_value /timezone:bad_value"},
		{"a zone that is a path", open, `{"external_user_id":"u","timezone":"../../etc/passwd"}`, "422 bad_value /timezone:bad_value"},
		{"no language", open, `{"external_user_id":"u","locale":"../../etc"}`, "422 bad_value /locale:bad_value"},
		{"an invisible user", open, `{"external_user_id":"\u2800"}`, "422 bad_value /external_user_id:bad_value"},
		{"17 members of metadata", open, `{"external_user_id":"u","metadata":{` + members(17) + `}}`, "422 too_many /metadata:too_many"},
		{"a long value of metadata", open, `{"external_user_id":"u","metadata":{"secret name":"` + strings.Repeat("v", 501) + `"}}`, "422 too_long /metadata:too_long"},
		{"an object in metadata", open, `{"external_user_id":"u","metadata":{"k":{"a":1}}}`, "422 bad_value /metadata:bad_value"},
		{"null in metadata", open, `{"external_user_id":"u","metadata":{"k":null}}`, "422 bad_value /metadata:bad_value"},
		{"a user's zone that is none", open, `{"external_user_id":"u","user":{"zoneinfo":"Mars"}}`, "422 bad_value /user/zoneinfo:bad_value"},
		{"two mistakes", decide, `{"intent":"nothing","status":"fine","rejections":-1}`, "422 bad_value /intent:bad_value /rejections:bad_value /status:bad_value"},
		{"a queue that is none", ask, `{"queue":"vip"}`, "422 bad_value /queue:bad_value"},
		{"a reason that is none", ask, `{"reason":"because"}`, "422 bad_value /reason:bad_value"},
		{"an empty text", classify, `{"text":""}`, "422 bad_value /text:bad_value"},
		// What only the server may say (mass assignment).
		{"a role", send, `{"id":"1","text":"a","role":"agent"}`, "400 unknown_field :unknown_field"},
		{"an author", send, `{"id":"1","text":"a","from":"agent"}`, "400 unknown_field :unknown_field"},
		{"a number", send, `{"id":"1","text":"a","seq":1}`, "400 unknown_field :unknown_field"},
		{"a verified user", open, `{"external_user_id":"u","verified":true}`, "400 unknown_field :unknown_field"},
		{"another partner", open, `{"external_user_id":"u","partner":"p"}`, "400 unknown_field :unknown_field"},
		{"an owner", open, `{"external_user_id":"u","owner":"agent","epoch":9}`, "400 unknown_field :unknown_field"},
		{"a priority", ask, `{"priority":"urgent"}`, "400 unknown_field :unknown_field"},
		{"a prototype", open, `{"external_user_id":"u","__proto__":{}}`, "400 unknown_field :unknown_field"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := h.do(key, "POST", row.path, row.body)
			if said := got.problem(t); said != row.want {
				t.Errorf("%s, want %s", said, row.want)
			}
			if strings.Contains(got.body, "secret name") {
				t.Errorf("the refusal repeats what was sent: %s", got.body)
			}
		})
	}
	after, err := h.st.Load(t.Context(), conv)
	if err != nil || after.Version != before.Version {
		t.Errorf("a refused body changed the conversation: %d, %v", after.Version, err)
	}
	for _, fine := range []string{
		`{"id":"f1","text":"` + strings.Repeat("é", 4000) + `"}`, `{"id":"` + strings.Repeat("é", 64) + `","text":"a"}`,
		`{"id":"f2","text":"👨‍👩‍👧 \u202eabc\u2028x e` + strings.Repeat("\u0301", 500) + `"}`, `{"id":"f3","form":{` + members(16) + `}}`,
	} {
		h.want(200, h.do(key, "POST", send, fine))
	}
}

// members are n members of an object.
func members(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf(`"m%d":"v"`, i)
	}
	return strings.Join(all, ",")
}

// Every member of every body with a value of every other type: refused at that
// member, whatever it is.
func TestAPI_TypeConfusionIsRefusedAtEveryMember(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.key("Acme")
	conv := h.open(key, "u")
	values := map[string]string{"object": `{"$gt":""}`, "list": `["x"]`, "flag": `true`, "null": `null`, "number": `7`, "fraction": `1.5`, "text": `"x"`}
	tried := 0
	for _, rt := range routes() {
		if rt.body == nil {
			continue
		}
		name := typeName(rt.body())
		properties, _ := at(h.seen.raw, "components", "schemas", name, "properties").(map[string]any)
		required, _ := at(h.seen.raw, "components", "schemas", name, "required").([]any)
		for member, schema := range properties {
			for kind, value := range values {
				if fits(schema, kind) {
					continue
				}
				body := map[string]json.RawMessage{}
				for _, r := range required {
					body[r.(string)] = json.RawMessage(`"x"`)
				}
				if name == "SendBody" {
					body["text"] = json.RawMessage(`"x"`)
				}
				if name == "Case" {
					body["intent"] = json.RawMessage(`"cancel_review"`)
				}
				body[member] = json.RawMessage(value)
				raw, _ := json.Marshal(body)
				got := h.do(key, rt.method, strings.ReplaceAll(rt.path, "{conversation}", conv), string(raw))
				said := got.problem(t)
				if got.status != 400 && got.status != 422 || !strings.Contains(said, " /"+member) {
					t.Errorf("%s %s as %s: %s", rt.name, member, kind, said)
				}
				tried++
			}
		}
	}
	if tried < 140 {
		t.Errorf("only %d combinations tried", tried)
	}
}

// fits reports whether a schema takes a kind of value, by its type alone.
func fits(schema any, kind string) bool {
	typ, _ := at(schema, "type").(string)
	if at(schema, "$ref") != nil {
		typ = "object"
	}
	switch kind {
	case "text":
		return typ == "string"
	case "object":
		return typ == "object"
	case "number":
		return typ == "integer"
	case "flag":
		return typ == "boolean"
	case "null":
		return typ == "object" || at(schema, "format") == "date-time" // absent, where Go has a nothing
	}
	return false
}

// Paths, methods, queries and headers that are not as they should be.
func TestAPI_BadRequests(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.key("Acme")
	conv := h.open(key, "u")
	for _, row := range []struct {
		name, method, path, want string
		headers                  []string
	}{
		{"no such path", "GET", "/nothing", "404 not_found", nil},
		{"the root", "GET", "", "404 not_found", nil},
		{"a slash behind", "GET", "/conversations/" + conv + "/", "404 not_found", nil},
		{"another method", "PUT", "/conversations/" + conv, "405 method_not_allowed", nil},
		{"preflight", "OPTIONS", "/classify", "405 method_not_allowed", []string{"Origin", "https://evil.example", "Access-Control-Request-Method", "POST"}},
		{"an unknown parameter", "GET", "/events?page=2", "400 unknown_field", nil},
		{"a parameter of another route", "GET", "/conversations/" + conv + "?after=1", "400 unknown_field", nil},
		{"a broken query", "GET", "/events?limit=%zz", "400 bad_value", nil},
		{"limit 0", "GET", "/events?limit=0", "422 bad_value ?limit", nil},
		{"limit -1", "GET", "/events?limit=-1", "422 bad_value ?limit", nil},
		{"limit 101", "GET", "/events?limit=101", "422 bad_value ?limit", nil},
		{"limit x", "GET", "/events?limit=x", "422 bad_value ?limit", nil},
		{"limit 01", "GET", "/events?limit=01", "422 bad_value ?limit", nil},
		{"limit twice", "GET", "/events?limit=1&limit=2", "422 bad_value ?limit", nil},
		{"wait 26", "GET", "/events?wait=26", "422 bad_value ?wait", nil},
		{"after -1", "GET", "/conversations/" + conv + "/messages?after=-1", "422 bad_value ?after", nil},
		{"after 1.5", "GET", "/conversations/" + conv + "/messages?after=1.5", "422 bad_value ?after", nil},
		{"after ahead", "GET", "/conversations/" + conv + "/messages?after=99", "409 resync", nil},
		{"an injected position", "GET", "/conversations/" + conv + "/messages?after=0%20OR%201=1", "422 bad_value ?after", nil},
		{"a forged cursor", "GET", "/events?after=AAAAAAAAAAHBMKGyiiv9n5q3slvRU_s5", "400 bad_cursor", nil},
		{"a cursor that is none", "GET", "/events?after=1", "400 bad_cursor", nil},
		{"an injected cursor", "GET", "/events?after=1'%20OR%20'1'='1", "422 bad_value ?after", nil},
		{"no JSON wanted", "GET", "/events", "406 not_acceptable", []string{"Accept", "text/html, application/json;q=0"}},
		{"no type", "POST", "/classify", "415 unsupported_media_type", []string{"Content-Type", ""}},
		{"a form", "POST", "/classify", "415 unsupported_media_type", []string{"Content-Type", "application/x-www-form-urlencoded"}},
		{"another charset", "POST", "/classify", "415 unsupported_media_type", []string{"Content-Type", "application/json; charset=utf-16"}},
		{"compressed", "POST", "/classify", "415 unsupported_media_type", []string{"Content-Encoding", "gzip"}},
		{"an empty name", "POST", "/classify", "400 bad_value ?Idempotency-Key", []string{idempotencyKey, ""}},
		{"a name of 256", "POST", "/classify", "400 bad_value ?Idempotency-Key", []string{idempotencyKey, strings.Repeat("n", 256)}},
		{"a name that cannot be printed", "POST", "/classify", "400 bad_value ?Idempotency-Key", []string{idempotencyKey, "é"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			body := ""
			if row.method == "POST" {
				body = `{"text":"hello"}`
			}
			got := h.do(key, row.method, row.path, body, row.headers...)
			if said := got.problem(t); said != row.want {
				t.Errorf("%s, want %s", said, row.want)
			}
			if allow := got.header.Get("Allow"); got.status == 405 != (allow != "") {
				t.Errorf("Allow: %q", allow)
			}
			for name := range got.header {
				if strings.HasPrefix(name, "Access-Control") {
					t.Errorf("%s is sent", name)
				}
			}
		})
	}
	h.want(200, h.do(key, "GET", "/events", "", "Accept", "text/html, application/*;q=0.5"))
	h.want(200, h.do(key, "POST", "/classify", `{"text":"hello"}`, "Content-Type", `application/json; charset="UTF-8"`))
	h.want(200, h.do(key, "HEAD", "/events", ""))
	if got := h.do(key, "GET", "/events", `{}`).problem(t); got != "400 bad_json" {
		t.Errorf("a body where none is taken: %s", got)
	}
}

// Sizes, against the limits and beyond.
func TestAPI_TooMuchIsRefusedBeforeItIsRead(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.key("Acme")
	fill := func(n int) string { return `{"text":"a"` + strings.Repeat(" ", n-len(`{"text":"a"}`)) + `}` }
	h.want(200, h.do(key, "POST", "/classify", fill(bodyMax)))
	if got := h.do(key, "POST", "/classify", fill(bodyMax+1)).problem(t); got != "413 too_long" {
		t.Error(got)
	}
	// A body of unknown length, in pieces; so little beyond the limit that it is
	// sent before the answer closes the connection.
	endless := io.LimitReader(readerFunc(func(p []byte) (int, error) { return len(p), nil }), bodyMax+4096)
	r, _ := http.NewRequestWithContext(context.Background(), http.MethodPost, h.url+prefix+"/classify", endless)
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/json")
	if got := h.send(r).problem(t); got != "413 too_long" {
		t.Error(got)
	}
	var many []string
	for i := range 101 {
		many = append(many, fmt.Sprintf("X-Test-%d", i), "v")
	}
	if got := h.do(key, "GET", "/events", "", many...); got.status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("101 headers: %d", got.status)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// What no well-behaved client can send.
func TestAPI_BrokenHTTP(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.key("Acme")
	for _, row := range []struct {
		name, text string
		status     int
	}{
		{"no host", "GET /api/v1/events HTTP/1.1\r\n\r\n", 400},
		{"two lengths", "POST /api/v1/classify HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{", 400},
		{"a length that is none", "POST /api/v1/classify HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400},
		{"two slashes", "GET //api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n", 404},
		{"dots", "GET /api/v1/../v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key + "\r\n\r\n", 404},
		{"an escaped slash", "GET /api/v1%2fevents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key + "\r\n\r\n", 404},
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(conn, row.text)
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%s: %v", row.name, err)
		}
		_ = answer.Body.Close()
		_ = conn.Close()
		if answer.StatusCode != row.status && !(row.name == "two slashes" && answer.StatusCode == http.StatusUnauthorized) {
			t.Errorf("%s: %d, want %d", row.name, answer.StatusCode, row.status)
		}
	}
}

// A handler that breaks tells nothing but the request's id, and is logged.
func TestAPI_PanicsAreAnswered(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.key("Acme")
	for i := range h.api.routes {
		if h.api.routes[i].name == "classify" {
			h.api.routes[i].run = func(*call) (any, error) { panic("secret " + key) }
		}
	}
	got := h.do(key, "POST", "/classify", `{"text":"hello"}`)
	if said := got.problem(t); said != "500 internal" || strings.Contains(got.body, "secret") {
		t.Errorf("%s", got.body)
	}
	if !strings.Contains(h.log.String(), got.header.Get("X-Request-Id")) {
		t.Error("the log does not know the request")
	}
	h.want(http.StatusOK, h.do(key, "GET", "/events", ""))
}

// What databases and shells would take for something else is text here.
func TestAPI_InjectionsAreText(t *testing.T) { t.Parallel(); onBoth(t, injectionsAreText) }

func injectionsAreText(t *testing.T, h *house) {
	key := h.key("Acme")
	mine := h.open(key, "u")
	payloads := []string{
		"' OR '1'='1", "'; DROP TABLE messages; --", `" OR ""="`, "1) OR (1=1", "' UNION SELECT hash FROM api_keys --", "'||pg_sleep(5)||'", "1;SELECT 1",
		"%' AND 1=0 UNION ALL SELECT NULL --", "\\'; --", "$1", "?", ":1", "{{7*7}}", "${jndi:ldap://x}", "<script>alert(1)</script>", "../../etc/passwd",
		"; cat /etc/passwd", "$(id)", "`id`", "|id", "%00", "%27", "\u2019 OR 1=1", "=cmd|' /C calc'!A0", "{\"$gt\":\"\"}", "true", "null", "-1", "1e309", "0x1",
	}
	for i, p := range payloads {
		text, _ := json.Marshal(p)
		for _, call := range [][2]string{
			{"/conversations", `{"external_user_id":` + string(text) + `,"metadata":{"k":` + string(text) + `}}`},
			{"/conversations/" + mine + "/messages", fmt.Sprintf(`{"id":"%d","text":%s}`, i, text)},
			{"/conversations/" + mine + "/messages", fmt.Sprintf(`{"id":"c%d","choice":%s}`, i, text)},
			{"/conversations/" + mine + "/messages", fmt.Sprintf(`{"id":"f%d","form":{"email":%s}}`, i, text)},
			{"/classify", `{"text":` + string(text) + `}`},
		} {
			if got := h.do(key, "POST", call[0], call[1]); got.status != 200 && got.status != 201 {
				t.Errorf("%q to %s: %d %s", p, call[0], got.status, got.body)
			}
		}
		for _, path := range []string{"/events?after=", "/events?limit=", "/conversations/" + mine + "/messages?after="} {
			if got := h.do(key, "GET", path+strings.NewReplacer("%", "%25", " ", "%20", "#", "%23", "&", "%26", "+", "%2B", ";", "%3B", "\n", "%0A").Replace(p), ""); got.status < 400 || got.status >= 500 {
				t.Errorf("%q in %s: %d %s", p, path, got.status, got.body)
			}
		}
	}
	var list messageList
	h.want(200, h.do(key, "GET", "/conversations/"+mine+"/messages?after=1&limit=2", "")).into(t, &list)
	if list.Messages[0].Text != payloads[0] {
		t.Errorf("stored as %q", list.Messages[0].Text)
	}
}
