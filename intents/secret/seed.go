package secret

import (
	"crypto/sha256"
	_ "embed"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tyler-smith/go-bip39/wordlists"
	"golang.org/x/text/unicode/norm"
)

// place is where a word stands: in which list and as which of its 2,048.
type place struct {
	list  uint8
	index uint16
}

// minRun is how many list words in a row can be a wallet's words whatever the
// checksum says.
const minRun = 11

// commonText has the words of the English list that ordinary messages are
// made of ("this", "when", "review"). A sentence can be nothing but list
// words; a wallet's words are drawn at random, so few of them are common.
//
//go:embed common.txt
var commonText string

func commonWords() map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(commonText) {
		set[w] = true
	}
	return set
}

// bip39Words indexes the word lists of BIP-39 by [fold].
func bip39Words() map[string][]place {
	all := [][]string{
		wordlists.English, wordlists.Spanish, wordlists.French, wordlists.Italian, wordlists.Czech,
		wordlists.Japanese, wordlists.Korean, wordlists.ChineseSimplified, wordlists.ChineseTraditional,
	}
	index := make(map[string][]place, 2048*len(all))
	for l, list := range all {
		for i, w := range list {
			k := fold(w)
			index[k] = append(index[k], place{uint8(l), uint16(i)})
		}
	}
	return index
}

