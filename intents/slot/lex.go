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
