package staff

import (
	"net/http"
	"strconv"
	"time"

	"usher/server/internal/audit"
	"usher/server/internal/signin"
	"usher/server/internal/store"
)

// exportMax is how many rows leave at once: an export is a copy that nobody can
// take back.
const exportMax = 1000

// exportCases sends the newest cases of the last ?days as a table, without
// names, addresses or messages of the people they are about.
func (o *Office) exportCases(w http.ResponseWriter, r *http.Request, by store.Agent) {
	days, ok := number(r.URL.Query(), "days", 1, 1, 92)
	if !ok {
		signin.Problem(w, http.StatusUnprocessableEntity, "bad_value", "days must be 1 to 92.")
		return
	}
	const day = 24 * time.Hour
	cases, err := o.Chat.Told(r.Context(), o.Clock().Add(-time.Duration(days)*day), exportMax)
	if err != nil {
		o.fail(w, r, err)
		return
	}
	s := newSheet("case", "conversation", "queue", "state", "outcome", "reason", "status", "language", "agent",
		"queued_at", "answered_at", "wait_s", "target_missed", "stars", "rating", "note")
	for _, c := range cases {
		s.row(c.ID, c.Conversation, c.Queue, c.State, c.Outcome, c.Reason, c.Status, c.Lang, c.Agent,
			stamp(c.QueuedAt), stamp(c.AnsweredAt), counted(int(c.Wait/time.Second)), strconv.FormatBool(c.Missed),
			counted(c.Rating.Stars), c.Rating.Text, c.Note)
	}
	o.sendSheet(w, r, by, "cases", len(cases), s)
}

// exportLog sends entries of the log as a table, the newest first.
func (o *Office) exportLog(w http.ResponseWriter, r *http.Request, by store.Agent) {
	f, ok := filter(w, r, exportMax)
	if !ok {
		return
	}
	lines, _, err := o.lines(r, f)
	if err != nil {
		o.fail(w, r, err)
		return
	}
	s := newSheet("n", "at", "actor", "name", "role", "action", "conversation", "case", "object", "detail")
	for _, l := range lines {
		s.row(strconv.FormatInt(l.N, 10), stamp(l.At), l.Actor, l.Name, l.Role, l.Action, l.Conversation, l.Handoff, l.Object, l.Detail)
	}
	o.sendSheet(w, r, by, "audit", len(lines), s)
}

// sendSheet notes an export, then sends it.
func (o *Office) sendSheet(w http.ResponseWriter, r *http.Request, by store.Agent, what string, rows int, s *sheet) {
	err := o.Store.Record(r.Context(), audit.Entry{
		Actor: by.ID, Role: by.Role, Action: audit.Exported, Detail: what + " rows=" + strconv.Itoa(rows),
	})
	if err != nil {
		o.fail(w, r, err)
		return
	}
	name := "usher-" + what + "-" + o.Clock().UTC().Format("2006-01-02") + ".csv"
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(s.b.Bytes())
}

// stamp is a time as spreadsheets read it, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// counted is a number, "" for none.
func counted(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
