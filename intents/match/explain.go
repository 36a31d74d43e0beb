package match

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Reason is one feature of a message and what it added to the decision for a
// label; negative speaks against it.
type Reason struct {
	Feature string // a word, two words with a space, part of a word with | at its edges, or a cue in quotation marks
	Weight  float64
}

// Explain returns the n features that spoke loudest for or against label in
// the linear part of the decision, the loudest first. It is for people, not
// for the hot path: it allocates.
func (m *Model) Explain(message, label string, hint Hint, n int) []Reason {
	class, ok := slices.BinarySearch(m.labels, label)
	if !ok {
		return nil
	}
	w := new(work)
	w.read(message)
	h := m.head(m.langs.detect(&w.text, hint).lang)
	if h == nil {
		h = m.heads[0]
	}
	w.fill(h.cues, h.buckets())
	words, parts := names(&w.text, uint64(h.buckets()-1))
	for i, cue := range h.cues {
		if at, ok := cue.next(w.flat, 0); ok {
			words[uint32(cueHash(i)&uint64(h.buckets()-1))] = fmt.Sprintf("%q", strings.TrimSpace(string(w.flat[at.From:at.To])))
		}
	}
	out := append(h.reasons(w.bag.words, words, class), h.reasons(w.bag.parts, parts, class)...)
	slices.SortStableFunc(out, func(a, b Reason) int {
		switch x, y := math.Abs(a.Weight), math.Abs(b.Weight); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	return out[:min(n, len(out))]
}

func (h *head) reasons(hits []hit, names map[uint32]string, class int) []Reason {
	norm := 0.0
	value := func(f hit) float64 { return float64(logTF[min(f.count, 63)]) * float64(h.idf[f.bucket]) }
	for _, f := range hits {
		norm += value(f) * value(f)
	}
	out := make([]Reason, 0, len(hits))
	for _, f := range hits {
		weight := float64(weightAt(h.table, h.stride, int(f.bucket), class)) * float64(h.scale[class])
		out = append(out, Reason{names[f.bucket], weight * value(f) / math.Sqrt(norm)})
	}
	return out
}

// names says what each bucket of t stands for. Where two features share a
// bucket the first one names it.
func names(t *text, mask uint64) (words, parts map[uint32]string) {
	words, parts = map[uint32]string{}, map[uint32]string{}
	put := func(to map[uint32]string, h uint64, name string) {
		if _, ok := to[uint32(h&mask)]; !ok {
			to[uint32(h&mask)] = name
		}
	}
	var before uint64
	var last string
	for _, tok := range t.tokens {
		w := t.runes[tok.start:tok.end]
		if tok.kind == kindRun {
			before = 0
			eachRunPart(w, func(h uint64, from, to int) { put(parts, h, string(w[from:to])) })
			continue
		}
		h := wordHash(w)
		name := string(w)
		if mask := maskName(w[0]); mask != "" {
			name = mask
		}
		put(words, h, name)
		if before != 0 {
			put(words, pairHash(before, h), last+" "+name)
		}
		before, last = h, name
		if tok.kind == kindWord {
			edged := []rune("|" + string(w) + "|")
			eachWordPart(w, func(h uint64, from, to int) { put(parts, h, string(edged[from+1:to+1])) })
		}
	}
	return words, parts
}

func maskName(r rune) string {
	switch r {
	case maskMail:
		return "<mail>"
	case maskLink:
		return "<link>"
	case maskNumber:
		return "<number>"
	case maskTime:
		return "<time>"
	}
	return ""
}
