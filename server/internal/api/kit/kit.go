package kit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Target is a server with a key for it.
type Target struct {
	URL    string
	Key    string
	Client *http.Client
}

// Report is what came of it: one line a check, and how many failed.
type Report struct {
	out    io.Writer
	Ran    int
	Failed int
}

// answer is a response with its body read.
type answer struct {
	status int
	header http.Header
	body   []byte
	value  any // the body as JSON; nil: it is none
}

// Run runs every example of the target's description. The error says that
// there was nothing to run; what an example did wrong is in the report.
func Run(ctx context.Context, t Target, out io.Writer) (Report, error) {
	t.URL = strings.TrimRight(t.URL, "/")
	report := Report{out: out}
	raw, err := t.send(ctx, request{method: http.MethodGet, path: "/api/openapi.json", anonymous: true})
	if err != nil {
		return report, fmt.Errorf("read the description: %w", err)
	}
	if raw.status != http.StatusOK || raw.value == nil {
		return report, fmt.Errorf("read the description: status %d", raw.status)
	}
	d, err := read(raw.value)
	if err != nil {
		return report, err
	}
	for _, op := range d.inOrder() {
		d.run(ctx, t, op, &report)
	}
	if report.Ran == 0 {
		return report, errors.New("the description has no operation")
	}
	return report, nil
}

// note writes one line of the report.
func (r *Report) note(what string, err error) {
	r.Ran++
	if err != nil {
		r.Failed++
		fmt.Fprintf(r.out, "FAIL  %s: %v\n", what, err)
		return
	}
	fmt.Fprintf(r.out, "ok    %s\n", what)
}

// request is what is sent.
type request struct {
	method, path, body string
	once               string // Idempotency-Key
	anonymous          bool
}

func (t Target) send(ctx context.Context, q request) (answer, error) {
	r, err := http.NewRequestWithContext(ctx, q.method, t.URL+q.path, strings.NewReader(q.body))
	if err != nil {
		return answer{}, err
	}
	if q.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if q.once != "" {
		r.Header.Set("Idempotency-Key", q.once)
	}
	if !q.anonymous {
		r.Header.Set("Authorization", "Bearer "+t.Key)
	}
	got, err := t.Client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = got.Body.Close() }()
	const most = 8 << 20
	a := answer{status: got.StatusCode, header: got.Header}
	if a.body, err = io.ReadAll(io.LimitReader(got.Body, most)); err != nil {
		return a, err
	}
	a.value, _ = jsonschema.UnmarshalJSON(bytes.NewReader(a.body))
	return a, nil
}
