package slot

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"usher/intents/secret"
)

// folded is a text in the form words are compared in: lower case, without
// accents, full-width forms and invisible characters, with ASCII digits.
type folded struct {
	text string
	b    []byte
	at   []int32 // where each byte comes from; nil: byte for byte
}

// origin maps a place in the folded text to the original.
func (f *folded) origin(i int) int {
	if f.at == nil {
		return i
	}
	return int(f.at[i])
}

// place maps a place in the original to the folded text.
func (f *folded) place(origin int) int {
	if f.at == nil {
		return origin
	}
	i, _ := slices.BinarySearch(f.at, int32(origin))
	return i
}

// said returns the original text of a stretch.
func (f *folded) said(from, to int) string {
	return strings.TrimSpace(f.text[f.origin(from):f.origin(to)])
}

// letters maps single letters and marks to their folded form, for the scripts
// in which accents are often left out. Built once for each parser.
type letters map[rune]string

func foldedLetters() letters {
	l := letters{
		'đ': "d", 'ł': "l", 'ø': "o", 'ß': "ss", 'æ': "ae", 'œ': "oe", 'ı': "i",
		'ة': "ه", 'ى': "ي", 'ی': "ي", 'ک': "ك", '½': "half", '¼': "", '¾': "",
	}
	for _, g := range [][2]rune{{0xC0, 0x24F}, {0x370, 0x4FF}, {0x620, 0x6FF}, {0x950, 0x97F}, {0x1E00, 0x1EFF}} {
		for r := g[0]; r <= g[1]; r++ {
			low := unicode.ToLower(r)
			if s, ok := l[low]; ok {
				l[r] = s
				continue
			}
			s := strings.Map(func(r rune) rune {
				if mark(r) {
					return -1
				}
				return unicode.ToLower(r)
			}, norm.NFD.String(string(low)))
			if s != string(r) {
				l[r] = s
			}
		}
	}
	for _, g := range marks {
		for r := g[0]; r <= g[1]; r++ {
			l[r] = ""
		}
	}
	return l
}

// foreign returns the letters without those that only differ in an accent of
// the Latin script: the base language has none, so a word that bears one
// ("süre", "mòn") is none of its own. Turkish capitals and small letters of
// "i" stay, they are typed in English words too.
func (l letters) foreign() letters {
	out := maps.Clone(l)
	for r := range l {
		accented := unicode.Is(unicode.Latin, r) && r < 0x2000 || r >= 0x300 && r <= 0x36F
		if accented && r != 'ı' && r != 'İ' {
			delete(out, r)
		}
	}
	return out
}

// marks are the combining marks that people leave out: accents, Arabic vowels
// and lengthening, the Devanagari dot below.
var marks = [][2]rune{{0x300, 0x36F}, {0x640, 0x640}, {0x64B, 0x65F}, {0x670, 0x670}, {0x93C, 0x93C}}

func mark(r rune) bool {
	return slices.ContainsFunc(marks, func(g [2]rune) bool { return r >= g[0] && r <= g[1] })
}

// fold folds a text.
func (l letters) fold(text string) *folded {
	f := &folded{text: text}
	i := 0
	f.b = make([]byte, 0, len(text)+8)
	for ; i < len(text) && text[i] < utf8.RuneSelf; i++ {
		f.b = append(f.b, lowerASCII(text[i]))
	}
	if i == len(text) {
		return f
	}
	f.at = make([]int32, i, len(text)+8)
	for k := range f.at {
		f.at[k] = int32(k)
	}
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		n := len(f.b)
		f.b = l.appendRune(f.b, r)
		if r == '、' || stops(r) && !(n > 0 && digit(f.b[n-1]) && figureAt(text, i+size)) { // 2、3 is no 2.3
			f.b = append(f.b, ' ') // none follows where words have no spaces
		}
		for ; n < len(f.b); n++ {
			f.at = append(f.at, int32(i))
		}
		i += size
	}
	f.at = append(f.at, int32(len(text)))
	return f
}

