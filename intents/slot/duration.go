package slot

import (
	"strconv"
	"strings"
	"time"
)

// span is an age or a stretch of time.
type span struct {
	d      time.Duration
	unit   int32 // the finest one told
	approx bool
	less   bool
	vague  bool
	days   int // whole days, when nothing finer was told
	from   int // tokens
	first  int // the first of the amount
	next   int
}

var unitLength = []time.Duration{
	unitSecond: time.Second, unitMinute: time.Minute, unitHour: time.Hour,
	unitDay: fullDay, unitWeek: 7 * fullDay, unitMonth: 30 * fullDay,
}

// duration reads "an hour and a half", "2h 15m", "about 40 minutes" at i.
func (r *reader) duration(i int) (span, bool) {
	s := span{from: i}
	for n := 0; n < mostFill && (r.has(i, cAbout) || r.has(i, cLess) || r.has(i, cFill) && i > s.from); n++ {
		s.less = s.less || r.has(i, cLess)
		s.approx = true
		i++
	}
	found := false
	s.first = i
	for {
		n, unit, j, ok := r.whole(i, found)
		isUnit := ok
		if !ok {
			if n, j, ok = r.amount(i, &s); !ok {
				break
			}
			unit, isUnit = r.at(j).val(cUnit)
			j++
		}
		if !isUnit {
			// 1h30; but 15h30 is a clock
			if found && s.unit == unitHour && r.minutesGlued(i) {
				if s.d > 12*time.Hour && !r.aged(s.from, i+1) {
					return s, false
				}
				s.d += time.Duration(r.k[i].num) * time.Minute
				s.unit, i = unitMinute, i+1
			}
			break
		}
		if found && unit >= s.unit {
			break
		}
		half, j := r.andHalf(j)
		s.d += time.Duration((n + half) * float64(unitLength[unit]))
		s.unit, found = unit, true
		if unit >= unitDay && half == 0 {
			s.days += int(n) * int(unitLength[unit]/fullDay)
		}
		s.next, i = j, j
		if r.has(i, cAnd) || r.at(i).c == ',' {
			i++
		}
	}
	if s.next < i && found && s.unit == unitMinute && r.at(i-1).kind == tNumber {
		s.next = i
	}
	return s, found
}

// whole reads a word that is a span by itself. One that is a unit too, or
// stands before hours, needs a word of age beside it, another span before it
// (more), or to be the answer.
func (r *reader) whole(i int, more bool) (n float64, unit int32, next int, ok bool) {
	if !r.has(i, cSpan) {
		return 0, 0, i, false
	}
	v, _ := r.k[i].val(cSpan)
	n, unit, next = float64(v>>3)/100, v&7, i+1
	if !r.has(i, cUnit) && !r.has(i, cAt) || more {
		return n, unit, next, true
	}
	_, behind, counted := r.number(next)
	if counted && r.minutesGlued(next) {
		return n, unit, next, r.aged(i, behind) || r.asked
	}
	ok = r.aged(i, next) || r.asked && !counted && !r.has(next, cPart) && !r.has(next, cDay)
	return n, unit, next, ok
}

// minutesGlued: the two figures at i stand right behind an hour, as in "1h30".
func (r *reader) minutesGlued(i int) bool {
	return r.isNumber(i) && r.k[i].digits == 2 && r.k[i].num < 60 && r.k[i].frac == 0 && i > 0 && r.k[i].from == r.k[i-1].to
}

// hours tells what stretch of hours it is that is written like a time of day,
// where the word for both is the same: "2h", "9h30", "8h et quart".
func (r *reader) hours(s span) (h int, minutes, ok bool) {
	h, j, ok := r.hour(s.first)
	if u, isUnit := r.at(j).val(cUnit); !ok || !isUnit || u != unitHour || !r.has(j, cOclock) {
		return 0, false, false
	}
	return h, s.next > j+1 || r.minutesGlued(j+1), true
}

// A bare "2h" or "1h30" where the word for the hour is the word for o'clock,
// too, is an age if so long a wait is likelier than so early a time.
const (
	likelyWait    = 6 // hours
	likelyMinutes = 2 // hours, when minutes were told
)

// clockwise: a stretch of hours is rather a time of day. been: a word of age,
// though not "ago", stands before it.
func (r *reader) clockwise(s span, been bool) bool {
	h, minutes, ok := r.hours(s)
	before, _ := r.back(s.from - 1)
	switch {
	case !ok:
		return false
	case r.dayPart(s.next), r.has(s.next, cMinus), r.has(s.next, cHalfAfter):
		return true
	case been:
		return false
	case !r.asked, r.atOnly(before), r.partFollows(s.next), r.has(s.from-1, cPart), r.has(s.from-1, cDay):
		return true
	case minutes:
		return h < 1 || h > likelyMinutes
	}
	return h != 12 && (h < 1 || h > likelyWait)
}

