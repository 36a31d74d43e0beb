package slot

import (
	"slices"
	"unicode/utf8"
)

// kind of a token of the time grammar.
type kind uint8

const (
	tUnknown kind = iota // a word the grammar does not know
	tWord                // a known word
	tNumber              // 9, 1.5, 0910
	tDate                // 22/11/2026, 2026-11-22, 22.11., 20261122
	tClock               // 9:10, 09:10:22
	tMark                // punctuation
)

// token is a piece of a text.
type token struct {
	kind     kind
	c        byte // tMark
	from, to int
	m        []meaning // tWord
	num      float64   // tNumber
	digits   int       // tNumber: figures before the decimal point
	frac     int       // tNumber: figures after it
	stamp    *stamp    // tDate, tClock
}

// stamp is a date, a clock, or both in figures.
type stamp struct {
	date  date
	clock clock
}

func (k *token) has(cls class) bool { return means(k.m, cls) }

func (k *token) val(cls class) (int32, bool) {
	for _, m := range k.m {
		if m.cls == cls {
			return m.v, true
		}
	}
	return 0, false
}

func means(all []meaning, cls class) bool {
	for _, m := range all {
		if m.cls == cls {
			return true
		}
	}
	return false
}

// lex splits a folded text into tokens. telling says whether anything in it
// could be part of a time; if not, there are no tokens.
func (t *table) lex(f *folded) (out []token, telling bool) {
	b := f.b
	out = make([]token, 0, len(b)/4+4)
	for i := 0; i < len(b); {
		c := b[i]
		switch {
		case space(c):
			i++
		case digit(c):
			telling = true
			if to := t.figureWord(b, i); to > 0 {
				out = append(out, t.known(b, i, cNone))
				i = to
				continue
			}
			out = t.ended(append(out, figures(b, i, t.order)), b)
			i = out[len(out)-1].to
		case c < 0x80 && !letter(c):
			out = append(out, token{kind: tMark, from: i, to: i + 1, c: c})
			i++
		default:
			n := len(out)
			out = t.words(out, b, i)
			for ; n < len(out); n++ {
				telling = telling || out[n].telling()
			}
			i = out[len(out)-1].to
		}
	}
	return out, telling
}

// ended reads the ending that may be glued to the figures of the last token
// behind an apostrophe or a hyphen: a word of its own if it marks an hour or a
// day ("9'da", "20-го"), else part of the token.
func (t *table) ended(out []token, b []byte) []token {
	k := &out[len(out)-1]
	j := k.to + 1
	if j >= len(b) || b[k.to] != '\'' && b[k.to] != '-' || !letter(b[j]) {
		return out
	}
	for j < len(b) && letter(b[j]) {
		j++
	}
	word := t.known(b, k.to+1, cNone)
	marks := word.to == j && (word.has(cOclock) || word.has(cDayMark))
	switch {
	case marks && k.kind == tNumber && k.digits <= 2:
		word.from = k.to
		return append(out, word)
	case marks, t.endings[string(b[k.to+1:j])]:
		k.to = j
	}
	return out
}

// telling: the token could be part of a time, and not only a small word of one.
func (k *token) telling() bool {
	return k.kind == tNumber || k.kind == tDate || k.kind == tClock || slices.ContainsFunc(k.m, func(m meaning) bool {
		return m.cls != cFill && m.cls != cAt && m.cls != cAnd && m.cls != cTo && m.cls != cBetween
	})
}

// words adds the longest known word at i to the tokens, else an unknown one. A
// prefix that means "and" stands for itself, before its word.
func (t *table) words(out []token, b []byte, i int) []token {
	k := t.known(b, i, cNone)
	if n := len(out); k.has(cDay) && n > 0 && out[n-1].has(cUnit) && out[n-1].to == i {
		if ago := t.known(b, i, cAgo); ago.kind == tWord {
			k = ago // 两天|前|晚上: the night belongs to the day before it
		}
	}
	if k.kind == tWord && !t.chat(b, k.to) {
		return append(out, k)
	}
	for _, p := range t.joins {
		if rest := t.glued(b, i, p); rest.kind == tWord {
			and := t.known([]byte(p), 0, cNone)
			and.from, and.to = i, i+len(p)
			return append(out, and, rest)
		}
	}
	if k = t.prefixed(b, i); k.kind == tWord {
		return append(out, k)
	}
	if day, part, ok := t.compound(b, i); ok {
		return append(out, day, part)
	}
	k.to = i + 1
	for k.to < len(b) && (letter(b[k.to]) || b[k.to] == '\'') && !start(b, k.to) {
		k.to++
	}
	return append(out, t.whole(b, k))
}