func (l letters) appendRune(b []byte, r rune) []byte {
	switch {
	case r < utf8.RuneSelf:
		return append(b, lowerASCII(byte(r)))
	case r == '½' || r == '¼' || r == '¾':
		if len(b) == 0 || !digit(b[len(b)-1]) {
			b = append(b, '0')
		}
		return append(b, map[rune]string{'½': ".5", '¼': ".25", '¾': ".75"}[r]...)
	case r >= 0xFF01 && r <= 0xFF5E:
		return append(b, lowerASCII(byte(r-0xFEE0)))
	}
	if s, ok := l[r]; ok {
		return append(b, s...)
	}
	if c := ascii(r); c != 0 {
		return append(b, c)
	}
	switch {
	case unicode.Is(unicode.Nd, r):
		return append(b, digitOf(r))
	case unicode.Is(unicode.Cf, r), r >= 0xFE00 && r <= 0xFE0F:
		return b
	case unicode.IsSpace(r):
		return append(b, ' ')
	case unicode.Is(unicode.Pd, r), r == '−':
		return append(b, '-')
	case r == '’' || r == '‘' || r == '´':
		return append(b, '\'')
	case r == '“' || r == '”' || r == '«' || r == '»':
		return append(b, '"')
	}
	return utf8.AppendRune(b, unicode.ToLower(r))
}

// ascii is the ASCII form of a punctuation mark of another script; 0: none.
func ascii(r rune) byte {
	switch r {
	case '【', '〔':
		return '['
	case '】', '〕':
		return ']'
	case '「', '」', '『', '』':
		return '"'
	}
	return secret.Punctuation(r)
}

// stops: a mark that ends a sentence, whatever follows it.
func stops(r rune) bool { return r == '。' || r == '｡' || r == '।' || r == '॥' || r == '۔' }

// figureAt: a digit of any script stands at i.
func figureAt(text string, i int) bool {
	r, _ := utf8.DecodeRuneInString(text[i:])
	return unicode.IsDigit(r)
}

// digitOf: the ranges of Unicode's category Nd begin with a zero and hold
// whole sets of ten.
func digitOf(r rune) byte {
	for _, g := range unicode.Nd.R16 {
		if r <= rune(g.Hi) {
			return '0' + byte((r-rune(g.Lo))%10)
		}
	}
	for _, g := range unicode.Nd.R32 {
		if uint32(r) <= g.Hi {
			return '0' + byte((r-rune(g.Lo))%10)
		}
	}
	return '0'
}

func lowerASCII(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func digit(c byte) bool  { return '0' <= c && c <= '9' }
func letter(c byte) bool { return 'a' <= c && c <= 'z' || c >= utf8.RuneSelf }
func space(c byte) bool  { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// start tells whether a word may begin at i; every letter may in scripts
// written without spaces, and letters may follow digits ("2hrs", "8시").
func start(b []byte, i int) bool {
	if i == 0 || i == len(b) {
		return true
	}
	if b[i]&0xC0 == 0x80 {
		return false
	}
	if !letter(b[i]) || !letter(b[i-1]) {
		return !(digit(b[i]) && digit(b[i-1]))
	}
	if b[i] < utf8.RuneSelf && b[i-1] < utf8.RuneSelf {
		return false
	}
	before, _ := utf8.DecodeLastRune(b[max(0, i-utf8.UTFMax):i])
	after, _ := utf8.DecodeRune(b[i:])
	return joined(before) || joined(after)
}

// unspaced: a letter of a script written without spaces between words.
func unspaced(r rune) bool {
	if r >= 0x4E00 && r <= 0x9FA5 { // most of them: asked for every letter
		return true
	}
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// afterJoined: the letter before i may have a word right behind it.
func afterJoined(b []byte, i int) bool {
	r, _ := utf8.DecodeLastRune(b[max(0, i-utf8.UTFMax):i])
	return joined(r)
}

func joined(r rune) bool {
	if r >= 0x4E00 && r <= 0x9FA5 {
		return true
	}
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai) ||
		r >= 0x2000 && !unicode.IsLetter(r)
}
