package strictjson

import (
	"strconv"
	"unicode/utf8"
)

// MaxDepth is how deep objects and arrays may nest. Nothing Usher reads is
// deeper than four; sixteen is the cap for every entrance.
const MaxDepth = 16

// findings is what one pass over the bytes learns before any decoder runs.
// The pass reads malformed text without harm and leaves judging it to the
// decoder.
type findings struct {
	tooDeep bool
	// forbidden is the offset of the first character no string may hold, or -1.
	forbidden int
	// nulls says that a null (or another word with an n) stands outside strings.
	nulls bool
}

// survey looks at every byte once.
func survey(data []byte) findings {
	found := findings{forbidden: -1}
	depth := 0
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			var bad bool
			if i, bad = surveyString(data, i+1); bad {
				if found.forbidden < 0 {
					found.forbidden = i
				}
				i = endOfString(data, i)
			}
		case '{', '[':
			if depth++; depth > MaxDepth {
				found.tooDeep = true
				return found
			}
		case '}', ']':
			depth--
		case 'n':
			found.nulls = true
		}
	}
	return found
}

// surveyString reads from just inside a string to its closing quote and
// returns that quote's offset, or the offset of a forbidden character.
func surveyString(data []byte, i int) (end int, forbidden bool) {
	for ; i < len(data); i++ {
		switch data[i] {
		case '"':
			return i, false
		case '\\':
			size, ok := escape(data[i:])
			if !ok {
				return i, true
			}
			i += size - 1
		case 0xEF: // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
			if i+2 < len(data) && data[i+1] == 0xBF && data[i+2] >= 0xBE {
				return i, true
			}
		}
	}
	return i, false
}

// escape reads the escape at the start of b and returns its length in bytes.
// It is not ok for a code point no string may hold and for half a surrogate
// pair. A malformed escape is ok here; the decoder refuses it.
func escape(b []byte) (size int, ok bool) {
	unit, isUnit := codeUnit(b)
	switch {
	case !isUnit:
		return 2, true
	case unit == 0, unit == 0xFFFE, unit == 0xFFFF:
		return 6, false
	case unit < 0xD800, unit > 0xDFFF:
		return 6, true
	case unit > 0xDBFF:
		return 6, false // a low surrogate without its high one
	}
	low, isUnit := codeUnit(b[6:])
	return 12, isUnit && low >= 0xDC00 && low <= 0xDFFF
}

// codeUnit reads \uXXXX at the start of b.
func codeUnit(b []byte) (unit uint64, ok bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	unit, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	return unit, err == nil && b[2] != '+' && b[2] != '-'
}

// endOfString returns the offset of the quote that closes the string i is in,
// or the length of data.
func endOfString(data []byte, i int) int {
	for ; i < len(data); i++ {
		switch data[i] {
		case '"':
			return i
		case '\\':
			i++
		}
	}
	return i
}

// space returns the offset of the first byte at or after i that is not JSON
// white space.
func space(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\t' || data[i] == '\n' || data[i] == '\r') {
		i++
	}
	return i
}

// endOfValue returns the offset just after the value that starts at i. The
// data must be valid JSON.
func endOfValue(data []byte, i int) int {
	depth := 0
	for ; i < len(data); i++ {
		switch data[i] {
		case '"':
			i = endOfString(data, i+1)
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth < 0 {
				return i
			} else if depth == 0 {
				return i + 1
			}
		case ',':
			if depth == 0 {
				return i
			}
		}
	}
	return i
}

// shortID reports whether an id may be sent back in an error: at most 64 code
// points (the limit of client ids) and no control characters.
func shortID(id string) bool {
	if id == "" || utf8.RuneCountInString(id) > 64 {
		return false
	}
	for _, r := range id {
		if r < 0x20 || r >= 0x7F && r < 0xA0 {
			return false
		}
	}
	return true
}
