package slot

// status reads the status as the app shows it. A status named in passing
// ("how do I get verified?") does not count: inside a longer message it needs
// a cue before it, and a blocking word before it always wins.
func status(f *folded, hits []hit, words int, asked bool) string {
	best, at := int32(-1), -1
	several := false
	for _, h := range hits {
		if h.cls != cStatus && !(asked && h.cls == cShortStatus) || inside(hits, h, cStatus, cNotStatus) || h.from < at {
			continue
		}
		v := h.v &^ exact
		switch {
		case near(f, hits, h.from, 24, cBlock), ahead(f, hits, h.to, 24, cBlockAfter),
			denied(f, hits, h.from), deniedAfter(f, hits, h.to), howOften(f, hits, h, v):
			continue
		case asked, words <= 4, h.v&exact != 0, v == statusUnknown && words <= shortMessage,
			near(f, hits, h.from, 24, cCue), beginsWithCue(hits, h):
			several = several || best >= 0 && best != v
			best, at = v, h.from
		}
	}
	switch {
	case best < 0:
		return ""
	case several && asked && hasHit(hits, cUnsure): // "manual or automatic, I don't know"
		return StatusUnknown
	}
	return statuses[best]
}

// beginsWithCue: the status phrase itself begins with a cue.
func beginsWithCue(hits []hit, h hit) bool {
	for _, c := range hits {
		if c.cls == cCue && c.from == h.from {
			return true
		}
	}
	return false
}

// howOften: "rejected twice" tells a number of rejections and not what the app
// shows now.
func howOften(f *folded, hits []hit, h hit, v int32) bool {
	if v != statusRejected {
		return false
	}
	for _, o := range hits {
		if (o.cls == cAdverb || o.cls == cTimes) && o.from >= h.to && fits(f.b[h.to:o.from], 12) {
			return true
		}
	}
	return false
}
