package match

import (
	"strings"
	"unicode"
)

// typoRate is the share of letters hit in a copy made for training: about one
// slip in every fourth word, a hurried thumb on a phone.
const typoRate = 0.04

// neighbours lists the keys beside each key of a Latin keyboard.
var neighbours = map[rune]string{
	'q': "wa", 'w': "qes", 'e': "wrd", 'r': "etf", 't': "ryg", 'y': "tuh", 'u': "yij", 'i': "uok", 'o': "ipl", 'p': "ol",
	'a': "qsz", 's': "awdx", 'd': "sefc", 'f': "drgv", 'g': "fthb", 'h': "gyjn", 'j': "hukm", 'k': "jil", 'l': "kop",
	'z': "asx", 'x': "zsdc", 'c': "xdfv", 'v': "cfgb", 'b': "vghn", 'n': "bhjm", 'm': "njk",
}

// slip returns s as a hurried writer might have typed it: letters swapped,
// left out, doubled or replaced by a neighbour on the keyboard.
func slip(s string, r *rng, rate float32) string {
	in := []rune(s)
	var b strings.Builder
	for i := 0; i < len(in); i++ {
		c := in[i]
		if !unicode.IsLetter(c) || r.unit() >= rate {
			b.WriteRune(c)
			continue
		}
		switch r.below(4) {
		case 0: // left out
		case 1:
			if i+1 < len(in) && unicode.IsLetter(in[i+1]) {
				b.WriteRune(in[i+1])
				i++
			}
			b.WriteRune(c)
		case 2:
			b.WriteRune(c)
			b.WriteRune(c)
		default:
			near := neighbours[unicode.ToLower(c)]
			if near == "" {
				b.WriteRune(c)
				continue
			}
			b.WriteByte(near[r.below(len(near))])
		}
	}
	return b.String()
}
