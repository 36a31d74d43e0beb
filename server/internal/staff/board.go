package staff

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"usher/server/internal/signin"
	"usher/server/internal/store"
)

// live answers how queues and agents stand now.
func (o *Office) live(w http.ResponseWriter, r *http.Request, _ store.Agent) {
	live, err := o.Chat.Live(r.Context())
	if err != nil {
		o.fail(w, r, err)
		return
	}
	signin.Answer(w, http.StatusOK, live)
}

// report answers what happened in the last ?days, by hour for one day, by day
// for more, in the zone ?east minutes east of UTC.
func (o *Office) report(w http.ResponseWriter, r *http.Request, _ store.Agent) {
	days, ok := number(r.URL.Query(), "days", 1, 1, 92)
	east, fine := number(r.URL.Query(), "east", 0, -14*60, 14*60)
	if !ok || !fine {
		signin.Problem(w, http.StatusUnprocessableEntity, "bad_value", "days must be 1 to 92, east -840 to 840 minutes.")
		return
	}
	const day = 24
	spans, length := day, time.Hour
	if days > 1 {
		spans, length = days, day*time.Hour
	}
	report, err := o.Chat.Report(r.Context(), spans, length, time.Duration(east)*time.Minute)
	if err != nil {
		o.fail(w, r, err)
		return
	}
	signin.Answer(w, http.StatusOK, report)
}

// number is a whole number in a query, otherwise where it is not given.
func number(q url.Values, name string, otherwise, least, most int) (n int, ok bool) {
	if !q.Has(name) {
		return otherwise, true
	}
	n, err := strconv.Atoi(q.Get(name))
	return n, err == nil && n >= least && n <= most
}

// reassign gives an open case to another agent.
func (o *Office) reassign(w http.ResponseWriter, r *http.Request, by store.Agent) {
	var in struct {
		Handoff string `json:"handoff" strict:"required"`
		Agent   string `json:"agent" strict:"required"`
	}
	if !signin.Body(w, r, &in) {
		return
	}
	if err := o.Chat.Reassign(r.Context(), person(by), in.Handoff, in.Agent); err != nil {
		o.fail(w, r, err)
		return
	}
	signin.Answer(w, http.StatusOK, map[string]any{"handoff": in.Handoff, "agent": in.Agent})
}
