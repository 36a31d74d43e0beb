package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"usher/server/internal/api/kit"
)

// contract is what is published, and checks by it.
type contract struct {
	json   []byte
	bodies map[string]*jsonschema.Schema // by the route's name
}

// documentURL names the description within the validator; nothing is fetched.
const documentURL = "https://usher.invalid/openapi.json"

// schemaPrefix is where the description keeps its schemas.
const schemaPrefix = "#/components/schemas/"

// describe makes the OpenAPI 3.1 description of the routes.
func describe(routes []route) (*contract, error) {
	registry := huma.NewMapRegistry(schemaPrefix, huma.DefaultSchemaNamer)
	doc := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Usher partner API", Version: "1",
			Description: "Open conversations for your users, pass their messages on, ask for people, and follow what happens. " +
				"A key sees only what its partner made; everything else is 404.",
		},
		Servers:  []*huma.Server{{URL: "/"}},
		Security: []map[string][]string{{"key": {}}},
		Components: &huma.Components{
			Schemas: registry, Headers: headers(), Responses: map[string]*huma.Response{},
			SecuritySchemes: map[string]*huma.SecurityScheme{"key": {
				Type: "http", Scheme: "bearer", Description: "A key made with `key add` or by an admin in the console.",
			}},
		},
		Paths: map[string]*huma.PathItem{},
	}
	schema := func(v any) *huma.Schema { return registry.Schema(reflect.TypeOf(v), true, "") }
	for _, status := range refusals() {
		doc.Components.Responses[strconv.Itoa(status)] = describeRefusal(status, schema(Problem{}))
	}
	for i := range routes {
		rt := &routes[i]
		item := doc.Paths[prefix+rt.path]
		if item == nil {
			item = &huma.PathItem{}
			doc.Paths[prefix+rt.path] = item
		}
		rt.put(item, rt.operation(schema))
	}
	refine(registry)
	return compile(doc, routes)
}

// compile writes the description and prepares the checks of bodies by it.
func compile(doc *huma.OpenAPI, routes []route) (*contract, error) {
	raw, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("api description: %w", err)
	}
	c := &contract{bodies: map[string]*jsonschema.Schema{}}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, raw, "", "  "); err != nil {
		return nil, fmt.Errorf("api description: %w", err)
	}
	c.json = pretty.Bytes()
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("api description: %w", err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	if err := compiler.AddResource(documentURL, parsed); err != nil {
		return nil, fmt.Errorf("api description: %w", err)
	}
	for i := range routes {
		if routes[i].body == nil {
			continue
		}
		if c.bodies[routes[i].name], err = compiler.Compile(documentURL + schemaPrefix + typeName(routes[i].body())); err != nil {
			return nil, fmt.Errorf("api description: %w", err)
		}
	}
	return c, nil
}

// operation describes one route.
func (rt *route) operation(schema func(any) *huma.Schema) *huma.Operation {
	op := &huma.Operation{
		OperationID: rt.name, Summary: rt.summary, Responses: map[string]*huma.Response{},
		Description: fmt.Sprintf("Needs the scope `%s`. Counted in the bucket `%s`.", rt.scope, bucket(rt.dear)),
	}
	for piece := range strings.SplitSeq(rt.path, "/") {
		if name, ok := strings.CutPrefix(piece, "{"); ok {
			op.Parameters = append(op.Parameters, &huma.Param{
				Name: strings.TrimSuffix(name, "}"), In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString},
			})
		}
	}
	for _, p := range rt.query {
		op.Parameters = append(op.Parameters, p.describe())
	}
	if rt.method == http.MethodPost {
		const longest = 255
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: idempotencyKey, In: "header", Schema: &huma.Schema{Type: huma.TypeString, MinLength: new(1), MaxLength: new(longest)},
			Description: "A name of your own for this request. Sent again with the same body within 24 hours, it is carried out once and answered the same.",
		})
	}
	if rt.body != nil {
		op.RequestBody = &huma.RequestBody{Required: !rt.optional, Content: map[string]*huma.MediaType{
			"application/json": {Schema: schema(rt.body()), Example: rt.example},
		}}
	}
	op.Responses[strconv.Itoa(rt.status)] = &huma.Response{
		Description: http.StatusText(rt.status), Headers: limitHeaders(), Links: rt.describeLinks(),
		Content: map[string]*huma.MediaType{"application/json": {Schema: schema(rt.answer)}},
	}
	for _, status := range rt.statuses() {
		op.Responses[strconv.Itoa(status)] = &huma.Response{Ref: "#/components/responses/" + strconv.Itoa(status)}
	}
	return op
}

