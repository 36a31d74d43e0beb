package slot

import "strings"

// class is what a word means to the grammar.
type class uint8

// The classes of the time grammar.
const (
	cNone class = iota
	cNumber
	cArticle
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
	cSpan     // a word that is a whole span
	cBetween  // before a range of hours
	cLastWeek // before or after a weekday: the week before
	cOclock24 // after an hour of the 24-hour clock
	cPastAfter
	cToAfter
	cLessAfter
	cNotAgoAfter
	cToward
	cOfHour
	cNowAsked
)

// The classes of phrases.
const (
	cSubmit class = iota + 64
	cSubject
	cNotSubmit
	cStatus
	cShortStatus
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
	cInsistShort
	cTransfer
	cNotThat
	cTimes
	cAdverb
	cOrdinal
	cCancel
	cFace
	cNouns
	cRejected
	cWithin24
	cLabel
	cYesAlone
	cNoAlone
	cSmall
	cQuestion
	cOrdinalMark
	cAgain
	cNotAfter
	cBlockAfter
	cNotStatus
	cNoAsked
	cBut
	cButNot
	cPiece // part of a pattern with gaps
	cJump  // the phrase goes on: v is the root of what may follow
)

// meaning is one thing a word can mean; what v is depends on the class.
type meaning struct {
	cls class
	v   int32
}

// node is one byte of a word: its first continuation, its next alternative,
// and what ends here (an index into trie.m; 0: nothing). Nodes refer to each
// other by number, so that building is one growing slice.
type node struct {
	c     byte
	child int32
	next  int32
	m     int32
}

// trie holds the words of one language by the bytes of their folded form.
type trie struct {
	nodes []node
	first [256]int32
	m     [][]meaning
	jumps []bool // whether an entry of m has a cJump; as long as there are some
}

func (t *trie) add(word string, m meaning) { t.addAt(0, word, m) }

// root makes a place that words can be added at and jumped to.
func (t *trie) root() int32 {
	t.begin()
	return t.grow(0, 0)
}

func (t *trie) begin() {
	if t.nodes == nil {
		t.nodes = make([]node, 1, 1024)
		t.m = make([][]meaning, 1, 256)
	}
}

// addAt adds a word at a root; 0 is the beginning of all.
func (t *trie) addAt(root int32, word string, m meaning) {
	if word == "" {
		return
	}
	t.begin()
	at, i := root, 0
	if root == 0 {
		if at = t.first[word[0]]; at == 0 {
			at = t.grow(word[0], 0)
			t.first[word[0]] = at
		}
		i = 1
	}
	for ; i < len(word); i++ {
		next := t.step(at, word[i])
		if next == 0 {
			next = t.grow(word[i], t.nodes[at].child)
			t.nodes[at].child = next
		}
		at = next
	}
	n := &t.nodes[at]
	if m.cls == cJump {
		defer func() {
			last := t.nodes[at].m
			for len(t.jumps) <= int(last) {
				t.jumps = append(t.jumps, false)
			}
			t.jumps[last] = true
		}()
	}
	if n.m == 0 {
		n.m = int32(len(t.m))
		t.m = append(t.m, []meaning{m})
		return
	}
	for _, have := range t.m[n.m] {
		if have == m {
			return
		}
	}
	t.m[n.m] = append(t.m[n.m], m)
}

func (t *trie) grow(c byte, next int32) int32 {
	t.nodes = append(t.nodes, node{c: c, next: next})
	return int32(len(t.nodes) - 1)
}

func (t *trie) step(at int32, c byte) int32 {
	for n := t.nodes[at].child; n != 0; n = t.nodes[n].next {
		if t.nodes[n].c == c {
			return n
		}
	}
	return 0
}

// walk calls hit for every entry that begins at i, the shortest first unless
// there are jumps. Runs of spaces count as one.
func (t *trie) walk(b []byte, i int, hit func(to int, m []meaning)) {
	t.walkFrom(0, b, i, hit)
}

func (t *trie) walkFrom(root int32, b []byte, i int, hit func(to int, m []meaning)) {
	at := root
	for j := i; j < len(b); {
		c := b[j]
		if space(c) {
			c = ' '
		}
		if j == i && root == 0 {
			at = t.first[c]
		} else {
			at = t.step(at, c)
		}
		if at == 0 {
			return
		}
		j++
		m := t.nodes[at].m
		if m != 0 {
			hit(j, t.m[m])
		}
		for c == ' ' && j < len(b) && space(b[j]) {
			j++
		}
		if m != 0 && int(m) < len(t.jumps) && t.jumps[m] {
			for _, one := range t.m[m] {
				if one.cls == cJump {
					t.walkFrom(one.v, b, j, hit)
				}
			}
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
	without  map[string]bool // words left out
	suffixes map[string]bool
	endings  map[string]bool // Time.Endings
	dotDay   bool            // "20." is a day
	prefixes []string
	joins    []string // prefixes that are words for "and"
	noMarked []string // Answer.NoMarked, composed and in lower case
	times    trie
	phrases  trie
	patterns []pattern
	clock24  bool
	order    string
	tens     bool // TenMultiplies
	ones     bool // OnesFirst
	// ordinalAfter: Count.OrdinalAfter
	ordinalAfter bool
}

// time and phrase add words to one of the tries.
func (t *table) time(cls class, v int32, words ...string) {
	for _, w := range words {
		for _, a := range alternatives(w) {
			if k := t.key(a); !t.without[k] {
				t.times.add(k, meaning{cls, v})
			}
		}
	}
}

func (t *table) phrase(cls class, v int32, words ...string) {
	for _, w := range words {
		written := []string{w}
		if ways(parts(w)) <= mostWritten {
			written = alternatives(w)
		}
		for _, a := range written {
			pieces := strings.Split(a, " .. ")
			if len(pieces) == 1 && t.without[t.key(a)] {
				continue
			}
			if len(pieces) == 1 {
				t.spread(0, parts(a), meaning{cls, v}, true)
				continue
			}
			id := int32(len(t.patterns))
			t.patterns = append(t.patterns, pattern{len(pieces), meaning{cls, v}})
			for k, piece := range pieces {
				t.spread(0, parts(piece), meaning{cPiece, id<<4 | int32(k)}, true)
			}
		}
	}
}

func (t *table) key(w string) string { return string(t.letters.fold(w).b) }

// ends tells whether a word that began earlier may end at i: at a boundary or
// before one of the language's glued endings.
func (t *table) ends(b []byte, i int) bool {
	return start(b, i) || t.suffix(b, i)
}

// suffix: one of the language's glued endings is all that stands at i.
func (t *table) suffix(b []byte, i int) bool {
	if len(t.suffixes) == 0 {
		return false
	}
	j := i
	for j < len(b) && (letter(b[j]) || b[j] == '\'') && j-i <= 16 {
		j++
	}
	return t.suffixes[string(b[i:j])]
}
