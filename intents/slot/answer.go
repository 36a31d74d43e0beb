package slot

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// shortMessage is the greatest number of words in which a yes or no is the
// message's point.
const shortMessage = 8

// answers reads the small answers into found. In a foreign message a yes or no
// counts only as a whole clause: "no me llega" is no English "no". back: a yes
// was taken back.
func answers(found *Found, f *folded, hits []hit, words int, asked Kind, foreign bool) (back bool) {
	for _, h := range hits {
		switch h.cls {
		case cUnsure:
			if tells(hits, h) {
				continue // "j'ai oublié le verso"
			}
			found.Unsure = found.Unsure || asked != "" || most(f, h)
		case cInsistShort:
			found.Insists = found.Insists || words <= 5 && meant(f, hits, h)
		case cInsist:
			found.Insists = found.Insists || meant(f, hits, h)
		case cTransfer:
			found.Transfer = found.Transfer || meant(f, hits, h)
		}
	}
	if found.Unsure {
		return false
	}
	for _, h := range hits {
		yes := h.cls == cYes || h.cls == cYesAlone
		no := h.cls == cNo || h.cls == cNoAlone || h.cls == cNoAsked && asked == KindConfirm
		if !yes && !no {
			continue
		}
		from, to := h.from, h.to
		if foreign || h.cls == cYesAlone || h.cls == cNoAlone {
			var ok bool
			if from, to, ok = alone(f, hits, h, yes); !ok {
				continue
			}
		}
		if !leading(f, from) && !(asked == KindConfirm && words <= shortMessage) {
			continue
		}
		if hyphened(f, hits, h) || longer(hits, h) || within(hits, h, asked) || asks(f, hits, to) ||
			words > shortMessage && asked != KindConfirm && !pauses(f, to) {
			continue
		}
		if yes && takenBack(hits, to) {
			return true
		}
		found.YesNo = Yes
		if no {
			found.YesNo = No
		}
		return false
	}
	return false
}

// tells: an unsure phrase goes on as one that tells a reason or a status.
func tells(hits []hit, h hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		fact := o.cls == cReason || o.cls == cWrongInfo || o.cls == cStatus && o.v&^exact != statusUnknown
		return fact && o.from < h.to && o.to > h.to
	})
}

// takenBack: behind the yes that ends at i comes a "but" and a denial.
func takenBack(hits []hit, i int) bool {
	but := -1
	for _, h := range hits {
		if h.cls == cBut && h.from >= i && (but < 0 || h.to < but) {
			but = h.to
		}
	}
	if but < 0 {
		return false
	}
	return slices.ContainsFunc(hits, func(h hit) bool {
		switch h.cls {
		case cButNot, cNo, cNoAlone, cNot, cNotAfter, cWrongInfo, cUnsure:
			return h.from >= but
		}
		return false
	})
}

// hyphened: a hyphen makes a longer word of a yes or no ("E-mail"), unless an
// answer follows it as well ("да-да").
func hyphened(f *folded, hits []hit, h hit) bool {
	i := h.to + 1
	return i < len(f.b) && f.b[h.to] == '-' && letter(f.b[i]) && past(f, hits, i, cYes, cNo, cYesAlone, cNoAlone, cSmall) == i
}

// meant: nothing before an Insist or Transfer denies it, and it is no question.
func meant(f *folded, hits []hit, h hit) bool {
	return !near(f, hits, h.from, 16, cNotThat) && !asks(f, hits, h.to)
}

// asks: the clause that goes on at i ends with a word that makes it a question.
func asks(f *folded, hits []hit, i int) bool {
	for _, q := range hits {
		if q.cls == cQuestion && q.from >= i && fits(f.b[i:q.from], reach) && !breaks(f.b[i:q.from]) && pauses(f, past(f, hits, q.to, cSmall)) {
			return true
		}
	}
	return false
}

// alone: the clause around a yes (or no) is nothing but words that say so and
// small ones, and no question mark or address ends it.
func alone(f *folded, hits []hit, h hit, yes bool) (from, to int, ok bool) {
	from = h.from
	for from > 0 && !sign(f.b[from-1]) {
		from--
	}
	same := []class{cNo, cNoAlone, cSmall}
	if yes {
		same = []class{cYes, cYesAlone, cSmall}
	}
	to = past(f, hits, from, same...)
	return from, to, to >= h.to && (to == len(f.b) || sign(f.b[to]) && f.b[to] != '?' && f.b[to] != blank)
}

// past walks from i over spaces and the longest hits of some classes.
func past(f *folded, hits []hit, i int, cls ...class) int {
	for {
		for i < len(f.b) && f.b[i] == ' ' {
			i++
		}
		to := i
		for _, h := range hits {
			if h.from == i && h.to > to && slices.Contains(cls, h.cls) {
				to = h.to
			}
		}
		if to == i {
			return i
		}
		i = to
	}
}

// within: a yes or no is only a piece of a longer phrase with a meaning of its
// own (the no of "no matter what"). At a yes/no question it answers even so.
func within(hits []hit, h hit, asked Kind) bool {
	if asked == KindConfirm {
		return false
	}
	if inside(hits, h, cStatus, cNotStatus, cCue, cTransfer) || (h.cls == cNo || h.cls == cNoAlone) && inside(hits, h, cInsist, cInsistShort) {
		return true
	}
	switch asked {
	case "":
		return inside(hits, h, cReason, cWrongInfo)
	case KindReason, KindSeverity:
		if slices.ContainsFunc(hits, func(o hit) bool { return o.cls == cShort && o.from == h.from && o.to == h.to }) {
			return true // "не хочу" is the reason
		}
		return inside(hits, h, cReason, cWrongInfo, cMajor, cMinor, cShort, cShortWrongInfo)
	case KindStatus:
		return inside(hits, h, cShortStatus)
	}
	return false
}

// sign: a mark that ends a clause; a slash joins two words ("n/a").
func sign(c byte) bool {
	return c < utf8.RuneSelf && !letter(c) && !digit(c) && c != ' ' && c != '\'' && c != '/'
}

// most: a phrase makes up most of the message.
func most(f *folded, h hit) bool {
	n := 0
	for _, c := range f.b {
		if letter(c) || digit(c) {
			n++
		}
	}
	return (h.to-h.from)*5 >= n*3
}

// leading: nothing but signs stands before i.
func leading(f *folded, i int) bool {
	for _, c := range f.b[:i] {
		if letter(c) || digit(c) {
			return false
		}
	}
	return true
}

// longer: another yes or no that begins at the same place is longer ("no
// problem").
func longer(hits []hit, h hit) bool {
	for _, o := range hits {
		if (o.cls == cYes || o.cls == cNo || o.cls == cUnsure) && o.from == h.from && o.to > h.to {
			return true
		}
	}
	return false
}

// pauses: the message ends or pauses at i.
func pauses(f *folded, i int) bool {
	for i < len(f.b) && f.b[i] == ' ' {
		i++
	}
	return i == len(f.b) || !letter(f.b[i]) && !digit(f.b[i])
}

// marked: the text has a word whose marks make it a no.
func (t *table) marked(text string) bool {
	if len(t.noMarked) == 0 {
		return false
	}
	for word := range strings.FieldsFuncSeq(strings.ToLower(norm.NFC.String(text)), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if slices.Contains(t.noMarked, word) {
			return true
		}
	}
	return false
}
