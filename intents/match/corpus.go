package match

import "math"

// row is one training line as sparse features: words[:split] is the word
// block, the rest the parts block; both have length 1.
type row struct {
	bucket []uint32
	value  []float32
	label  int
}

// corpus is the training lines of one language under one table of weights.
type corpus struct {
	rows    []row
	classes int
	buckets int
	idf     []uint8
	known   []uint64
	cues    []*Phrases
}

// An inverse document frequency is stored in four bits: fifteen steps reach
// 1+ln(10^4), and finer ones gained nothing on the validation sets.
const (
	idfStep = 0.7
	idfMax  = 15
)

// knownBits is the size of the set of words met in training, in bits.
const knownBits = 1 << 15

// logTF[c] is 1+ln(c), the weight of a feature met c times.
var logTF = func() (t [64]float32) {
	for c := 1; c < len(t); c++ {
		t[c] = float32(1 + math.Log(float64(c)))
	}
	return t
}()

// learnIDF counts in how many lines each bucket occurs.
func learnIDF(lines []Example, cues []*Phrases, buckets int) (idf []uint8, known []uint64) {
	df := make([]float64, buckets)
	known = make([]uint64, knownBits/64)
	w := new(work)
	b := &w.bag
	for _, line := range lines {
		w.read(line.Text)
		w.fill(cues, buckets)
		for _, block := range [...][]hit{b.words, b.parts} {
			for _, h := range block {
				df[h.bucket]++
			}
		}
		for _, h := range b.seen {
			known[h%knownBits/64] |= 1 << (h % 64)
		}
	}
	idf = make([]uint8, buckets)
	for i := range idf {
		v := math.Log((float64(len(lines))+1)/(df[i]+1)) + 1
		idf[i] = uint8(min(idfMax, max(1, math.Round(v/idfStep))))
	}
	return idf, known
}

// vector turns the features of b into values of length 1 a block.
func vector(b *bag, idf []uint8) (bucket []uint32, value []float32) {
	n := len(b.words) + len(b.parts)
	bucket, value = make([]uint32, 0, n), make([]float32, 0, n)
	for _, block := range [...][]hit{b.words, b.parts} {
		from, norm := len(value), float32(0)
		for _, h := range block {
			v := logTF[min(h.count, 63)] * float32(idf[h.bucket])
			bucket, value = append(bucket, h.bucket), append(value, v)
			norm += v * v
		}
		if norm > 0 {
			norm = 1 / float32(math.Sqrt(float64(norm)))
		}
		for i := from; i < len(value); i++ {
			value[i] *= norm
		}
	}
	return bucket, value
}

// newCorpus extracts the features of every line and of its typo copies.
func newCorpus(lines []Example, index map[string]int, cues []*Phrases, o Options) *corpus {
	c := &corpus{classes: len(index), buckets: o.Buckets, cues: cues}
	c.idf, c.known = learnIDF(lines, cues, o.Buckets)
	r := rng(o.Seed ^ 0x7970)
	w := new(work)
	add := func(s string, label int) {
		w.read(s)
		w.fill(cues, o.Buckets)
		bucket, value := vector(&w.bag, c.idf)
		if len(value) > 0 {
			c.rows = append(c.rows, row{bucket, value, label})
		}
	}
	for _, line := range lines {
		add(line.Text, index[line.Label])
		for range o.TypoCopies {
			add(slip(line.Text, &r, typoRate), index[line.Label])
		}
	}
	return c
}