// describeRefusal is the answer of one status, whatever the route.
func describeRefusal(status int, problem *huma.Schema) *huma.Response {
	r := &huma.Response{
		Description: http.StatusText(status), Headers: limitHeaders(),
		Content: map[string]*huma.MediaType{"application/problem+json": {Schema: problem}},
	}
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable || status == http.StatusConflict {
		r.Headers["Retry-After"] = &huma.Header{Ref: "#/components/headers/Retry-After"}
	}
	return r
}

// refusals are all statuses that any route may refuse with.
func refusals() []int {
	every := &route{method: http.MethodPost}
	return every.statuses()
}

// statuses are the refusals that a route may answer with.
func (rt *route) statuses() []int {
	all := []int{
		http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed,
		http.StatusNotAcceptable, http.StatusUnprocessableEntity, http.StatusTooManyRequests,
		http.StatusRequestHeaderFieldsTooLarge, http.StatusInternalServerError, http.StatusServiceUnavailable,
	}
	if rt.method == http.MethodPost {
		all = append(all, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	return append(all, rt.refusals...)
}

func (p *parameter) describe() *huma.Param {
	out := &huma.Param{Name: p.name, In: "query", Description: p.about}
	if p.form != nil {
		out.Schema = &huma.Schema{Type: huma.TypeString, Pattern: p.form.String()}
		return out
	}
	least, most := float64(p.least), float64(p.most)
	out.Schema = &huma.Schema{Type: huma.TypeInteger, Format: "int64", Minimum: &least, Maximum: &most}
	if n, err := strconv.Atoi(p.initial); err == nil {
		out.Schema.Default = n
	}
	out.Example = json.Number(p.example)
	return out
}

// put hangs an operation under its method.
func (rt *route) put(item *huma.PathItem, op *huma.Operation) {
	switch rt.method {
	case http.MethodGet:
		item.Get = op
	case http.MethodPost:
		item.Post = op
	case http.MethodDelete:
		item.Delete = op
	}
}

// headers are those of every answer, and Retry-After.
func headers() map[string]*huma.Header {
	text, number := &huma.Schema{Type: huma.TypeString}, &huma.Schema{Type: huma.TypeInteger}
	return map[string]*huma.Header{
		"RateLimit":             {Schema: text, Description: "What is left (draft-ietf-httpapi-ratelimit-headers)."},
		"RateLimit-Policy":      {Schema: text, Description: "The allowance of this bucket."},
		"X-RateLimit-Limit":     {Schema: number, Description: "How many may come at once."},
		"X-RateLimit-Remaining": {Schema: number, Description: "How many are left of them."},
		"X-RateLimit-Reset":     {Schema: number, Description: "When all are back, or on a 429 the next one; Unix time."},
		"X-Request-Id":          {Schema: text, Description: "Names the request in our log."},
		"Retry-After":           {Schema: number, Description: "Seconds to wait."},
	}
}

// limitHeaders are on every answer.
func limitHeaders() map[string]*huma.Header {
	out := map[string]*huma.Header{}
	for name := range headers() {
		if name != "Retry-After" {
			out[name] = &huma.Header{Ref: "#/components/headers/" + name}
		}
	}
	return out
}

// describeLinks say which operations go on with what this one answers.
func (rt *route) describeLinks() map[string]*huma.Link {
	links := map[string]*huma.Link{}
	for _, name := range rt.links {
		parameter, from := "conversation", "$response.body#/id"
		switch {
		case rt.name == "makeWebhook":
			parameter = "webhook"
		case name == "getDecision":
			parameter = "decision"
			if rt.name == "sendMessage" {
				from = "$response.body#/replies/0/meta/decision"
			}
		}
		links[name] = &huma.Link{OperationID: name, Parameters: map[string]any{parameter: from}}
		if name == "redeliver" {
			links[name].Parameters = map[string]any{"webhook": "$request.path.webhook", "delivery": "$response.body#/deliveries/0/id"}
			links[name].Extensions = map[string]any{kit.Later: true}
		}
	}
	return links
}
