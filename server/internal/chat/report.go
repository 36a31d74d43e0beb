package chat

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"usher/server/internal/store"
)

// reportMax is how many cases a report reads; one on more says so.
const reportMax = 20_000

// Report is what happened in a span of time up to now.
type Report struct {
	Since   time.Time      `json:"since"`
	Spans   []ReportSpan   `json:"spans"` // all of them, the empty ones too
	Begun   int            `json:"begun"` // conversations in which somebody wrote
	Solved  int            `json:"solved"`
	Cases   int            `json:"cases"`
	Missed  int            `json:"missed"` // answered, or still waiting, after the target
	Outcome map[string]int `json:"outcomes"`
	Stars   [5]int         `json:"stars"` // ratings of 1 to 5
	Reasons []ReportGroup  `json:"reasons"`
	Queues  []ReportGroup  `json:"queues"`
	Langs   []ReportGroup  `json:"languages"`
	Cut     bool           `json:"cut,omitempty"` // there were more cases than are counted
}

// ReportSpan is an hour or a day of it. Solved are the conversations that asked
// for no person: the guide's share of about 60 % is of these.
type ReportSpan struct {
	At     time.Time `json:"at"`
	Begun  int       `json:"begun"`
	Solved int       `json:"solved"`
	Cases  int       `json:"cases"`
	Missed int       `json:"missed"`
}

// ReportGroup are the cases with one reason, queue or language. Wait is how
// long half of them waited for an answer at most, in seconds.
type ReportGroup struct {
	Key    string `json:"key"`
	Cases  int    `json:"cases"`
	Missed int    `json:"missed"`
	Rated  int    `json:"rated"`
	Stars  int    `json:"stars"` // the sum of the ratings
	WaitS  int    `json:"wait_s"`
	waits  []time.Duration
}

// Told is a case as reports and exports tell it: without a name or an address.
type Told struct {
	store.Case
	Reason, Status, Outcome, Agent, Note string
	Missed                               bool
	Wait                                 time.Duration // up to the first answer; 0: none yet
}

// Told lists the cases since a moment, the newest first, up to limit.
func (s *Service) Told(ctx context.Context, since time.Time, limit int) ([]Told, error) {
	rows, err := s.Store.CasesSince(ctx, since, limit)
	if err != nil {
		return nil, kind(err)
	}
	now := s.Clock()
	out := make([]Told, 0, len(rows))
	for _, row := range rows {
		t := Told{Case: row}
		var d caseData
		if json.Unmarshal(row.Data, &d) == nil {
			t.Reason, t.Status = d.Ticket.Fields.Reason.Value, d.Ticket.Fields.Status.Value
			t.Outcome, t.Note = string(d.Ticket.Outcome), d.Ticket.Note
			if a := cmp.Or(d.Ticket.Agent, d.Ticket.LastAgent); a != nil {
				t.Agent = a.Name
			}
		}
		q, _ := s.Queues.Get(row.Queue)
		waited := now.Sub(row.QueuedAt)
		if !row.AnsweredAt.IsZero() {
			t.Wait = row.AnsweredAt.Sub(row.QueuedAt)
			waited = t.Wait
		}
		t.Missed = waited > q.Target && (row.State == "queued" || t.Wait > 0)
		out = append(out, t)
	}
	return out, nil
}

// Report tells what happened in the last so many spans of a length, which begin
// at multiples of it in a zone this far east of UTC.
func (s *Service) Report(ctx context.Context, spans int, length, east time.Duration) (Report, error) {
	span := func(at time.Time) int64 { return (at.UnixMilli() + east.Milliseconds()) / length.Milliseconds() }
	first := span(s.Clock()) - int64(spans) + 1
	since := time.UnixMilli(first*length.Milliseconds() - east.Milliseconds()).UTC()
	r := Report{Since: since, Outcome: map[string]int{}, Spans: make([]ReportSpan, spans)}
	for i := range r.Spans {
		r.Spans[i].At = since.Add(time.Duration(i) * length)
	}
	begun, err := s.Store.ConversationsSince(ctx, since, length, east)
	if err != nil {
		return Report{}, kind(err)
	}
	for _, b := range begun {
		if i := b.N - first; i >= 0 && i < int64(spans) {
			r.Spans[i].Begun, r.Spans[i].Solved = b.Begun, b.Begun-b.Handed
		}
		r.Begun, r.Solved = r.Begun+b.Begun, r.Solved+b.Begun-b.Handed
	}
	cases, err := s.Told(ctx, since, reportMax)
	if err != nil {
		return Report{}, err
	}
	r.Cut = len(cases) == reportMax
	reasons, queues, langs := map[string]*ReportGroup{}, map[string]*ReportGroup{}, map[string]*ReportGroup{}
	for _, c := range cases {
		r.count(c, span(c.QueuedAt)-first)
		group(reasons, c.Reason, c)
		group(queues, c.Queue, c)
		group(langs, c.Lang, c)
	}
	r.Reasons, r.Queues, r.Langs = sorted(reasons), sorted(queues), sorted(langs)
	return r, nil
}

// count adds a case of one span.
func (r *Report) count(c Told, i int64) {
	r.Cases++
	if c.Outcome != "" {
		r.Outcome[c.Outcome]++
	}
	if n := c.Rating.Stars; n >= 1 && n <= len(r.Stars) {
		r.Stars[n-1]++
	}
	if c.Missed {
		r.Missed++
	}
	if i < 0 || i >= int64(len(r.Spans)) {
		return
	}
	r.Spans[i].Cases++
	if c.Missed {
		r.Spans[i].Missed++
	}
}

func group(groups map[string]*ReportGroup, key string, c Told) {
	g := groups[key]
	if g == nil {
		g = &ReportGroup{Key: key}
		groups[key] = g
	}
	g.Cases++
	if c.Missed {
		g.Missed++
	}
	if c.Rating.Stars > 0 {
		g.Rated, g.Stars = g.Rated+1, g.Stars+c.Rating.Stars
	}
	if c.Wait > 0 {
		g.waits = append(g.waits, c.Wait)
	}
}

// sorted puts the largest group first.
func sorted(groups map[string]*ReportGroup) []ReportGroup {
	out := []ReportGroup{}
	for _, g := range slices.SortedFunc(maps.Values(groups), func(a, b *ReportGroup) int {
		return cmp.Or(b.Cases-a.Cases, cmp.Compare(a.Key, b.Key))
	}) {
		if n := len(g.waits); n > 0 {
			slices.Sort(g.waits)
			g.WaitS, g.waits = int(g.waits[(n-1)/2]/time.Second), nil
		}
		out = append(out, *g)
	}
	return out
}
