package slot

import (
	"strings"
	"time"
)

// mostFill is how many small words in a row are looked over; it bounds the
// work on messages made of nothing else.
const mostFill = 6

// reader walks over the tokens of one message.
type reader struct {
	t     *table
	f     *folded
	k     []token
	asked bool
	zones *zoneNames
	// zoneEnd is the byte behind the zone that was read last.
	zoneEnd int
}

func (r *reader) at(i int) token {
	if i < 0 || i >= len(r.k) {
		return token{}
	}
	return r.k[i]
}

func (r *reader) has(i int, cls class) bool { return i >= 0 && i < len(r.k) && r.k[i].has(cls) }

// skip returns the first token from i on that is no small word and none of the
// given marks, looking over at most mostFill.
func (r *reader) skip(i int, marks string) int {
	for n := 0; n < mostFill; n++ {
		if k := r.at(i); !k.has(cFill) && (k.c == 0 || strings.IndexByte(marks, k.c) < 0) {
			break
		}
		i++
	}
	return i
}

// number reads figures or number words at i.
func (r *reader) number(i int) (v float64, next int, ok bool) {
	if r.at(i).kind == tNumber {
		return r.k[i].num, i + 1, true
	}
	if r.has(i, cArticle) && !r.has(i, cNumber) {
		return 1, i + 1, true
	}
	sum, last := 0.0, 0.0
	j := i
	for j < len(r.k) {
		w, isNumber := r.k[j].val(cNumber)
		if !isNumber {
			if ok && r.at(j).c == '-' && r.has(j+1, cNumber) && last >= 20 {
				j++
				continue
			}
			break
		}
		v := float64(w) / 100
		switch {
		case !ok:
			sum = v
		case v >= 100 && sum > 0 && sum < v:
			sum *= v
		case v == 10 && r.t.tens && sum < 10:
			sum *= 10
		case v >= 1 && v < 10 && last >= 10 && (last >= 20 || r.t.tens), v >= 1 && v < 100 && last >= 100:
			sum += v
		default:
			return sum, j, true
		}
		ok, last = true, v
		j++
	}
	return sum, j, ok
}

