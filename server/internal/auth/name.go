package auth

import (
	_ "embed" // for the letters that look alike, and what nobody is called
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

var (
	//go:embed lookalikes.txt
	lookalikesText string
	//go:embed reserved.txt
	reservedText string
)

const (
	greetedMax = 60 // characters of a name that is said in a greeting
	digitsMax  = 4  // of them digits: "ana92", and no telephone number
	marksMax   = 4  // marks on one letter, of any language
)

// Greeted is the name by which a person may be greeted, "" for none: what
// somebody chose to be called is then said by us. A name is made of letters,
// with their marks and what joins them; no sign, link, picture or character that
// turns the direction of the text. One that reads like who speaks for the
// service – "Support", "𝐀dmin", "S u р р o r t", in any language of the chat – is
// none, whatever look-alike letters it is spelt with (Unicode Technical Standard
// #39).
func Greeted(name string) string {
	name = strings.TrimSpace(name)
	if utf8.RuneCountInString(name) > greetedMax || !spelt(name) || poses(name) {
		return ""
	}
	return name
}

// Shown reports whether a name may be shown as it is: something of it is seen,
// and nothing in it is invisible or turns the direction of what stands around
// it, but for the joiners that some scripts are written with.
func Shown(name string) bool {
	return visible(name, utf8.RuneCountInString(name)) && !strings.ContainsFunc(name, func(r rune) bool {
		return r == utf8.RuneError || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) && !joiner(r)
	})
}

func joiner(r rune) bool { return r == '\u200c' || r == '\u200d' }

// spelt reports whether a text is written as names are.
func spelt(name string) bool {
	letters, digits, marks := 0, 0, 0
	for _, r := range name {
		switch {
		case unicode.IsLetter(r):
			letters, marks = letters+1, 0
		case unicode.IsMark(r):
			if marks++; marks > marksMax || letters == 0 {
				return false
			}
		case unicode.IsDigit(r):
			if digits++; digits > digitsMax {
				return false
			}
		case !strings.ContainsRune(" -'.’ʼ·・\u2010\u2011", r) && !joiner(r):
			return false
		}
	}
	return letters > 0
}

// poses reports whether a name reads like one that is reserved. Capital letters
// look like others than small ones, so both ways of reading them are tried.
func poses(name string) bool {
	name = norm.NFKD.String(name)
	for _, text := range []string{strings.ToLower(name), strings.ToLower(alike(name))} {
		words, letterwise := skeleton(text)
		whole := strings.Join(words, "")
		spaced := " " + strings.Join(words, " ") + " "
		for _, r := range reserved() {
			if strings.Contains(spaced, " "+r.spaced+" ") || whole == r.joined || (r.anywhere || letterwise) && strings.Contains(whole, r.joined) {
				return true
			}
		}
	}
	return false
}

// reservedName is one that is reserved, as its skeleton.
type reservedName struct {
	spaced, joined string
	anywhere       bool
}

var reserved = sync.OnceValue(func() (all []reservedName) {
	for line := range strings.Lines(reservedText) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, word := range strings.Fields(line) {
			word, anywhere := strings.CutSuffix(word, "*")
			words, _ := skeleton(strings.ToLower(word))
			all = append(all, reservedName{strings.Join(words, " "), strings.Join(words, ""), anywhere})
		}
	}
	return all
})

// skeleton is what is left of a text when all that looks alike is the same: its
// words, where letters that stand alone make one word together. letterwise: four
// or more did.
func skeleton(text string) (words []string, letterwise bool) {
	plain := alike(strings.Map(func(r rune) rune {
		switch {
		case unicode.In(r, unicode.M, unicode.Cf):
			return -1
		case unicode.IsLetter(r), unicode.IsDigit(r):
			return r
		}
		return ' '
	}, norm.NFKD.String(text)))
	const several = 4
	run := 0 // of single letters
	for _, word := range strings.Fields(plain) {
		if utf8.RuneCountInString(word) > 1 {
			words, run = append(words, word), 0
			continue
		}
		if run++; run == 1 {
			words = append(words, word)
		} else {
			words[len(words)-1] += word
		}
		letterwise = letterwise || run >= several
	}
	return words, letterwise
}

// alike puts the Latin letter for what looks like one.
func alike(text string) string {
	return strings.Map(func(r rune) rune {
		if to, ok := lookalikes()[r]; ok {
			return to
		}
		return r
	}, text)
}

var lookalikes = sync.OnceValue(func() map[rune]rune {
	all := map[rune]rune{'i': 'l', '|': 'l', '!': 'l', '1': 'l', '0': 'o', '3': 'e', '4': 'a', '@': 'a', '5': 's', '$': 's', '7': 't', 'ς': 'o'}
	for line := range strings.Lines(lookalikesText) {
		letter, others, _ := strings.Cut(strings.TrimSpace(line), " ")
		if letter == "#" {
			continue
		}
		to := rune(letter[0])
		if to == 'i' {
			to = 'l' // which a capital one looks like
		}
		for _, r := range others {
			all[r] = to
		}
	}
	return all
})
