package slot

import (
	"bytes"
	"unicode/utf8"
)

// hit is a phrase found in a message.
type hit struct {
	cls  class
	v    int32
	from int
	to   int
}

// maxHits bounds how many phrases of one message are looked at; more than this
// is no message a person wrote.
const maxHits = 400

// gap is how many letters may stand between the pieces of a pattern.
const gap = 40

// phrases finds every phrase of the language, also overlapping ones, in the
// order of their beginnings. words counts the words of the message.
func (t *table) scan(f *folded) (hits []hit, words int) {
	b := f.b
	halves := 0
	var open []progress
	for i := 0; i < len(b) && len(hits) < maxHits; i++ {
		if space(b[i]) || !start(b, i) {
			if i > 0 && (b[i] == '.' || b[i] == '!' || b[i] == '?' || b[i] == '\n' || b[i] == ';') {
				open = open[:0]
			}
			continue
		}
		if letter(b[i]) || digit(b[i]) {
			halves += half(b, i)
		}
		look := func(i int) {
			t.phrases.walk(b, i, func(to int, m []meaning) {
				if !t.ends(b, to) {
					return
				}
				for _, one := range m {
					switch one.cls {
					case cPiece:
						open = t.piece(f, open, &hits, one.v, i, to)
					case cJump:
					default:
						hits = append(hits, hit{one.cls, one.v, i, to})
					}
				}
			})
		}
		look(i)
		for _, p := range t.prefixes {
			if len(b) > i+len(p) && string(b[i:i+len(p)]) == p {
				look(i + len(p))
			}
		}
		if b[i] == '.' || b[i] == '!' || b[i] == '?' || b[i] == ';' {
			open = open[:0]
		}
	}
	return hits, (halves + 1) / 2
}

// progress is a pattern of which some pieces were found.
type progress struct {
	id   int32
	next int32 // the piece to come
	from int
	to   int
}

// piece notes one piece of a pattern; the last one makes a hit.
func (t *table) piece(f *folded, open []progress, hits *[]hit, v int32, from, to int) []progress {
	id, k := v>>4, v&15
	if k == 0 {
		for i := range open {
			if open[i].id == id && open[i].next == 1 {
				open[i] = progress{id, 1, from, to}
				return open
			}
		}
		if len(open) >= 64 {
			open = open[1:]
		}
		return append(open, progress{id, 1, from, to})
	}
	for i := range open {
		p := &open[i]
		if p.id != id || p.next != k || from < p.to || !fits(f.b[p.to:from], gap) {
			continue
		}
		p.next, p.to = k+1, to
		if int(p.next) == t.patterns[id].pieces {
			m := t.patterns[id].m
			*hits = append(*hits, hit{m.cls, m.v, p.from, to})
			open[i] = open[len(open)-1]
			return open[:len(open)-1]
		}
		return open
	}
	return open
}

// hasHit tells whether there is a hit of a class.
func hasHit(hits []hit, cls class) bool {
	for _, h := range hits {
		if h.cls == cls {
			return true
		}
	}
	return false
}

// near says whether a hit of one of the classes ends in the same clause within
// reach letters before i, with nothing of a later class in between.
func near(f *folded, hits []hit, i, reach int, cls class) bool {
	for _, h := range hits {
		if h.cls == cls && h.to <= i && fits(f.b[h.to:i], reach) && !breaks(f.b[h.to:i]) {
			return true
		}
	}
	return false
}

// denied says whether a word like "not" stands before i. One of a single letter
// in a script without spaces (没) is part of too many others to reach further
// than to what stands right behind it.
func denied(f *folded, hits []hit, i int) bool {
	for _, h := range hits {
		if h.cls != cNot || h.to > i || !fits(f.b[h.to:i], 12) || breaks(f.b[h.to:i]) {
			continue
		}
		if r, n := utf8.DecodeRune(f.b[h.from:]); n < h.to-h.from || !unspaced(r) || len(bytes.TrimSpace(f.b[h.to:i])) == 0 {
			return true
		}
	}
	return false
}

// deniedAfter says whether a word like "değil" stands right behind i.
func deniedAfter(f *folded, hits []hit, i int) bool {
	if !hasHit(hits, cNotAfter) {
		return false
	}
	i = past(f, hits, i, cSmall)
	for _, h := range hits {
		if h.cls == cNotAfter && h.from == i {
			return true
		}
	}
	return false
}

// ahead says whether a hit of a class begins in the same clause within reach
// behind i.
func ahead(f *folded, hits []hit, i, reach int, cls class) bool {
	for _, h := range hits {
		if h.cls == cls && h.from >= i && fits(f.b[i:h.from], reach) && !breaks(f.b[i:h.from]) {
			return true
		}
	}
	return false
}

// breaks: a sentence or clause ends in this stretch.
func breaks(b []byte) bool {
	for i, c := range b {
		switch c {
		case '.', ',', '!', '?', ';', '\n':
			if c != '.' || i+1 == len(b) || space(b[i+1]) {
				return true
			}
		}
	}
	return false
}

// inside says whether [from, to) lies within a longer hit of the class.
func inside(hits []hit, h hit, cls ...class) bool {
	for _, o := range hits {
		for _, c := range cls {
			if o.cls == c && o.from <= h.from && o.to >= h.to && o.to-o.from > h.to-h.from {
				return true
			}
		}
	}
	return false
}
