package secret

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// value returns the token at i: what stands in quotes, else up to the next
// space. Punctuation that ends a sentence is not part of it.
func value(p *plain, i int) (from, to int, quoted bool) {
	for i < len(p.low) && space(p.low[i]) {
		i++
	}
	if i < len(p.low) && (p.low[i] == '"' || p.low[i] == '\'' || p.low[i] == '`') {
		if n := bytes.IndexByte(p.low[i+1:min(len(p.low), i+130)], p.low[i]); n > 0 {
			return i + 1, i + 1 + n, bytes.IndexByte(p.low[i+1:i+1+n], barrier) < 0
		}
		i++
	}
	from, to = i, i
	for to < len(p.low) && !space(p.low[to]) && p.low[to] != barrier && p.low[to] != '"' && to < from+maxSecret {
		if p.raw[to] >= 0x80 && to > from && p.raw[from] < 0x80 && wordStart(p.low, to) {
			break // a particle glued on in a script without spaces
		}
		to++
	}
	if to < len(p.low) && p.low[to] == barrier {
		return from, from, false
	}
	for to > from && bytes.IndexByte([]byte(".,;:)?]}"), p.low[to-1]) >= 0 {
		to--
	}
	return from, to, false
}

// strength grades a token as a possible secret: 2 if it looks like one
// (figures and letters mixed, symbols, capitals inside, four figures or more),
// 1 for a plain word, 0 for what cannot be one.
func (m *Masker) strength(v []byte) int {
	var letters, digits, symbols, inner int
	for i, c := range v {
		switch {
		case isDigit(c):
			digits++
		case lower(c) || c >= 0x80:
			letters++
		case upper(c):
			letters++
			if i > 0 && lower(v[i-1]) {
				inner++
			}
		case bytes.IndexByte([]byte("!@#$%^&*_+~?<>"), c) >= 0:
			symbols++
		}
	}
	switch {
	case letters+digits == 0:
		return 0
	case letters == 0:
		if digits >= 4 {
			return 2
		}
		return 0
	case digits > 0 && letters+digits >= 4 && !m.measure(v), symbols > 0 && bytes.IndexByte([]byte("?!"), v[len(v)-1]) < 0, inner > 0 && letters >= 6:
		return 2
	case symbols > 1 && digits > 0:
		return 2
	case len(v) < 3:
		return 0
	}
	return 1
}

// measure: figures with an ordinary ending ([Words.Units]), like 10min, 2nd.
func (m *Masker) measure(v []byte) bool {
	i := 0
	for i < len(v) && (isDigit(v[i]) || v[i] == '.' || v[i] == ',' || v[i] == '-' || v[i] == ':') {
		i++
	}
	if i == 0 || i > 5 {
		return false
	}
	return m.units[string(bytes.ToLower(v[i:]))]
}

// unspaced: a token begins in a script without spaces, so that it is the rest
// of a clause and not a word (密码是错的怎么办).
func unspaced(v []byte) bool {
	r, _ := utf8.DecodeRune(v)
	return noSpaces(r)
}

// noSpaces: a letter of a script without spaces between words.
func noSpaces(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

func digitsOnly(v []byte) bool { return all(string(v), isDigit) }
