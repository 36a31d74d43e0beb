package secret

import (
	"strings"
	"unicode"
)

// Asks tells whether a text that is about to go out asks somebody for a
// password, a one-time code, a key or the words of a wallet: no support ever
// does, and whoever does it is no support.
//
// A sentence asks when it names such a secret and a word that asks for
// something ("send me", "what is your"), or nothing but the secret ("Your PIN,
// please?"). It does not when, up to there, a word forbids it or speaks of what
// happened ("never", "when did you change"): advice must pass.
//
// Each language is asked by itself: what forbids in one is a preposition in
// another.
func (m *Masker) Asks(text string) bool {
	for _, known := range m.asks {
		for sentence := range strings.FieldsFuncSeq(text, sentenceEnd) {
			if known.sentenceAsks(view(sentence)) {
				return true
			}
		}
		if known.bareAsk(view(text)) {
			return true
		}
	}
	return false
}

// asking is what a language says when it asks for a secret. The English names
// of secrets are used in all of them.
func (w *Words) asking() trie {
	t := trie{}
	for _, names := range []Words{English(), *w} {
		t.add(names.Password, isPassword)
		t.add(names.Asked, isPassword)
		t.add(names.Code, isCode)
		t.add(names.NotCode, isNotCode)
		t.add(names.Seed, isSeed)
		t.add(names.Key, isKey)
		t.add(names.API, isAPI)
	}
	t.add(w.Ask, isAsk)
	t.add(w.AskNot, isAskNot)
	t.add(w.AskJoin, isFill)
	return t
}

func (t trie) sentenceAsks(p *plain) bool {
	words := t.scan(p)
	asks, names := false, false
	for k, w := range words {
		switch {
		case w.is&isAskNot != 0:
			return false
		case w.is&isAsk != 0:
			asks = true
		case isAskable(words, k):
			names = true
		}
		if asks && names {
			return true
		}
	}
	return false
}

// bareAsk is a short question with nothing in it but the secret's name and
// words that only join: "your password please?".
func (t trie) bareAsk(p *plain) bool {
	text := strings.TrimSpace(string(p.low))
	if !strings.HasSuffix(text, "?") && !strings.HasSuffix(text, "？") && !strings.HasSuffix(text, "؟") {
		return false
	}
	words, names, at := t.scan(p), false, 0
	for k, w := range words {
		if letters(p.low[at:w.from]) || w.is&(isAskNot|isNotCode) != 0 {
			return false
		}
		names = names || isAskable(words, k)
		at = w.to
	}
	return names && !letters(p.low[at:])
}

// isAskable: words[k] names something that only its owner may know.
func isAskable(words []word, k int) bool {
	is := words[k].is
	return is&(isPassword|isSeed|isKey|isAPI) != 0 || is&isCode != 0 && !notCode(words, k)
}

func letters(b []byte) bool {
	return strings.ContainsFunc(string(b), func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}

// sentenceEnd: what parts sentences in the scripts of our languages, and what
// opens one in Spanish.
func sentenceEnd(r rune) bool {
	return strings.ContainsRune(".!?¿¡\n\r\u2028\u2029。！？؟।｡", r)
}
