package slot

import (
	"slices"
	"testing"
	"time"

	dateparser "github.com/markusmobius/go-dateparser"
)

// misread lists the phrases that the library reads otherwise, by what it does.
var misread = map[string][]string{
	"drops the fraction or the minutes": {"1½ hours ago", "1h30"},
	"takes a time earlier today for yesterday's": {
		"9:30", "09:30", "at 9:30", "9.30am", "9am", "9 a.m.", "9 AM", "at 10:19", "sunday 9am",
		"09:10 GMT-5", "14:10 utc", "9am EST", "6 am PST",
	},
	"takes an hour for a year or a month": {"0930", "at 9", "40", "9", "2026"},
	"ignores a bare hour":                 {"today at 9", "today 9", "yesterday at 8", "tomorrow at 9"},
	"does not look at the other order":    {"05/11/2026 09:00"},
	"settles what is ambiguous":           {"9am IST"},
	"fills in the clock of now or zero":   {"yesterday", "2026-11-20"},
	"answers with a time to come":         {"in 30 minutes"},
}

// The library is too heavy to run with and misreads some answers, but where it
// understands one, both must agree.
func TestParse_TimesAgreeWithDateparser(t *testing.T) {
	t.Parallel()
	p, bogota := english(t), zone(t, "America/Bogota")
	var known []string
	for _, phrases := range misread {
		known = append(known, phrases...)
	}
	cfg := &dateparser.Configuration{
		CurrentTime: noon.In(bogota), DefaultTimezone: bogota, Locales: []string{"en"},
		PreferredDateSource: dateparser.Past, DateOrder: dateparser.MDY,
	}
	agree := 0
	for _, c := range asked {
		d, err := dateparser.Parse(cfg, c[0])
		if err != nil || d.Time.IsZero() || slices.Contains(known, c[0]) {
			continue
		}
		f := p.Parse(c[0], Context{Now: noon, Zone: bogota, Asked: KindTime})
		if f.Time == nil {
			t.Errorf("%q: nothing, the library reads %s", c[0], d.Time)
			continue
		}
		near := func(x time.Time) bool { return x.Sub(d.Time).Abs() < time.Minute }
		if !near(f.Time.At) && !slices.ContainsFunc(f.Time.Candidates, near) {
			t.Errorf("%q: %s, the library reads %s", c[0], show(f.Time, bogota), d.Time)
		}
		agree++
	}
	if agree < 80 {
		t.Errorf("only %d phrases were compared, want 80 or more", agree)
	}
}
