package match

import "unicode"

// folds maps a character to the one it is read as. Pages of 256 keep the
// lookup to two loads; nil pages fold nothing.
type folds [0x1D8]*[256]uint16

// foldTable is built once from the generated pairs and only read afterwards.
var foldTable = buildFolds(latinPairs, hanPairs)

func buildFolds(lists ...string) *folds {
	t := new(folds)
	for _, list := range lists {
		from := rune(-1)
		for _, r := range list {
			if from < 0 {
				from = r
				continue
			}
			page := t[from>>8]
			if page == nil {
				page = new([256]uint16)
				t[from>>8] = page
			}
			page[from&0xFF] = uint16(r)
			from = -1
		}
	}
	return t
}

func (t *folds) of(r rune) rune {
	if p := int(r >> 8); p >= 0 && p < len(t) {
		if page := t[p]; page != nil {
			if to := page[r&0xFF]; to != 0 {
				return rune(to)
			}
		}
	}
	return r
}

// class says what a character is to the tokenizer.
type class uint8

const (
	classBreak  class = iota // space, punctuation, anything unknown
	classDrop                // invisible or decoration: read as if absent
	classLetter              // a letter, digit or vowel sign of a spaced script
	classRun                 // Han or kana: written without spaces
	classSign                // an emoji or symbol: a word of its own
)

// script is a bit per writing system that decides a language.
type script uint8

const (
	scriptOther script = iota
	scriptLatin
	scriptCyrillic
	scriptArabic
	scriptDevanagari
	scriptHangul
	scriptKana
	scriptHan
	scriptForeign // a script that none of the fourteen languages uses
	scriptCount
)

// classify returns what r is, the letter it is matched as, and its script.
// Lower-casing is part of it. ASCII is handled by the caller.
func classify(r rune) (folded rune, c class, s script) {
	switch {
	case r >= 0x300 && r <= 0x36F, r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E,
		r >= 0x2060 && r <= 0x206F, r >= 0xFE00 && r <= 0xFE0F, r == 0xFEFF, r == 0xAD,
		r == 0x2019, r == 0x2018, r == 0x02BC, r >= 0x1F3FB && r <= 0x1F3FF, r >= 0xE0000 && r <= 0xE0FFF:
		return 0, classDrop, scriptOther
	case r < 0xC0:
		return 0, classBreak, scriptOther
	case r < 0x2B0, r >= 0x1E00 && r <= 0x1EFF:
		if r == 0xD7 || r == 0xF7 {
			return 0, classBreak, scriptOther
		}
		return foldTable.of(r), classLetter, scriptLatin
	case r >= 0x400 && r <= 0x52F:
		return cyrillic(r), classLetter, scriptCyrillic
	case r >= 0x600 && r <= 0x6FF, r >= 0x750 && r <= 0x77F, r >= 0xFB50 && r <= 0xFDFF, r >= 0xFE70 && r <= 0xFEFC:
		return arabic(r)
	case r >= 0x900 && r <= 0x97F:
		return devanagari(r)
	case r >= 0xAC00 && r <= 0xD7A3, r >= 0x3131 && r <= 0x318E:
		return r, classLetter, scriptHangul
	case r >= 0x3041 && r <= 0x30FF && r != 0x30FB, r >= 0x31F0 && r <= 0x31FF, r >= 0xFF66 && r <= 0xFF9D:
		return foldTable.of(r), classRun, scriptKana
	case r >= 0x3400 && r <= 0x9FFF, r >= 0xF900 && r <= 0xFAFF, r >= 0x20000 && r <= 0x3134F, r == 0x3005:
		return foldTable.of(r), classRun, scriptHan
	case r >= 0xFF01 && r <= 0xFF5E, r >= 0x1D400 && r <= 0x1D7FF, r >= 0x2100 && r <= 0x214F, r >= 0x2460 && r <= 0x24FF:
		return styled(foldTable.of(r))
	case r >= 0x2600 && r <= 0x27BF, r >= 0x1F000 && r <= 0x1FAFF, r >= 0x2B00 && r <= 0x2BFF, r >= 0x2300 && r <= 0x23FF:
		return r, classSign, scriptOther
	case unicode.IsLetter(r), unicode.IsMark(r):
		return unicode.ToLower(r), classLetter, scriptForeign
	}
	return 0, classBreak, scriptOther
}

// styled classifies what a full-width, circled or mathematical character
// folded to.
func styled(r rune) (rune, class, script) {
	switch {
	case r >= 'a' && r <= 'z':
		return r, classLetter, scriptLatin
	case r >= '0' && r <= '9':
		return r, classLetter, scriptOther
	}
	return 0, classBreak, scriptOther
}

func cyrillic(r rune) rune {
	switch {
	case r >= 0x410 && r <= 0x42F:
		r += 0x20
	case r >= 0x400 && r <= 0x40F:
		r += 0x50
	case r >= 0x460:
		r = unicode.ToLower(r)
	}
	if r == 'ё' {
		return 'е'
	}
	return r
}

// arabic folds the spellings that people mix: alef forms, final ya, ta
// marbuta, Persian kaf and ya, both rows of digits; vowel signs and tatweel go.
func arabic(r rune) (rune, class, script) {
	switch {
	case r >= 0x64B && r <= 0x65F, r == 0x670, r == 0x640, r >= 0x610 && r <= 0x61A, r >= 0x6D6 && r <= 0x6ED:
		return 0, classDrop, scriptOther
	case r >= 0x660 && r <= 0x669:
		return r - 0x660 + '0', classLetter, scriptOther
	case r >= 0x6F0 && r <= 0x6F9:
		return r - 0x6F0 + '0', classLetter, scriptOther
	}
	switch r {
	case 'أ', 'إ', 'آ', 'ٱ':
		r = 'ا'
	case 'ى', 'ی', 'ئ':
		r = 'ي'
	case 'ة', 'ہ', 'ھ':
		r = 'ه'
	case 'ؤ':
		r = 'و'
	case 'ک':
		r = 'ك'
	}
	if !unicode.IsLetter(r) {
		return 0, classBreak, scriptOther
	}
	return r, classLetter, scriptArabic
}

func devanagari(r rune) (rune, class, script) {
	switch {
	case r >= 0x966 && r <= 0x96F:
		return r - 0x966 + '0', classLetter, scriptOther
	case r == 0x93C: // nukta: often left out
		return 0, classDrop, scriptOther
	case r == 0x901: // chandrabindu, typed as anusvara
		return 0x902, classLetter, scriptDevanagari
	case r == 0x964 || r == 0x965:
		return 0, classBreak, scriptOther
	case r >= 0x958 && r <= 0x95F: // letters with a nukta built in
		return [8]rune{'क', 'ख', 'ग', 'ज', 'ड', 'ढ', 'फ', 'य'}[r-0x958], classLetter, scriptDevanagari
	}
	return r, classLetter, scriptDevanagari
}
