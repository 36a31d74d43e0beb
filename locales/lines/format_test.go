package lines_test

import (
	"testing"
	"time"

	"usher/locales"
)

func TestSay_Times(t *testing.T) {
	t.Parallel()
	book := english(t)
	zone := func(name string) *time.Location {
		z, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	at := func(text string) time.Time {
		v, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	evening := at("2026-03-01T22:30:00Z")
	for name, c := range map[string]struct {
		value any
		want  string
	}{
		"clock today":                  {locales.Clock{At: evening, Now: at("2026-03-01T10:00:00Z"), Zone: time.UTC}, "22:30"},
		"clock without a zone":         {locales.Clock{At: evening, Now: at("2026-03-01T10:00:00Z")}, "22:30 UTC"},
		"clock tomorrow":               {locales.Clock{At: at("2026-03-02T00:10:00Z"), Now: evening, Zone: time.UTC}, "2 Mar 00:10"},
		"clock tomorrow, no zone":      {locales.Clock{At: at("2026-03-02T00:10:00Z"), Now: evening}, "2 Mar 00:10 UTC"},
		"the zone makes the day":       {locales.Clock{At: at("2026-03-02T00:10:00Z"), Now: evening, Zone: zone("America/Bogota")}, "19:10"},
		"the same day of another year": {locales.Clock{At: at("2027-03-01T08:00:00Z"), Now: evening, Zone: time.UTC}, "1 Mar 08:00"},
		"moment in a city":             {locales.Moment{At: evening, Zone: zone("America/Bogota")}, "1 Mar 2026, 17:30 (Bogota time)"},
		"moment in a long name":        {locales.Moment{At: evening, Zone: zone("America/Argentina/Buenos_Aires")}, "1 Mar 2026, 19:30 (Buenos Aires time)"},
		"moment by offset":             {locales.Moment{At: evening, Zone: time.FixedZone("UTC+05:30", 19800)}, "2 Mar 2026, 04:00 (UTC+05:30)"},
		"moment by Etc":                {locales.Moment{At: evening, Zone: zone("Etc/GMT+5")}, "1 Mar 2026, 17:30 (UTC-05:00)"},
		"moment in UTC":                {locales.Moment{At: evening, Zone: time.UTC}, "1 Mar 2026, 22:30 (UTC)"},
		"moment without a zone":        {locales.Moment{At: evening}, "1 Mar 2026, 22:30 UTC"},
		"summer time":                  {locales.Moment{At: at("2026-03-29T01:30:00Z"), Zone: zone("Europe/Madrid")}, "29 Mar 2026, 03:30 (Madrid time)"},
	} {
		if got := book.Say("en", "choice.time", map[string]any{"at": c.value}); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestSay_Spans(t *testing.T) {
	t.Parallel()
	book := english(t)
	for d, want := range map[time.Duration]string{
		-time.Hour:                      "less than a minute",
		0:                               "less than a minute",
		29 * time.Second:                "less than a minute",
		30 * time.Second:                "1 minute",
		89 * time.Second:                "1 minute",
		90 * time.Second:                "2 minutes",
		59*time.Minute + 29*time.Second: "59 minutes",
		59*time.Minute + 30*time.Second: "1 hour",
		90 * time.Minute:                "1 hour 30 minutes",
		121 * time.Minute:               "2 hours 1 minute",
		24*time.Hour - 30*time.Second:   "1 day",
		24*time.Hour + 59*time.Minute:   "1 day",
		25 * time.Hour:                  "1 day 1 hour",
		50 * time.Hour:                  "2 days 2 hours",
	} {
		if got := book.Say("en", "choice.time", map[string]any{"at": locales.Span(d)}); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
