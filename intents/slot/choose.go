package slot

// fewWords is how many unknown words a message may have besides a time to be
// taken for an answer although nothing was asked.
const fewWords = 3

// pickTime chooses the time of the submission among those a message tells.
// Unless it was asked for, a time counts only in a message that is little
// else, or beside words about submitting.
func pickTime(all []told, f *folded, hits []hit, k []token, asked bool) (told, bool) {
	best := -1
	for i, t := range all {
		if t.score == 0 || !asked && !about(t, f, hits, k) {
			continue
		}
		if best < 0 || t.score > all[best].score {
			best = i
		}
	}
	if best < 0 {
		return told{}, false
	}
	return all[best], true
}

// about: the words nearest to a time, in its sentence, are about the
// submission. What is submitted ("verification") says less than that it was;
// a bare day needs the latter.
func about(t told, f *folded, hits []hit, k []token) bool {
	const far = 1 << 30
	submit, other := far, far
	for _, h := range hits {
		if h.cls != cSubmit && h.cls != cSubject && h.cls != cNotSubmit && h.cls != cBeen || h.cls == cSubject && t.score <= scoreDay {
			continue
		}
		var d int
		switch {
		case h.to <= t.from:
			between := f.b[h.to:t.from]
			if !fits(between, nearby) || sentence(between) {
				continue
			}
			d = width(between)
		case h.from >= t.to: // what stands behind belongs to it less
			between := f.b[t.to:h.from]
			if !fits(between, nearby-4) || sentence(between) {
				continue
			}
			d = 2*width(between) + 8
		}
		switch {
		case h.cls == cNotSubmit, h.cls == cSubmit && deniedAfter(f, hits, h.to):
			other = min(other, d)
		case h.cls == cSubject:
			submit = min(submit, 2*d)
		default:
			submit = min(submit, d)
		}
	}
	if submit < far || other < far {
		return submit <= other
	}
	halves := 0
	for _, one := range k {
		if one.kind == tUnknown {
			if halves += half(f.b, one.from); halves > 2*fewWords {
				return false
			}
		}
	}
	return t.score > scoreDay
}

// nearby is how many letters may stand between a time and what it is about.
const nearby = 80

// sentence: one ends in this stretch.
func sentence(b []byte) bool {
	for i, c := range b {
		if c == '!' || c == '?' || c == '\n' || c == '.' && (i+1 == len(b) || space(b[i+1])) {
			return true
		}
	}
	return false
}

// packedClock reads an answer of four figures, "0930", as a clock.
func (r *reader) packedClock(c Context, asked bool) (told, bool) {
	if !asked {
		return told{}, false
	}
	only := -1
	for i, k := range r.k {
		if k.kind == tNumber {
			if only >= 0 {
				return told{}, false
			}
			only = i
		}
	}
	if only < 0 {
		return told{}, false
	}
	k := &r.k[only]
	v := int(k.num)
	if k.digits != 4 || k.frac > 0 || v/100 > 23 || v%100 > 59 || v >= c.Now.Year()-2 && v <= c.Now.Year()+1 {
		return told{}, false
	}
	rd := reading{clock: clock{set: true, h: v / 100, m: v % 100, literal: true, fine: true}, from: k.from, to: k.to}
	return r.settle(rd, c), true
}
