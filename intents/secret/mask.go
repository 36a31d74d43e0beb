package secret

import (
	"slices"
	"strings"
)

// span is a secret in the plain view: bytes [from, to), of which the last
// keep letters or digits stay readable.
type span struct {
	from, to int
	keep     int
	kind     Kind
}

// Mask returns text with every secret replaced and the kinds that were found,
// each once, in the order of their first appearance. Text without a secret
// comes back as it is, with nil kinds. Mask(Mask(x)) equals Mask(x).
func (m *Masker) Mask(text string, c Context) (string, []Kind) {
	var kinds []Kind
	for {
		p := view(text)
		found := m.find(p, c)
		if len(found) == 0 {
			return text, kinds
		}
		for _, s := range found {
			if !slices.Contains(kinds, s.kind) {
				kinds = append(kinds, s.kind)
			}
		}
		text = p.replace(text, found)
	}
}

// find runs the detectors and returns their finds in order, without overlap.
// A find is worth nothing to a later detector: what speaks for itself goes
// first, then announced secrets, then numbers.
func (m *Masker) find(p *plain, c Context) []span {
	var found []span
	add := func(s []span) {
		for _, one := range s {
			p.block(one.from, one.to)
		}
		found = append(found, s...)
	}
	add(pemBlocks(p))
	add(m.phrases(p))
	words := m.triggers.scan(p)
	add(m.unspacedPhrases(p, words))
	mails := emails(p)
	add(m.comboPasswords(p, mails))
	for _, s := range mails {
		p.block(s.from, s.to)
	}
	add(m.keys(p, words))
	add(cards(p, words))
	for _, s := range dates(p) {
		p.block(s.from, s.to)
	}
	add(m.announced(p, words))
	add(loneCode(p, c))
	for _, s := range urls(p) {
		p.block(s.from, s.to)
	}
	add(numbers(p, words))
	slices.SortFunc(found, func(a, b span) int { return a.from - b.from })
	kept := found[:0]
	for _, s := range found {
		if len(kept) == 0 || s.from >= kept[len(kept)-1].to {
			kept = append(kept, s)
		}
	}
	return kept
}

// block hides a stretch from the detectors that follow.
func (p *plain) block(from, to int) {
	for i := from; i < to; i++ {
		p.low[i] = barrier
	}
}

// replace builds the masked text; found is in order and without overlap.
func (p *plain) replace(text string, found []span) string {
	var b strings.Builder
	b.Grow(len(text))
	done := 0
	for _, s := range found {
		b.WriteString(text[done:p.at[s.from]])
		b.WriteString(mark)
		b.WriteString(p.tail(s))
		done = p.at[s.to]
	}
	b.WriteString(text[done:])
	return b.String()
}

// tail gives the letters and digits of a span that stay readable. It never
// shows more than half of them.
func (p *plain) tail(s span) string {
	n := 0
	for i := s.from; i < s.to; i++ {
		if alnum(p.raw[i]) {
			n++
		}
	}
	keep := min(s.keep, n/2)
	out := make([]byte, 0, 4)
	for i := s.to - 1; i >= s.from && len(out) < keep; i-- {
		if alnum(p.raw[i]) {
			out = append(out, p.raw[i])
		}
	}
	slices.Reverse(out)
	return string(out)
}
