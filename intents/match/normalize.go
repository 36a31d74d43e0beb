package match

import "unicode/utf8"

// maxRunes bounds the part of a message that is read. What a person wants is
// said well before; the bound keeps the time of one match constant.
const maxRunes = 1000

// Masks stand for things whose exact value must never be a feature. They are
// private-use characters, which classify treats as a break when typed.
const (
	maskMail rune = 0xE000 + iota
	maskLink
	maskNumber
	maskTime
)

type kind uint8

const (
	kindWord kind = iota // letters of a spaced script
	kindRun              // Han and kana without spaces
	kindMark             // a mask or an emoji
)

type token struct {
	start, end int32 // in scratch.runes
	kind       kind
}

// text is a message after normalisation. runes holds the folded letters, raw
// the same letters lower-cased but not folded: the language detector wants
// the accents that the matcher ignores.
type text struct {
	runes, raw []rune
	tokens     []token
	letters    [scriptCount]int32
	// traditional counts the Han characters that simplified Chinese writes
	// otherwise.
	traditional int32
	grams       []uint16 // scratch of the detector
	open        bool
}

// read normalises s in one pass: widths, case, diacritics, apostrophes and
// invisible characters; e-mail addresses, links, long numbers and times
// become one mask each; a letter typed more than three times counts thrice.
func (t *text) read(s string) {
	t.runes, t.raw, t.tokens, t.open = t.runes[:0], t.raw[:0], t.tokens[:0], false
	t.letters, t.traditional = [scriptCount]int32{}, 0
	seen := 0
	for i := 0; i < len(s) && seen < maxRunes; seen++ {
		b := s[i]
		if b < utf8.RuneSelf {
			if !t.open || t.tokens[len(t.tokens)-1].kind != kindWord {
				if asciiStart[b] {
					if n, mask := maskAt(s[i:]); n > 0 {
						t.mark(mask)
						i += n
						continue
					}
				}
			}
			t.ascii(b)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		t.wide(r)
	}
	t.open = false
}

func (t *text) ascii(b byte) {
	switch {
	case b >= 'a' && b <= 'z':
		t.letters[scriptLatin]++
		t.letter(rune(b), rune(b), kindWord)
	case b >= 'A' && b <= 'Z':
		t.letters[scriptLatin]++
		t.letter(rune(b)+32, rune(b)+32, kindWord)
	case b >= '0' && b <= '9':
		t.letter(rune(b), rune(b), kindWord)
	case b == '\'' || b == '`':
	default:
		t.open = false
	}
}

func (t *text) wide(r rune) {
	to, c, s := classify(r)
	t.letters[s]++
	switch c {
	case classLetter:
		raw := to
		if s == scriptLatin {
			raw = lowerLatin(r)
		}
		t.letter(to, raw, kindWord)
	case classRun:
		if s == scriptHan && to != r {
			t.traditional++
		}
		t.letter(to, r, kindRun)
	case classSign:
		t.mark(to)
	case classBreak:
		t.open = false
	case classDrop:
	}
}

// lowerLatin lower-cases without a table for the ranges that matter.
func lowerLatin(r rune) rune {
	switch {
	case r >= 0xC0 && r <= 0xDE:
		return r + 32
	case r == 0x130:
		return 'i'
	case r >= 0x100 && r <= 0x137, r >= 0x14A && r <= 0x177, r >= 0x1E00 && r <= 0x1EFF:
		return r | 1
	case r >= 0x139 && r <= 0x148 || r == 0x179 || r == 0x17B || r == 0x17D || r == 0x1AF:
		return r + r&1
	case r == 0x1A0:
		return 0x1A1
	}
	return r
}

func (t *text) letter(folded, raw rune, k kind) {
	n := len(t.runes)
	if t.open && t.tokens[len(t.tokens)-1].kind == k {
		last := &t.tokens[len(t.tokens)-1]
		if last.end-last.start >= 3 && t.runes[n-1] == folded && t.runes[n-2] == folded && t.runes[n-3] == folded &&
			(folded < '0' || folded > '9') {
			return
		}
		last.end++
	} else {
		t.tokens = append(t.tokens, token{int32(n), int32(n + 1), k})
		t.open = true
	}
	t.runes, t.raw = append(t.runes, folded), append(t.raw, raw)
}

func (t *text) mark(r rune) {
	n := int32(len(t.runes))
	t.tokens = append(t.tokens, token{n, n + 1, kindMark})
	t.runes, t.raw, t.open = append(t.runes, r), append(t.raw, r), false
}
