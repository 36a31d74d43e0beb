package secret

import "bytes"

// emails finds e-mail addresses, which are never masked here.
func emails(p *plain) []span {
	var out []span
	for i, c := range p.low {
		if c != '@' {
			continue
		}
		from := i
		for from > 0 && mailByte(p.low[from-1]) {
			from--
		}
		to := i + 1
		for to < len(p.low) && (wordByte(p.low[to]) || p.low[to] == '.' || p.low[to] == '-') {
			to++
		}
		for to > i+1 && (p.low[to-1] == '.' || p.low[to-1] == '-') {
			to--
		}
		if from < i && dotted(p.low[i+1:to]) && (len(out) == 0 || from >= out[len(out)-1].to) {
			out = append(out, span{from: from, to: to})
		}
	}
	return out
}

func dotted(b []byte) bool {
	for i := 1; i+1 < len(b); i++ {
		if b[i] == '.' {
			return true
		}
	}
	return false
}

func mailByte(c byte) bool {
	return alnum(c) || c == '.' || c == '_' || c == '-' || c == '+' || c == '%' || c == '\''
}

// comboPasswords finds what follows an address after a colon, bar or slash
// without a space: "ana@mail.com:hunter2".
func (m *Masker) comboPasswords(p *plain, mails []span) []span {
	var out []span
	for _, s := range mails {
		i := s.to
		if i >= len(p.low) || p.low[i] != ':' && p.low[i] != '|' && p.low[i] != '/' && p.low[i] != ';' {
			continue
		}
		from, to := i+1, i+1
		for to < len(p.low) && to < from+maxSecret && !space(p.low[to]) && p.low[to] != barrier {
			to++
		}
		if to-from >= 4 && m.strength(p.raw[from:to]) > 0 && dateAt(p, from, true) == 0 {
			out = append(out, span{from: from, to: to, kind: Password})
		}
	}
	return out
}

// urls finds links up to their query: the numbers in them are addresses.
func urls(p *plain) []span {
	var out []span
	b := p.low
	for i := 0; i+4 < len(b); i++ {
		if b[i] != ':' && b[i] != 'w' || !bytes.HasPrefix(b[i:], []byte("://")) && !(bytes.HasPrefix(b[i:], []byte("www.")) && wordStart(b, i)) {
			continue
		}
		j := i
		for j < len(b) && !space(b[j]) && b[j] != '?' && b[j] != '#' && b[j] != barrier && b[j] < 0x80 {
			j++
		}
		out = append(out, span{from: i, to: j})
		i = j
	}
	return out
}

// dates finds dates and times in figures.
func dates(p *plain) []span {
	var out []span
	for i := 0; i < len(p.low); {
		if !isDigit(p.low[i]) {
			i++
			continue
		}
		if i > 0 && (alnum(p.low[i-1]) || p.low[i-1] == barrier) {
			i = digitsEnd(p.low, i)
			continue
		}
		if n := dateAt(p, i, true); n > 0 {
			out = append(out, span{from: i, to: i + n})
			i += n
			continue
		}
		i = digitsEnd(p.low, i)
	}
	return out
}

// dateAt returns the length of the date, date and time, or time at i; 0 if
// there is none. A lone clock counts if clock is set.
func dateAt(p *plain, i int, clock bool) int {
	b := p.low
	if n := ymd(b, i); n > 0 {
		return n + trailingClock(b, i+n)
	}
	if n := dmy(b, i); n > 0 {
		return n + trailingClock(b, i+n)
	}
	if !clock {
		return 0
	}
	n := clockAt(b, i)
	if n == 0 {
		return 0
	}
	// "09:10 22.11.2026"
	j := i + n
	for j < len(b) && (b[j] == ' ' || b[j] == ',') {
		j++
	}
	if j > i+n && j < len(b) && isDigit(b[j]) {
		if d := dateAt(p, j, false); d > 0 {
			return j + d - i
		}
	}
	return n
}

