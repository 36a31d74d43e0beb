package match

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"strings"
	"sync"
)

// Phrases finds fixed phrases in messages that were matched, on the text as
// the matcher reads it: case, accents and punctuation do not count, and a
// phrase of a spaced script only fits whole words. It walks a tree of letters,
// so the time does not grow with the number of phrases. The tree is grown when
// the first message comes: most processes hear few of the languages.
type Phrases struct {
	given []string // as given
	grown sync.Once
	maybe [64]uint64 // a bit per hash of the first two letters of a phrase
	step  []branch   // open addressing
	ends  []bool     // by node: a phrase ends here
}

// branch leads from a node by a letter to the next node.
type branch struct {
	key uint64 // node+1 and letter; 0 is a free place
	to  int32
}

func branchKey(node int32, r rune) uint64 { return uint64(node+1)<<21 | uint64(r) }

// NewPhrases takes a list; phrases of less than two letters are left out. A
// group in braces stands for each of its parts: "i {did not,never} {send,ask}"
// is four phrases.
func NewPhrases(list []string) *Phrases { return &Phrases{given: list} }

// digest tells one list from another.
func (p *Phrases) digest() uint64 {
	h := fnv.New64a()
	for _, s := range p.given {
		_, _ = io.WriteString(h, s)
		_, _ = h.Write([]byte{0})
	}
	return h.Sum64()
}

// grow prepares the tree.
func (p *Phrases) grow() {
	p.ends = make([]bool, 1)
	tree := map[uint64]int32{}
	var w work
	for _, s := range expand(p.given) {
		w.read(s)
		letters := w.flat
		if len(letters) > 0 && w.text.tokens[0].kind == kindRun {
			letters = letters[1:]
		}
		if n := len(letters); n > 0 && w.text.tokens[len(w.text.tokens)-1].kind == kindRun {
			letters = letters[:n-1]
		}
		if len(letters) < 2 {
			continue
		}
		key := start(letters[0], letters[1])
		p.maybe[key/64] |= 1 << (key % 64)
		node := int32(0)
		for _, r := range letters {
			next, ok := tree[branchKey(node, r)]
			if !ok {
				next = int32(len(p.ends))
				p.ends = append(p.ends, false)
				tree[branchKey(node, r)] = next
			}
			node = next
		}
		p.ends[node] = true
	}
	p.lay(tree)
}

// lay puts the tree into a table at most half full.
func (p *Phrases) lay(tree map[uint64]int32) {
	size := 4
	for size < 2*len(tree)+2 {
		size *= 2
	}
	p.step = make([]branch, size)
	for key, to := range tree {
		i := mix(key) & uint64(size-1)
		for p.step[i].key != 0 {
			i = (i + 1) & uint64(size-1)
		}
		p.step[i] = branch{key, to}
	}
}

// walk returns the node that r leads to, or 0.
func (p *Phrases) walk(node int32, r rune) int32 {
	key := branchKey(node, r)
	for i := mix(key) & uint64(len(p.step)-1); ; i = (i + 1) & uint64(len(p.step)-1) {
		switch b := &p.step[i]; b.key {
		case key:
			return b.to
		case 0:
			return 0
		}
	}
}

// maxExpanded bounds what the braces of a list may multiply to.
const maxExpanded = 1 << 16

// ErrTooMany is wrapped by the refusal of a list whose braces multiply to too
// many phrases.
var ErrTooMany = errors.New("too many phrases")

// CheckPhrases refuses a list that is too long to be matched whole.
func CheckPhrases(list []string) error {
	total := 0
	for _, s := range list {
		n := 1
		for {
			_, rest, open := strings.Cut(s, "{")
			group, tail, closed := strings.Cut(rest, "}")
			if !open || !closed {
				break
			}
			n, s = n*(1+strings.Count(group, ",")), tail
			if n > maxExpanded {
				return fmt.Errorf("%w: one of them stands for more than %d", ErrTooMany, maxExpanded)
			}
		}
		total += n
	}
	if total > maxExpanded {
		return fmt.Errorf("%w: they stand for %d, at most %d can be", ErrTooMany, total, maxExpanded)
	}
	return nil
}

func expand(list []string) []string {
	var out []string
	todo := append([]string(nil), list...)
	for len(todo) > 0 && len(out) < maxExpanded {
		s := todo[0]
		todo = todo[1:]
		head, rest, open := strings.Cut(s, "{")
		group, tail, closed := strings.Cut(rest, "}")
		if !open || !closed {
			out = append(out, s)
			continue
		}
		for part := range strings.SplitSeq(group, ",") {
			todo = append(todo, head+strings.TrimLeft(part, " ")+tail)
		}
	}
	return out
}

func start(a, b rune) uint32 {
	return uint32(mix(uint64(a)<<21|uint64(b))) % 4096
}

// Span is where a phrase stands in a message, in letters of Normal.
type Span struct{ From, To int }

// Next returns the first phrase at or after from in the message that r was
// matched with last. Of two that begin together the longer one is returned.
func (p *Phrases) Next(r *Result, from int) (Span, bool) {
	if r.work == nil {
		return Span{}, false
	}
	return p.next(r.work.flat, from)
}

func (p *Phrases) next(text []rune, from int) (Span, bool) {
	p.grown.Do(p.grow)
	for i := max(from, 0); i+1 < len(text); i++ {
		key := start(text[i], text[i+1])
		if p.maybe[key/64]>>(key%64)&1 == 0 {
			continue
		}
		end, node := 0, int32(0)
		for j := i; j < len(text); j++ {
			if node = p.walk(node, text[j]); node == 0 {
				break
			}
			if p.ends[node] {
				end = j + 1
			}
		}
		if end > 0 {
			return Span{i, end}, true
		}
	}
	return Span{}, false
}

// Gap counts the spaces between two places of the message, which is the
// number of words between two phrases.
func (r *Result) Gap(from, to int) int {
	n := 0
	for i := max(from, 0); i < min(to, len(r.work.flat)); i++ {
		if r.work.flat[i] == ' ' {
			n++
		}
	}
	return n
}

// Normal returns s as the matcher reads it, one space between words.
func Normal(s string) string {
	var w work
	w.read(s)
	if len(w.flat) == 0 {
		return ""
	}
	return string(w.flat[1 : len(w.flat)-1])
}
