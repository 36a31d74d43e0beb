package slot

import (
	"slices"
	"time"
	"unicode/utf8"
)

// told is a time found in a message and how much it says.
type told struct {
	Time
	score int
	from  int // bytes of the folded text
	to    int
	bare  bool // an age without "ago"
	// unsaid: an age only because one was asked for
	unsaid bool
	zone   *Zone
}

// Scores: an age or a full time before a bare clock before a bare day.
const (
	scoreDay   = 2
	scoreClock = 3
	scoreSpan  = 4
	scoreFull  = 5
)

// times finds every time that a message tells.
func (r *reader) times(c Context) []told {
	var out []told
	for i := 0; i < len(r.k); {
		if t, next, ok := r.age(i, c); ok {
			out = append(out, t)
			i = next
			continue
		} else if next > i {
			i = next
			continue
		}
		rd, next, ok := r.when(i)
		if ok {
			out = append(out, r.settle(rd, c))
		}
		i = max(next, i+1)
	}
	return out
}

// age reads "40 minutes ago", "just now", and what stands in for them. A
// span that is no age ("in 30 minutes") is skipped: next > i, ok false.
func (r *reader) age(i int, c Context) (told, int, bool) {
	if r.has(i, cNow) || r.has(i, cNowAsked) && r.asked && r.clauseKnown(i) {
		t := told{score: scoreDay, from: r.k[i].from, to: r.k[i].to}
		t.Time = Time{At: c.Now, Relative: true, Precision: PrecisionMinute, Approx: true}
		return t, i + 1, true
	}
	s, ok := r.duration(i)
	if !ok {
		// "hour ago"
		unit, isUnit := r.at(i).val(cUnit)
		if !isUnit || !r.has(i+1, cAgo) || r.k[i].to-r.k[i].from <= 2 {
			return told{}, i, false
		}
		s = span{d: unitLength[unit], unit: unit, from: i, next: i + 1, approx: true}
	}
	next := s.next
	before, less := r.back(i - 1)
	s.less = s.less || less
	after := next
	for after < next+2 && r.has(after, cFill) && !r.has(after, cAgo) && !r.has(after, cLessAfter) && !r.has(after, cNotAgoAfter) {
		after++
	}
	if r.has(after, cLessAfter) { // 1時間弱前
		s.less, next = true, after+1
		if !r.has(after, cAgo) {
			after = next
		}
	}
	ago := r.has(before, cAgo)
	if !ago && s.unit == unitMinute && r.beforeHour(next) {
		return told{}, i, false // "20 minutes to 10"
	}
	if r.has(after, cAgo) {
		ago, next = true, after+1
	}
	been := r.has(before, cBeen)
	switch {
	case r.has(next, cOclock), !ago && r.clockwise(s, been), !ago && !been && r.atHours(s):
		return told{}, i, false // "9 h" may be a clock here
	case s.vague, !ago && r.has(after, cNotAgoAfter):
		return told{}, next, false
	case !ago && (r.has(before, cNotAgo) || !been && !r.asked || s.unit == unitSecond && !r.asked):
		return told{}, next, false
	}
	from := r.k[i].from
	if r.has(before, cAgo) {
		from = r.k[before].from
	}
	// "2 days ago at 9 pm"
	if s.days > 0 && s.unit >= unitDay && ago {
		if rd, n, ok := r.when(next); ok && rd.date.kind == dateNone && rd.clock.set {
			rd.date = date{kind: dateOffset, offset: -s.days}
			rd.from = from
			return r.settle(rd, c), n, true
		}
		if n := r.skip(next, ""); r.has(n, cPart) { // 2日前の朝
			part, _ := r.k[n].val(cPart)
			rd := reading{date: date{kind: dateOffset, offset: -s.days}, part: part, from: from, to: r.k[n].to}
			return r.settle(rd, c), n + 1, true
		}
	}
	t := told{score: scoreFull, from: from, to: r.k[next-1].to, bare: !ago, unsaid: !ago && !been}
	if t.bare {
		t.score = scoreSpan
	}
	d := s.d
	if s.less {
		d -= min(time.Minute, d/10)
	}
	t.Time = Time{At: c.Now.Add(-d), Relative: true, Approx: s.approx || s.less, Precision: PrecisionMinute}
	switch {
	case s.unit >= unitDay:
		t.Precision = PrecisionDay
	case s.unit == unitHour && s.d%time.Hour == 0:
		t.Precision = PrecisionHour
	}
	return t, next, true
}

// beforeHour: minutes that end before i are to or past the hour there ("20
// minutes to 10", "десять минут пятого").
func (r *reader) beforeHour(i int) bool {
	if r.has(i, cOfHour) {
		return true
	}
	if !r.has(i, cTo) && !r.has(i, cPast) {
		return false
	}
	_, j, ok := r.hour(i + 1)
	if !ok {
		_, j, ok = r.halved(i + 1)
	}
	return ok && !r.has(j, cUnit)
}