// ymd: year first, with separators or as eight figures, perhaps with the
// clock's four or six figures attached.
func ymd(b []byte, i int) int {
	y, j := figures(b, i)
	if j-i == 4 && y >= 1900 && y < 2100 {
		if n := rest(b, j, false); n > 0 {
			return n - i
		}
	}
	n := j - i
	if n == 8 || n == 12 || n == 14 {
		head := func(from, to int) int { v, _ := figures(b[:i+to], i+from); return v }
		if yy := head(0, 4); yy >= 1900 && yy < 2100 && month(head(4, 6)) && day(head(6, 8)) &&
			(n == 8 || head(8, 10) < 24 && head(10, 12) < 60) {
			return n
		}
		if yy := head(4, 8); n == 8 && yy >= 1900 && yy < 2100 &&
			(month(head(2, 4)) && day(head(0, 2)) || month(head(0, 2)) && day(head(2, 4))) {
			return n
		}
	}
	return 0
}

// rest reads "-11-22" after a year.
func rest(b []byte, j int, _ bool) int {
	s, k := separator(b, j)
	if s == 0 {
		return 0
	}
	m, k2 := figures(b, k)
	if k2 == k || k2-k > 2 || !month(m) && !day(m) {
		return 0
	}
	s2, k3 := separator(b, k2)
	if s2 != s {
		return 0
	}
	d, k4 := figures(b, k3)
	if k4 == k3 || k4-k3 > 2 || !day(d) && !month(d) {
		return 0
	}
	return k4
}

// dmy: day or month first, year last with two or four figures.
func dmy(b []byte, i int) int {
	a, j := figures(b, i)
	if j-i > 2 || !day(a) {
		return 0
	}
	s, k := separator(b, j)
	if s == 0 {
		return 0
	}
	m, k2 := figures(b, k)
	if k2 == k || k2-k > 2 || !day(m) || !month(a) && !month(m) {
		return 0
	}
	s2, k3 := separator(b, k2)
	if s2 != s {
		return 0
	}
	y, k4 := figures(b, k3)
	switch {
	case k4-k3 == 4 && y >= 1900 && y < 2100, k4-k3 == 2 && s != ' ':
		return k4 - i
	}
	return 0
}

// trailingClock reads " 09:10", "T0910", ", 9.10:22" or " 14" after a date.
func trailingClock(b []byte, i int) int {
	j := i
	for j < len(b) && j < i+3 && (b[j] == ' ' || b[j] == ',' || b[j] == 't' || b[j] == '-' || b[j] == '\n') {
		j++
	}
	if j == i || j >= len(b) {
		return 0
	}
	if n := clockAt(b, j); n > 0 {
		return j + n - i
	}
	v, k := figures(b, j)
	if end := k >= len(b) || !wordByte(b[k]); end && (k-j == 4 && v/100 < 24 && v%100 < 60 || k-j == 6 && v/10000 < 24 || k-j <= 2 && v < 24 && k > j) {
		return k - i
	}
	return 0
}

// clockAt reads 9:10, 09.10, 09:10:22, 9h30.
func clockAt(b []byte, i int) int {
	h, j := figures(b, i)
	if j-i < 1 || j-i > 2 || h > 24 || j >= len(b) || b[j] != ':' && b[j] != '.' && b[j] != 'h' {
		return 0
	}
	sep := b[j]
	m, k := figures(b, j+1)
	if k-j-1 != 2 || m > 59 {
		return 0
	}
	if k < len(b) && b[k] == sep {
		if s, e := figures(b, k+1); e-k-1 == 2 && s < 61 {
			return e - i
		}
		if sep == '.' {
			return 0 // a version, an address, a number with points
		}
	}
	return k - i
}

// figures reads up to twenty digits; the value is only right up to nine.
func figures(b []byte, i int) (v, end int) {
	for end = i; end < len(b) && isDigit(b[end]); end++ {
		if end-i < 9 {
			v = v*10 + int(b[end]-'0')
		}
	}
	return v, end
}

func separator(b []byte, i int) (byte, int) {
	if i < len(b) && (b[i] == '-' || b[i] == '/' || b[i] == '.' || b[i] == ' ') {
		s := b[i]
		for i++; i < len(b) && b[i] == ' '; i++ {
		}
		return s, i
	}
	return 0, i
}

func digitsEnd(b []byte, i int) int {
	for i < len(b) && isDigit(b[i]) {
		i++
	}
	return i
}

func month(m int) bool { return m >= 1 && m <= 12 }
func day(d int) bool   { return d >= 1 && d <= 31 }
