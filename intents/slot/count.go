package slot

// reach is how many bytes may stand between "3 times" and what happened.
const reach = 48

// counts reads how often something happened: "rejected twice", "face check
// failed 3 times", "the third time I cancel".
func counts(f *folded, hits []hit) Counts {
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
			n, ordinal, from = countBefore(f, hits, h)
		case cNouns: // "two rejections"
			what = class(h.v)
			if n, ordinal, _ = countBefore(f, hits, h); ordinal {
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
func countBefore(f *folded, hits []hit, h hit) (n int, ordinal bool, from int) {
	i := h.from
	for i > 0 && (space(f.b[i-1]) || f.b[i-1] == 'x' && i > 1 && digit(f.b[i-2])) {
		i--
	}
	j := i
	for j > 0 && digit(f.b[j-1]) {
		j--
	}
	if j < i && i-j <= 4 && !(j > 0 && (letter(f.b[j-1]) || f.b[j-1] == '.' || f.b[j-1] == ':')) {
		n, _ = integer(f.b, j)
		return n, false, j
	}
	for _, o := range hits {
		if o.to != i {
			continue
		}
		switch o.cls {
		case cNumber:
			if o.v >= 100 {
				n, from = int(o.v/100), o.from
			}
		case cOrdinal:
			return int(o.v), true, o.from
		}
	}
	return n, false, from
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
		d := h.from - to
		if close {
			d = from - h.to
		} else if h.to <= from {
			d = from - h.to
		}
		if d < 0 || d >= distance || h.to <= from && breaks(f.b[h.to:from]) || h.from >= to && breaks(f.b[to:h.from]) {
			continue
		}
		best, distance = h.cls, d
	}
	return best
}
