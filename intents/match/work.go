package match

// work is the scratch of one match.
type work struct {
	text    text
	flat    []rune // the tokens with a space around each, for Phrases
	bag     bag
	entries []entry
	acc     []uint32
	row     []float32 // columns of table: class decisions, then hidden units
	logits  []float32
	mixed   []float32
}

// size makes room for h; after the first message it does nothing.
func (w *work) size(h *head) {
	if n := h.stride * columns; len(w.row) < n {
		w.row, w.acc = make([]float32, n), make([]uint32, n)
	}
	if len(w.logits) < h.classes {
		w.logits, w.mixed = make([]float32, h.classes), make([]float32, h.classes)
	}
}

// read normalises a message.
func (w *work) read(s string) {
	w.text.read(s)
	w.flat = w.flat[:0]
	for _, tok := range w.text.tokens {
		w.flat = append(w.flat, ' ')
		w.flat = append(w.flat, w.text.runes[tok.start:tok.end]...)
	}
	if len(w.flat) > 0 {
		w.flat = append(w.flat, ' ')
	}
}

// cueWeight is how often a cue counts as met: enough to weigh about as much
// as a rare word.
const cueWeight = 16

func cueHash(i int) uint64 { return mix(saltPair + uint64(i+1)*hashStep) }

// fill extracts the features of the message, cues among its words.
func (w *work) fill(cues []*Phrases, buckets int) {
	w.bag.fill(&w.text, buckets)
	for i, c := range cues {
		if _, ok := c.next(w.flat, 0); ok {
			w.bag.words = append(w.bag.words, hit{uint32(cueHash(i) & w.bag.mask), cueWeight})
		}
	}
}

func phraseLists(lists [][]string) []*Phrases {
	out := make([]*Phrases, len(lists))
	for i, l := range lists {
		out[i] = NewPhrases(l)
	}
	return out
}
