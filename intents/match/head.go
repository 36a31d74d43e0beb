package match

import "math"

// head scores the classes of one language. table holds one row a bucket: a
// weight for every class of the linear machine, then one for every hidden
// unit. top holds one row a hidden unit: a weight for every class.
type head struct {
	lang    string
	classes int
	hidden  int
	idf     []uint8
	known   []uint64
	cues    []*Phrases // named phrases that are features of their own
	digests []uint64   // of the cues, between reading the file and being given them
	stride  int        // 64-bit words a row of table
	table   []uint64
	scale   []float32 // per column of table
	bias    []float32
	top     []uint64
	topSize []float32 // per column of top
	topBias []float32
	sharp   [2]float32 // what linear and net scores are multiplied by before they are added
	gate    gate
}

func (h *head) buckets() int { return len(h.idf) }

// score fills w.row with the decisions of the linear machine and w.logits
// with the joint scores of the features in w.bag. It returns what the gate
// needs to know.
func (h *head) score(w *work) {
	w.size(h)
	row := w.row[:h.stride*columns]
	copy(row, h.bias)
	w.block(h, w.bag.words)
	w.block(h, w.bag.parts)
	logits := w.logits[:h.classes]
	for i := range logits {
		logits[i] = row[i] * h.sharp[0]
	}
	if h.hidden > 0 {
		h.net(w, row[pad(h.classes):][:h.hidden], logits)
	}
}

// block adds one block of features to w.row.
func (w *work) block(h *head, hits []hit) {
	if len(hits) == 0 {
		return
	}
	norm, top := float32(0), float32(0)
	for _, f := range hits {
		v := logTF[min(f.count, 63)] * float32(h.idf[f.bucket])
		norm += v * v
		top = max(top, v)
	}
	step := top / maxQ
	inv := 1 / step
	w.entries = w.entries[:0]
	for _, f := range hits {
		v := logTF[min(f.count, 63)] * float32(h.idf[f.bucket])
		if q := uint32(v*inv + 0.5); q > 0 {
			w.entries = append(w.entries, entry{f.bucket * uint32(h.stride), min(q, maxQ)})
		}
	}
	w.accumulate(h.table, h.stride, h.scale, w.row, step/float32(math.Sqrt(float64(norm))))
}

// accumulate adds step·Σ q·w to out for every column of table.
func (w *work) accumulate(table []uint64, stride int, scale, out []float32, step float32) {
	n := len(scale)
	total := sum(table, stride, w.entries, w.acc)
	off := offset * float32(total)
	acc, out := w.acc[:n], out[:n]
	for i, s := range scale {
		out[i] += (float32(acc[i]) - off) * step * s
	}
}

// net adds the scores of the hidden layer to logits.
func (h *head) net(w *work, hidden, logits []float32) {
	top := float32(0)
	for _, v := range hidden {
		top = max(top, v)
	}
	for i := range logits {
		logits[i] += h.topBias[i] * h.sharp[1]
	}
	if top == 0 {
		return
	}
	step := top / maxQ
	inv := 1 / step
	stride := len(h.top) / h.hidden
	w.entries = w.entries[:0]
	for k, v := range hidden {
		if q := uint32(max(v, 0)*inv + 0.5); q > 0 {
			w.entries = append(w.entries, entry{uint32(k * stride), min(q, maxQ)})
		}
	}
	w.accumulate(h.top, stride, h.topSize[:h.classes], logits, step*h.sharp[1])
}

// unknown is the share of the words of the message never met in training.
func (h *head) unknown(b *bag) float32 {
	if len(b.seen) == 0 {
		return 0
	}
	n := 0
	for _, s := range b.seen {
		if h.known[s%knownBits/64]>>(s%64)&1 == 0 {
			n++
		}
	}
	return float32(n) / float32(len(b.seen))
}

// quantise packs trained weights into a head.
func quantise(c *corpus, lang string, linear [][]float32, n *net) *head {
	h := &head{lang: lang, classes: c.classes, idf: c.idf, known: c.known, cues: c.cues}
	cols := pad(c.classes)
	if n != nil {
		h.hidden = n.hidden
		cols += pad(n.hidden)
	}
	h.stride = cols / columns
	h.scale, h.bias = make([]float32, cols), make([]float32, cols)
	h.table = empty(c.buckets * h.stride)
	at := func(k int) func(int) float32 { return func(b int) float32 { return linear[k][b] } }
	for k := range linear {
		h.bias[k] = linear[k][c.buckets]
		h.scale[k] = pack(h.table, h.stride, k, c.buckets, at(k))
	}
	if n == nil {
		return h
	}
	for k := range n.hidden {
		col := pad(c.classes) + k
		h.bias[col] = n.b1[k]
		h.scale[col] = pack(h.table, h.stride, col, c.buckets, func(b int) float32 { return n.w1[b*n.hidden+k] })
	}
	stride := pad(c.classes) / columns
	h.top = empty(n.hidden * stride)
	h.topBias, h.topSize = make([]float32, pad(c.classes)), make([]float32, pad(c.classes))
	copy(h.topBias, n.b2)
	for k := range c.classes {
		h.topSize[k] = pack(h.top, stride, k, n.hidden, func(j int) float32 { return n.w2[k*n.hidden+j] })
	}
	return h
}
