package staff

import (
	"maps"
	"math"
	"net/http"
	"time"

	"usher/server/internal/audit"
	"usher/server/internal/signin"
	"usher/server/internal/store"
)

// line is an entry of the log as supervisors see it.
type line struct {
	N            int64     `json:"n"`
	At           time.Time `json:"at"`
	Actor        string    `json:"actor"`
	Name         string    `json:"name,omitempty"` // of the actor now
	Role         string    `json:"role,omitempty"`
	Action       string    `json:"action"`
	Conversation string    `json:"conversation,omitempty"`
	Handoff      string    `json:"handoff,omitempty"`
	Object       string    `json:"object,omitempty"`
	ObjectName   string    `json:"object_name,omitempty"` // where it is an agent or a partner's key
	Detail       string    `json:"detail,omitempty"`
}

// filter reads which entries a request wants. Not ok: answered.
func filter(w http.ResponseWriter, r *http.Request, limit int) (store.AuditFilter, bool) {
	q := r.URL.Query()
	before, ok := number(q, "before", 0, 1, math.MaxInt)
	if !ok {
		signin.Problem(w, http.StatusUnprocessableEntity, "bad_value", "before must be the number of an entry.")
		return store.AuditFilter{}, false
	}
	return store.AuditFilter{
		Actor: q.Get("actor"), Conversation: q.Get("conversation"), Action: audit.Action(q.Get("action")),
		Before: int64(before), Limit: limit,
	}, true
}

// log lists entries, the newest first, with where the log ends.
func (o *Office) log(w http.ResponseWriter, r *http.Request, _ store.Agent) {
	const page = 100
	f, ok := filter(w, r, page)
	if !ok {
		return
	}
	lines, agents, err := o.lines(r, f)
	var head audit.Head
	if err == nil {
		head, err = o.Store.AuditHead(r.Context())
	}
	if err != nil {
		o.fail(w, r, err)
		return
	}
	type who struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	people := []who{}
	for _, a := range agents {
		people = append(people, who{a.ID, a.Name})
	}
	signin.Answer(w, http.StatusOK, map[string]any{
		"entries": lines, "more": len(lines) == page, "n": head.N, "hash": head.Hash,
		"actions": audit.Actions(), "agents": people,
	})
}

// lines are the entries with the names that agents have now, and those of
// partners' keys; the log itself holds none.
func (o *Office) lines(r *http.Request, f store.AuditFilter) ([]line, []store.Agent, error) {
	entries, err := o.Store.Audit(r.Context(), f)
	if err != nil {
		return nil, nil, err
	}
	agents, err := o.Store.Agents(r.Context())
	if err != nil {
		return nil, nil, err
	}
	names := map[string]string{}
	for _, a := range agents {
		names[a.ID] = a.Name
	}
	keys, err := o.Store.Keys(r.Context())
	if err != nil {
		return nil, nil, err
	}
	objects := maps.Clone(names)
	for _, k := range keys {
		objects[k.ID] = k.Name
	}
	lines := make([]line, len(entries))
	for i, e := range entries {
		lines[i] = line{
			N: e.N, At: e.At, Actor: e.Actor, Name: names[e.Actor], Role: e.Role, Action: string(e.Action),
			Conversation: e.Conversation, Handoff: e.Handoff, Object: e.Object, ObjectName: objects[e.Object], Detail: e.Detail,
		}
	}
	return lines, agents, nil
}

// verify reads the whole log and tells whether all of it is as it was written,
// and, where a number and hash noted earlier are sent, whether it still is that
// log.
func (o *Office) verify(w http.ResponseWriter, r *http.Request, by store.Agent) {
	var in struct {
		N    int64  `json:"n"`
		Hash string `json:"hash"`
	}
	if !signin.Body(w, r, &in) {
		return
	}
	if (in.N > 0) != (in.Hash != "") || in.N < 0 {
		signin.Problem(w, http.StatusUnprocessableEntity, "bad_value", "Send the number and the hash of the same entry, or neither.")
		return
	}
	head, fault, err := o.Store.VerifyAudit(r.Context(), audit.Head{N: in.N, Hash: in.Hash})
	if err != nil {
		o.fail(w, r, err)
		return
	}
	answer, detail := map[string]any{"whole": fault == nil, "n": head.N, "hash": head.Hash}, "whole"
	if fault != nil {
		answer["fault"], answer["why"], detail = fault.N, fault.Why, "damaged"
		o.Log.ErrorContext(r.Context(), "the log of what staff do is damaged", "entry", fault.N, "why", fault.Why)
	}
	if err := o.Store.Record(r.Context(), audit.Entry{Actor: by.ID, Role: by.Role, Action: audit.LogVerified, Detail: detail}); err != nil {
		o.fail(w, r, err)
		return
	}
	signin.Answer(w, http.StatusOK, answer)
}