// atOnly: a word at i that stands before hours, and not before ages as well.
func (r *reader) atOnly(i int) bool {
	return r.has(i, cAt) && !r.has(i, cAbout) && !r.has(i, cFill) && !r.has(i, cBeen) && !r.has(i, cAgo)
}

// dayPart: a part of the day, or of a certain day, stands at i.
func (r *reader) dayPart(i int) bool {
	day, isDay := r.at(i).val(cDay)
	return isDay && day&0xFF != 0 || r.has(i, cPart)
}

// aged: a word of age stands before i or at next.
func (r *reader) aged(i, next int) bool {
	before, _ := r.back(i - 1)
	return r.has(before, cAgo) || r.has(before, cBeen) || r.has(next, cAgo)
}

// parseSpan reads "2h", "1.5h", "30m", "1d".
func parseSpan(s string) (n float64, unit int32, ok bool) {
	if s == "" {
		return 0, 0, false
	}
	unit = int32(strings.IndexByte("smhdw", s[len(s)-1]))
	n, err := strconv.ParseFloat(s[:len(s)-1], 64)
	return n, unit, unit >= 0 && err == nil && n > 0 && n < 1000
}

// amount reads the number before a unit: "2", "one and a half", "half an",
// "a quarter of an", "a few".
func (r *reader) amount(i int, s *span) (v float64, next int, ok bool) {
	if r.has(i, cVague) {
		s.vague = true
		return 3, i + 1, true
	}
	if (r.has(i, cNumber) || r.has(i, cArticle)) && r.has(i+1, cVague) { // "a few"
		s.vague = true
		return 3, i + 2, true
	}
	if r.isClock(i) && r.has(i+1, cUnit) {
		c := r.k[i].stamp.clock
		if u, _ := r.k[i+1].val(cUnit); u == unitHour && (r.aged(i, i+2) || !c.literal && !r.has(i+1, cZoneWord)) {
			return float64(c.h) + float64(c.m)/60, i + 1, true
		}
	}
	half := 0.0 // "साढ़े तीन घंटे"
	if r.has(i, cHalfPast) && !r.has(i, cNumber) {
		half = 0.5
		i++
	}
	v, j, ok := r.number(i)
	if half > 0 {
		return v + half, j, ok && r.has(j, cUnit)
	}
	if part := r.slashed(i); !ok && part > 0 && r.has(i+1, cUnit) {
		return part, i + 1, true
	}
	if ok && v >= 1 && v < 100 && r.has(j, cQuarter) { // "a quarter", "three quarters"
		v, j = v/4, j+1
	} else if !ok && r.has(i, cQuarter) {
		v, j, ok = 0.25, i+1, true
	}
	if !ok {
		return 0, i, false
	}
	if v < 1 || r.has(j-1, cQuarter) {
		j = r.skip(j, "")
		if one, k, ok := r.number(j); ok && one == 1 && r.has(k, cUnit) {
			j = k
		}
		return v, j, true
	}
	if half, k := r.andHalf(j); half > 0 && r.has(k, cUnit) {
		return v + half, k, true
	}
	if part := r.slashed(j); part > 0 && r.has(j+1, cUnit) { // "5 1/2 hours"
		return v + part, j + 1, true
	}
	if one, k, ok := r.number(j); ok && one > 0 && one < 1 && r.has(k, cUnit) {
		return v + one, k, true
	}
	// "a couple of"
	if r.has(j, cFill) && r.has(j+1, cUnit) {
		j++
	}
	return v, j, true
}

// slashed reads a fraction in figures ("1/2"), which looks like a date.
func (r *reader) slashed(i int) float64 {
	if k := r.at(i); k.kind == tDate {
		switch string(r.f.b[k.from:k.to]) {
		case "1/2":
			return 0.5
		case "1/4":
			return 0.25
		case "3/4":
			return 0.75
		}
	}
	return 0
}

// andHalf reads "and a half" or "and a quarter" behind a unit, or a bare half
// with nothing to count (一小时半).
func (r *reader) andHalf(i int) (float64, int) {
	if !r.has(i, cAnd) {
		if r.has(i, cNumber) && !r.has(i+1, cUnit) {
			if v, _ := r.k[i].val(cNumber); v > 0 && v < 100 {
				return float64(v) / 100, i + 1
			}
		}
		return 0, i
	}
	j := i + 1
	if v, k, ok := r.number(j); ok {
		if v < 1 {
			return v, k
		}
		if v != 1 {
			return 0, i
		}
		if r.has(k, cQuarter) {
			return 0.25, k + 1
		}
		if w, k2, ok := r.number(k); ok && w < 1 {
			return w, k2
		}
		return 0, i
	}
	if r.has(j, cQuarter) {
		return 0.25, j + 1
	}
	return 0, i
}
