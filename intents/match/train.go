package match

import (
	"errors"
	"fmt"
	"slices"
)

// Options says how to train. The zero value of a field means the default.
type Options struct {
	OOSLabel string    // label of lines that are out of scope; empty: never abstain
	Valid    []Example // lines to calibrate on; empty: part of the training lines, in turn
	Seed     uint64
	Source   [32]byte // hash of the training sources, kept in the model
	Home     string   // language of examples without one; default "en"

	// Cues are lists of phrases of a language; that one of a list occurs in a
	// message is a feature of its own, however rare the phrase.
	Cues map[string][][]string

	Buckets    int     // rows of the hashed table, a power of two; default 8192
	Hidden     int     // hidden units of the net beside the linear machine, a multiple of 16; 0: none
	Epochs     int     // passes of the net; default 20
	TypoCopies int     // mistyped copies of each line; -1: none, default 1
	Loss       float64 // share of rightly matched in-scope lines that the gate may turn away; default 0.03
	Folds      int     // parts for calibration without Valid; default 5
}

func (o Options) withDefaults() Options {
	if o.Home == "" {
		o.Home = "en"
	}
	if o.Buckets == 0 {
		o.Buckets = 1 << 13
	}
	if o.Epochs == 0 {
		o.Epochs = 20
	}
	switch {
	case o.TypoCopies == 0:
		o.TypoCopies = 1
	case o.TypoCopies < 0:
		o.TypoCopies = 0
	}
	if o.Loss == 0 {
		o.Loss = 0.03
	}
	if o.Folds == 0 {
		o.Folds = 5
	}
	return o
}

// Errors of training.
var (
	ErrNoExamples = errors.New("no examples")
	ErrOneLabel   = errors.New("fewer than two labels")
	ErrOptions    = errors.New("bad options")
)

// svmPasses bounds the passes of the linear machine; it mostly stops earlier.
const svmPasses = 30

// Train learns a model. The same lines, options and machine give the same
// model.
func Train(lines []Example, o Options) (*Model, error) {
	o = o.withDefaults()
	if o.Buckets < 256 || o.Buckets > 1<<20 || o.Buckets&(o.Buckets-1) != 0 || o.Hidden < 0 || o.Hidden%columns != 0 {
		return nil, fmt.Errorf("%w: %d buckets, %d hidden units", ErrOptions, o.Buckets, o.Hidden)
	}
	if len(lines) == 0 {
		return nil, ErrNoExamples
	}
	m := &Model{oos: o.OOSLabel, source: o.Source}
	byLang := map[string][]Example{}
	valid := map[string][]Example{}
	all := home(lines, o.Home)
	for _, l := range all {
		byLang[l.Lang] = append(byLang[l.Lang], l)
		m.labels = append(m.labels, l.Label)
	}
	for _, l := range home(o.Valid, o.Home) {
		valid[l.Lang] = append(valid[l.Lang], l)
	}
	slices.Sort(m.labels)
	m.labels = slices.Compact(m.labels)
	if len(m.labels) < 2 {
		return nil, ErrOneLabel
	}
	index := map[string]int{}
	for i, l := range m.labels {
		index[l] = i
	}
	m.langs = trainDetector(all, o.Home, o.Seed)
	langs := make([]string, 0, len(byLang))
	for lang := range byLang {
		langs = append(langs, lang)
	}
	slices.SortFunc(langs, func(a, b string) int {
		// The home language first: it serves messages in a language without lines.
		switch {
		case a == o.Home:
			return -1
		case b == o.Home:
			return 1
		case a < b:
			return -1
		}
		return 1
	})
	for _, lang := range langs {
		m.heads = append(m.heads, trainHead(byLang[lang], valid[lang], lang, index, o))
	}
	return m, nil
}

func home(lines []Example, lang string) []Example {
	out := slices.Clone(lines)
	for i := range out {
		if out[i].Lang == "" {
			out[i].Lang = lang
		}
	}
	return out
}

