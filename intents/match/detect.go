package match

import "math"

// The detector tells languages that share a script apart: a table of letter
// n-grams hashed into rows of sixteen bytes, one for each language.
const (
	langBits  = 12
	langRows  = 1 << langBits // 64 KiB with sixteen columns
	maxLangs  = 16
	langWords = maxLangs / 8

	low8 = 0x00FF00FF00FF00FF
	// langGrams bounds the n-grams read: 255·257 still fits a 16-bit lane, and
	// the first fifty letters decide.
	langGrams = 256
)

// How much the chat's last language and the client's locale count, in nats.
const (
	priorChat   = 2.0
	priorLocale = 1.0
)

// farBehind is how many nats behind the best a language no longer counts: one
// in sixty thousand.
const farBehind = 11

// Undetermined is the language of a message in none that the model knows
// (ISO 639-2).
const Undetermined = "und"

type detector struct {
	langs []string // columns; scripts that are decided by themselves need none
	latin []bool   // columns with lines in Latin letters
	home  string   // language of messages without a single letter
	table []uint64 // langRows × langWords
	scale float32
	bias  [maxLangs]float32
}

// guess is the two most likely languages.
type guess struct {
	lang, other string
	p, otherP   float32
}

func (d *detector) detect(t *text, hint Hint) guess {
	s, n := mainScript(&t.letters)
	if n == 0 {
		for _, tag := range [...]string{hint.Chat, hint.Locale} {
			if lang := base(tag); lang != "" {
				return guess{lang: lang, p: 0.5}
			}
		}
		return guess{lang: d.home, p: 0.5}
	}
	switch s {
	case scriptCyrillic:
		return guess{lang: "ru", p: 1}
	case scriptArabic:
		return guess{lang: "ar", p: 1}
	case scriptDevanagari:
		return guess{lang: "hi", p: 1}
	case scriptHangul:
		return guess{lang: "ko", p: 1}
	case scriptKana:
		return guess{lang: "ja", p: 1}
	case scriptHan:
		return d.weigh(t, hint, func(i int) bool { return d.langs[i] == "zh" || d.langs[i] == "ja" }, "zh")
	case scriptLatin:
		return d.weigh(t, hint, func(i int) bool { return d.latin[i] }, d.home)
	case scriptForeign, scriptOther, scriptCount:
	}
	return guess{lang: Undetermined, p: 1}
}

// mainScript returns the script that decides and its letters. Product names
// are written in Latin letters everywhere, so a letter of another script
// counts as four; a few kana make a text of Han Japanese.
func mainScript(letters *[scriptCount]int32) (script, int32) {
	best, n := scriptLatin, letters[scriptLatin]
	for s := scriptCyrillic; s < scriptCount; s++ {
		c := letters[s] * 4
		if s == scriptHan && letters[scriptKana]*8 > letters[scriptHan] {
			continue
		}
		if s == scriptKana && letters[scriptKana]*8 > letters[scriptHan] {
			c += letters[scriptHan] * 4
		}
		if c > n {
			best, n = s, c
		}
	}
	return best, n
}

// traditionalFrom is the share of characters, one in so many, from which Han is
// taken for traditional: many characters are the same in both.
const traditionalFrom = 10

// script names what most of the text is written in.
func (t *text) script() string {
	s, n := mainScript(&t.letters)
	if n == 0 {
		return ""
	}
	switch s {
	case scriptLatin:
		return "Latn"
	case scriptCyrillic:
		return "Cyrl"
	case scriptArabic:
		return "Arab"
	case scriptDevanagari:
		return "Deva"
	case scriptHangul:
		return "Kore"
	case scriptKana:
		return "Jpan"
	case scriptHan:
		if t.traditional*traditionalFrom >= t.letters[scriptHan] {
			return "Hant"
		}
		return "Hans"
	case scriptForeign, scriptOther, scriptCount:
	}
	return ""
}

// words counts them; marks such as emoji are none.
func (t *text) words() int {
	n := 0
	for _, tok := range t.tokens {
		switch tok.kind {
		case kindWord:
			n++
		case kindRun:
			n += int(tok.end-tok.start+1) / 2
		case kindMark:
		}
	}
	return n
}

