package slot

import (
	"slices"
	"time"
)

// moment is one possible instant of a reading.
type moment struct {
	at    time.Time
	today bool // on the day of the message
}

// place puts a reading into a zone and returns the instants it may mean, the
// latest first, and how precise they are.
func (r *reading) place(now time.Time, loc *time.Location, clock24 bool) ([]time.Time, Precision) {
	local := now.In(loc)
	today := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
	days := r.date.days(today)
	hours := r.hours(clock24)
	if r.date.kind == dateNone && !r.clock.set && hours == nil { // a part of a day alone
		if begin := time.Date(local.Year(), local.Month(), local.Day(), middle(r.part), 0, 0, 0, loc); begin.After(now) {
			days = []time.Time{today.AddDate(0, 0, -1)}
		} else {
			days = []time.Time{today}
		}
	}
	precision := PrecisionMinute
	switch {
	case !r.clock.set && hours == nil:
		precision = PrecisionDay
	case r.clock.set && !r.clock.fine:
		precision = PrecisionHour
	}
	var all []moment
	add := func(day time.Time, h time.Duration) {
		// Seconds since the day began by the wall: Date puts a time that a
		// clock change skips right after it.
		t := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, int(h/time.Second), 0, loc)
		all = append(all, moment{t, day.Equal(today) && h < fullDay || h >= fullDay && day.AddDate(0, 0, 1).Equal(today)})
	}
	switch {
	case precision == PrecisionDay:
		for _, day := range days {
			h := time.Duration(middle(r.part)) * time.Hour
			if begin := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, loc); day.Equal(today) && begin.Add(h).After(now) {
				h = now.Sub(begin) / 2
			}
			add(day, h)
		}
	case r.date.kind == dateNone:
		for _, h := range hours {
			day := today
			if time.Date(day.Year(), day.Month(), day.Day(), 0, 0, int(h/time.Second), 0, loc).After(now.Add(skew)) {
				day = today.AddDate(0, 0, -1)
			}
			add(day, h)
		}
		all = only(all, func(m moment) bool { return m.today })
	default:
		for _, day := range days {
			for _, h := range hours {
				add(day, h)
			}
		}
	}
	return choose(all, r.date.kind, now), precision
}

// only keeps what ok accepts unless that would leave nothing.
func only(all []moment, ok func(moment) bool) []moment {
	kept := slices.DeleteFunc(slices.Clone(all), func(m moment) bool { return !ok(m) })
	if len(kept) == 0 {
		return all
	}
	return kept
}

// choose drops what is less plausible: the future, and what is too old to
// matter. If everything is in the future, the first, literal reading stays.
func choose(all []moment, kind dateKind, now time.Time) []time.Time {
	past := only(all, func(m moment) bool { return !m.at.After(now.Add(skew)) })
	if len(past) == len(all) && len(all) > 0 && all[0].at.After(now.Add(skew)) && kind != dateFull {
		past = all[:1]
	}
	past = only(past, func(m moment) bool { return now.Sub(m.at) <= oldest })
	if kind == dateWeekday && len(past) > 1 {
		// this week's before last week's
		past = only(past, func(m moment) bool { return now.Sub(m.at) < 7*fullDay-12*time.Hour })
	}
	out := make([]time.Time, 0, len(past))
	for _, m := range past {
		out = append(out, m.at.UTC())
	}
	slices.SortFunc(out, func(a, b time.Time) int { return b.Compare(a) })
	return slices.CompactFunc(out, func(a, b time.Time) bool { return a.Equal(b) })
}

// settle turns a reading into a time.
func (r *reader) settle(rd reading, c Context) told {
	t := told{from: rd.from, to: rd.to, zone: rd.zone}
	switch {
	case rd.clock.set && rd.date.kind != dateNone:
		t.score = scoreFull
	case rd.clock.set, rd.part == partNoon, rd.part == partMidnight:
		t.score = scoreClock
	default:
		t.score = scoreDay
	}
	loc := rd.zone.Location()
	if loc == nil && (rd.zone == nil || c.force || rd.zone.may(c.Zone)) {
		loc = c.Zone
	}
	t.Approx = rd.approx
	if loc == nil {
		wall, precision := rd.place(c.Now, time.UTC, r.t.clock24)
		t.Precision, t.NeedsZone = precision, true
		if len(wall) > 0 {
			t.Wall = wall[0]
		} else {
			t.score = 0
		}
		return t
	}
	at, precision := rd.place(c.Now, loc, r.t.clock24)
	t.Precision = precision
	switch len(at) {
	case 0:
		t.score = 0 // 31 February
	case 1:
		t.At = at[0]
	default:
		t.Candidates = at
	}
	return t
}
