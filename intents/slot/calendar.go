package slot

import "time"

// dateKind tells how a day was named.
type dateKind uint8

const (
	dateNone     dateKind = iota
	dateFull              // year, month, day
	dateMonthDay          // month and day; the most recent such day
	dateDay               // the most recent such day of a month
	dateOffset            // days from today
	dateWeekday           // the most recent such weekday
)

// date is a day as told.
type date struct {
	kind    dateKind
	y, m, d int
	swap    bool // day and month may be the other way round
	offset  int
	weekday int
	last    bool // "last monday": not today
	// lastWeek: of the week before, which ended on a Sunday
	lastWeek bool
}

// clock is a time of day as told.
type clock struct {
	set     bool
	h, m, s int
	literal bool // by the 24-hour clock
	fine    bool // minutes were told
}

// reading is what the words of a time came to, before it is placed in a zone.
type reading struct {
	date   date
	clock  clock
	part   int32
	ofDay  bool // part belongs to the name of the day ("last night")
	zone   *Zone
	approx bool
	from   int // first and last byte
	to     int
}

// limit is how old a time may be to be useful, and how far ahead a clock may
// be wrong (the ruling on row 9 of the decision table).
const (
	oldest  = 90 * 24 * time.Hour
	skew    = 60 * time.Second
	fullDay = 24 * time.Hour
)

// days lists the calendar days a date can mean, the likeliest first.
func (d date) days(today time.Time) []time.Time {
	at := func(y, m, day int) time.Time {
		return time.Date(y, time.Month(m), day, 0, 0, 0, 0, time.UTC)
	}
	valid := func(t time.Time, m, day int) bool { return int(t.Month()) == m && t.Day() == day }
	switch d.kind {
	case dateOffset:
		return []time.Time{today.AddDate(0, 0, d.offset)}
	case dateDay:
		for back := range 3 {
			if t := at(today.Year(), int(today.Month())-back, d.d); t.Day() == d.d && !t.After(today) {
				return []time.Time{t}
			}
		}
	case dateWeekday:
		if d.lastWeek {
			monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
			return []time.Time{monday.AddDate(0, 0, (d.weekday+6)%7-7)}
		}
		back := (int(today.Weekday()) - d.weekday + 7) % 7
		if back == 0 && d.last {
			back = 7
		}
		days := []time.Time{today.AddDate(0, 0, -back)}
		if back == 0 {
			days = append(days, today.AddDate(0, 0, -7))
		}
		return days
	case dateFull, dateMonthDay:
		var days []time.Time
		for _, md := range [][2]int{{d.m, d.d}, {d.d, d.m}} {
			y := d.y
			if d.kind == dateMonthDay {
				if y = today.Year(); at(y, md[0], md[1]).After(today) {
					y--
				}
			}
			if t := at(y, md[0], md[1]); valid(t, md[0], md[1]) {
				days = append(days, t)
			}
			if !d.swap {
				break
			}
		}
		return days
	}
	return nil
}

// hours lists the times of day a clock can mean as offsets from the start of
// the day, the literal reading first; they may lie on the next day.
func (r *reading) hours(clock24 bool) []time.Duration {
	c := r.clock
	if !c.set {
		switch r.part {
		case partNoon:
			return []time.Duration{12 * time.Hour}
		case partMidnight:
			if r.date.kind == dateOffset && r.date.offset == -1 && r.ofDay {
				return []time.Duration{fullDay}
			}
			if r.date.kind == dateNone || r.date.kind == dateOffset && r.date.offset == 0 {
				return []time.Duration{0}
			}
			return []time.Duration{0, fullDay}
		}
		return nil
	}
	at := func(h int) time.Duration {
		return time.Duration(h)*time.Hour + time.Duration(c.m)*time.Minute + time.Duration(c.s)*time.Second
	}
	if r.part != partNone && c.h <= 12 {
		return []time.Duration{at(inPart(c.h, r.part, r.ofDay))}
	}
	if c.literal || clock24 || c.h > 12 || c.h == 0 {
		return []time.Duration{at(c.h)}
	}
	return []time.Duration{at(c.h), at((c.h + 12) % 24)}
}

// inPart turns an hour of the twelve-hour clock into one of the day; 24 and
// more is the next day.
func inPart(h int, part int32, ofDay bool) int {
	switch part {
	case partAM, partDawn, partMorning:
		if h == 12 {
			return 0
		}
	case partPM, partAfternoon:
		if h < 12 {
			return h + 12
		}
	case partEvening:
		switch {
		case h == 12:
			return 24
		case h >= 4:
			return h + 12
		}
	case partNight:
		switch {
		case h == 12:
			return 24
		case h >= 6:
			return h + 12
		case ofDay:
			return 24 + h
		}
	case partNoon:
		if h <= 3 {
			return h + 12
		}
	case partMidnight:
		if h == 12 {
			return 0
		}
	}
	return h
}

// middle is an hour that stands for a part of the day when none was told.
func middle(part int32) int {
	switch part {
	case partAM, partMorning:
		return 9
	case partDawn:
		return 4
	case partPM, partAfternoon:
		return 15
	case partEvening:
		return 19
	case partNight:
		return 22
	}
	return 12
}
