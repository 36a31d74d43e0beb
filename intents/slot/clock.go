package slot

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
	// 差五分八点
	if k.kind == tWord && k.has(cMinus) {
		if m, j, ok := r.minutes(i + 1); ok && m > 0 && m < 60 {
			if h, j2, ok := r.hour(j); ok && (loose || r.has(j2, cOclock)) {
				return clock{set: true, h: (h + 23) % 24, m: 60 - m, fine: true}.wrap(h), r.oclock(j2), true
			}
		}
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
	if u, isUnit := r.at(j).val(cUnit); isUnit && !r.has(j, cOclock) && !r.dayNamed(j) {
		c := clock{set: true, h: h, literal: true}
		switch m := r.at(j + 1); {
		case u != unitHour || h <= 12 || m.has(cAgo):
		case m.kind == tNumber && m.digits == 2 && m.num < 60 && k.to == r.k[j].from && r.k[j].to == m.from: // "15h30"
			c.m, c.fine = int(m.num), true
			return c, j + 2, true
		case r.has(i-1, cAt): // "a las 15 horas"
			return c, j + 1, true
		}
		return clock{}, i, false // "9 hours"
	}
	c = clock{set: true, h: h, literal: h > 12 || h == 0}
	if loose && r.has(i-1, cBetween) {
		return c, r.oclock(j), true
	}
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

// dayNamed: the unit at j is a small word before the name of a day ("3 يوم 20
// نوفمبر", "a las 3 el día 20").
func (r *reader) dayNamed(j int) bool {
	if !r.has(j, cFill) {
		return false
	}
	_, _, _, ok := r.dateAt(j + 1)
	return ok
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
	add, next := 0, j
	for range 2 { // "half less five"
		sign := 1
		switch {
		case r.has(next, cPlus):
		case r.has(next, cMinus):
			sign = -1
		default:
			return add, next, next > j
		}
		m, k, ok := r.minutes(r.skip(next+1, ""))
		if !ok || m >= 60 {
			break
		}
		add, next = add+sign*m, k
	}
	return add, next, next > j
}

// minutes reads a number of minutes or a quarter.
func (r *reader) minutes(i int) (int, int, bool) {
	j := i
	if n, k, ok := r.number(i); ok && (!r.has(i, cArticle) || r.has(k, cQuarter)) {
		if r.has(k, cQuarter) && n == 1 {
			return 15, k + 1, true
		}
		if n > 0 && n < 1 { // "half", "a third"
			return int(n*60 + 0.5), k, true
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
		if v, _ := r.k[i].val(cNumber); v > 0 && v < 100 {
			return 0, i, false
		}
	}
	v, j, ok := r.plainNumber(i)
	if !ok || v != float64(int(v)) || v > 24 || r.has(i, cArticle) || r.dayMark(j) && !r.has(j, cOclock) {
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
