package slot

import (
	"os"
	"strings"
	"testing"
	"time"
)

func english(t testing.TB) *Parser {
	t.Helper()
	p, err := New(os.DirFS("../../locales"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// noon is Sunday, 22 November 2026, 10:20 in Bogota.
var noon = time.Date(2026, 11, 22, 15, 20, 0, 0, time.UTC)

// show writes a time by the clock of a zone: "" for none, "zone? …" for a
// wall clock, candidates with bars between.
func show(t *Time, z *time.Location) string {
	const form = "2006-01-02 15:04"
	switch {
	case t == nil:
		return ""
	case t.NeedsZone:
		return "zone? " + t.Wall.Format(form)
	case len(t.Candidates) > 0:
		var all []string
		for _, c := range t.Candidates {
			all = append(all, c.In(z).Format(form))
		}
		return strings.Join(all, " | ")
	}
	return t.At.In(z).Format(form)
}

// asked: what "when did you submit it?" can be answered with, at 10:20 on
// Sunday in Bogota.
var asked = [][2]string{
	// ages
	{"40 min ago", "2026-11-22 09:40"},
	{"now", "2026-11-22 10:20"},
	{"40 minutes ago", "2026-11-22 09:40"},
	{"40min", "2026-11-22 09:40"},
	{"40 mins", "2026-11-22 09:40"},
	{"20m", "2026-11-22 10:00"},
	{"1h", "2026-11-22 09:20"},
	{"1 hr ago", "2026-11-22 09:20"},
	{"2hrs ago", "2026-11-22 08:20"},
	{"about 2 hrs", "2026-11-22 08:20"},
	{"an hour ago", "2026-11-22 09:20"},
	{"like an hour ago", "2026-11-22 09:20"},
	{"hour ago", "2026-11-22 09:20"},
	{"an hour and a half ago", "2026-11-22 08:50"},
	{"one and a half hours ago", "2026-11-22 08:50"},
	{"1 and a half hour", "2026-11-22 08:50"},
	{"1.5 hours ago", "2026-11-22 08:50"},
	{"1,5 hours ago", "2026-11-22 08:50"},
	{"1½ hours ago", "2026-11-22 08:50"},
	{"1h30", "2026-11-22 08:50"},
	{"1h30m ago", "2026-11-22 08:50"},
	{"1h 30min", "2026-11-22 08:50"},
	{"2 hours and 15 minutes ago", "2026-11-22 08:05"},
	{"two hours fifteen minutes ago", "2026-11-22 08:05"},
	{"half an hour ago", "2026-11-22 09:50"},
	{"half hour ago", "2026-11-22 09:50"},
	{"a half hour ago", "2026-11-22 09:50"},
	{"a quarter of an hour ago", "2026-11-22 10:05"},
	{"three quarters of an hour ago", "2026-11-22 09:35"},
	{"a couple of hours ago", "2026-11-22 08:20"},
	{"a couple hours ago", "2026-11-22 08:20"},
	{"twenty five minutes ago", "2026-11-22 09:55"},
	{"twenty-five minutes ago", "2026-11-22 09:55"},
	{"forty five min ago", "2026-11-22 09:35"},
	{"it's been 50 minutes", "2026-11-22 09:30"},
	{"it has been 3 hours already", "2026-11-22 07:20"},
	{"been waiting for over 5 hours", "2026-11-22 05:20"},
	{"for 45 minutes now", "2026-11-22 09:35"},
	{"more than 30 minutes ago", "2026-11-22 09:50"},
	{"over an hour ago", "2026-11-22 09:20"},
	{"less than 30 minutes ago", "2026-11-22 09:51"},
	{"not even 10 minutes ago", "2026-11-22 10:11"},
	{"almost 2 hours ago", "2026-11-22 08:21"},
	{"just now", "2026-11-22 10:20"},
	{"right now", "2026-11-22 10:20"},
	{"a few seconds ago", "2026-11-22 10:20"},
	{"2 days ago", "2026-11-20 10:20"},
	{"3 days back", "2026-11-19 10:20"},
	{"a week ago", "2026-11-15 10:20"},
	{"1 day and 2 hours ago", "2026-11-21 08:20"},
	{"6 hrs", "2026-11-22 04:20"},
	{"６ hours ago", "2026-11-22 04:20"},
	{"100 days ago", "2026-08-14 10:20"},
	{"2 days ago at 9pm", "2026-11-20 21:00"},
	{"2 days ago in the evening", "2026-11-20 19:00"},
	{"saturdayevening at 8", "2026-11-21 20:00"},

	// times of day
	{"9:30", "2026-11-22 09:30"},
	{"09:30", "2026-11-22 09:30"},
	{"at 9:30", "2026-11-22 09:30"},
	{"9.30am", "2026-11-22 09:30"},
	{"9.30 pm", "2026-11-21 21:30"},
	{"0930", "2026-11-22 09:30"},
	{"at 9", "2026-11-22 09:00"},
	{"around 9", "2026-11-22 09:00"},
	{"i think around 9", "2026-11-22 09:00"},
	{"9am", "2026-11-22 09:00"},
	{"9 a.m.", "2026-11-22 09:00"},
	{"9 AM", "2026-11-22 09:00"},
	{"9pm", "2026-11-21 21:00"},
	{"12am", "2026-11-22 00:00"},
	{"12pm", "2026-11-21 12:00"},
	{"12:10am", "2026-11-22 00:10"},
	{"12:15 pm", "2026-11-21 12:15"},
	{"14:05", "2026-11-21 14:05"},
	{"noon", "2026-11-21 12:00"},
	{"midnight", "2026-11-22 00:00"},
	{"half past nine", "2026-11-22 09:30"},
	{"half past 9", "2026-11-22 09:30"},
	{"quarter past nine", "2026-11-22 09:15"},
	{"a quarter past nine", "2026-11-22 09:15"},
	{"quarter to 8", "2026-11-22 07:45"},
	{"a quarter to eight this morning", "2026-11-22 07:45"},
	{"ten to nine", "2026-11-22 08:50"},
	{"10 past 9", "2026-11-22 09:10"},
	{"twenty past eight", "2026-11-22 08:20"},
	{"20 minutes to 10", "2026-11-22 09:40"},
	{"nine thirty", "2026-11-22 09:30"},
	{"nine o'clock", "2026-11-22 09:00"},
	{"9 o’clock", "2026-11-22 09:00"},
	{"nine in the morning", "2026-11-22 09:00"},
	{"11 at night", "2026-11-21 23:00"},
	{"quarter to one am", "2026-11-22 00:45"},
	{"since 9am", "2026-11-22 09:00"},
	{"at 10:19", "2026-11-22 10:19"},
	// days with a time
	{"today at 9", "2026-11-22 09:00"},
	{"today 9", "2026-11-22 09:00"},
	{"today at 9:05", "2026-11-22 09:05"},
	{"9am today", "2026-11-22 09:00"},
	{"this morning at 7", "2026-11-22 07:00"},
	{"7 this morning", "2026-11-22 07:00"},
	{"this morning around 7:30", "2026-11-22 07:30"},
	{"yesterday at 8pm", "2026-11-21 20:00"},
	{"yesterday 8 pm", "2026-11-21 20:00"},
	{"8pm yesterday", "2026-11-21 20:00"},
	{"yesterday at noon", "2026-11-21 12:00"},
	{"yesterday at 20:15", "2026-11-21 20:15"},
	{"yesterday evening at 8", "2026-11-21 20:00"},
	{"yesterday morning, 9:15", "2026-11-21 09:15"},
	{"yesterday at 8", "2026-11-21 20:00 | 2026-11-21 08:00"},
	{"yesterday around 9 in the evening", "2026-11-21 21:00"},
	{"last night around 11", "2026-11-21 23:00"},
	{"last night at 11:40", "2026-11-21 23:40"},
	{"last night at 2", "2026-11-22 02:00"},
	{"last night at midnight", "2026-11-22 00:00"},
	{"last night 1am", "2026-11-22 01:00"},
	{"day before yesterday at 6pm", "2026-11-20 18:00"},
	{"the day before yesterday 18:00", "2026-11-20 18:00"},
	{"monday 14:05", "2026-11-16 14:05"},
	{"on Monday at 2:05 pm", "2026-11-16 14:05"},
	{"last friday at 9am", "2026-11-20 09:00"},
	{"fri 9am", "2026-11-20 09:00"},
	{"sunday 9am", "2026-11-22 09:00"},
	{"sunday 9pm", "2026-11-15 21:00"},
	{"9am on saturday", "2026-11-21 09:00"},
	{"last sunday at 9am", "2026-11-15 09:00"},
	// dates
	{"2026-11-22 09:10", "2026-11-22 09:10"},
	{"2026-11-22, 09:10", "2026-11-22 09:10"},
	{"2026-11-22 9:10", "2026-11-22 09:10"},
	{"[2026-11-22 09:10]", "2026-11-22 09:10"},
	{"2026/11/22 09:10", "2026-11-22 09:10"},
	{"2026.11.22 09:10:33", "2026-11-22 09:10"},
	{"2026-11-21 9:10 pm", "2026-11-21 21:10"},
	{"2026-11-22T09:10:00-05:00", "2026-11-22 09:10"},
	{"2026-11-22T14:10:00Z", "2026-11-22 09:10"},
	{"2026-11-22T14:10Z", "2026-11-22 09:10"},
	{"2026-11-22 17:10+03:00", "2026-11-22 09:10"},
	{"20261122 0910", "2026-11-22 09:10"},
	{"202611220910", "2026-11-22 09:10"},
	{"22/11/2026 9am", "2026-11-22 09:00"},
	{"11/22/2026 9am", "2026-11-22 09:00"},
	{"22/11/26 09:10", "2026-11-22 09:10"},
	{"22.11.2026 09:10", "2026-11-22 09:10"},
	{"22.11. 09:10", "2026-11-22 09:10"},
	{"22-11-2026 at 09:10", "2026-11-22 09:10"},
	{"22/11 09:10", "2026-11-22 09:10"},
	{"09:10 22/11/2026", "2026-11-22 09:10"},
	{"22 Nov 2026 09:10", "2026-11-22 09:10"},
	{"22 november, 9:10am", "2026-11-22 09:10"},
	{"Nov 22, 2026, 9:10 AM", "2026-11-22 09:10"},
	{"november 21st at 10:15pm", "2026-11-21 22:15"},
	{"the 21st of November, 9 in the evening", "2026-11-21 21:00"},
	{"21-Nov-2026 22:15", "2026-11-21 22:15"},
	{"Sat, 21 Nov 2026 22:15", "2026-11-21 22:15"},
	{"10/11/2026 09:00", "2026-11-10 09:00 | 2026-10-11 09:00"},
	{"05/06/2026 09:00", "2026-06-05 09:00 | 2026-05-06 09:00"},
	{"11/11/2026 09:00", "2026-11-11 09:00"},
	{"05/11/2026 09:00", "2026-11-05 09:00"}, // 11 May is too old to matter
	{"03/12/2026 09:00", "2026-03-12 09:00"}, // 3 December is to come
	{"dec 24 at 9am", "2025-12-24 09:00"},
	// zones
	{"9:10 UTC+3", "2026-11-22 01:10"},
	{"09:10 (UTC+3)", "2026-11-22 01:10"},
	{"09:10 GMT-5", "2026-11-22 09:10"},
	{"14:10 utc", "2026-11-22 09:10"},
	{"9am EST", "2026-11-22 09:00"},
	{"6 am PST", "2026-11-22 09:00"},
	{"9am bogota time", "2026-11-22 09:00"},
	{"9am Bogotá time", "2026-11-22 09:00"},
	{"3pm in Lagos", "2026-11-22 09:00"},
	{"15:00 Lagos time", "2026-11-22 09:00"},
	{"Beijing time 22:00", "2026-11-22 09:00"},
	{"22:00 Beijing time", "2026-11-22 09:00"},
	{"10pm China time", "2026-11-22 09:00"},
	{"2026-11-22 22:00 Asia/Shanghai", "2026-11-22 09:00"},
	{"7:30 pm Kathmandu time", "2026-11-22 08:45"},
	{"9am IST", "zone? 2026-11-22 09:00"},
	// days alone
	{"yesterday", "2026-11-21 12:00"},
	{"2026-11-20", "2026-11-20 12:00"},
	{"last night", "2026-11-21 22:00"},
	// to come: returned, so that the bot can say why not
	{"2026-11-23 09:10", "2026-11-23 09:10"},
	{"tomorrow at 9", "2026-11-23 09:00"},
	{"today at 23:00", "2026-11-22 23:00"},
	{"2024-01-05 10:00", "2024-01-05 10:00"},
	// not a time
	{"40", ""},
	{"9", ""},
	{"2026", ""},
	{"a few hours ago", ""},
	{"soon", ""},
	{"not sure", ""},
	{"31/02/2026 09:00", ""},
	{"in 30 minutes", ""},
	{"between 20:00-23:00", ""},
	{"31.31.2026", ""},
}

func TestParse_TimeAsked(t *testing.T) {
	t.Parallel()
	p, bogota := english(t), zone(t, "America/Bogota")
	if len(asked) < 120 {
		t.Fatalf("%d phrases, want 120 or more", len(asked))
	}
	for _, c := range asked {
		for _, text := range []string{c[0], "  " + strings.ToUpper(c[0]) + "!", "Hi, " + c[0] + "."} {
			if strings.ToUpper(text) == text && strings.Contains(c[0], "’") {
				continue
			}
			f := p.Parse(text, Context{Now: noon, Zone: bogota, Lang: "en", Asked: KindTime})
			if got := show(f.Time, bogota); got != c[1] {
				t.Errorf("%q: %q, want %q", text, got, c[1])
			}
		}
	}
}

// Forms that other languages brought, as they are in English.
func TestParse_TimeForms(t *testing.T) {
	t.Parallel()
	p, bogota := english(t), zone(t, "America/Bogota")
	for _, c := range []struct {
		asked      Kind
		text, want string
	}{
		{KindTime, "5 1/2 hours ago", "2026-11-22 04:50"},
		{KindTime, "09.15", "2026-11-22 09:15"},
		{KindTime, "yesterday at 20.15.", "2026-11-21 20:15"},
		{KindTime, "thursday 19 at 10am", "2026-11-19 10:00"},
		{KindTime, "the 20th at 9pm", "2026-11-20 21:00"},
		{KindTime, "the 23rd at 9pm", "2026-10-23 21:00"},
		{KindTime, "on the 20th", "2026-11-20 12:00"},
		{KindTime, "11-21 15:30", "2026-11-21 15:30"},
		{KindTime, "11.21 3 pm", "2026-11-21 15:00"},
		{KindTime, "between 8 and 9 pm", "2026-11-21 20:00"},
		{KindTime, "8 pm to 9 pm", "2026-11-21 20:00"},
		{KindTime, "20:00-21:00", "2026-11-21 20:00"},
		{KindTime, "15:30 hrs", "2026-11-21 15:30"},
		{KindTime, "15h30", "2026-11-21 15:30"},
		{KindTime, "01:30 hours ago", "2026-11-22 08:50"},
		{KindTime, "two hours and a third", "2026-11-22 08:20"},
		{KindTime, "an hour half ago", "2026-11-22 08:50"},
		{KindTime, "in the morning", "2026-11-22 09:00"},
		{KindTime, "in the evening", "2026-11-21 19:00"},
		{KindTime, "good morning", ""},
		{KindTime, "sent2h ago", "2026-11-22 08:20"},
		{KindTime, "sa3ten", ""},
		{"", "this is my 2nd submission at all", ""},
		{"", "my 2nd try, sent it 40 min ago", "2026-11-22 09:40"},
		{"", "is 8 pm to 11 pm a good time to submit?", ""},
		{"", "in the morning", ""},
		{"", "I have been waiting for hours", ""},
	} {
		f := p.Parse(c.text, Context{Now: noon, Zone: bogota, Asked: c.asked})
		if got := show(f.Time, bogota); got != c.want {
			t.Errorf("%q (asked %q): %q, want %q", c.text, c.asked, got, c.want)
		}
	}
}

// At 23:10 both nines of the day are past, at 08:00 neither is.
func TestParse_TwelveHourClockIsAmbiguous(t *testing.T) {
	t.Parallel()
	p, bogota := english(t), zone(t, "America/Bogota")
	late := time.Date(2026, 11, 22, 23, 10, 0, 0, bogota)
	early := time.Date(2026, 11, 22, 8, 0, 0, 0, bogota)
	for _, c := range []struct {
		now        time.Time
		text, want string
	}{
		{late, "today at 9", "2026-11-22 21:00 | 2026-11-22 09:00"},
		{late, "9:30", "2026-11-22 21:30 | 2026-11-22 09:30"},
		{late, "09:30", "2026-11-22 09:30"},
		{late, "21:30", "2026-11-22 21:30"},
		{late, "half past nine", "2026-11-22 21:30 | 2026-11-22 09:30"},
		{late, "today at 9 pm", "2026-11-22 21:00"},
		{early, "9:30", "2026-11-21 21:30 | 2026-11-21 09:30"},
		{early, "today at 9", "2026-11-22 09:00"},
		{early, "7:30", "2026-11-22 07:30"},
		{early, "12:30", "2026-11-22 00:30"},
	} {
		f := p.Parse(c.text, Context{Now: c.now, Zone: bogota, Asked: KindTime})
		if got := show(f.Time, bogota); got != c.want {
			t.Errorf("%q at %s: %q, want %q", c.text, c.now.Format("15:04"), got, c.want)
		}
	}
}

func TestParse_ZoneUnknown(t *testing.T) {
	t.Parallel()
	p := english(t)
	for _, c := range [][2]string{
		{"40 min ago", "2026-11-22 14:40"},
		{"just now", "2026-11-22 15:20"},
		{"today at 9", "zone? 2026-11-22 09:00"},
		{"9:10 UTC+3", "2026-11-22 06:10"},
		{"2026-11-22 09:10", "zone? 2026-11-22 09:10"},
		{"yesterday at 8pm", "zone? 2026-11-21 20:00"},
	} {
		f := p.Parse(c[0], Context{Now: noon, Asked: KindTime})
		if got := show(f.Time, time.UTC); got != c[1] {
			t.Errorf("%q: %q, want %q", c[0], got, c[1])
		}
	}
}

func TestSettle_PlacesATimeOnceTheZoneIsKnown(t *testing.T) {
	t.Parallel()
	p, lagos := english(t), zone(t, "Africa/Lagos")
	for _, c := range [][2]string{
		{"I submitted today at 9, thanks", "2026-11-22 09:00"},
		{"submitted 2026-11-22 09:10", "2026-11-22 09:10"},
		{"submitted it 40 min ago", "2026-11-22 15:40"},
		{"submitted at 9am IST", "2026-11-22 09:00"},
		{"submitted last night at 11", "2026-11-21 23:00"},
	} {
		f := p.Parse(c[0], Context{Now: noon})
		if f.Time == nil {
			t.Errorf("%q: no time", c[0])
			continue
		}
		got := p.Settle(*f.Time, lagos)
		if s := show(&got, lagos); s != c[1] {
			t.Errorf("%q: %q, want %q", c[0], s, c[1])
		}
	}
}

// What was said is enough to read it again: the word before an hour belongs to it.
func TestSettle_EveryLanguage(t *testing.T) {
	t.Parallel()
	p, here := english(t), time.FixedZone("", 3*3600)
	for _, c := range [][3]string{
		{"pt", "às 9 horas", "2026-11-22 09:00"},
		{"fr", "à 5h", "2026-11-22 05:00"},
		{"ru", "в 3 дня", "2026-11-22 15:00"},
		{"ru", "в 15-30", "2026-11-22 15:30"},
		{"es", "a las 5", "2026-11-22 17:00 | 2026-11-22 05:00"},
		{"es", "entre las 3 y las 4 de la tarde", "2026-11-22 15:00"},
	} {
		f := p.Parse(c[1], Context{Now: noon, Lang: c[0], Asked: KindTime})
		if f.Time == nil {
			t.Errorf("%s %q: no time", c[0], c[1])
			continue
		}
		got := p.Settle(*f.Time, here)
		if s := show(&got, here); s != c[2] {
			t.Errorf("%s %q: %q, want %q", c[0], c[1], s, c[2])
		}
	}
}

// Without having asked, only what is said about the submission counts.
func TestParse_TimeUnasked(t *testing.T) {
	t.Parallel()
	p, bogota := english(t), zone(t, "America/Bogota")
	for _, c := range [][2]string{
		{"I submitted my KYC 40 minutes ago and it is still pending", "2026-11-22 09:40"},
		{"submitted at 9:10 today", "2026-11-22 09:10"},
		{"my kyc has been under review for 6 hours", "2026-11-22 04:20"},
		{"I have been waiting for 2 hours", "2026-11-22 08:20"},
		{"still under review after 12 hours!!", "2026-11-21 22:20"},
		{"uploaded my passport yesterday at 8pm, wrong one", "2026-11-21 20:00"},
		{"40 min ago", "2026-11-22 09:40"},
		{"I sent the documents on 2026-11-21 22:15", "2026-11-21 22:15"},
		{"it's been 50 minutes since I applied", "2026-11-22 09:30"},
		{"can I cancel after 30 minutes?", ""},
		{"does it take 30 minutes?", ""},
		{"is 20:00-23:00 the best time to submit?", ""},
		{"should I resubmit at 9pm?", ""},
		{"I cancelled it 2 hours ago", ""},
		{"my account was hacked 10 minutes ago", ""},
		{"someone logged in at 3am", ""},
		{"I can't log in today", ""},
		{"wait 24 hours or 48 hours?", ""},
		{"I may sit in the sun, second time", ""},
		{"rejected 3 times today", ""},
		{"I have 2 accounts and 500 usdt", ""},
		{"is it 24/7?", ""},
		{"", ""},
	} {
		f := p.Parse(c[0], Context{Now: noon, Zone: bogota})
		if got := show(f.Time, bogota); got != c[1] {
			t.Errorf("%q: %q, want %q", c[0], got, c[1])
		}
	}
}

// Clock changes skip and repeat hours; both give some instant nearby.
func TestParse_ClockChanges(t *testing.T) {
	t.Parallel()
	p, ny := english(t), zone(t, "America/New_York")
	for _, c := range []struct {
		now  time.Time
		text string
		near time.Time
	}{
		{time.Date(2026, 3, 8, 12, 0, 0, 0, ny), "today at 2:30 am", time.Date(2026, 3, 8, 7, 30, 0, 0, time.UTC)},
		{time.Date(2026, 11, 1, 12, 0, 0, 0, ny), "today at 1:30 am", time.Date(2026, 11, 1, 6, 0, 0, 0, time.UTC)},
		{time.Date(2026, 11, 1, 12, 0, 0, 0, ny), "midnight", time.Date(2026, 11, 1, 4, 0, 0, 0, time.UTC)},
		{time.Date(2026, 11, 1, 12, 0, 0, 0, ny), "today at 9 am", time.Date(2026, 11, 1, 14, 0, 0, 0, time.UTC)},
	} {
		f := p.Parse(c.text, Context{Now: c.now, Zone: ny, Asked: KindTime})
		if f.Time == nil || f.Time.At.Sub(c.near).Abs() > time.Hour {
			t.Errorf("%q: %+v, want about %s", c.text, f.Time, c.near)
		}
	}
}

func TestParse_PrecisionAndApproximation(t *testing.T) {
	t.Parallel()
	p := english(t)
	type want struct {
		p                Precision
		approx, relative bool
	}
	for text, w := range map[string]want{
		"40 min ago":       {PrecisionMinute, false, true},
		"about 40 min ago": {PrecisionMinute, true, true},
		"2 hours ago":      {PrecisionHour, false, true},
		"1.5 hours ago":    {PrecisionMinute, false, true},
		"2 days ago":       {PrecisionDay, false, true},
		"9:10":             {PrecisionMinute, false, false},
		"at 9":             {PrecisionHour, false, false},
		"around 9am":       {PrecisionHour, true, false},
		"yesterday":        {PrecisionDay, false, false},
	} {
		f := p.Parse(text, Context{Now: noon, Zone: time.UTC, Asked: KindTime})
		if f.Time == nil {
			t.Errorf("%q: nothing", text)
		} else if got := (want{f.Time.Precision, f.Time.Approx, f.Time.Relative}); got != w {
			t.Errorf("%q: %+v, want %+v", text, got, w)
		}
	}
}
