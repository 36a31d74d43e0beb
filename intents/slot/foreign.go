package slot

import "slices"

// message is a message as one language sees it.
type message struct {
	f       *folded
	hits    []hit
	tokens  []token
	telling bool // something in it could be part of a time
	back    bool // a yes in it was taken back
}

// leave drops the words of the base language that the message's own language
// reads as something else: to it alone they mean what they mean there.
func (m *message) leave(own *message) {
	m.hits = slices.DeleteFunc(m.hits, func(h hit) bool { return h.short() && !clause(m.f, h) || own.claims(m.f, h) })
	m.borrow(own)
	m.telling = false
	k := 0
	for i := range m.tokens {
		t := &m.tokens[i]
		from, to := m.f.origin(t.from), m.f.origin(t.to)
		for k < len(own.tokens) && own.f.origin(own.tokens[k].from) < from {
			k++
		}
		if k < len(own.tokens) && t.kind == tWord {
			if o := &own.tokens[k]; o.kind == tWord && own.f.origin(o.from) == from && own.f.origin(o.to) >= to && !o.shares(t) {
				t.kind, t.m = tUnknown, nil
			}
		}
		m.telling = m.telling || t.telling()
	}
}

// borrow adds the words by which the own language denies, blocks and asks: they
// stand beside English ones, too ("wrong document nahi hai").
func (m *message) borrow(own *message) {
	for _, h := range own.hits {
		switch h.cls {
		case cNot, cNotAfter, cBlock, cBlockAfter, cQuestion, cNotThat, cBut:
			m.hits = append(m.hits, hit{h.cls, h.v, m.f.place(own.f.origin(h.from)), m.f.place(own.f.origin(h.to))})
		}
	}
}

// shares: two readings of a word have a meaning in common.
func (k *token) shares(o *token) bool {
	return slices.ContainsFunc(k.m, func(m meaning) bool { return o.has(m.cls) })
}

// short: a phrase that means something only as an answer ("photo", "manual").
func (h hit) short() bool {
	return h.cls == cShort || h.cls == cShortStatus || h.cls == cShortWrongInfo
}

// about is what kind of fact a phrase tells, alone or as an answer.
func (h hit) about() class {
	switch h.cls {
	case cShortStatus:
		return cStatus
	case cShort:
		return cReason
	case cShortWrongInfo:
		return cWrongInfo
	}
	return h.cls
}

// clause: a phrase is all there is between two signs; a status may stand behind
// one other word ("статус failed").
func clause(f *folded, h hit) bool {
	to := h.to
	for to < len(f.b) && f.b[to] == ' ' {
		to++
	}
	from, words := h.from, 0
	for from > 0 && !sign(f.b[from-1]) {
		from--
		if f.b[from] != ' ' && (from == 0 || !letter(f.b[from-1]) && !digit(f.b[from-1])) {
			words++
		}
	}
	if words > 1 || words == 1 && h.cls != cShortStatus {
		return false
	}
	return to == len(f.b) || sign(f.b[to])
}

// claims: the language knows a phrase of the base language as something else,
// or, if the phrase is only an answer, knows it at all. Words that only colour
// others ("not", "says") stay.
func (m *message) claims(f *folded, h hit) bool {
	switch h.cls {
	case cStatus, cReason, cWrongInfo, cMajor, cMinor, cYes, cNo, cYesAlone, cNoAlone, cUnsure, cInsistShort:
	default:
		if !h.short() {
			return false
		}
	}
	from, to := f.origin(h.from), f.origin(h.to)
	known := false
	for _, o := range m.hits {
		if m.f.origin(o.from) == from && m.f.origin(o.to) == to {
			known = true
			if o.about() == h.about() && !h.short() {
				return false
			}
		}
	}
	return known
}

// knows: every word that the base language found between two places of its
// message f is one of the own language's time words, and there is one.
func (m *message) knows(base *message, from, to int) bool {
	words, k := 0, 0
	for i := range base.tokens {
		t := &base.tokens[i]
		if t.kind != tWord || t.from < from || t.to > to {
			continue
		}
		at := base.f.origin(t.from)
		for k < len(m.tokens) && m.f.origin(m.tokens[k].to) <= at {
			k++
		}
		if k == len(m.tokens) || m.tokens[k].kind != tWord {
			return false
		}
		words++
	}
	return words > 0
}
