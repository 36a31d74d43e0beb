package slot

// figures reads what begins with a digit.
func figures(b []byte, i int, order string) token {
	if d, c, to := numericDate(b, i, order); to > 0 {
		return token{kind: tDate, from: i, to: to, stamp: &stamp{d, c}}
	}
	if c, to := colonClock(b, i); to > 0 {
		return token{kind: tClock, from: i, to: to, stamp: &stamp{clock: c}}
	}
	v, j := integer(b, i)
	k := token{kind: tNumber, from: i, to: j, num: float64(v), digits: j - i}
	if j+1 < len(b) && (b[j] == '.' || b[j] == ',') && digit(b[j+1]) {
		if f, e := integer(b, j+1); e-j-1 <= 2 && (e >= len(b) || b[e] != '.' && b[e] != ',' || e+1 == len(b) || space(b[e+1])) {
			k.frac = e - j - 1
			if k.frac == 1 {
				k.num += float64(f) / 10
			} else {
				k.num += float64(f) / 100
			}
			k.to = e
		}
	}
	return k
}

// integer reads digits; beyond nine of them the value stays as it is.
func integer(b []byte, i int) (v, end int) {
	for end = i; end < len(b) && digit(b[end]); end++ {
		if end-i < 9 {
			v = v*10 + int(b[end]-'0')
		}
	}
	return v, end
}

// colonClock reads 9:10, 09:10:22.5, 9：10.
func colonClock(b []byte, i int) (clock, int) {
	h, j := integer(b, i)
	if j-i > 2 || h > 24 || j >= len(b) || b[j] != ':' {
		return clock{}, 0
	}
	m, k := integer(b, j+1)
	if k-j-1 != 2 || m > 59 {
		return clock{}, 0
	}
	c := clock{set: true, h: h, m: m, literal: j-i == 2 && b[i] == '0' || h > 12 || h == 0, fine: true}
	if k < len(b) && b[k] == ':' {
		if s, e := integer(b, k+1); e-k-1 == 2 && s <= 60 {
			c.s, k = min(s, 59), e
			if k+1 < len(b) && (b[k] == '.' || b[k] == ',') && digit(b[k+1]) {
				_, k = integer(b, k+1)
			}
		}
	}
	return c, k
}

// numericDate reads dates in figures; the clock comes along when it is
// attached (20261122 0910 and ISO's "T").
func numericDate(b []byte, i int, order string) (d date, c clock, to int) {
	x, j := integer(b, i)
	switch n := j - i; {
	case n == 8 || n == 12 || n == 14:
		return packed(b, i, n)
	case n == 4 && x >= 1900 && x < 2200:
		m, k, sep := part(b, j, 0)
		if k == 0 {
			return date{}, clock{}, 0
		}
		dd, e, _ := part(b, k, sep)
		if e == 0 || m > 12 && dd > 12 || m < 1 || dd < 1 || m > 31 || dd > 31 {
			return date{}, clock{}, 0
		}
		if m > 12 {
			m, dd = dd, m
		}
		c, e = isoClock(b, e)
		return date{kind: dateFull, y: x, m: m, d: dd}, c, e
	case n <= 2:
		y, k, sep := part(b, j, 0)
		if k == 0 || x < 1 || y < 1 || x > 31 || y > 31 || x > 12 && y > 12 {
			return date{}, clock{}, 0
		}
		yy, e, _ := year(b, k, sep)
		if e == 0 {
			// 22/11 or 22.11. without a year
			if sep != '/' && !(sep == '.' && k < len(b) && b[k] == '.') || k-j-1 > 2 {
				return date{}, clock{}, 0
			}
			if sep == '.' {
				k++
			}
			d, to = pick(x, y, 0, order), k
			d.kind = dateMonthDay
			return d, clock{}, to
		}
		return pick(x, y, yy, order), clock{}, e
	}
	return date{}, clock{}, 0
}

// packed reads YYYYMMDD, perhaps with HHMM or HHMMSS attached.
func packed(b []byte, i, n int) (date, clock, int) {
	y, _ := integer(b[:i+4], i)
	m, _ := integer(b[:i+6], i+4)
	dd, _ := integer(b[:i+8], i+6)
	if y < 1900 || y > 2199 || m < 1 || m > 12 || dd < 1 || dd > 31 {
		return date{}, clock{}, 0
	}
	d := date{kind: dateFull, y: y, m: m, d: dd}
	if n > 8 {
		h, _ := integer(b[:i+10], i+8)
		mm, _ := integer(b[:i+12], i+10)
		if h > 23 || mm > 59 {
			return date{}, clock{}, 0
		}
		return d, clock{set: true, h: h, m: mm, literal: true, fine: true}, i + n
	}
	j := i + n
	for j < len(b) && (b[j] == ' ' || b[j] == 't') {
		j++
	}
	if v, e := integer(b, j); e-j == 4 && j > i+n && v/100 < 24 && v%100 < 60 && start(b, e) {
		return d, clock{set: true, h: v / 100, m: v % 100, literal: true, fine: true}, e
	}
	return d, clock{}, i + n
}

// isoClock reads "T09:10" right after a date.
func isoClock(b []byte, e int) (clock, int) {
	if e+1 < len(b) && b[e] == 't' {
		if c, k := colonClock(b, e+1); k > 0 {
			c.literal = true
			return c, k
		}
	}
	return clock{}, e
}

// part reads a separator and one or two digits.
func part(b []byte, j int, want byte) (v, end int, sep byte) {
	if j >= len(b) || b[j] != '/' && b[j] != '-' && b[j] != '.' || want != 0 && b[j] != want {
		return 0, 0, 0
	}
	sep = b[j]
	for j++; j < len(b) && b[j] == ' ' && sep == '.'; j++ {
	}
	v, end = integer(b, j)
	if end == j || end-j > 2 {
		return 0, 0, sep
	}
	return v, end, sep
}

// year reads a separator and a year of two or four digits.
func year(b []byte, j int, want byte) (v, end int, sep byte) {
	if j >= len(b) || b[j] != want {
		return 0, 0, 0
	}
	for j++; j < len(b) && b[j] == ' ' && want == '.'; j++ {
	}
	v, end = integer(b, j)
	switch end - j {
	case 4:
		if v >= 1900 && v < 2200 {
			return v, end, want
		}
	case 2:
		if end < len(b) && b[end] == ':' {
			return 0, 0, 0 // 22.11. 09:10
		}
		return 2000 + v, end, want
	}
	return 0, 0, 0
}

// pick decides between day-month and month-day; when both are possible and
// differ, it notes the other one too.
func pick(a, b, y int, order string) date {
	d := date{kind: dateFull, y: y, m: b, d: a}
	switch {
	case b > 12:
		d.m, d.d = a, b
	case a <= 12 && a != b:
		if order == "mdy" || order == "ymd" && y == 0 {
			d.m, d.d = a, b
		}
		d.swap = true
	}
	return d
}
