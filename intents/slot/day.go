package slot

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
