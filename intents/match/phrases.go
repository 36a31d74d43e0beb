package match

// Phrases finds fixed phrases in messages that were matched, on the text as
// the matcher reads it: case, accents and punctuation do not count, and a
// phrase of a spaced script only fits whole words. The time does not grow
// with the number of phrases that do not begin alike.
type Phrases struct {
	list  [][]rune
	first map[uint32][]int32 // by the first two letters
	maybe [64]uint64         // a bit per hash of the first two letters
}

// NewPhrases prepares a list; phrases without a letter are left out.
func NewPhrases(list []string) *Phrases {
	p := &Phrases{first: map[uint32][]int32{}}
	var w work
	for _, s := range list {
		w.text.read(s)
		w.flatten()
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
		p.first[key] = append(p.first[key], int32(len(p.list)))
		p.maybe[key/64] |= 1 << (key % 64)
		p.list = append(p.list, append([]rune(nil), letters...))
	}
	return p
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
	text := r.work.flat
	for i := max(from, 0); i+1 < len(text); i++ {
		key := start(text[i], text[i+1])
		if p.maybe[key/64]>>(key%64)&1 == 0 {
			continue
		}
		best := 0
		for _, n := range p.first[key] {
			if s := p.list[n]; len(s) > best && begins(text[i:], s) {
				best = len(s)
			}
		}
		if best > 0 {
			return Span{i, i + best}, true
		}
	}
	return Span{}, false
}

func begins(text, s []rune) bool {
	if len(s) > len(text) {
		return false
	}
	for i, r := range s {
		if text[i] != r {
			return false
		}
	}
	return true
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

// flatten writes the tokens with one space around each.
func (w *work) flatten() {
	w.flat = w.flat[:0]
	for _, tok := range w.text.tokens {
		w.flat = append(w.flat, ' ')
		w.flat = append(w.flat, w.text.runes[tok.start:tok.end]...)
	}
	if len(w.flat) > 0 {
		w.flat = append(w.flat, ' ')
	}
}

// Normal returns s as the matcher reads it, one space between words.
func Normal(s string) string {
	var w work
	w.text.read(s)
	w.flatten()
	if len(w.flat) == 0 {
		return ""
	}
	return string(w.flat[1 : len(w.flat)-1])
}