// fold writes a word so that accents, voicing marks and composed syllables
// that people type differently are the same: decomposed, without marks.
func fold(w string) string {
	if ascii(w) {
		return w
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(w))
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// token is a run of letters in the plain view.
type token struct {
	from, to int
	places   []place // nil: on no list
}

// phrases finds the words of a wallet: whole phrases with a valid checksum,
// long runs of list words with at most one stranger among twelve, and shorter
// runs that were announced.
func (m *Masker) phrases(p *plain) []span {
	tokens := m.tokens(p)
	var out []span
	for i := 0; i < len(tokens); {
		if tokens[i].places == nil {
			i++
			continue
		}
		end, known := run(tokens, i)
		switch {
		case known >= minRun && m.wallet(p, tokens[i:end]):
		case known >= 3 && m.seedAnnounced(p, tokens[i].from):
		default:
			sparse, ok := sparsePhrase(tokens, i)
			if !ok {
				i = end
				continue
			}
			end = sparse
		}
		out = append(out, span{from: tokens[i].from, to: tokens[end-1].to, kind: SeedPhrase})
		i = end
	}
	return out
}

// run extends over list words from token i on. A stranger is let in when it
// is framed by list words and the last one was at least six words ago.
func run(tokens []token, i int) (end, known int) {
	end = i
	stranger := i - 6
	for j := i; j < len(tokens); j++ {
		if tokens[j].places != nil {
			known++
			end = j + 1
			continue
		}
		if j-stranger < 6 || j+1 >= len(tokens) || tokens[j+1].places == nil {
			break
		}
		stranger = j
	}
	return end, known
}

// wallet tells a wallet's words from a sentence of list words: half of the
// different ones are uncommon, or two of them if the checksum holds. A phrase
// that is the whole run needs nothing but its checksum.
func (m *Masker) wallet(p *plain, run []token) bool {
	seen := make(map[place]bool, len(run))
	rare := 0
	for _, t := range run {
		if t.places == nil || seen[t.places[0]] {
			continue
		}
		seen[t.places[0]] = true
		if !m.common[string(p.low[t.from:t.to])] {
			rare++
		}
	}
	if rare*2 >= len(seen) && len(seen) >= 8 {
		return true
	}
	return (rare >= 2 || rare*2 >= len(seen)) && valid(run) || validPhrase(run, run[0].places[0].list)
}

// valid says whether some stretch of a run is a phrase with its checksum.
func valid(run []token) bool {
	for i := range min(len(run), 64) {
		for _, n := range []int{12, 15, 18, 21, 24} {
			if i+n > len(run) {
				break
			}
			for _, pl := range run[i].places {
				if validPhrase(run[i:i+n], pl.list) {
					return true
				}
			}
		}
	}
	return false
}

// sparsePhrase finds a phrase whose words have single strangers between them
// ("1st legal 2nd winner"). Its checksum must hold.
func sparsePhrase(tokens []token, i int) (end int, ok bool) {
	var words []token
	for j := i; j < len(tokens) && len(words) < 24; j++ {
		if tokens[j].places != nil {
			words = append(words, tokens[j])
			end = j + 1
		} else if j+1 >= len(tokens) || tokens[j+1].places == nil {
			break
		}
	}
	if len(words) < 12 {
		return 0, false
	}
	for _, pl := range words[0].places {
		if validPhrase(words, pl.list) {
			return end, true
		}
	}
	return 0, false
}

// seedAnnounced says whether "seed phrase" or the like stands shortly before.
func (m *Masker) seedAnnounced(p *plain, i int) bool {
	from := max(0, i-48)
	for from > 0 && from < i && !wordStart(p.low, from) {
		from++
	}
	for _, w := range m.triggers.scan(&plain{low: p.low[from:i], raw: p.raw[from:i]}) {
		if w.is&(isSeed|isKey) != 0 {
			return true
		}
	}
	return false
}

// tokens splits the plain view into words of letters. Numbering between them
// ("1.", "2)") and words like "word 1:" do not interrupt a phrase.
func (m *Masker) tokens(p *plain) []token {
	var out []token
	for i := 0; i < len(p.low); {
		if c := p.low[i]; !lower(c) && c < 0x80 {
			if c == barrier {
				out = append(out, token{from: i, to: i + 1})
			}
			i++
			continue
		}
		j := i + 1
		for j < len(p.low) && (lower(p.low[j]) || p.low[j] >= 0x80) && !seam(p.low, j) {
			j++
		}
		out = append(out, token{i, j, m.lists[fold(string(p.low[i:j]))]})
		i = j
	}
	return out
}

// unspacedPhrases finds the words of a Chinese list written without spaces:
// announced, nothing else behind the announcement, and with their checksum.
func (m *Masker) unspacedPhrases(p *plain, words []word) []span {
	var out []span
	for _, w := range words {
		if w.is&isSeed == 0 {
			continue
		}
		first, l := m.follow(p, w.to)
		if l < linkIs {
			continue
		}
		// small words that were looked over can be words of the phrase
		var all []token
		for i := w.to; i < len(p.low); {
			r, n := utf8.DecodeRune(p.low[i:])
			if noSpaces(r) {
				all = append(all, token{i, i + n, m.lists[fold(string(p.low[i:i+n]))]})
			} else if i >= first {
				break
			} else {
				all = nil
			}
			i += n
		}
		for len(all) >= 12 && all[0].from <= first {
			if pl := all[0].places; len(all) <= 24 && pl != nil && slices.ContainsFunc(pl, func(pl place) bool { return validPhrase(all, pl.list) }) {
				out = append(out, span{from: all[0].from, to: all[len(all)-1].to, kind: SeedPhrase})
				break
			}
			all = all[1:]
		}
	}
	return out
}

// seam: a word of letters like these begins or ends at i in a script written
// without spaces (助记词是legal).
func seam(b []byte, i int) bool {
	return (b[i] < 0x80) != (b[i-1] < 0x80) && wordStart(b, i)
}

// validPhrase says whether 12, 15, 18, 21 or 24 words of one list carry the
// checksum that BIP-39 asks for.
func validPhrase(tokens []token, list uint8) bool {
	n := len(tokens)
	if n < 12 || n > 24 || n%3 != 0 {
		return false
	}
	var bits [33]byte // 24 words of 11 bits
	pos := 0
	for _, t := range tokens {
		index := -1
		for _, pl := range t.places {
			if pl.list == list {
				index = int(pl.index)
			}
		}
		if index < 0 {
			return false
		}
		for b := 10; b >= 0; b-- {
			if index>>b&1 == 1 {
				bits[pos/8] |= 0x80 >> (pos % 8)
			}
			pos++
		}
	}
	check := n / 3 // bits of checksum
	entropy := (n*11 - check) / 8
	sum := sha256.Sum256(bits[:entropy])
	return sum[0]>>(8-check) == bits[entropy]>>(8-check)
}