// span is an age or a stretch of time.
type span struct {
	d      time.Duration
	unit   int32 // the finest one told
	approx bool
	less   bool
	vague  bool
	days   int // whole days, when nothing finer was told
	from   int // tokens
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
	for {
		n, j, ok := r.amount(i, &s)
		if !ok {
			break
		}
		unit, isUnit := r.at(j).val(cUnit)
		if !isUnit {
			// 1h30
			if found && s.unit == unitHour && r.at(i).kind == tNumber && r.k[i].digits == 2 && r.k[i].from == r.k[i-1].to {
				s.d += time.Duration(r.k[i].num) * time.Minute
				s.unit, i = unitMinute, i+1
			}
			break
		}
		if found && unit >= s.unit {
			break
		}
		j++
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
	if c := r.at(i); c.kind == tClock && r.has(i+1, cUnit) {
		return float64(c.stamp.clock.h) + float64(c.stamp.clock.m)/60, i + 1, true
	}
	v, j, ok := r.number(i)
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
	if one, k, ok := r.number(j); ok && one > 0 && one < 1 && r.has(k, cUnit) {
		return v + one, k, true
	}
	// "a couple of"
	if r.has(j, cFill) && r.has(j+1, cUnit) {
		j++
	}
	return v, j, true
}

// andHalf reads "and a half" or "and a quarter".
func (r *reader) andHalf(i int) (float64, int) {
	if !r.has(i, cAnd) {
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

// clockAt reads a time of day at i: everything but the part of the day
// around it. loose lets a bare number be an hour.
func (r *reader) clockAt(i int, loose bool) (c clock, next int, ok bool) {
	k := r.at(i)
	switch {
	case k.kind == tClock:
		return k.stamp.clock, i + 1, true
	case k.has(cHalfPast), k.has(cHalfTo):
		h, j, ok := r.hour(i + 1)
		if !ok {
			return clock{}, i, false
		}
		if k.has(cHalfPast) {
			return clock{set: true, h: h, m: 30, fine: true}, r.oclock(j), true
		}
		return clock{set: true, h: (h + 23) % 24, m: 30, fine: true}.wrap(h), r.oclock(j), true
	}
	// "ten past nine", "quarter to 8"
	if m, j, ok := r.minutes(i); ok {
		past, to := r.has(j, cPast), r.has(j, cTo)
		if h, j2, ok := r.hour(j + 1); (past || to) && ok && m > 0 && m < 60 {
			c := clock{set: true, h: h, m: m, fine: true}
			if to {
				c = clock{set: true, h: (h + 23) % 24, m: 60 - m, fine: true}.wrap(h)
			}
			return c, r.oclock(j2), true
		}
	}
	// "9.30", written with a point
	if k.kind == tNumber && k.frac == 2 && k.digits <= 2 && k.num < 24 {
		h := int(k.num)
		m := int((k.num-float64(h))*100 + 0.5)
		if m < 60 && (loose || r.has(i+1, cOclock) || r.has(i+1, cPart) || r.has(i-1, cAt)) {
			return clock{set: true, h: h, m: m, fine: true, literal: h > 12 || h == 0 || k.from+5 == k.to && r.f.b[k.from] == '0'}, r.oclock(i + 1), true
		}
	}
	h, j, ok := r.hour(i)
	if !ok {
		return clock{}, i, false
	}
	if r.has(j, cUnit) && !r.has(j, cOclock) {
		return clock{}, i, false // "9 hours"
	}
	c = clock{set: true, h: h, literal: h > 12 || h == 0}
	sure := loose || r.asked && r.has(j, cNumber) // "nine thirty"
	if r.has(j, cOclock) {
		sure = true
		j++
	}
	if half, j2, ok := r.afterHour(j, sure); ok {
		c.h, c.m, c.fine = (c.h+half/60+24)%24, (half+60)%60, true
		if half < 0 {
			c.h = (h + 23) % 24
		}
		return c, j2, true
	}
	if m, j2, ok := r.number(j); ok && sure && m == float64(int(m)) && m < 60 && !r.has(j2, cUnit) &&
		(m >= 10 || r.at(j).kind == tNumber && r.k[j].digits == 2) && r.at(j).frac == 0 {
		c.m, c.fine, j = int(m), true, j2
	} else if ok && sure && m < 60 && r.has(j2, cUnit) && r.has(j-1, cOclock) {
		if u, _ := r.at(j2).val(cUnit); u == unitMinute {
			c.m, c.fine, j = int(m), true, j2+1
		}
	}
	return c, j, sure || r.partFollows(j)
}

// wrap keeps the twelve-hour reading of the hour before one.
func (c clock) wrap(h int) clock {
	if h == 1 {
		c.h = 12
	}
	c.literal = h > 13 || h == 0
	return c
}

// afterHour reads "y media", "et quart", "menos cuarto", 半 after an hour and
// returns the minutes it adds.
func (r *reader) afterHour(j int, sure bool) (int, int, bool) {
	if sure && r.has(j, cHalfAfter) {
		return 30, j + 1, true
	}
	sign := 1
	switch {
	case r.has(j, cPlus):
	case r.has(j, cMinus):
		sign = -1
	default:
		return 0, j, false
	}
	k := j + 1
	k = r.skip(k, "")
	m, k, ok := r.minutes(k)
	if !ok || m >= 60 {
		return 0, j, false
	}
	return sign * m, k, true
}

// minutes reads a number of minutes or a quarter.
func (r *reader) minutes(i int) (int, int, bool) {
	j := i
	if n, k, ok := r.number(i); ok && (!r.has(i, cArticle) || r.has(k, cQuarter)) {
		if r.has(k, cQuarter) && n == 1 {
			return 15, k + 1, true
		}
		if n == 0.5 {
			return 30, k, true
		}
		if u, ok := r.at(k).val(cUnit); ok && u == unitMinute {
			k++
		}
		return int(n), k, n >= 1 && n == float64(int(n))
	}
	if r.has(j, cQuarter) {
		return 15, j + 1, true
	}
	return 0, i, false
}

// hour reads a number that can be an hour.
func (r *reader) hour(i int) (int, int, bool) {
	if r.at(i).kind == tNumber && (r.k[i].digits > 2 || r.k[i].frac > 0) {
		return 0, i, false
	}
	if r.at(i).kind == tWord {
		if v, _ := r.k[i].val(cNumber); v < 100 && r.has(i, cNumber) {
			return 0, i, false
		}
	}
	v, j, ok := r.number(i)
	if !ok || v != float64(int(v)) || v > 24 || r.has(i, cArticle) || r.has(j, cDayMark) && !r.has(j, cOclock) {
		return 0, i, false
	}
	return int(v) % 24, j, true
}

func (r *reader) oclock(j int) int {
	if r.has(j, cOclock) {
		return j + 1
	}
	return j
}

// partFollows: a day or a part of one comes next, perhaps after small words.
func (r *reader) partFollows(j int) bool {
	for k := j; k < j+3; k++ {
		if r.has(k, cPart) || r.has(k, cDay) {
			return true
		}
		if !r.has(k, cFill) {
			return false
		}
	}
	return false
}

// dateAt reads the name of a day at i.
func (r *reader) dateAt(i int) (d date, part int32, next int, ok bool) {
	k := r.at(i)
	if k.kind == tDate {
		return k.stamp.date, 0, i + 1, true
	}
	if v, ok := k.val(cDay); ok {
		return date{kind: dateOffset, offset: int(v>>8) - 64}, v & 0xFF, i + 1, true
	}
	if k.has(cLast) && r.has(i+1, cWeekday) {
		v, _ := r.at(i + 1).val(cWeekday)
		return date{kind: dateWeekday, weekday: int(v), last: true}, 0, i + 2, true
	}
	if v, ok := k.val(cWeekday); ok {
		last := r.has(i+1, cLast) // "lunes pasado"
		next = i + 1
		if last {
			next++
		}
		return date{kind: dateWeekday, weekday: int(v), last: last}, 0, next, true
	}
	if d, next, ok := r.marked(i); ok {
		return d, 0, next, true
	}
	return r.named(i)
}

// marked reads 2026年11月22日, 11月22日, "ngày 22 tháng 11 năm 2026".
func (r *reader) marked(i int) (d date, next int, ok bool) {
	d.kind = dateMonthDay
	j := i
	for range 4 {
		mark := cNone
		for _, cls := range []class{cYearMark, cMonthMark, cDayMark} {
			if r.has(j, cls) {
				mark = cls
			}
		}
		if mark != cNone { // the mark stands before
			j++
		}
		n, k, isNumber := r.number(j)
		if !isNumber || n != float64(int(n)) {
			break
		}
		if mark == cNone {
			for _, cls := range []class{cYearMark, cMonthMark, cDayMark} {
				if r.has(k, cls) {
					mark = cls
				}
			}
			if mark == cNone {
				break
			}
			k++
		}
		switch v := int(n); {
		case mark == cYearMark && v >= 1900 && v < 2200:
			d.y, d.kind = v, dateFull
		case mark == cMonthMark && v >= 1 && v <= 12:
			d.m = v
		case mark == cDayMark && v >= 1 && v <= 31:
			d.d = v
		}
		j, next = k, k
		j = r.skip(j, "")
	}
	return d, next, d.m > 0 && d.d > 0
}

// named reads "22 Nov 2026", "November 22nd", "the 22nd of November".
func (r *reader) named(i int) (d date, part int32, next int, ok bool) {
	d.kind = dateMonthDay
	j := i
	if m, isMonth := r.at(j).val(cMonth); isMonth {
		n, k, isDay := r.dayNumber(j + 1)
		if !isDay {
			return date{}, 0, i, false
		}
		d.m, d.d, j = int(m), n, k
	} else {
		n, k, isDay := r.dayNumber(j)
		if !isDay {
			return date{}, 0, i, false
		}
		k = r.skip(k, "-./")
		m, isMonth := r.at(k).val(cMonth)
		if !isMonth {
			return date{}, 0, i, false
		}
		d.m, d.d, j = int(m), n, k+1
	}
	k := r.skip(j, ",-./")
	if y := r.at(k); y.kind == tNumber && y.digits == 4 && y.num >= 1900 && y.num < 2200 {
		d.y, d.kind, j = int(y.num), dateFull, k+1
	}
	return d, 0, j, true
}

func (r *reader) dayNumber(i int) (int, int, bool) {
	i = r.skip(i, "")
	if r.at(i).kind == tNumber && (r.k[i].digits > 2 || r.k[i].frac > 0) {
		return 0, i, false
	}
	n, j, ok := r.number(i)
	if !ok || n != float64(int(n)) || n < 1 || n > 31 || r.has(i, cArticle) {
		return 0, i, false
	}
	if r.has(j, cDayMark) {
		j++
	}
	return int(n), j, true
}
