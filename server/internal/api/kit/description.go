package kit

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// documentURL names the description within the validator; nothing is fetched.
const documentURL = "https://contract.invalid/openapi.json"

// description is an OpenAPI document.
type description struct {
	doc      any
	compiler *jsonschema.Compiler
	known    map[string]map[string]string // operation → its parameters, from links
}

// operation is one method of one path.
type operation struct {
	method, path, id string
	node             map[string]any
}

func read(doc any) (*description, error) {
	if version, _ := at(doc, "openapi").(string); !strings.HasPrefix(version, "3.1.") {
		return nil, errors.New("the description is not OpenAPI 3.1")
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource(documentURL, doc); err != nil {
		return nil, fmt.Errorf("read the description: %w", err)
	}
	return &description{doc: doc, compiler: c, known: map[string]map[string]string{}}, nil
}

// at follows names into a document; nil: nothing is there.
func at(v any, names ...string) any {
	for _, name := range names {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v
}

// inOrder lists the operations so that what makes things comes before what
// needs them and what ends them comes last.
func (d *description) inOrder() []operation {
	var all []operation
	paths, _ := at(d.doc, "paths").(map[string]any)
	for path, item := range paths {
		for _, method := range []string{http.MethodPost, http.MethodGet, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			node, ok := at(item, strings.ToLower(method)).(map[string]any)
			if !ok {
				continue
			}
			id, _ := node["operationId"].(string)
			all = append(all, operation{method, path, id, node})
		}
	}
	rank := func(o operation) int {
		switch {
		case o.method == http.MethodDelete:
			return 3
		case o.method == http.MethodPost && !strings.Contains(o.path, "{"):
			return 0
		case o.method == http.MethodPost:
			return 1
		}
		return 2
	}
	slices.SortFunc(all, func(a, b operation) int {
		return cmp.Or(rank(a)-rank(b), strings.Compare(a.path, b.path), strings.Compare(a.method, b.method))
	})
	return all
}

// Later marks a link to something that comes with time: an answer that has none
// yet is no mistake.
const Later = "x-comes-later"

// later reports whether what the operation needs comes with time.
func (d *description) later(id string) bool {
	for _, op := range d.inOrder() {
		responses, _ := at(op.node, "responses").(map[string]any)
		for _, response := range responses {
			links, _ := at(response, "links").(map[string]any)
			for _, link := range links {
				if at(link, "operationId") == any(id) && at(link, Later) == true {
					return true
				}
			}
		}
	}
	return false
}

// learn binds the parameters of the operations that an answer links to.
func (d *description) learn(op operation, got answer) {
	links, _ := at(op.node, "responses", strconv.Itoa(got.status), "links").(map[string]any)
	for _, link := range links {
		target, _ := at(link, "operationId").(string)
		parameters, _ := at(link, "parameters").(map[string]any)
		for name, from := range parameters {
			place, ok := strings.CutPrefix(fmt.Sprint(from), "$response.body#")
			value, isText := follow(got.value, place).(string)
			if !ok || !isText {
				continue
			}
			if d.known[target] == nil {
				d.known[target] = map[string]string{}
			}
			if d.known[target][name] == "" {
				d.known[target][name] = value
			}
		}
	}
}

// follow reads a JSON Pointer.
func follow(v any, pointer string) any {
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		switch node := v.(type) {
		case map[string]any:
			v = node[strings.NewReplacer("~1", "/", "~0", "~").Replace(token)]
		case []any:
			n, err := strconv.Atoi(token)
			if err != nil || n < 0 || n >= len(node) {
				return nil
			}
			v = node[n]
		default:
			return nil
		}
	}
	return v
}

// example is the operation's published body; "": it has none.
func (o operation) example() string {
	example := at(o.node, "requestBody", "content", "application/json", "example")
	if example == nil {
		return ""
	}
	raw, _ := json.Marshal(example) // it came from JSON
	return string(raw)
}

// names are the parameters in the operation's path.
func (o operation) names() []string {
	var names []string
	for piece := range strings.SplitSeq(o.path, "/") {
		if name, ok := strings.CutPrefix(piece, "{"); ok {
			names = append(names, strings.TrimSuffix(name, "}"))
		}
	}
	return names
}

// judge compares an answer with what is published for its status.
func (d *description) judge(op operation, got answer) error {
	place := []string{"paths", op.path, strings.ToLower(op.method), "responses", strconv.Itoa(got.status)}
	node := at(d.doc, place...)
	if node == nil {
		return fmt.Errorf("status %d is not published: %s", got.status, got.body)
	}
	if ref, ok := at(node, "$ref").(string); ok {
		place = strings.Split(strings.TrimPrefix(ref, "#/"), "/")
		node = at(d.doc, place...)
	}
	kind, _, _ := strings.Cut(got.header.Get("Content-Type"), ";")
	if at(node, "content", kind, "schema") == nil {
		return fmt.Errorf("status %d has type %q, which is not published", got.status, kind)
	}
	headers, _ := at(node, "headers").(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if got.header.Get(name) == "" && name != "Retry-After" {
			return fmt.Errorf("status %d lacks the header %s", got.status, name)
		}
	}
	schema, err := d.compiler.Compile(documentURL + "#/" + pointer(append(place, "content", kind, "schema")))
	if err != nil {
		return err
	}
	if err := schema.Validate(got.value); err != nil {
		return fmt.Errorf("status %d is not as published: %w", got.status, err)
	}
	return nil
}

// pointer writes names as the fragment of a URL.
func pointer(names []string) string {
	for i, name := range names {
		names[i] = strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(name)
	}
	return strings.Join(names, "/")
}
