package slot

import "slices"

// reach is how many letters may stand between "3 times" and what happened.
const reach = 48

// counts reads how often something happened: "rejected twice", "face check
// failed 3 times", "the third time I cancel".
func (t *table) counts(f *folded, hits []hit) Counts {
	var c Counts
	day := hasHit(hits, cWithin24)
	for _, h := range hits {
		n, ordinal, from, what := 0, false, h.from, cNone
		switch h.cls {
		case cAdverb:
			n = int(h.v)
			if inside(hits, h, cAdverb) { // "how many times"
				continue
			}
		case cTimes:
			n, ordinal, from = t.countBefore(f, hits, h)
			if n < 1 && t.ordinalAfter {
				n, ordinal = ordinalAfter(f, hits, h.to)
				from = h.from
			}
		case cNouns: // "two rejections"
			what = class(h.v)
			if n, ordinal, _ = t.countBefore(f, hits, h); ordinal {
				continue
			}
		default:
			continue
		}
		if n < 1 || n > 1000 {
			continue
		}
		if what == cNone {
			what = subject(f, hits, from, h.to, h.cls == cAdverb && n == 1)
		}
		if n == 1 && near(f, hits, from, reach, cAgain) {
			continue
		}
		switch what {
		case cCancel:
			if ordinal {
				n-- // the one being asked for is not made yet
			}
			c.Cancellations = &n
			if day {
				v := n
				c.Cancellations24h = &v
			}
		case cFace:
			c.FaceFailures = &n
		case cRejected:
			c.Rejections = &n
		}
	}
	return c
}

// countBefore reads the number right before a hit.
func (t *table) countBefore(f *folded, hits []hit, h hit) (n int, ordinal bool, from int) {
	i := h.from
	for i > 0 && (space(f.b[i-1]) || f.b[i-1] == 'x' && i > 1 && digit(f.b[i-2])) {
		i--
	}
	j := i
	for j > 0 && digit(f.b[j-1]) {
		j--
	}
	for _, o := range hits {
		if o.to == i && o.cls == cOrdinal {
			return int(o.v), true, o.from
		}
	}
	if j < i && i-j <= 4 && !(j > 0 && (f.b[j-1] == '.' || f.b[j-1] == ':' || letter(f.b[j-1]) && !afterJoined(f.b, j))) {
		n, _ = integer(f.b, j)
	} else if n, j = t.numberBefore(f, hits, i); n < 1 {
		return 0, false, from
	}
	mark := j
	for mark > 0 && f.b[mark-1] == ' ' {
		mark--
	}
	for _, o := range hits {
		ordinal = ordinal || o.cls == cOrdinalMark && o.to == mark
	}
	return n, ordinal, j
}

// numberBefore reads the number words that end at i: 十二, "twenty one".
func (t *table) numberBefore(f *folded, hits []hit, i int) (n, from int) {
	from = i
	for k := 0; k < 4; k++ {
		j := from
		for j > 0 && f.b[j-1] == ' ' && k > 0 {
			j--
		}
		at := slices.IndexFunc(hits, func(h hit) bool { return h.cls == cNumber && h.to == j })
		if at < 0 {
			break
		}
		tokens, _ := t.lex(&folded{b: f.b[hits[at].from:i]})
		r := reader{t: t, k: tokens}
		v, next, ok := r.number(0)
		if !ok || next < len(tokens) || v != float64(int(v)) {
			break
		}
		n, from = int(v), hits[at].from
	}
	return n, from
}

// ordinalAfter reads the ordinal right behind a noun that ends at i.
func ordinalAfter(f *folded, hits []hit, i int) (n int, ok bool) {
	for i < len(f.b) && f.b[i] == ' ' {
		i++
	}
	for _, o := range hits {
		if o.cls == cOrdinal && o.from == i {
			return int(o.v), true
		}
	}
	return 0, false
}

// subject finds what happened, nearest to the number: cCancel, cRejected or
// cFace. "Once" is also a conjunction, so it must follow at once (close).
func subject(f *folded, hits []hit, from, to int, close bool) class {
	best, distance := cNone, reach+1
	if close {
		distance = 2
	}
	for _, h := range hits {
		if h.cls != cCancel && h.cls != cRejected && h.cls != cFace {
			continue
		}
		var between []byte
		switch {
		case h.to <= from:
			between = f.b[h.to:from]
		case h.from >= to && !close:
			between = f.b[to:h.from]
		default:
			continue
		}
		d := reach + 1
		if fits(between, reach) {
			d = width(between)
		}
		if d >= distance || breaks(between) {
			continue
		}
		best, distance = h.cls, d
	}
	return best
}
