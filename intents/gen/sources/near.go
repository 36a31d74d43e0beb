package sources

import (
	"cmp"
	"slices"

	"usher/intents/match"
)

// alike is from which share of their letter triples two texts count as nearly
// the same.
const alike = 0.9

// triple is three letters in a row.
type triple [3]rune

// triples are those of a text, each once, in order.
func triples(s string) []triple {
	r := []rune(" " + match.Normal(s) + " ")
	all := make([]triple, 0, len(r))
	for i := 0; i+3 <= len(r); i++ {
		all = append(all, triple(r[i:]))
	}
	slices.SortFunc(all, compare)
	return slices.Compact(all)
}

func compare(a, b triple) int {
	return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]), cmp.Compare(a[2], b[2]))
}

// collection finds texts by what they share.
type collection struct {
	sets    map[int][]triple // by the number given to add
	holders map[triple][]int
}

func newCollection() *collection {
	return &collection{sets: map[int][]triple{}, holders: map[triple][]int{}}
}

func (c *collection) add(i int, text string) {
	c.sets[i] = triples(text)
	for _, t := range c.sets[i] {
		c.holders[t] = append(c.holders[t], i)
	}
}

// near are the texts, by number, that are nearly the same as this one. Texts
// that share nine tenths of their triples share one of the rarest tenth of
// either, so only those need be looked at. A nil collection has none.
func (c *collection) near(text string) (found []int) {
	if c == nil {
		return nil
	}
	own := triples(text)
	rare := slices.Clone(own)
	slices.SortStableFunc(rare, func(a, b triple) int { return len(c.holders[a]) - len(c.holders[b]) })
	rare = rare[:min(len(rare), len(rare)-int(alike*float64(len(rare)))+1)]
	for _, t := range rare {
		for _, i := range c.holders[t] {
			if !slices.Contains(found, i) && similar(own, c.sets[i]) {
				found = append(found, i)
			}
		}
	}
	slices.Sort(found)
	return found
}

// similar: both hold nine tenths of all the triples that either holds.
func similar(a, b []triple) bool {
	if min(len(a), len(b)) < int(alike*float64(max(len(a), len(b)))) {
		return false
	}
	shared := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch compare(a[i], b[j]) {
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
