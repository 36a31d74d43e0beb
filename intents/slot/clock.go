package slot

// clockAt reads a time of day at i: everything but the part of the day
// around it. loose lets a bare number be an hour.
func (r *reader) clockAt(i int, loose bool) (c clock, next int, ok bool) {
	k := r.at(i)
	switch {
	case k.kind == tClock:
		return k.stamp.clock, i + 1, true
	}
	if c, j, ok := r.halved(i); ok {
		return c, j, true
	}
	// 差五分八点
	if k.kind == tWord && k.has(cMinus) {
		if m, j, ok := r.minutes(i + 1); ok && m > 0 && m < 60 {
			if h, j2, ok := r.hour(j); ok && (loose || r.asked || r.has(j2, cOclock) || r.partFollows(j2)) {
				return atHour(h, -m), r.oclock(j2), true
			}
		}
	}
	// "ten past nine", "quarter to 8", "fünf vor halb neun", "десять минут пятого"
	if m, j, ok := r.minutes(i); ok && m > 0 && m < 60 {
		if h, isHour := r.at(j).val(cOfHour); isHour {
			return atHour(int(h), m-60), j + 1, true
		}
		if r.has(j, cPast) || r.has(j, cTo) {
			if r.has(j, cTo) {
				m = -m
			}
			if c, j2, ok := r.halved(j + 1); ok {
				return c.add(m), j2, true
			}
			if h, j2, ok := r.hour(j + 1); ok {
				return atHour(h, m), r.oclock(j2), true
			}
		}
	}
	if c, j, ok := r.broken(i, loose); ok {
		return c, j, true
	}
	if c, j, ok := r.oneOclock(i); ok {
		return c, j, true
	}
	// "9.30", written with a point
	if k.kind == tNumber && k.frac == 2 && k.digits <= 2 && k.num < 24 {
		h := int(k.num)
		m := int((k.num-float64(h))*100 + 0.5)
		if m < 60 && (loose || r.has(i+1, cOclock) || r.has(i+1, cPart) || r.has(i-1, cAt) || r.asked && r.alone(i)) {
			return clock{set: true, h: h, m: m, fine: true, literal: h > 12 || h == 0 || k.from+5 == k.to && r.f.b[k.from] == '0'}, r.oclock(i + 1), true
		}
	}
	h, j, ok := r.hour(i)
	if !ok {
		return clock{}, i, false
	}
	if u, isUnit := r.at(j).val(cUnit); isUnit && !r.has(j, cOclock) && !r.dayNamed(j) && !r.partAt(i-1, j) {
		c := clock{set: true, h: h, literal: h > 12 || h == 0}
		at := r.atOnly(i - 1)
		switch {
		case u != unitHour || r.aged(i, j+1) || h <= 12 && !at:
		case r.minutesGlued(j+1) && k.to == r.k[j].from: // "15h30"
			c.m, c.fine = int(r.k[j+1].num), true
			return c, j + 2, true
		case at, r.has(i-1, cAt): // "às 9 horas", "from 15 hours"
			return c, j + 1, true
		}
		return clock{}, i, false // "9 hours"
	}
	c = clock{set: true, h: h, literal: h > 12 || h == 0 || r.has(j, cOclock24)}
	if loose && r.has(i-1, cBetween) {
		return c, r.oclock(j), true
	}
	sure := loose || r.asked && r.has(j, cNumber) // "nine thirty"
	if r.has(j, cOclock) {
		sure = true
		j++
	}
	if m, j2, ok := r.behind(j); ok {
		if m < 0 {
			return atHour(h, m), j2, true
		}
		c.m, c.fine = m, true
		return c, j2, true
	}
	if half, j2, ok := r.afterHour(j, sure); ok {
		c.h, c.m, c.fine = (c.h+half/60+24)%24, (half+60)%60, true
		if half < 0 {
			c.h = (h + 23) % 24
		}
		return c, j2, true
	}
	if m, j2, ok := r.hyphened(i, j, loose); ok {
		c.m, c.fine, j = m, true, j2
	} else if m, j2, ok := r.minutesBehind(j); ok && sure {
		c.m, c.fine, j = m, true, j2
	}
	return c, j, sure || r.partFollows(j)
}

// behind reads the minutes past (or, less than zero, to) the hour before them:
// "9'u 10 geçe", 4時5分前.
func (r *reader) behind(j int) (m, next int, ok bool) {
	m, next, ok = r.minutes(r.skip(j, ""))
	switch {
	case !ok || m < 1 || m >= 60:
		return 0, j, false
	case r.has(next, cPastAfter):
		return m, next + 1, true
	case r.has(next, cToAfter):
		return -m, next + 1, true
	}
	return 0, j, false
}

