package slot

import (
	"strings"
	"time"
)

// mostFill is how many small words in a row are looked over; it bounds the
// work on messages made of nothing else.
const mostFill = 6

// reader walks over the tokens of one message.
type reader struct {
	t     *table
	f     *folded
	k     []token
	asked bool
	zones *zoneNames
	now   time.Time
	// clocked: a time of day was read, and its day is being looked for.
	clocked bool
	// zoneEnd is the byte behind the zone that was read last.
	zoneEnd int
}

// at is the token at i, to look at; an empty one beyond the message.
func (r *reader) at(i int) *token {
	if i < 0 || i >= len(r.k) {
		return &noToken
	}
	return &r.k[i]
}

var noToken token

func (r *reader) has(i int, cls class) bool { return i >= 0 && i < len(r.k) && r.k[i].has(cls) }

func (r *reader) isClock(i int) bool  { return i >= 0 && i < len(r.k) && r.k[i].kind == tClock }
func (r *reader) isNumber(i int) bool { return i >= 0 && i < len(r.k) && r.k[i].kind == tNumber }

// skip returns the first token from i on that is no small word and none of the
// given marks, looking over at most mostFill.
func (r *reader) skip(i int, marks string) int {
	for n := 0; n < mostFill; n++ {
		if k := r.at(i); !k.has(cFill) && (k.c == 0 || strings.IndexByte(marks, k.c) < 0) {
			break
		}
		i++
	}
	return i
}

// number reads figures or number words at i, also 5-and-20 for 25 where the
// language says it so.
func (r *reader) number(i int) (v float64, next int, ok bool) {
	v, next, ok = r.plainNumber(i)
	if r.t.ones && ok && r.k[i].kind == tWord && v >= 1 && v < 10 && v == float64(int(v)) && r.has(next, cAnd) {
		if tens, j, more := r.plainNumber(next + 1); more && r.at(next+1).kind == tWord && tens >= 20 && tens < 100 && int(tens)%10 == 0 {
			return v + tens, j, true
		}
	}
	return v, next, ok
}

// plainNumber reads figures or number words without an "and" between.
func (r *reader) plainNumber(i int) (v float64, next int, ok bool) {
	if r.at(i).kind == tNumber {
		return r.k[i].num, i + 1, true
	}
	if r.has(i, cArticle) && !r.has(i, cNumber) {
		return 1, i + 1, true
	}
	sum, last := 0.0, 0.0
	j := i
	for j < len(r.k) {
		w, isNumber := r.k[j].val(cNumber)
		if !isNumber {
			if ok && r.at(j).c == '-' && r.has(j+1, cNumber) && last >= 20 {
				j++
				continue
			}
			break
		}
		v := float64(w) / 100
		switch {
		case !ok:
			sum = v
		case v >= 100 && sum > 0 && sum < v:
			sum *= v
		case v == 10 && r.t.tens && sum < 10:
			sum *= 10
		case v >= 1 && v < 10 && last >= 10 && (last >= 20 || r.t.tens), v >= 1 && v < 100 && last >= 100:
			sum += v
		default:
			return sum, j, true
		}
		ok, last = true, v
		j++
	}
	return sum, j, ok
}
