package match

// Feature kinds salt the hash so that the word "on" and the letters "on"
// inside a word fall into different buckets.
const (
	saltWord uint64 = 0x9E3779B97F4A7C15
	saltPair uint64 = 0xC2B2AE3D27D4EB4F
	saltPart uint64 = 0x165667B19E3779F9
	saltRun  uint64 = 0x27D4EB2F165667C5

	hashStep uint64 = 0x9FB21C651E98DF25
)

// Lengths of letter n-grams: 2-5 inside a word with its edges marked, 1-4 in
// text without spaces.
const (
	minPart, maxPart = 2, 5
	maxRun           = 4
)

func mix(h uint64) uint64 {
	h ^= h >> 29
	h *= hashStep
	return h ^ h>>32
}

// hit is one bucket of one message with how often it was met.
type hit struct {
	bucket uint32
	count  uint32
}

// bag is the features of one message: two blocks, each weighted on its own.
// Words and pairs say what, parts of words survive typing errors.
type bag struct {
	words, parts []hit
	tally        []uint32 // bucket → 1 + index in the block being filled
	mask         uint64
	seen         []uint64 // hash of each word, for the share of unknown words
}

func (b *bag) reset(buckets int) {
	if len(b.tally) < buckets {
		b.tally = make([]uint32, buckets)
	}
	b.mask = uint64(buckets - 1)
	b.words, b.parts, b.seen = b.words[:0], b.parts[:0], b.seen[:0]
}

func (b *bag) add(block []hit, h uint64) []hit {
	bucket := uint32(h & b.mask)
	if n := b.tally[bucket]; n > 0 {
		block[n-1].count++
		return block
	}
	b.tally[bucket] = uint32(len(block) + 1)
	return append(block, hit{bucket, 1})
}

func (b *bag) clear(block []hit) {
	for _, h := range block {
		b.tally[h.bucket] = 0
	}
}

// fill extracts the features of t.
func (b *bag) fill(t *text, buckets int) {
	b.reset(buckets)
	var before uint64
	for _, tok := range t.tokens {
		if tok.kind == kindRun {
			before = 0
			b.runWords(t.runes[tok.start:tok.end])
			continue
		}
		h := wordHash(t.runes[tok.start:tok.end])
		b.words = b.add(b.words, h)
		if before != 0 {
			b.words = b.add(b.words, pairHash(before, h))
		}
		before = h
		if tok.kind == kindWord {
			b.seen = append(b.seen, h)
		}
	}
	b.clear(b.words)
	for _, tok := range t.tokens {
		switch tok.kind {
		case kindWord:
			b.wordParts(t.runes[tok.start:tok.end])
		case kindRun:
			b.runParts(t.runes[tok.start:tok.end])
		case kindMark:
		}
	}
	b.clear(b.parts)
}

func wordHash(w []rune) uint64 {
	h := saltWord
	for _, r := range w {
		h = (h ^ uint64(r)) * hashStep
	}
	return mix(h)
}

func pairHash(a, b uint64) uint64 { return mix(a*3 ^ b ^ saltPair) }

// runWords notes pairs of characters as the words of a script without spaces,
// for the share of unknown words only.
func (b *bag) runWords(w []rune) {
	for i := 0; i+1 < len(w); i++ {
		b.seen = append(b.seen, mix((uint64(w[i])<<21|uint64(w[i+1]))*hashStep^saltRun))
	}
}

func (b *bag) wordParts(w []rune) {
	eachWordPart(w, func(h uint64, _, _ int) { b.parts = b.add(b.parts, h) })
}

func (b *bag) runParts(w []rune) {
	eachRunPart(w, func(h uint64, _, _ int) { b.parts = b.add(b.parts, h) })
}

// eachWordPart visits the letter n-grams of w with their place; -1 and len(w)
// are the edges of the word.
func eachWordPart(w []rune, visit func(h uint64, from, to int)) {
	for i := -1; i < len(w); i++ {
		h := saltPart
		for n := 0; n < maxPart && i+n <= len(w); n++ {
			r := uint64(' ')
			if p := i + n; p >= 0 && p < len(w) {
				r = uint64(w[p])
			}
			h = (h ^ r) * hashStep
			if n+1 >= minPart {
				visit(mix(h), i, i+n+1)
			}
		}
	}
}

func eachRunPart(w []rune, visit func(h uint64, from, to int)) {
	for i := range w {
		h := saltRun
		for n := 0; n < maxRun && i+n < len(w); n++ {
			h = (h ^ uint64(w[i+n])) * hashStep
			visit(mix(h), i, i+n+1)
		}
	}
}
