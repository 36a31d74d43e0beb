package lines

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"usher/locales"
)

// Format is how a language writes dates, times and lengths of time: its
// formats.toml. {names} in braces are filled in; the clock has 24 hours
// everywhere, so that nobody takes an evening for a morning.
type Format struct {
	Clock  string   `toml:"clock"`  // {hour} {minute}: "15:04"
	Day    string   `toml:"day"`    // {clock} {day} {month}: another day than today
	Moment string   `toml:"moment"` // {clock} {day} {month} {year} {zone}
	Bare   string   `toml:"bare"`   // the same without a zone: UTC is said
	City   string   `toml:"city"`   // {city}: a zone by its city; empty where cities are written in other letters
	Spans  string   `toml:"spans"`  // {long} {short}: "2 hours 5 minutes"
	Months []string `toml:"months"` // twelve
	// Zones are names of zones in the language, by IANA name.
	Zones map[string]string `toml:"zones"`
}

var errFormat = errors.New("bad format")

// loadFormat reads one language's formats.toml.
func loadFormat(files fs.FS, name string) (*Format, error) {
	f := &Format{}
	meta, err := toml.DecodeFS(files, name, f)
	if err != nil {
		return nil, err
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return nil, fmt.Errorf("%w: unknown key %s", errFormat, extra[0])
	}
	if len(f.Months) != 12 {
		return nil, fmt.Errorf("%w: months must be twelve", errFormat)
	}
	for text, names := range map[string][]string{
		f.Clock: {"hour", "minute"}, f.Day: {"clock", "day", "month"}, f.Moment: {"clock", "day", "month", "year", "zone"},
		f.Bare: {"clock", "day", "month", "year"}, f.Spans: {"long", "short"},
	} {
		for _, part := range names {
			if strings.Count(text, "{"+part+"}") != 1 {
				return nil, fmt.Errorf("%w: %q must have {%s} once", errFormat, text, part)
			}
		}
	}
	for id := range f.Zones {
		if _, err := time.LoadLocation(id); err != nil {
			return nil, fmt.Errorf("%w: %s is no zone", errFormat, id)
		}
	}
	return f, nil
}

// fill puts values into the braces: name, value, name, value.
func fill(text string, values ...string) string {
	for i := 0; i+1 < len(values); i += 2 {
		text = strings.Replace(text, "{"+values[i]+"}", values[i+1], 1)
	}
	return text
}

func (f *Format) hour(at time.Time) string {
	return fill(f.Clock, "hour", at.Format("15"), "minute", at.Format("04"))
}

// clock shows the time of day, with the date when it is another day.
func (f *Format) clock(c locales.Clock) string {
	zone, mark := c.Zone, ""
	if zone == nil {
		zone, mark = time.UTC, " UTC"
	}
	at, now := c.At.In(zone), c.Now.In(zone)
	if at.YearDay() == now.YearDay() && at.Year() == now.Year() {
		return f.hour(at) + mark
	}
	return fill(f.Day, "day", at.Format("2"), "month", f.Months[at.Month()-1], "clock", f.hour(at)) + mark
}

// moment shows date, time and zone.
func (f *Format) moment(m locales.Moment) string {
	if m.Zone == nil {
		return f.date(f.Bare, m.At.UTC()) + " UTC"
	}
	at := m.At.In(m.Zone)
	return fill(f.date(f.Moment, at), "zone", f.zone(at))
}

func (f *Format) date(text string, at time.Time) string {
	return fill(text, "day", at.Format("2"), "month", f.Months[at.Month()-1], "year", at.Format("2006"), "clock", f.hour(at))
}

// zone is how a zone is shown to people: its name in the language, its city, or
// its offset.
func (f *Format) zone(at time.Time) string {
	id := at.Location().String()
	if name := f.Zones[id]; name != "" {
		return name
	}
	if i := strings.LastIndexByte(id, '/'); i >= 0 && !strings.HasPrefix(id, "Etc/") && f.City != "" {
		return fill(f.City, "city", strings.ReplaceAll(id[i+1:], "_", " "))
	}
	if id == "UTC" {
		return id
	}
	return "UTC" + at.Format("-07:00")
}

// span is a length of time in words: minutes below an hour, hours and minutes
// below a day, then days and hours; "less than a minute" below one.
func (b *Book) span(lang string, s locales.Span) string {
	d := time.Duration(s)
	unit := func(id string, n int) string { return b.Say(lang, "span."+id, map[string]any{"n": n}) }
	both := func(long, short string) string { return fill(b.format(lang).Spans, "long", long, "short", short) }
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
		return both(unit("hours", minutes/60), unit("minutes", minutes%60))
	}
	days, hours := minutes/(24*60), minutes/60%24
	if hours == 0 {
		return unit("days", days)
	}
	return both(unit("days", days), unit("hours", hours))
}
