package sources

import (
	"cmp"
	"slices"

	"usher/intents/match"
)

// alike is from which share of their letter triples two texts count as nearly
// the same.
const alike = 0.9

// collection finds texts that nearly repeat each other. Two texts that share
// nine tenths of their triples also share one of the rarest tenth of each, so
// only under those is a text filed, and only there is it looked for.
type collection struct {
	rank map[[3]rune]int32 // of a triple, the rarest first
	sets [][]int32         // each text's triples, the rarest first
	by   map[int32][]int   // texts by their rare triples
}

func newCollection(texts []string) *collection {
	c := &collection{rank: map[[3]rune]int32{}, sets: make([][]int32, len(texts)), by: map[int32][]int{}}
	count := map[[3]rune]int{}
	for _, text := range texts {
		for _, t := range triples(text) {
			count[t]++
		}
	}
	all := make([][3]rune, 0, len(count))
	for t := range count {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b [3]rune) int { return cmp.Or(cmp.Compare(count[a], count[b]), slices.Compare(a[:], b[:])) })
	for i, t := range all {
		c.rank[t] = int32(i)
	}
	for i, text := range texts {
		c.sets[i] = c.set(text)
		for _, t := range rarest(c.sets[i]) {
			c.by[t] = append(c.by[t], i)
		}
	}
	return c
}

// near are the texts, by their place, that nearly repeat this one. A nil
// collection has none.
func (c *collection) near(text string) (found []int) {
	if c == nil {
		return nil
	}
	own := c.set(text)
	for _, t := range rarest(own) {
		for _, i := range c.by[t] {
			if !slices.Contains(found, i) && similar(own, c.sets[i]) {
				found = append(found, i)
			}
		}
	}
	slices.Sort(found)
	return found
}

// set is the triples of a text, each once, the rarest first; those that no
// text of the collection has are rarer than any.
func (c *collection) set(text string) []int32 {
	all := triples(text)
	set := make([]int32, len(all))
	for i, t := range all {
		rank, ok := c.rank[t]
		if !ok {
			rank = -1 - int32(i)
		}
		set[i] = rank
	}
	slices.Sort(set)
	return set
}

// triples are each three letters in a row of a text, once.
func triples(s string) [][3]rune {
	r := []rune(" " + match.Normal(s) + " ")
	all := make([][3]rune, 0, len(r))
	for i := 0; i+3 <= len(r); i++ {
		all = append(all, [3]rune(r[i:]))
	}
	slices.SortFunc(all, func(a, b [3]rune) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(all)
}

// rarest is the part of a set that it shares with whatever is similar to it.
func rarest(set []int32) []int32 {
	return set[:min(len(set), len(set)-int(alike*float64(len(set)))+1)]
}

// similar: both hold nine tenths of all the triples that either holds.
func similar(a, b []int32) bool {
	if min(len(a), len(b)) < int(alike*float64(max(len(a), len(b)))) {
		return false
	}
	shared := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch cmp.Compare(a[i], b[j]) {
		case -1:
			i++
		case 1:
			j++
		default:
			shared, i, j = shared+1, i+1, j+1
		}
	}
	return float64(shared) >= alike*float64(len(a)+len(b)-shared)
}
