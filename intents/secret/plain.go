package secret

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// mark replaces a secret.
const mark = "••••"

// barrier stands in the plain view for what is masked already or is known to
// be harmless: it is neither letter, digit, space nor separator.
const barrier = 0x00

// plain is a text as the detectors see it. All slices have the same length,
// but at has one entry more.
type plain struct {
	low []byte // folded, lower case
	raw []byte // folded, case kept
	at  []int  // where in the original each byte begins
}

// view folds text. Anything already masked becomes one barrier.
func view(text string) *plain {
	p := &plain{
		low: make([]byte, 0, len(text)),
		raw: make([]byte, 0, len(text)),
		at:  make([]int, 0, len(text)+1),
	}
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			if c == barrier {
				c = 1
			}
			p.put(c, i)
			i++
			continue
		}
		if strings.HasPrefix(text[i:], mark) {
			start := i
			i += len(mark)
			for n := 0; n < 4 && i < len(text) && alnum(text[i]); n++ {
				i++
			}
			p.put(barrier, start)
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		p.putRune(r, i)
		i += size
	}
	p.at = append(p.at, len(text))
	return p
}

func (p *plain) put(c byte, at int) {
	p.raw = append(p.raw, c)
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	p.low = append(p.low, c)
	p.at = append(p.at, at)
}

func (p *plain) putRune(r rune, at int) {
	switch {
	case r >= 0xFF01 && r <= 0xFF5E: // full-width ASCII
		p.put(byte(r-0xFEE0), at)
		return
	case Punctuation(r) != 0:
		p.put(Punctuation(r), at)
		return
	case unicode.Is(unicode.Cf, r), r >= 0xFE00 && r <= 0xFE0F, r == 0x034F:
		return // invisible
	case unicode.IsSpace(r), unicode.Is(unicode.Zs, r):
		p.put(' ', at)
		return
	case unicode.Is(unicode.Pd, r): // dashes of all lengths
		p.put('-', at)
		return
	case r == '“' || r == '”' || r == '„' || r == '«' || r == '»' || r == '「' || r == '」' || r == '『' || r == '』':
		p.put('"', at)
		return
	case r == '’' || r == '‘':
		p.put('\'', at)
		return
	case r == 'İ': // Turkish letters of "i", which people type in any word
		p.put('I', at)
		return
	case r == 'ı':
		p.put('i', at)
		return
	}
	if d, ok := digit(r); ok {
		p.put(d, at)
		return
	}
	var a, b [utf8.UTFMax]byte
	n := utf8.EncodeRune(a[:], r)
	l := unicode.ToLower(r)
	if utf8.RuneLen(l) != n {
		l = r
	}
	utf8.EncodeRune(b[:], l)
	for i := range n {
		p.raw = append(p.raw, a[i])
		p.low = append(p.low, b[i])
		p.at = append(p.at, at)
	}
}

// digit gives the ASCII form of a decimal digit of any script. The ranges of
// Unicode's category Nd all begin with a zero and hold whole sets of ten.
func digit(r rune) (byte, bool) {
	if !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	for _, g := range unicode.Nd.R16 {
		if uint32(r) <= uint32(g.Hi) {
			return '0' + byte((r-rune(g.Lo))%10), true
		}
	}
	for _, g := range unicode.Nd.R32 {
		if uint32(r) <= g.Hi {
			return '0' + byte((r-rune(g.Lo))%10), true
		}
	}
	return 0, false
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func lower(c byte) bool   { return 'a' <= c && c <= 'z' }
func upper(c byte) bool   { return 'A' <= c && c <= 'Z' }
func alnum(c byte) bool   { return isDigit(c) || lower(c) || upper(c) }
func space(c byte) bool   { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// wordByte: part of a word in a script that puts spaces between words, as far
// as one byte can tell; bytes of other scripts count as part of a word.
func wordByte(c byte) bool { return alnum(c) || c >= utf8.RuneSelf }
