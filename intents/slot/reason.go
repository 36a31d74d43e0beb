package slot

// why is what a message says about the reason.
type why struct {
	reason    string
	all       []string
	wrongInfo bool
	severity  string
}

// reason reads why the review should be cancelled. Of several the one whose
// row comes first in the decision table wins (ruling 3), but an explicit major
// error beats a minor one.
func reason(f *folded, hits []hit, asked Kind) why {
	var w why
	seen := make(map[string]bool, 4)
	short := asked == KindReason
	var major, minor bool
	for _, h := range hits {
		if (h.cls == cReason || h.cls == cWrongInfo || short && h.cls == cShort) && (denied(f, hits, h.from) || deniedAfter(f, hits, h.to)) {
			continue
		}
		switch h.cls {
		case cReason:
			if inside(hits, h, cWrongInfo) {
				continue // "wrong passport" in "wrong passport number"
			}
			seen[reasons[h.v]] = true
		case cShort:
			if short && !inside(hits, h, cReason, cWrongInfo, cMajor) {
				seen[reasons[h.v]] = true
			}
		case cWrongInfo:
			w.wrongInfo = true
		case cShortWrongInfo:
			w.wrongInfo = w.wrongInfo || short && !inside(hits, h, cReason)
		case cMajor:
			major = major || !inside(hits, h, cMinor) && !denied(f, hits, h.from) && !deniedAfter(f, hits, h.to)
		case cMinor:
			minor = minor || !inside(hits, h, cMajor) && !denied(f, hits, h.from) && !deniedAfter(f, hits, h.to)
		}
	}
	if seen[ReasonAccountInfo] && !major { // a typo in the registered address
		w.wrongInfo, minor = false, false
	}
	told := w.wrongInfo || asked == KindSeverity || asked == KindReason
	switch {
	case major && told:
		w.severity = SeverityMajor
		seen[ReasonMajor] = true
	case minor && told:
		w.severity = SeverityMinor
		seen[ReasonMinor] = true
	}
	w.wrongInfo = w.wrongInfo || w.severity != ""
	for _, r := range reasons {
		if seen[r] && !(r == ReasonOther && len(w.all) > 0) {
			w.all = append(w.all, r)
		}
	}
	if len(w.all) > 0 {
		w.reason = w.all[0]
	}
	return w
}

// settleSeverity: whoever is unsure made a small mistake (ruling 2).
func (w *why) settleSeverity() {
	if w.severity == "" {
		w.severity, w.reason, w.wrongInfo = SeverityMinor, ReasonMinor, true
		w.all = []string{ReasonMinor}
	}
}
