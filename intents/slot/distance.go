package slot

import "unicode/utf8"

// Distances are told in letters, so that no script has less reach than another.
// A letter of a script without spaces says as much as two.

// width is how many letters a stretch has.
func width(b []byte) int {
	n := 0
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			n++
			i++
			continue
		}
		r, size := utf8.DecodeRune(b[i:])
		n++
		if unspaced(r) {
			n++
		}
		i += size
	}
	return n
}

// fits says whether a stretch has at most some letters.
func fits(b []byte, reach int) bool {
	switch {
	case len(b) <= reach:
		return true
	case len(b) > reach*utf8.UTFMax:
		return false
	}
	return len(b) <= farthest(b, reach)
}

// farthest is where some letters of a stretch end.
func farthest(b []byte, reach int) int {
	i := 0
	for n := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if n++; unspaced(r) {
			n++
		}
		if n > reach {
			break
		}
		i += size
	}
	return i
}

// half is how many halves of a word begin with the letter or digit at i: two
// where a word begins, one for each letter of a script without spaces.
func half(b []byte, i int) int {
	if b[i] < utf8.RuneSelf {
		return 2
	}
	r, _ := utf8.DecodeRune(b[i:])
	switch {
	case unspaced(r):
		return 1
	case i > 0 && b[i-1] >= utf8.RuneSelf:
		if before, _ := utf8.DecodeLastRune(b[max(0, i-utf8.UTFMax):i]); !unspaced(before) {
			return 0 // Hangul: words begin anywhere, but are counted by spaces
		}
	}
	return 2
}