// compound reads a day and a part of it in one word ("samstagabend").
func (t *table) compound(b []byte, i int) (day, part token, ok bool) {
	t.times.walk(b, i, func(to int, m []meaning) {
		if to-i < 4 || to >= len(b) || start(b, to) || !means(m, cWeekday) && !means(m, cDay) {
			return
		}
		if rest := t.known(b, to, cPart); rest.kind == tWord && rest.to-to >= 4 && start(b, rest.to) {
			day, part, ok = token{kind: tWord, from: i, to: to, m: m}, rest, true
		}
	})
	return day, part, ok
}

// chat: figures that stand for letters go on behind a known word, which
// therefore is none ("at3eb").
func (t *table) chat(b []byte, i int) bool {
	j := i
	for j < len(b) && digit(b[j]) {
		j++
	}
	return j > i && j < len(b) && b[i-1] < utf8.RuneSelf && letter(b[i-1]) && b[j] < utf8.RuneSelf && letter(b[j]) &&
		!t.suffix(b, j) && !t.countable(b, j)
}

// countable: a word that figures may be glued to begins at i.
func (t *table) countable(b []byte, i int) bool {
	w := t.known(b, i, cNone)
	return w.has(cUnit) || w.has(cPart) || w.has(cOclock) || w.has(cDayMark)
}

// known reads the longest known word at i; cls asks for one of a class.
func (t *table) known(b []byte, i int, cls class) token {
	k := token{kind: tUnknown, from: i}
	t.times.walk(b, i, func(to int, m []meaning) {
		if t.ends(b, to) && (cls == cNone || means(m, cls)) {
			k.kind, k.to, k.m = tWord, to, m
		}
	})
	if k.kind == tWord { // what is glued on belongs to the word
		for k.to < len(b) && !start(b, k.to) {
			k.to++
		}
	}
	return k
}

// prefixed reads a known word behind one of the language's prefixes.
func (t *table) prefixed(b []byte, i int) token {
	for _, p := range t.prefixes {
		if k := t.glued(b, i, p); k.kind == tWord {
			k.from = i
			return k
		}
	}
	return token{kind: tUnknown, from: i}
}

// glued reads a known word of two letters or more right behind a prefix,
// perhaps with one more prefix between.
func (t *table) glued(b []byte, i int, p string) token {
	j := i + len(p)
	if len(b) <= j || string(b[i:j]) != p {
		return token{from: i}
	}
	k := t.known(b, j, cNone)
	if _, n := utf8.DecodeRune(b[j:]); k.kind == tWord && k.to <= j+n {
		return token{from: i}
	}
	if k.kind != tWord && t.join(p) {
		k = t.prefixed(b, j)
	}
	return k
}

// join: a prefix is a word for "and".
func (t *table) join(p string) bool { return slices.Contains(t.joins, p) }

// figureWord returns the end of a known word that begins with a figure ("2day",
// "3al"); 0 if there is none.
func (t *table) figureWord(b []byte, i int) int {
	if t.times.first[b[i]] == 0 {
		return 0
	}
	j := i
	for j < len(b) && digit(b[j]) {
		j++
	}
	if j < len(b) && letter(b[j]) {
		if k := t.known(b, i, cNone); k.to > j {
			return k.to
		}
	}
	return 0
}

// whole lets an unknown word go on over figures that stand for letters in it
// ("sa3ten"), unless a unit follows them ("sent2h").
func (t *table) whole(b []byte, k token) token {
	for b[k.from] < utf8.RuneSelf {
		j := k.to
		for j < len(b) && digit(b[j]) {
			j++
		}
		if j == k.to || j == len(b) || !letter(b[j]) || b[j] >= utf8.RuneSelf {
			break
		}
		if t.countable(b, j) {
			break
		}
		for k.to = j; k.to < len(b) && letter(b[k.to]); {
			k.to++
		}
	}
	return k
}

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
