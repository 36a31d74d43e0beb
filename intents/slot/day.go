package slot

import "time"

// dateAt reads the name of a day at i.
func (r *reader) dateAt(i int) (d date, part int32, next int, ok bool) {
	k := r.at(i)
	if k.kind == tDate {
		return k.stamp.date, 0, i + 1, true
	}
	if v, ok := k.val(cDay); ok {
		return date{kind: dateOffset, offset: int(v>>8) - 64}, v & 0xFF, i + 1, true
	}
	if k.kind == tWord {
		if d, next, ok := r.weekday(i); ok {
			return d, 0, next, true
		}
	}
	if d, next, ok := r.marked(i); ok {
		return d, 0, next, true
	}
	if d, next, ok := r.unmarked(i); ok {
		return d, 0, next, true
	}
	return r.named(i)
}

// weekday reads "monday", "last monday", "lunes pasado", 上周五.
func (r *reader) weekday(i int) (d date, next int, ok bool) {
	mark, day := i+1, i
	if (r.has(i, cLast) || r.has(i, cLastWeek)) && r.has(i+1, cWeekday) {
		mark, day = i, i+1
	} else if !r.has(i, cWeekday) {
		return date{}, i, false
	}
	v, _ := r.k[day].val(cWeekday)
	d = date{kind: dateWeekday, weekday: int(v), last: r.has(mark, cLast), lastWeek: r.has(mark, cLastWeek)}
	if day == i && !d.last && !d.lastWeek {
		return d, i + 1, true
	}
	return d, i + 2, true
}

// unmarked reads "11-21 15:30", "21.11 8pm", and the 19 of "thursday 19 at 10":
// numbers that only a clock behind them tells to be a day.
func (r *reader) unmarked(i int) (d date, next int, ok bool) {
	if !r.isNumber(i) || r.k[i].digits > 2 {
		return date{}, i, false
	}
	a := &r.k[i]
	month := int(a.num)
	var day int
	switch {
	case a.frac > 0:
		day, next = int((a.num-float64(month))*100+0.5), i+1
		if a.frac == 1 {
			day /= 10
		}
	case r.has(i-1, cWeekday) && r.clockFollows(i+1):
		d = date{kind: dateDay, d: month}
		return d, i + 1, month >= 1 && month <= 31 && (r.saidAt(i+1) || r.fits(d, i-1))
	case r.isNumber(i+2) && r.k[i+1].c == '-' && r.k[i+2].digits <= 2 && r.k[i+2].frac == 0 && r.k[i+2].from == a.to+1:
		day, next = int(r.k[i+2].num), i+3
	default:
		return date{}, i, false
	}
	if month < 1 || day < 1 || month > 31 || day > 31 || month > 12 && day > 12 || !r.clockFollows(next) && !r.has(i-1, cDayMark) {
		return date{}, i, false
	}
	d = pick(month, day, 0, r.t.order)
	d.kind = dateMonthDay
	return d, next, true
}

// fits: a day of the month falls on the weekday told at i.
func (r *reader) fits(d date, i int) bool {
	v, _ := r.k[i].val(cWeekday)
	days := d.days(r.now)
	return len(days) > 0 && days[0].Weekday() == time.Weekday(v)
}

// saidAt: a word like "at" or a comma stands at i, perhaps behind small words.
func (r *reader) saidAt(i int) bool {
	i = r.skip(i, "")
	return r.has(i, cAt) || r.at(i).c == ',' || r.at(i).c == '@'
}

// clockFollows: a time of day comes next, perhaps behind small words and a
// part of the day.
func (r *reader) clockFollows(i int) bool {
	if r.has(i, cUnit) && !r.has(i, cAt) || r.has(i, cOclock) {
		return false
	}
	i = r.skip(i, ",")
	if r.has(i, cPart) {
		i++
	}
	at := r.has(i, cAt) || r.at(i).c == '@'
	if at {
		i++
	}
	_, _, ok := r.clockAt(i, at)
	return ok || r.has(i-1, cPart) && func() bool { _, _, ok := r.hour(i); return ok }()
}

// marked reads 2026年11月22日, 11月22日, "ngày 22 tháng 11 năm 2026", also 11月22
// and, before a time of day or as an answer, the day alone: 22号, "the 22nd".
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
		if r.dotted(k) && (mark == cDayMark || mark == cNone && r.t.dotDay) {
			mark = cDayMark
			k++
		}
		if mark == cNone {
			for _, cls := range []class{cYearMark, cMonthMark, cDayMark} {
				if r.has(k, cls) && (cls != cDayMark || r.dayMark(k)) {
					mark = cls
				}
			}
			if mark == cNone {
				if d.m > 0 && d.d == 0 && n >= 1 && n <= 31 && !r.has(k, cOclock) && !r.has(k, cUnit) {
					d.d, next = int(n), k
				}
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
	if d.d > 0 && d.m == 0 && d.y == 0 {
		d.kind = dateDay
		return d, next, r.clocked || r.has(r.skip(next, ","), cPart) || r.clockFollows(next) || r.asked && (next == len(r.k) || r.k[next].kind == tMark)
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

// dayMark: a mark of the day stands behind a number. One that is a small word
// too ("el 21") belongs to what follows, unless it is glued on.
func (r *reader) dayMark(i int) bool {
	return r.has(i, cDayMark) && (!r.has(i, cFill) || i > 0 && r.k[i].from == r.k[i-1].to)
}

// dotted: the full stop of an ordinal ("20.") stands behind a number.
func (r *reader) dotted(i int) bool {
	return r.at(i).c == '.' && i > 0 && r.k[i-1].kind == tNumber && r.k[i-1].to == r.k[i].from
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
	if r.dayMark(j) {
		j++
	}
	return int(n), j, true
}
