package match

import "slices"

// Training of the detector: passes over the lines and the size of a step.
const (
	langEpochs = 8
	langRate   = 4
	// A message in Latin letters may be taken for a language of which langLines
	// lines at least, and one in langShare, are in Latin letters: people write
	// Hindi and Arabic in them, but Russian only by mistake.
	langLines, langShare = 20, 12
)

type langLine struct {
	rows []uint16
	col  int
}

// trainDetector learns from every line, from its first three words, and from
// both without accents, since many people type none.
func trainDetector(lines []Example, home string, seed uint64) detector {
	d := detector{home: home, scale: 1, table: neutral(langRows * langWords)}
	count := map[string]int{}
	latin := map[string]int{}
	var t text
	for _, l := range lines {
		t.read(l.Text)
		count[l.Lang]++
		if s, n := mainScript(&t.letters); s == scriptLatin && n > 0 {
			latin[l.Lang]++
		}
	}
	for lang := range count {
		d.langs = append(d.langs, lang)
	}
	slices.Sort(d.langs)
	if len(d.langs) > maxLangs {
		d.langs = d.langs[:maxLangs]
	}
	for _, lang := range d.langs {
		d.latin = append(d.latin, latin[lang] >= max(langLines, count[lang]/langShare) || len(d.langs) == 1)
	}
	if len(d.langs) < 2 {
		return d
	}
	d.fit(langSamples(lines, d.langs, d.latin), seed)
	return d
}

func langSamples(lines []Example, langs []string, latin []bool) []langLine {
	var out []langLine
	var t text
	for _, l := range lines {
		col, ok := slices.BinarySearch(langs, l.Lang)
		if !ok {
			continue
		}
		t.read(l.Text)
		s, n := mainScript(&t.letters)
		if n == 0 || s != scriptLatin && s != scriptHan || s == scriptLatin && !latin[col] {
			continue
		}
		add := func() {
			rows := appendGrams(nil, &t)
			rows = rows[:min(len(rows), langGrams)]
			if len(rows) > 0 {
				out = append(out, langLine{rows, col})
			}
		}
		all := t.tokens
		for range 2 {
			t.tokens = all
			add()
			if len(all) > 3 {
				t.tokens = all[:3]
				add()
			}
			copy(t.raw, t.runes)
		}
		t.tokens = all
	}
	return out
}

func (d *detector) fit(samples []langLine, seed uint64) {
	k := len(d.langs)
	w := make([]float32, langRows*k)
	share := make([]float32, k)
	for _, s := range samples {
		share[s.col]++
	}
	order := make([]int, len(samples))
	for i := range order {
		order[i] = i
	}
	r := rng(seed ^ 0x1A6)
	z := make([]float32, k)
	for e := range langEpochs {
		r.shuffle(order)
		rate := langRate * (1 - float32(e)/langEpochs)
		for _, i := range order {
			s := &samples[i]
			v := 1 / root(float32(len(s.rows)))
			clear(z)
			for _, row := range s.rows {
				for c, x := range w[int(row)*k:][:k] {
					z[c] += v * x
				}
			}
			softmax(z)
			z[s.col]--
			// Languages with few lines count as much as those with many.
			step := rate * v * min(4, float32(len(samples))/(float32(k)*share[s.col]))
			for _, row := range s.rows {
				for c := range z {
					w[int(row)*k+c] -= step * z[c] * 0.1
				}
			}
		}
	}
	top := float32(1e-9)
	for _, x := range w {
		top = max(top, x, -x)
	}
	d.scale = top / 127
	for c := range k {
		// One scale for all columns keeps the sums comparable.
		packBytes(d.table, c, d.scale, func(row int) float32 { return w[row*k+c] })
	}
}

// neutral returns a table of n words of bytes in which every weight is zero.
func neutral(n int) []uint64 {
	t := make([]uint64, n)
	for i := range t {
		t[i] = 0x8080808080808080
	}
	return t
}

// packBytes stores one column of the detector's table.
func packBytes(table []uint64, col int, scale float32, at func(int) float32) {
	shift := uint(col % 8 * 8)
	for r := range langRows {
		q := uint64(nearest(at(r)/scale) + 128)
		word := &table[r*langWords+col/8]
		*word = *word&^(0xFF<<shift) | q<<shift
	}
}