// base returns the language of a BCP 47 tag in lower case, or "".
func base(tag string) string {
	n := 0
	for n < len(tag) && tag[n] >= 'a' && tag[n] <= 'z' {
		n++
	}
	if n < 2 || n > 3 || n < len(tag) && tag[n] != '-' && tag[n] != '_' {
		return ""
	}
	return tag[:n]
}

// weigh scores the columns that may is true for.
func (d *detector) weigh(t *text, hint Hint, may func(int) bool, fallback string) guess {
	var z [maxLangs]float32
	n := d.sums(t, &z)
	chat, locale := base(hint.Chat), base(hint.Locale)
	top, known := float32(math.Inf(-1)), 0
	for i, lang := range d.langs {
		if !may(i) {
			continue
		}
		known++
		z[i] = z[i]*d.scale/root(float32(max(n, 1))) + d.bias[i]
		if lang == chat {
			z[i] += priorChat
		}
		if lang == locale {
			z[i] += priorLocale
		}
		top = max(top, z[i])
	}
	if known == 0 {
		return guess{lang: fallback, p: 1}
	}
	var g guess
	total := float32(0)
	for i, lang := range d.langs {
		if !may(i) || z[i] < top-farBehind {
			continue
		}
		p := float32(math.Exp(float64(z[i] - top)))
		total += p
		switch {
		case p > g.p:
			g = guess{lang: lang, p: p, other: g.lang, otherP: g.p}
		case p > g.otherP:
			g.other, g.otherP = lang, p
		}
	}
	g.p /= total
	g.otherP /= total
	return g
}

// sums adds up the rows of the n-grams of t and returns how many there were.
func (d *detector) sums(t *text, z *[maxLangs]float32) int {
	t.grams = appendGrams(t.grams[:0], t)
	if len(t.grams) > langGrams {
		t.grams = t.grams[:langGrams]
	}
	var a, b, c, e uint64
	for _, row := range t.grams {
		w := d.table[int(row)*langWords:][:langWords]
		a += w[0] & low8
		b += w[0] >> 8 & low8
		c += w[1] & low8
		e += w[1] >> 8 & low8
	}
	for i, lanes := range [...]uint64{a, b, c, e} {
		for j := range 4 {
			z[i/2*8+2*j+i%2] = float32(int(lanes>>(16*j)&0xFFFF) - 128*len(t.grams))
		}
	}
	return len(t.grams)
}

// appendGrams lists the rows of the n-grams of t: whole words, 2-4 letters
// with the edges of the word, 1-2 characters of Han and kana. A little more
// than langGrams may come.
func appendGrams(rows []uint16, t *text) []uint16 {
	for _, tok := range t.tokens {
		if len(rows) >= langGrams {
			return rows
		}
		w := t.raw[tok.start:min(int(tok.end), int(tok.start)+langGrams)]
		switch tok.kind {
		case kindMark:
		case kindRun:
			for i := range w {
				h := (saltRun ^ uint64(w[i])) * hashStep
				rows = append(rows, langRow(h))
				if i+1 < len(w) {
					rows = append(rows, langRow((h^uint64(w[i+1]))*hashStep))
				}
			}
		case kindWord:
			whole := saltWord
			before, last := uint64(' '), uint64(0) // the two letters before; 0 is none
			older := uint64(0)
			for i := 0; i <= len(w); i++ {
				r := uint64(' ')
				if i < len(w) {
					r = uint64(w[i])
					whole = (whole ^ r) * hashStep
				}
				// n-grams that end here, read backwards.
				h := ((saltPart^r)*hashStep ^ before) * hashStep
				rows = append(rows, langRow(h))
				if last != 0 {
					h = (h ^ last) * hashStep
					rows = append(rows, langRow(h))
					if older != 0 {
						rows = append(rows, langRow((h^older)*hashStep))
					}
				}
				older, last, before = last, before, r
			}
			rows = append(rows, langRow(whole))
		}
	}
	return rows
}

func langRow(h uint64) uint16 { return uint16(h >> (64 - langBits)) }
