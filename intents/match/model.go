package match

import (
	"slices"
)

// Example is one authored line. Lang is a lower-case ISO 639 code; empty
// means the default language of Options.
type Example struct {
	Label, Lang, Text string
}

// Score is a label with its calibrated probability.
type Score struct {
	Label string
	P     float64
}

// Hint is what is known before a message is read: the language the chat was
// in last, and the client's locale (BCP 47). Both may be empty.
type Hint struct {
	Chat, Locale string
}

// Result is what Match says. Its slices and its scratch are reused by the
// next Match into the same Result, so one Result serves one goroutine.
type Result struct {
	Lang  string  // ISO 639 code, "und" when it is none the model knows
	LangP float64 // how sure the language is, 0 to 1
	// Script is what most of it is written in (ISO 15924): Latn, Cyrl, Arab,
	// Deva, Kore, Jpan, Hans or Hant; "" when there is no letter.
	Script string
	Words  int // how many there are; two characters of a script without spaces are one
	// Scores has the most likely labels, at most MaxScores, the best first. The
	// out-of-scope label is one of them when there were lines for it. All
	// labels together sum to 1; P gives any one.
	Scores []Score
	// OOS is the probability of being out of scope, from every signal.
	OOS     float64
	Abstain bool // OOS lies above the limit set in training, or its label is the likeliest

	labels []string
	work   *work
}

// MaxScores is how many labels a Result ranks.
const MaxScores = 10

// P returns the probability of label, 0 for one the model does not have.
func (r *Result) P(label string) float64 {
	if i, ok := slices.BinarySearch(r.labels, label); ok {
		return float64(r.work.logits[i])
	}
	return 0
}

// Model matches messages to labels. It is immutable and safe for concurrent
// use.
type Model struct {
	labels []string
	oos    string
	langs  detector
	heads  []*head
	source [32]byte
}

// Labels returns the labels in the order they were sorted in.
func (m *Model) Labels() []string { return slices.Clone(m.labels) }

// Source returns the hash of the training sources given in Options.
func (m *Model) Source() [32]byte { return m.source }

// Langs returns the languages that have lines of their own.
func (m *Model) Langs() []string {
	out := make([]string, len(m.heads))
	for i, h := range m.heads {
		out[i] = h.lang
	}
	return out
}

func (m *Model) head(lang string) *head {
	for _, h := range m.heads {
		if h.lang == lang {
			return h
		}
	}
	return nil
}

// second is the probability from which the second most likely language is
// asked as well.
const second = 0.2

// Match reads message and fills r. It allocates nothing once r has served a
// few messages.
func (m *Model) Match(message string, hint Hint, r *Result) {
	if r.work == nil {
		r.work = new(work)
	}
	w := r.work
	w.read(message)
	guess := m.langs.detect(&w.text, hint)
	r.Lang, r.LangP = guess.lang, float64(guess.p)
	r.Script, r.Words = w.text.script(), w.text.words()

	h := m.head(guess.lang)
	other := m.head(guess.other)
	if h == nil {
		h, other = other, nil
	}
	if h == nil {
		h = m.heads[0]
	}
	w.fill(h.cues, h.buckets())
	sig, limit := m.ask(h, w), h.gate.limit
	p := w.logits[:len(m.labels)]
	oos := h.gate.oos(&sig)
	if other != nil && other != h && guess.otherP >= second {
		copy(w.mixed, p)
		w.fill(other.cues, other.buckets())
		sig = m.ask(other, w)
		share := guess.otherP / (guess.p + guess.otherP)
		for i := range p {
			p[i] = share*p[i] + (1-share)*w.mixed[i]
		}
		oos = share*other.gate.oos(&sig) + (1-share)*oos
		limit = share*other.gate.limit + (1-share)*limit
	}
	r.OOS = float64(oos)
	r.Abstain = oos > limit
	r.rank(m.labels, p)
	if m.oos != "" && r.Scores[0].Label == m.oos {
		r.Abstain = true
	}
	if len(w.text.tokens) == 0 && m.oos != "" {
		r.OOS, r.Abstain = 1, true
	}
}

// ask scores the message with one head and leaves probabilities in w.logits.
func (m *Model) ask(h *head, w *work) signals {
	h.score(w)
	p := w.logits[:h.classes]
	softmax(p)
	return h.gate.read(w.row[:h.classes], p, h.unknown(&w.bag))
}

// rank keeps the largest of p by insertion: nearly all labels fail the first
// comparison.
func (r *Result) rank(labels []string, p []float32) {
	r.labels, r.Scores = labels, r.Scores[:0]
	for i, v := range p {
		n := len(r.Scores)
		if n == MaxScores {
			if float64(v) <= r.Scores[n-1].P {
				continue
			}
			n--
		}
		r.Scores = append(r.Scores[:n], Score{})
		for n > 0 && r.Scores[n-1].P < float64(v) {
			r.Scores[n] = r.Scores[n-1]
			n--
		}
		r.Scores[n] = Score{labels[i], float64(v)}
	}
}
