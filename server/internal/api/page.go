package api

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed docs.html docs.css examples
var docsFiles embed.FS

// docsPage is what the page is filled with. It has no script: it is read.
type docsPage struct {
	Style    template.CSS
	Examples []named
	Calls    []docsCall
	Events   []string
	Shapes   []named
}

type named struct{ Name, Text string }

type docsCall struct {
	ID, Method, Path, Summary, Scope, Bucket string
	Query                                    []docsParameter
	Body, Example, Answer                    string
	Status                                   int
	Refusals                                 []int
}

type docsParameter struct{ Name, About string }

// page writes the documentation, and the policy that lets a browser load
// nothing but its style.
func page(routes []route, c *contract) (html []byte, policy string, err error) {
	style, err := docsFiles.ReadFile("docs.css")
	if err != nil {
		return nil, "", fmt.Errorf("documentation: %w", err)
	}
	text, err := template.ParseFS(docsFiles, "docs.html")
	if err != nil {
		return nil, "", fmt.Errorf("documentation: %w", err)
	}
	p := docsPage{Style: template.CSS(style), Events: feedTypes()} //nolint:gosec // our own file
	for _, example := range []named{{"curl", "example.sh"}, {"Go", "example.go"}, {"JavaScript", "example.mjs"}} {
		source, err := docsFiles.ReadFile("examples/" + example.Text)
		if err != nil {
			return nil, "", fmt.Errorf("documentation: %w", err)
		}
		p.Examples = append(p.Examples, named{example.Name, string(source)})
	}
	for i := range routes {
		p.Calls = append(p.Calls, routes[i].document())
	}
	if p.Shapes, err = c.shapes(); err != nil {
		return nil, "", err
	}
	var out bytes.Buffer
	if err := text.Execute(&out, p); err != nil {
		return nil, "", fmt.Errorf("documentation: %w", err)
	}
	sum := sha256.Sum256(style)
	policy = "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	return out.Bytes(), policy, nil
}

func (rt *route) document() docsCall {
	c := docsCall{
		ID: rt.name, Method: rt.method, Path: prefix + rt.path, Summary: rt.summary, Scope: rt.scope, Bucket: bucket(rt.dear),
		Answer: typeName(rt.answer), Status: rt.status, Refusals: slices.Compact(slices.Sorted(slices.Values(rt.statuses()))),
	}
	for _, q := range rt.query {
		c.Query = append(c.Query, docsParameter{q.name, q.about})
	}
	if rt.body != nil {
		example, _ := json.MarshalIndent(rt.example, "", "  ") // literals of the table
		c.Body, c.Example = typeName(rt.body()), string(example)
	}
	return c
}

// typeName is how the description calls a type.
func typeName(v any) string { return huma.DefaultSchemaNamer(reflect.TypeOf(v), "") }

// shapes are the published schemas, as they are.
func (c *contract) shapes() ([]named, error) {
	var doc struct {
		Components struct {
			Schemas map[string]json.RawMessage `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(c.json, &doc); err != nil {
		return nil, fmt.Errorf("documentation: %w", err)
	}
	out := make([]named, 0, len(doc.Components.Schemas))
	for _, name := range slices.Sorted(maps.Keys(doc.Components.Schemas)) {
		var text bytes.Buffer
		if err := json.Indent(&text, doc.Components.Schemas[name], "", "  "); err != nil {
			return nil, fmt.Errorf("documentation: %w", err)
		}
		out = append(out, named{name, text.String()})
	}
	return out, nil
}