// afterNoon reads the minutes behind noon or midnight ("meio dia e meia").
func (r *reader) afterNoon(rd reading, i int) (m, next int, ok bool) {
	if rd.clock.set || rd.part != partNoon && rd.part != partMidnight {
		return 0, i, false
	}
	m, next, ok = r.afterHour(i, false)
	return m, next, ok && m > 0
}

// back walks from i back over small words and words like "about"; less: one
// was like "almost".
func (r *reader) back(i int) (before int, less bool) {
	for before = i; before > i-mostFill && (r.has(before, cFill) || r.has(before, cAbout) || r.has(before, cLess)) && !r.has(before, cNotAgo); before-- {
		less = less || r.has(before, cLess)
	}
	return before, less
}

// when reads a day, a time of day, or both, with a zone, beginning at i.
func (r *reader) when(i int) (rd reading, next int, ok bool) {
	at := false // "at" was just said
	between := false
	r.zoneEnd = 0
	end := i
	idle := 0 // tokens since the last part of a time
	hasDay := false
	rd.from = -1
	lead := i // the word before the time that belongs to it: "at"
	if r.leads(i - 1) {
		lead--
	}
	take := func(from, to int) {
		if rd.from < 0 {
			if !r.leads(lead) {
				lead = from
				if from > i && r.has(from-1, cFill) && r.has(from+1, cUnit) {
					lead-- // "à 5h"
				}
			}
			rd.from = r.k[lead].from
		}
		end, rd.to, at, idle = to, r.k[to-1].to, false, -1
	}
	pos := i
	// ranged goes on over the other end of a range; false when the two name no
	// moment together.
	ranged := func() bool {
		n, ok := r.rangeAt(&rd, pos, between)
		if n > pos && ok {
			take(pos, n)
		}
		ok = ok || n <= pos
		pos = max(pos, n)
		return ok
	}
	for ; pos < len(r.k) && idle < mostFill; idle++ {
		if rd.date.kind == dateNone || (rd.date.kind == dateWeekday || rd.date.kind == dateOffset) && !rd.clock.set {
			r.clocked = rd.clock.set
			if d, part, n, ok := r.dateAt(pos); ok && (!hasDay || d.kind == dateFull || d.kind == dateMonthDay || d.kind == dateDay) {
				rd.date, hasDay = d, true
				if part != partNone {
					rd.part, rd.ofDay = part, true
				}
				if s := r.k[pos].stamp; s != nil && s.clock.set {
					rd.clock = s.clock
				} else if n := r.behindAt(n); d.kind == dateFull && r.at(n).kind == tClock {
					r.k[n].stamp.clock.literal = true // a full date goes with the 24-hour clock
				}
				take(pos, n)
				pos = n
				rd.zone, pos = r.zoneAfter(rd, pos)
				end = pos
				continue
			}
		}
		if !rd.clock.set {
			loose := at || rd.part != partNone && !rd.ofDay || hasDay && !r.nounFollows(pos)
			if c, n, ok := r.clockAt(pos, loose); ok {
				rd.clock = c
				take(pos, n)
				pos = n
				if !ranged() {
					return reading{}, pos, false
				}
				var to int
				rd.zone, to = r.zoneAfter(rd, pos)
				if to > pos {
					pos, end = to, to
				}
				continue
			}
		}
		k := &r.k[pos]
		if p, isPart := k.val(cPart); isPart && rd.takes(p) {
			rd.addPart(p)
			take(pos, pos+1)
			pos++
			if m, n, ok := r.afterNoon(rd, pos); ok {
				rd.clock = clock{set: true, h: 12, m: m, fine: true}
				take(pos, n)
				pos = n
			}
			if rd.clock.set && !ranged() {
				return reading{}, pos, false
			}
			if rd.zone == nil && rd.clock.set {
				rd.zone, pos = r.zoneAfter(rd, pos)
				end = pos
			}
			continue
		}
		if rd.zone == nil && (k.kind == tUnknown || k.has(cZoneWord) || r.unspacedAt(pos)) {
			if zone, n := r.zoneNamed(pos); zone != nil {
				rd.zone = zone
				if rd.clock.set || hasDay {
					take(pos, n)
				} else if rd.from < 0 {
					rd.from = k.from
				}
				pos = n
				continue
			}
		}
		switch {
		case k.has(cAt) || k.c == '@':
			at = true
			lead = pos
			rd.approx = rd.approx || k.has(cAbout)
		case k.has(cAbout), k.has(cLess):
			rd.approx = true
			at = at || hasDay || rd.part != partNone
		case k.has(cBetween):
			at, between = true, true
			lead = pos
		case k.has(cFill), k.c == ',', k.c == '-', k.c == '(', k.c == ')', k.c == '[', k.c == ']':
		default:
			pos = len(r.k)
		}
		pos++
	}
	rd.approx = rd.approx || r.has(i-1, cAbout)
	ok = hasDay || rd.clock.set || rd.part == partNoon || rd.part == partMidnight || r.asked && rd.part != partNone && r.nothingElse()
	if !ok {
		return reading{}, i, false
	}
	rd.to = max(rd.to, r.zoneEnd)
	return rd, max(end, i+1), true
}

