package api

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"usher/server/internal/wire"
)

// standard is a published schema of what a description must look like.
func standard(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(name, ".gz") {
		z, err := gzip.NewReader(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if raw, err = io.ReadAll(z); err != nil {
			t.Fatal(err)
		}
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("https://standard.invalid/"+name, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("https://standard.invalid/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDescriptions_AreWhatTheirStandardsSay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.api.async, _ = asyncDocument([]wire.Frame{
		{Socket: "chat", FromClient: true, Type: "hello", About: "Begin.", Shape: sendBody{}},
		{Socket: "chat", Type: "message.created", About: "A message.", Shape: wire.MessageEvent{}},
		{Socket: "chat", Type: "message.created", About: "Another shape.", Shape: wire.HandoffEvent{}},
	})
	for path, name := range map[string]string{"/api/openapi.json": "openapi-3.1.json", "/api/asyncapi.json": "asyncapi-3.0.0.json.gz"} {
		got := h.want(200, h.get(path))
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(got.body))
		if err == nil {
			err = standard(t, name).Validate(doc)
		}
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if again := h.get(path, "If-None-Match", got.header.Get("ETag")); again.status != http.StatusNotModified || again.body != "" {
			t.Errorf("%s again: %d", path, again.status)
		}
	}
	// The standard is strict enough to see a mistake.
	var doc map[string]any
	_ = json.Unmarshal(h.api.contract.json, &doc)
	delete(doc, "info")
	if standard(t, "openapi-3.1.json").Validate(doc) == nil {
		t.Error("a description without info passes")
	}
}

// get asks for something published, without a key.
func (h *house) get(path string, headers ...string) reply {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.url+path, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return h.send(r)
}

// Every route is described with its parameters, its body and its example, and
// nothing else is.
func TestDescriptions_HaveEveryRouteAndNoOther(t *testing.T) {
	t.Parallel()
	c, err := describe(routes())
	if err != nil {
		t.Fatal(err)
	}
	p := readPublished(t, c.json)
	var described, served, names []string
	for path, item := range at(p.raw, "paths").(map[string]any) {
		for method := range item.(map[string]any) {
			described = append(described, strings.ToUpper(method)+" "+path)
		}
	}
	for _, rt := range routes() {
		served = append(served, rt.method+" "+prefix+rt.path)
		names = append(names, rt.name)
		op := at(p.raw, "paths", prefix+rt.path, strings.ToLower(rt.method))
		if at(op, "operationId") != rt.name || at(op, "summary") == "" || !slices.Contains(Scopes(), rt.scope) {
			t.Errorf("%s is described as %v", rt.name, at(op, "operationId"))
		}
		if rt.body == nil {
			continue
		}
		example := at(op, "requestBody", "content", "application/json", "example")
		if err := p.schema(t, "components", "schemas", typeName(rt.body())).Validate(example); err != nil {
			t.Errorf("the example of %s: %v", rt.name, err)
		}
		for _, link := range rt.links {
			if !slices.ContainsFunc(routes(), func(other route) bool { return other.name == link }) {
				t.Errorf("%s links to %s, which is no route", rt.name, link)
			}
		}
	}
	slices.Sort(described)
	slices.Sort(served)
	if !slices.Equal(described, served) {
		t.Errorf("described %v\nserved %v", described, served)
	}
	if slices.Sort(names); len(slices.Compact(names)) != len(served) {
		t.Error("two routes have one name")
	}
	// What agents alone see is in no partner's shape.
	for _, secret := range []string{"verdict", "verified", "queued_at", "partner"} {
		if at(p.raw, "components", "schemas", "Handoff", "properties", secret) != nil {
			t.Errorf("a partner's handoff has %s", secret)
		}
	}
}

// The check of answers sees an answer that is not as published.
func TestDescriptions_TheCheckOfAnswersSeesADrift(t *testing.T) {
	t.Parallel()
	c, err := describe(routes())
	if err != nil {
		t.Fatal(err)
	}
	p := readPublished(t, c.json)
	answer := p.schema(t, "paths", "/api/v1/conversations/{conversation}", "get", "responses", "200", "content", "application/json", "schema")
	const good = `{"id":"A","external_user_id":"u","locale":"en","owner":"bot","epoch":1,"last_seq":1,"handoff":null,"fields":{},"metadata":{},"created_at":"2026-03-01T10:00:00Z"}`
	for name, body := range map[string]string{
		"": good, "an owner that is none": strings.Replace(good, `"bot"`, `"nobody"`, 1), "a member more": strings.Replace(good, "{", `{"agent_email":"a",`, 1),
		"a member less": strings.Replace(good, `"epoch":1,`, "", 1), "a time that is none": strings.Replace(good, "2026-03-01T10:00:00Z", "today", 1),
		"a verdict": strings.Replace(good, "null", `{"id":"h","conversation":"A","queue":"kyc_review","priority":"normal","state":"queued","epoch":1,"verdict":{"advice":"","facts":[],"warnings":[]}}`, 1),
	} {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if err := answer.Validate(value); (err == nil) != (name == "") {
			t.Errorf("%q: %v", name, err)
		}
	}
}