// minutesBehind reads the minutes behind an hour: "9 30", "9h15", 9点10分.
func (r *reader) minutesBehind(j int) (m, next int, ok bool) {
	v, next, ok := r.number(j)
	if !ok || v != float64(int(v)) || v >= 60 {
		return 0, j, false
	}
	figures, plain := r.at(j), false
	u, isUnit := r.at(next).val(cUnit)
	switch {
	case isUnit && u == unitMinute:
		return int(v), next + 1, r.has(j-1, cOclock)
	case !isUnit, r.has(next, cPart), r.minutesGlued(j):
		plain = (v >= 10 || figures.kind == tNumber && figures.digits == 2) && figures.frac == 0
	}
	return int(v), next, plain
}

// hyphened reads the minutes of "at 15-30"; two hours that are near each other
// are rather a range.
func (r *reader) hyphened(i, j int, loose bool) (m, next int, ok bool) {
	h, hyphen, n := r.at(i), r.at(j), r.at(j+1)
	if !loose || h.kind != tNumber || hyphen.c != '-' || hyphen.from != h.to || n.kind != tNumber || n.from != hyphen.to ||
		n.digits != 2 || n.frac > 0 || n.num >= 60 || r.has(j+2, cUnit) || r.has(j+2, cOclock) {
		return 0, j, false
	}
	if to := n.num - h.num; n.num <= 24 && to > 0 && to <= likelyRange {
		return 0, j, false
	}
	return int(n.num), j + 2, true
}

// likelyRange is how many hours "9-11" spans as a range and not as minutes.
const likelyRange = 3

// partAt: the word at j is a unit and a part of the day (ru "дня"), and a word
// like "at" stood before the hour: it is the part.
func (r *reader) partAt(before, j int) bool {
	return r.atOnly(before) && r.has(j, cPart)
}

// atHours: "at 9 hours" is no age.
func (r *reader) atHours(s span) bool {
	h, j, ok := r.hour(s.first)
	u, isUnit := r.at(j).val(cUnit)
	return ok && h < 24 && isUnit && (u == unitHour || r.has(j, cPart)) && s.next == j+1 && r.atOnly(s.from-1)
}

// alone: nothing but small words and words like "about" stands around the
// figures at i, so that "9.15" is a time of day and not a number of things.
func (r *reader) alone(i int) bool {
	for j := range r.k {
		if k := &r.k[j]; j != i && k.kind != tMark && !k.has(cFill) && !k.has(cAbout) {
			return false
		}
	}
	return true
}

// halved reads an hour behind a word like "half past" or "dreiviertel".
func (r *reader) halved(i int) (c clock, next int, ok bool) {
	toward, isToward := r.at(i).val(cToward)
	if !isToward && !r.has(i, cHalfPast) {
		return clock{}, i, false
	}
	h, j, ok := r.hour(i + 1)
	if !ok {
		return clock{}, i, false
	}
	if isToward {
		return atHour(h, int(toward)-60), r.oclock(j), true
	}
	return atHour(h, 30), r.oclock(j), true
}

// broken reads an hour told as a fraction: "ढाई बजे" is 2:30.
func (r *reader) broken(i int, loose bool) (c clock, next int, ok bool) {
	if r.at(i).kind != tWord {
		return clock{}, i, false
	}
	v, j, ok := r.number(i)
	m := (v - float64(int(v))) * 60
	if !ok || v < 0.5 || v > 12 || m == 0 || m != float64(int(m)) || !loose && !r.has(j, cOclock) || r.has(j, cUnit) && !r.has(j, cOclock) {
		return clock{}, i, false
	}
	if v < 1 {
		return atHour(1, int(m)-60), r.oclock(j), true
	}
	return atHour(int(v), int(m)), r.oclock(j), true
}

// oneOclock reads an hour that is told with an article or the bare unit, before
// a part of the day: "uma e meia da tarde", "une heure du matin", "в час дня".
func (r *reader) oneOclock(i int) (c clock, next int, ok bool) {
	c = atHour(1, 0)
	c.fine = false
	if u, isUnit := r.at(i).val(cUnit); isUnit && u == unitHour && r.atOnly(i-1) && r.has(i+1, cPart) {
		return c, i + 1, true
	}
	if !r.has(i, cArticle) {
		return clock{}, i, false
	}
	j := r.oclock(i + 1)
	add, next, more := r.afterHour(j, true)
	if next = max(next, j); next == i+1 || !r.has(next, cPart) {
		return clock{}, i, false
	}
	if more {
		c = atHour(1, add)
	}
	return c, next, true
}

// atHour is a clock some minutes past an hour or, less than zero, to it.
func atHour(h, m int) clock {
	if m < 0 {
		return clock{set: true, h: (h + 23) % 24, m: m + 60, fine: true}.wrap(h)
	}
	return clock{set: true, h: h, m: m, fine: true}
}

// add moves a clock by some minutes.
func (c clock) add(m int) clock {
	all := (c.h*60 + c.m + m + 24*60) % (24 * 60)
	c.h, c.m = all/60, all%60
	return c
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
