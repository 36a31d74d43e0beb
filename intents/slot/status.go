package slot

// status reads the status as the app shows it. A status named in passing
// ("how do I get verified?") does not count: inside a longer message it needs
// a cue before it, and a blocking word before it always wins.
func status(f *folded, hits []hit, words int, asked bool) string {
	best, at := int32(-1), -1
	for _, h := range hits {
		if h.cls != cStatus && !(asked && h.cls == cShortStatus) || inside(hits, h, cStatus) || h.from < at {
			continue
		}
		v := h.v &^ exact
		switch {
		case near(f, hits, h.from, 24, cBlock), denied(f, hits, h.from), howOften(hits, h, v):
			continue
		case asked, words <= 4, h.v&exact != 0, v == statusUnknown && words <= shortMessage,
			near(f, hits, h.from, 24, cCue), beginsWithCue(hits, h):
			best, at = v, h.from
		}
	}
	if best < 0 {
		return ""
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
func howOften(hits []hit, h hit, v int32) bool {
	if v != statusRejected {
		return false
	}
	for _, o := range hits {
		if (o.cls == cAdverb || o.cls == cTimes) && o.from >= h.to && o.from-h.to <= 12 {
			return true
		}
	}
	return false
}
