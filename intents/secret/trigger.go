package secret

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// class is what a known word is, as a bit set: a word can be several things.
type class uint32

const (
	isPassword class = 1 << iota
	isPasswordWeak
	isCode
	isNotCode
	isSeed
	isKey
	isAPI
	isIs
	isTo
	isFill
	isOrdinary
	isNotID
	isPhone
	isMoney
	isNext
	isAsk
	isAskNot
)

// node is one step of the trie of known words, by bytes of their folded form.
type node struct {
	bytes []byte  // what may come next
	nodes []int32 // and where each leads
	is    class
}

// next is where a byte leads; 0, the root, where it leads nowhere.
func (n *node) next(c byte) int32 {
	if i := bytes.IndexByte(n.bytes, c); i >= 0 {
		return n.nodes[i]
	}
	return 0
}

// trie finds the longest known word at a place in time bounded by its length.
type trie []node

func (t *trie) add(words []string, is class) {
	if len(*t) == 0 {
		*t = append(*t, node{})
	}
	for _, w := range words {
		at := int32(0)
		for _, c := range view(w).low {
			n := (*t)[at].next(c)
			if n == 0 {
				n = int32(len(*t))
				*t = append(*t, node{})
				from := &(*t)[at]
				from.bytes, from.nodes = append(from.bytes, c), append(from.nodes, n)
			}
			at = n
		}
		(*t)[at].is |= is
	}
}

// word is a known word in a text.
type word struct {
	from, to int
	is       class
}

// at returns the longest known word that begins at i and ends at a word's end.
func (t trie) at(p *plain, i int) (word, bool) {
	best := word{from: i}
	n := int32(0)
	for j := i; j < len(p.low); {
		c := p.low[j]
		if c == '\n' || c == '\t' {
			c = ' '
		}
		if n = t[n].next(c); n == 0 {
			break
		}
		j++
		if t[n].is != 0 && wordEnd(p.low, j) {
			best.to, best.is = j, t[n].is
		}
		if c == ' ' {
			for j < len(p.low) && p.low[j] == ' ' {
				j++
			}
		}
	}
	return best, best.is != 0
}

// scan returns the known words of a text, in order and without overlap.
func (t trie) scan(p *plain) []word {
	var out []word
	for i := 0; i < len(p.low); {
		if !wordStart(p.low, i) {
			i++
			continue
		}
		w, ok := t.at(p, i)
		if !ok {
			i++
			continue
		}
		out = append(out, w)
		i = w.to
	}
	return out
}

// wordStart and wordEnd tell whether a known word may begin or end at i. In
// scripts that do not put spaces between words every character may.
func wordStart(b []byte, i int) bool {
	if i == 0 {
		return true
	}
	if b[i]&0xC0 == 0x80 {
		return false // inside a character
	}
	if !wordByte(b[i-1]) || !wordByte(b[i]) {
		return true
	}
	if isDigit(b[i-1]) != isDigit(b[i]) {
		return true
	}
	before, _ := utf8.DecodeLastRune(b[max(0, i-utf8.UTFMax):i])
	after, _ := utf8.DecodeRune(b[i:])
	return joined(before) || joined(after)
}

func wordEnd(b []byte, i int) bool {
	return i == len(b) || wordStart(b, i)
}

// joined: a letter of a script written without spaces, or with endings glued
// to the word (Korean).
func joined(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai)
}

// before returns the known word that ends right before i, apart from spaces,
// colons, number signs and the like.
func before(p *plain, words []word, i int) (word, bool) {
	for i > 0 && (space(p.low[i-1]) || p.low[i-1] == ':' || p.low[i-1] == '#' || p.low[i-1] == '=' ||
		p.low[i-1] == '(' || p.low[i-1] == '"' || p.low[i-1] == '.') {
		i--
	}
	return ending(words, i)
}

// ending returns the known word that ends at i.
func ending(words []word, i int) (word, bool) {
	lo, hi := 0, len(words)
	for lo < hi {
		mid := (lo + hi) / 2
		if words[mid].to < i {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(words) && words[lo].to == i {
		return words[lo], true
	}
	return word{}, false
}

// told says whether one of the up to four known words right before i is of
// the given class; joining words between them do not hide it.
func told(p *plain, words []word, i int, is class) bool {
	for range 4 {
		w, ok := before(p, words, i)
		if !ok {
			return false
		}
		if w.is&is != 0 {
			return true
		}
		if w.is&(isIs|isFill|isTo) == 0 {
			return false
		}
		i = w.from
	}
	return false
}
