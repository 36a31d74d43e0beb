package sources

import (
	"slices"

	"usher/intents/match"
)

// alike is from which share of their letter triples two texts count as nearly
// the same.
const alike = 0.9

// triple is three letters in a row.
type triple [3]rune

func triples(s string) map[triple]bool {
	r := []rune(" " + match.Normal(s) + " ")
	set := make(map[triple]bool, len(r))
	for i := 0; i+3 <= len(r); i++ {
		set[triple(r[i:])] = true
	}
	return set
}

// collection finds texts by what they share.
type collection struct {
	sets    map[int]map[triple]bool // by the number given to add
	holders map[triple][]int
}

func newCollection() *collection {
	return &collection{sets: map[int]map[triple]bool{}, holders: map[triple][]int{}}
}

func (c *collection) add(i int, text string) {
	c.sets[i] = triples(text)
	for t := range c.sets[i] {
		c.holders[t] = append(c.holders[t], i)
	}
}

// near is the first text, by number, that is nearly the same as this one. Texts
// that share nine tenths of their triples share one of the rarest tenth of
// either, so only those need be looked at. A nil collection has none.
func (c *collection) near(text string) (int, bool) {
	if c == nil {
		return 0, false
	}
	own := triples(text)
	rare := make([]triple, 0, len(own))
	for t := range own {
		rare = append(rare, t)
	}
	slices.SortFunc(rare, func(a, b triple) int { return len(c.holders[a]) - len(c.holders[b]) })
	rare = rare[:min(len(rare), len(rare)-int(alike*float64(len(rare)))+1)]
	found, ok := 0, false
	seen := map[int]bool{}
	for _, t := range rare {
		for _, i := range c.holders[t] {
			if !seen[i] && (!ok || i < found) && similar(own, c.sets[i]) {
				found, ok = i, true
			}
			seen[i] = true
		}
	}
	return found, ok
}

// similar: the share of all their triples that both hold.
func similar(a, b map[triple]bool) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if float64(len(a)) < alike*float64(len(b)) {
		return false
	}
	shared := 0
	for t := range a {
		if b[t] {
			shared++
		}
	}
	return float64(shared) >= alike*float64(len(a)+len(b)-shared)
}
