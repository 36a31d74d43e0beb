package kit

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// run runs one operation: its example, the same without a key, with what never
// was, with a member nobody knows, and twice.
func (d *description) run(ctx context.Context, t Target, op operation, report *Report) {
	name := op.method + " " + op.path
	path, ok := d.fill(op)
	if !ok && d.later(op.id) {
		never := neverWas(op)
		report.note(name+" without a key", d.refused(ctx, t, op, request{method: op.method, path: never, anonymous: true}, http.StatusUnauthorized))
		report.note(name+" of what never was", d.refused(ctx, t, op, request{method: op.method, path: never, body: op.example()}, http.StatusNotFound))
		return
	}
	if !ok {
		report.note(name, errors.New("no earlier answer links to it, so it has no example"))
		return
	}
	q := request{method: op.method, path: path, body: op.example()}
	if op.method == http.MethodPost {
		q.once = rand.Text()
	}
	got, err := t.send(ctx, q)
	if err == nil {
		err = d.judge(op, got)
	}
	if err == nil && got.status >= http.StatusBadRequest {
		err = fmt.Errorf("status %d: %s", got.status, got.body)
	}
	report.note(name, err)
	if err != nil {
		return
	}
	d.learn(op, got)
	report.note(name+" without a key", d.refused(ctx, t, op, request{method: op.method, path: path, body: q.body, anonymous: true}, http.StatusUnauthorized))
	if q.once != "" {
		report.note(name+" once more", d.repeated(ctx, t, op, q, got))
	}
	if q.body != "" {
		unknown := request{method: op.method, path: path, body: strings.Replace(q.body, "{", `{"no_such_member":1,`, 1)}
		report.note(name+" with an unknown member", d.refused(ctx, t, op, unknown, http.StatusBadRequest))
	}
	if len(op.names()) > 0 {
		never := request{method: op.method, path: neverWas(op), body: q.body}
		report.note(name+" of what never was", d.refused(ctx, t, op, never, http.StatusNotFound))
	}
}

// fill puts what links have told into the path.
func (d *description) fill(op operation) (string, bool) {
	path := op.path
	for _, name := range op.names() {
		value := d.known[op.id][name]
		if value == "" {
			return "", false
		}
		path = strings.ReplaceAll(path, "{"+name+"}", value)
	}
	return path, true
}

func neverWas(op operation) string {
	path := op.path
	for _, name := range op.names() {
		path = strings.ReplaceAll(path, "{"+name+"}", rand.Text())
	}
	return path
}

// refused demands a refusal as it is published.
func (d *description) refused(ctx context.Context, t Target, op operation, q request, status int) error {
	got, err := t.send(ctx, q)
	switch {
	case err != nil:
		return err
	case got.status != status:
		return fmt.Errorf("status %d, want %d: %s", got.status, status, got.body)
	}
	return d.judge(op, got)
}

// repeated demands the first answer again, and a refusal for another request
// under the same name.
func (d *description) repeated(ctx context.Context, t Target, op operation, q request, first answer) error {
	again, err := t.send(ctx, q)
	switch {
	case err != nil:
		return err
	case again.status != first.status || !bytes.Equal(again.body, first.body):
		return fmt.Errorf("another answer: %d %s", again.status, again.body)
	case q.body == "":
		return nil
	}
	q.body += " " // the same to JSON, but another request
	return d.refused(ctx, t, op, q, http.StatusUnprocessableEntity)
}