// unspacedAt: a word of a script without spaces begins at i, so that a longer
// name may begin with it (日 in 日本).
func (r *reader) unspacedAt(i int) bool {
	k := r.at(i)
	if k.kind != tWord || k.has(cPart) || r.f.b[k.from] < utf8.RuneSelf {
		return false
	}
	first, _ := utf8.DecodeRune(r.f.b[k.from:])
	return joined(first)
}

// behindAt is the first token from i on that is none of the words before hours.
func (r *reader) behindAt(i int) int {
	for n := 0; n < mostFill && (r.has(i, cAt) || r.has(i, cFill) || r.at(i).c == ','); n++ {
		i++
	}
	return i
}

// takes says whether a part of the day fits what is known already.
func (rd *reading) takes(p int32) bool {
	if p == partAM || p == partPM {
		return rd.clock.set
	}
	return rd.part == partNone || p == partMidnight && !rd.clock.set
}

// addPart adds a part of the day. "Last night at 1 am" is the next day's.
func (rd *reading) addPart(p int32) {
	night := rd.ofDay && rd.part == partNight
	switch {
	case night && p == partAM && rd.clock.set && (rd.clock.h < 6 || rd.clock.h == 12):
	case night && p == partMidnight:
		rd.part = p
	case p != rd.part:
		rd.part, rd.ofDay = p, false
	}
}

// nounFollows: a bare number at pos counts something ("yesterday 3 people").
func (r *reader) nounFollows(pos int) bool {
	n := r.at(pos + 1)
	return n.kind == tUnknown && pos+1 < len(r.k) || r.has(pos+1, cUnit) && !r.has(pos+1, cOclock) || r.at(pos).frac > 0 && r.at(pos).frac != 2
}

// rangeAt reads the end of a range of hours behind its first: "20:00-23:00",
// "8 pm to 10 pm", "between 3 and 4 in the afternoon". It names no moment; but
// as an answer, told in words or of two hours at most, its start is about when
// (ok).
func (r *reader) rangeAt(rd *reading, pos int, between bool) (next int, ok bool) {
	k := r.at(pos)
	words := k.has(cTo) || k.has(cAnd) && between
	if pos >= len(r.k) || k.c != '-' && k.c != '~' && !words && !k.has(cAnd) {
		return pos, false
	}
	j := pos + 1
	for r.has(j, cAt) || r.has(j, cPart) && !r.has(j, cNumber) {
		j++
	}
	n := r.at(j)
	c, next, found := r.clockAt(j, between || n.kind == tNumber && n.digits <= 2 && k.c == '-' && n.from <= k.to+1)
	if !found || k.has(cAnd) && !between && n.kind != tClock {
		return pos, false
	}
	if p, isPart := r.at(next).val(cPart); isPart && rd.part == partNone && rd.takes(p) {
		rd.addPart(p)
		next++
	}
	lasts := (c.h*60 + c.m - rd.clock.h*60 - rd.clock.m + 12*60) % (12 * 60)
	rd.approx = true
	return next, r.asked && (words || lasts <= 120)
}

// leads: a word at i begins a time, which would be read otherwise without it.
func (r *reader) leads(i int) bool { return r.has(i, cAt) || r.has(i, cBetween) }

// clauseKnown: the clause around i has no word that the grammar does not know.
func (r *reader) clauseKnown(i int) bool {
	for _, step := range []int{-1, 1} {
		for j := i; j >= 0 && j < len(r.k) && r.k[j].kind != tMark; j += step {
			if r.k[j].kind == tUnknown {
				return false
			}
		}
	}
	return true
}

// nothingElse: every word of the message is one of the grammar's.
func (r *reader) nothingElse() bool {
	return !slices.ContainsFunc(r.k, func(k token) bool { return k.kind == tUnknown })
}

// past returns the first token behind byte i, and behind a word like "time".
func (r *reader) past(i, pos int) int {
	r.zoneEnd = i
	for pos < len(r.k) && (r.k[pos].from < i || r.k[pos].c == ')') {
		pos++
	}
	if r.has(pos, cZoneWord) {
		pos++
	}
	return pos
}
