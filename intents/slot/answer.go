package slot

// shortMessage is the greatest number of words in which a yes or no is the
// message's point.
const shortMessage = 8

// answers reads the small answers into found.
func answers(found *Found, f *folded, hits []hit, words int, asked Kind) {
	for _, h := range hits {
		switch h.cls {
		case cUnsure:
			found.Unsure = found.Unsure || asked != "" || most(f, h)
		case cInsistShort:
			found.Insists = found.Insists || words <= 5 && !near(f, hits, h.from, 16, cNotThat)
		case cInsist:
			found.Insists = found.Insists || !near(f, hits, h.from, 16, cNotThat)
		case cTransfer:
			found.Transfer = found.Transfer || !near(f, hits, h.from, 16, cNotThat)
		}
	}
	if found.Unsure {
		return
	}
	for _, h := range hits {
		if h.cls != cYes && h.cls != cNo {
			continue
		}
		if !leading(f, h.from) && !(asked == KindConfirm && words <= shortMessage) {
			continue
		}
		if longer(hits, h) || words > shortMessage && asked != KindConfirm && !pauses(f, h.to) {
			continue
		}
		found.YesNo = Yes
		if h.cls == cNo {
			found.YesNo = No
		}
		return
	}
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