// trainHead fits one language: the weights on all its lines, the calibration
// on lines that the weights used for it had not seen.
func trainHead(lines, valid []Example, lang string, index map[string]int, o Options) *head {
	full := fit(lines, lang, index, o)
	class := -1
	if i, ok := index[o.OOSLabel]; ok && o.OOSLabel != "" {
		class = i
	}
	full.gate.class = int32(class)
	var dev []judged
	if enough(valid, lines, o.OOSLabel) {
		dev = judge(full, valid, index)
	} else {
		for _, part := range parts(lines, o) {
			h := fit(part.train, lang, index, o)
			h.gate.class = int32(class)
			dev = append(dev, judge(h, part.test, index)...)
		}
	}
	full.calibrate(dev, class, o)
	return full
}

// enough tells whether valid can calibrate everything there is to calibrate.
func enough(valid, lines []Example, oos string) bool {
	count := func(in []Example) (n int) {
		for _, l := range in {
			if oos != "" && l.Label == oos {
				n++
			}
		}
		return n
	}
	return len(valid) >= 50 && (count(lines) == 0 || count(valid) >= 5)
}

func fit(lines []Example, lang string, index map[string]int, o Options) *head {
	c := newCorpus(lines, index, phraseLists(o.Cues[lang]), o)
	done := make(chan *net)
	go func() { done <- trainNet(c, o.Hidden, o.Epochs, o.Seed^0x4E) }()
	linear := trainSVM(c, svmPasses, o.Seed^0x53)
	h := quantise(c, lang, linear, <-done)
	h.sharp = [2]float32{1, 0}
	return h
}

type fold struct{ train, test []Example }

// parts splits lines for calibration: in turn when there are few, once when
// there are many and training takes long. Every label is spread evenly.
func parts(lines []Example, o Options) []fold {
	n, use := o.Folds, o.Folds
	if len(lines) > 3000 {
		n, use = 7, 1
	}
	order := make([]int, len(lines))
	for i := range order {
		order[i] = i
	}
	r := rng(o.Seed ^ 0xF01D)
	r.shuffle(order)
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case lines[a].Label < lines[b].Label:
			return -1
		case lines[a].Label > lines[b].Label:
			return 1
		}
		return 0
	})
	out := make([]fold, use)
	for f := range out {
		for i, at := range order {
			if i%n == f {
				out[f].test = append(out[f].test, lines[at])
			} else {
				out[f].train = append(out[f].train, lines[at])
			}
		}
	}
	return out
}

// judge scores lines with h, keeping linear and net scores apart.
func judge(h *head, lines []Example, index map[string]int) []judged {
	out := make([]judged, 0, len(lines))
	w := new(work)
	for _, l := range lines {
		label, ok := index[l.Label]
		if !ok {
			continue
		}
		w.read(l.Text)
		w.fill(h.cues, h.buckets())
		j := judged{label: label, unknown: h.unknown(&w.bag)}
		h.sharp = [2]float32{0, 1}
		h.score(w)
		j.hidden = slices.Clone(w.logits[:h.classes])
		j.row = slices.Clone(w.row[:h.classes])
		out = append(out, j)
	}
	return out
}

// best returns the likeliest class other than not.
func best(p []float32, not int) int {
	at := -1
	for k, v := range p {
		if k != not && (at < 0 || v > p[at]) {
			at = k
		}
	}
	return at
}

// calibrate sets how sharp the scores are and where the gate closes.
func (h *head) calibrate(dev []judged, class int, o Options) {
	if len(dev) == 0 {
		h.sharp = [2]float32{6, 0}
		if h.hidden > 0 {
			h.sharp = [2]float32{3, 0.6}
		}
		h.gate.limit = 2
		return
	}
	h.sharp = fitSharpness(dev, h.hidden > 0)
	if o.OOSLabel == "" {
		h.gate.limit = 2
		return
	}
	var in, right, out []signals
	p := make([]float32, h.classes)
	for i := range dev {
		d := &dev[i]
		for k := range p {
			p[k] = h.sharp[0]*d.row[k] + h.sharp[1]*d.hidden[k]
		}
		softmax(p)
		s := h.gate.read(d.row, p, d.unknown)
		if d.label == class {
			out = append(out, s)
			continue
		}
		in = append(in, s)
		if k := best(p, class); k == d.label && (class < 0 || p[k] >= p[class]) {
			right = append(right, s)
		}
	}
	h.gate = fitGate(in, right, out, class, o.Loss)
}
