package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// published is the description as a client gets it, to judge answers by.
type published struct {
	raw      any
	compiler *jsonschema.Compiler
	mu       sync.Mutex
	schemas  map[string]*jsonschema.Schema
	routes   []route
}

func readPublished(t testing.TB, raw []byte) *published {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource(documentURL, doc); err != nil {
		t.Fatal(err)
	}
	return &published{raw: doc, compiler: c, schemas: map[string]*jsonschema.Schema{}, routes: routes()}
}

// at follows names into a JSON document; nil: nothing is there.
func at(v any, names ...string) any {
	for _, name := range names {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v
}

// schema compiles the schema at a place of the description.
func (p *published) schema(t testing.TB, names ...string) *jsonschema.Schema {
	t.Helper()
	var place strings.Builder
	for _, name := range names {
		_, _ = place.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name))
	}
	key := documentURL + "#" + strings.NewReplacer("{", "%7B", "}", "%7D").Replace(place.String())
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.schemas[key] == nil {
		s, err := p.compiler.Compile(key)
		if err != nil {
			t.Fatal(err)
		}
		p.schemas[key] = s
	}
	return p.schemas[key]
}

// check judges one answer: its status, its type, its headers and its body have
// to be among what is published for the route.
func (p *published) check(t testing.TB, r *http.Request, got reply) {
	t.Helper()
	if got.status < 400 && !strings.HasPrefix(sent(r), prefix) {
		return
	}
	for _, name := range []string{"X-Request-Id", "RateLimit", "RateLimit-Policy", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"} {
		if got.header.Get(name) == "" && got.status != http.StatusServiceUnavailable && got.status != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("%s %s %d: no %s", r.Method, r.URL.Path, got.status, name)
		}
	}
	kind, _, _ := strings.Cut(got.header.Get("Content-Type"), ";")
	if r.Method == http.MethodHead {
		return
	}
	rt, _, _ := find(p.routes, r.Method, strings.TrimPrefix(sent(r), prefix))
	place := []string{"components", "schemas", "Problem"}
	if rt != nil {
		content := []string{"paths", prefix + rt.path, strings.ToLower(rt.method), "responses", strconv.Itoa(got.status), "content", kind}
		if at(p.raw, content[:5]...) != nil && got.status >= 400 { // they share the refusals
			content = []string{"components", "responses", strconv.Itoa(got.status), "content", kind}
		}
		if at(p.raw, content...) == nil {
			t.Errorf("%s %s answers %d as %q, which is not published", rt.method, rt.path, got.status, kind)
			return
		}
		place = append(content, "schema")
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(got.body))
	if err == nil {
		err = p.schema(t, place...).Validate(value)
	}
	if err != nil {
		t.Errorf("%s %s %d is not as published: %v\n%s", r.Method, r.URL.Path, got.status, err, got.body)
	}
	if got.status >= 400 {
		var body Problem
		_ = json.Unmarshal([]byte(got.body), &body)
		if body.Status != got.status || kind != "application/problem+json" {
			t.Errorf("problem says %d as %q, the answer %d", body.Status, kind, got.status)
		}
	}
}

// sent is the path as it went over the wire.
func sent(r *http.Request) string {
	if r.URL.Opaque != "" {
		return r.URL.Opaque
	}
	return r.URL.EscapedPath()
}

// problem is what a refusal says, short.
func (r reply) problem(t testing.TB) string {
	t.Helper()
	var p Problem
	r.into(t, &p)
	out := fmt.Sprintf("%d %s", r.status, p.Code)
	for _, f := range p.Errors {
		switch {
		case f.Parameter != "":
			out += " ?" + f.Parameter
		case f.Pointer != nil:
			out += " " + *f.Pointer + ":" + f.Code
		}
	}
	return out
}
