package slot

import "strings"

// class is what a word means to the grammar.
type class uint8

// The classes of the time grammar.
const (
	cNone class = iota
	cNumber
	cUnit
	cAgo
	cBeen
	cNotAgo
	cNow
	cAbout
	cLess
	cVague
	cAnd
	cFill
	cDay
	cPart
	cWeekday
	cMonth
	cLast
	cAt
	cOclock
	cHalfPast
	cHalfTo
	cHalfAfter
	cPast
	cTo
	cPlus
	cMinus
	cQuarter
	cYearMark
	cMonthMark
	cDayMark
	cZoneWord
	cZone
)

// The classes of phrases.
const (
	cSubmit class = iota + 64
	cNotSubmit
	cStatus
	cCue
	cBlock
	cReason
	cShort
	cWrongInfo
	cShortWrongInfo
	cMajor
	cMinor
	cNot
	cYes
	cNo
	cUnsure
	cInsist
	cTransfer
	cNotThat
	cTimes
	cAdverb
	cOrdinal
	cCancel
	cFace
	cFailed
	cRejected
	cWithin24
	cLabel
	cPiece // part of a pattern with gaps
)

// meaning is one thing a word can mean; what v is depends on the class.
type meaning struct {
	cls class
	v   int32
}

type edge struct {
	c  byte
	to int32
}

type node struct {
	edges []edge
	m     []meaning
}

// trie holds the words of one language by the bytes of their folded form.
type trie []node

func (t *trie) add(word string, m meaning) {
	if len(*t) == 0 {
		*t = append(*t, node{})
	}
	at := int32(0)
	for i := range len(word) {
		next := (*t).step(at, word[i])
		if next < 0 {
			next = int32(len(*t))
			*t = append(*t, node{})
			(*t)[at].edges = append((*t)[at].edges, edge{word[i], next})
		}
		at = next
	}
	for _, have := range (*t)[at].m {
		if have == m {
			return
		}
	}
	(*t)[at].m = append((*t)[at].m, m)
}

func (t trie) step(at int32, c byte) int32 {
	for _, e := range t[at].edges {
		if e.c == c {
			return e.to
		}
	}
	return -1
}

// walk calls hit for every entry that begins at i, the shortest first. Runs
// of spaces count as one.
func (t trie) walk(b []byte, i int, hit func(to int, m []meaning)) {
	if len(t) == 0 {
		return
	}
	at := int32(0)
	for j := i; j < len(b); {
		c := b[j]
		if space(c) {
			c = ' '
		}
		if at = t.step(at, c); at < 0 {
			return
		}
		j++
		if m := t[at].m; m != nil {
			hit(j, m)
		}
		for c == ' ' && j < len(b) && space(b[j]) {
			j++
		}
	}
}

// alternatives writes out "{a|b} c" as "a c", "b c".
func alternatives(s string) []string {
	open := strings.IndexByte(s, '{')
	if open < 0 {
		return []string{strings.Join(strings.Fields(s), " ")}
	}
	end := strings.IndexByte(s[open:], '}')
	if end < 0 {
		return []string{s}
	}
	var out []string
	for _, a := range strings.Split(s[open+1:open+end], "|") {
		out = append(out, alternatives(s[:open]+a+s[open+end+1:])...)
	}
	return out
}

// pattern is a phrase with gaps.
type pattern struct {
	pieces int
	m      meaning
}

// table is a language, ready for use.
type table struct {
	lang     string
	letters  letters
	suffixes map[string]bool
	prefixes []string
	times    trie
	phrases  trie
	patterns []pattern
	clock24  bool
	order    string
	tens     bool // TenMultiplies
}

// time and phrase add words to one of the tries.
func (t *table) time(cls class, v int32, words ...string) {
	for _, w := range words {
		for _, a := range alternatives(w) {
			t.times.add(t.key(a), meaning{cls, v})
		}
	}
}

func (t *table) phrase(cls class, v int32, words ...string) {
	for _, w := range words {
		for _, a := range alternatives(w) {
			pieces := strings.Split(a, " .. ")
			if len(pieces) == 1 {
				t.phrases.add(t.key(a), meaning{cls, v})
				continue
			}
			id := int32(len(t.patterns))
			t.patterns = append(t.patterns, pattern{len(pieces), meaning{cls, v}})
			for k, piece := range pieces {
				t.phrases.add(t.key(piece), meaning{cPiece, id<<4 | int32(k)})
			}
		}
	}
}

func (t *table) key(w string) string { return string(t.letters.fold(w).b) }

// ends tells whether a word that began earlier may end at i: at a boundary or
// before one of the language's glued endings.
func (t *table) ends(b []byte, i int) bool {
	if start(b, i) {
		return true
	}
	if len(t.suffixes) == 0 {
		return false
	}
	j := i
	for j < len(b) && (letter(b[j]) || b[j] == '\'') && j-i <= 16 {
		j++
	}
	return t.suffixes[string(b[i:j])]
}
