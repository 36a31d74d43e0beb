package slot

// status reads the status as the app shows it. A status named in passing
// ("how do I get verified?") does not count: inside a longer message it needs
// a cue before it, and a blocking word before it always wins.
func status(f *folded, hits []hit, words int, asked bool) string {
	best, at := -1, -1
	for _, h := range hits {
		if h.cls != cStatus || inside(hits, h, cStatus) {
			continue
		}
		specific := h.v == 2 || h.v == 3 || h.v == 0 && words <= shortMessage // "(Automated)", "(Manual)", "can't see it"
		if near(f, hits, h.from, 24, cBlock) || near(f, hits, h.from, 12, cNot) {
			continue
		}
		if !specific && !asked && words > 4 && !near(f, hits, h.from, 24, cCue) && !startsWith(f, hits, h) {
			continue
		}
		if rejectedCount(f, hits, h) {
			continue
		}
		if at < h.from || at == h.from {
			best, at = int(h.v), h.from
		}
	}
	if best < 0 {
		return ""
	}
	return statuses[best]
}

// startsWith: the status phrase itself begins with a cue ("still under
// review" where "still" is one).
func startsWith(f *folded, hits []hit, h hit) bool {
	for _, c := range hits {
		if c.cls == cCue && c.from == h.from {
			return true
		}
	}
	return false
}

// rejectedCount: "rejected twice" tells a number of rejections, not what the
// app shows now, unless nothing else does.
func rejectedCount(f *folded, hits []hit, h hit) bool {
	if statuses[h.v] != StatusRejected {
		return false
	}
	for _, o := range hits {
		if (o.cls == cAdverb || o.cls == cTimes) && o.from >= h.to && o.from-h.to <= 12 {
			return true
		}
	}
	return false
}
