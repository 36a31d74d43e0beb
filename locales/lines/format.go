package lines

import (
	"strings"
	"time"

	"usher/locales"
)

// clock shows the time of day, with the date when it is another day.
func clock(_ string, c locales.Clock) string {
	zone, mark := c.Zone, ""
	if zone == nil {
		zone, mark = time.UTC, " UTC"
	}
	at, now := c.At.In(zone), c.Now.In(zone)
	if at.YearDay() == now.YearDay() && at.Year() == now.Year() {
		return at.Format("15:04") + mark
	}
	return at.Format("2 Jan 15:04") + mark
}

// moment shows date, time and zone.
func moment(_ string, m locales.Moment) string {
	if m.Zone == nil {
		return m.At.UTC().Format("2 Jan 2006, 15:04") + " UTC"
	}
	at := m.At.In(m.Zone)
	return at.Format("2 Jan 2006, 15:04") + " (" + zoneName(at) + ")"
}

// zoneName is how a zone is shown to people: its city, or its offset.
func zoneName(at time.Time) string {
	name := at.Location().String()
	if i := strings.LastIndexByte(name, '/'); i >= 0 && !strings.HasPrefix(name, "Etc/") {
		return strings.ReplaceAll(name[i+1:], "_", " ") + " time"
	}
	if name == "UTC" {
		return name
	}
	return "UTC" + at.Format("-07:00")
}

// span is a length of time in words: minutes below an hour, hours and minutes
// below a day, then days and hours; "less than a minute" below one.
func (b *Book) span(lang string, s locales.Span) string {
	d := time.Duration(s)
	unit := func(id string, n int) string { return b.Say(lang, "span."+id, map[string]any{"n": n}) }
	minutes := int((d + 30*time.Second) / time.Minute)
	switch {
	case d < 30*time.Second:
		return b.Say(lang, "span.moment", nil)
	case minutes < 60:
		return unit("minutes", minutes)
	case minutes < 24*60:
		if minutes%60 == 0 {
			return unit("hours", minutes/60)
		}
		return unit("hours", minutes/60) + " " + unit("minutes", minutes%60)
	}
	days, hours := minutes/(24*60), minutes/60%24
	if hours == 0 {
		return unit("days", days)
	}
	return unit("days", days) + " " + unit("hours", hours)
}
