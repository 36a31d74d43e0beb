package wire

import "unicode"

// Visible reports whether a reader of a text would see anything: a letter,
// digit, sign or mark that is not one of the blanks below.
func Visible(text string) bool {
	for _, r := range text {
		if unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S, unicode.M, unicode.Co) && !blank(r) {
			return true
		}
	}
	return false
}

// blank reports letters, signs and marks without ink: fillers, the combining
// grapheme joiner, Khmer inherent vowels, Mongolian and other variation
// selectors, the empty braille cell.
func blank(r rune) bool {
	switch {
	case r == 0x034F, r == 0x115F, r == 0x1160, r == 0x17B4, r == 0x17B5, r == 0x2800, r == 0x3164, r == 0xFFA0:
		return true
	case r >= 0x180B && r <= 0x180F, r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0100 && r <= 0xE01EF:
		return true
	}
	return false
}
