package secret

import (
	"bytes"
	"unicode/utf8"
)

// maxSecret is how many bytes an announced secret can have.
const maxSecret = 256

// announced finds secrets that a word before (or "… is my password" after)
// gives away.
func (m *Masker) announced(p *plain, words []word) []span {
	var out []span
	done := 0
	for k, w := range words {
		if w.from < done {
			continue
		}
		s, ok := m.after(p, words, k)
		if !ok {
			s, ok = m.ahead(p, words, k)
			ok = ok && s.from >= done
		}
		if ok {
			out = append(out, s)
			p.block(s.from, s.to)
			done = s.to
		}
	}
	return out
}

// second returns the token that follows the one at [from, to), behind a slash,
// a comma or a space; the first one if there is none.
func second(p *plain, from, to int) (int, int) {
	i := to
	for i < len(p.low) && (p.low[i] == ' ' || p.low[i] == '/' || p.low[i] == ',' || p.low[i] == '|' || p.low[i] == ':') {
		i++
	}
	if a, b, _ := value(p, i); b > a && !contains("\n", p.low[i-1]) {
		return a, b
	}
	return from, to
}

// link is what stands between an announcement and a secret.
type link int

const (
	linkNone link = iota // nothing, or only words like "for my account"
	linkTo               // "to"
	linkIs               // "is"
	linkSign             // ":", "=", "->"
)

// after looks behind words[k] for the secret it announces.
func (m *Masker) after(p *plain, words []word, k int) (span, bool) {
	w := words[k]
	is := w.is
	if is&isCode != 0 && notCode(words, k) {
		is &^= isCode
	}
	if is&(isPassword|isPasswordWeak|isCode|isKey|isAPI) == 0 {
		return span{}, false
	}
	i, l := m.follow(p, w.to)
	from, to, quoted := value(p, i)
	if from == to {
		return span{}, false
	}
	if is&isPassword != 0 && bytes.IndexByte(p.low[w.from:w.to], '/') > 0 && l == linkSign {
		from, to = second(p, from, to) // "login/pass: ana / hunter2"
	}
	v := p.raw[from:to]
	power := m.strength(v)
	if unspaced(v) && m.ordinaryAt(p, from) || digitsOnly(v) && m.counted(p, to) {
		power = 0 // 密码是错的我试了3次, 密码是2023年设的
	}
	plainWord := power == 1 && (quoted || !m.ordinary(p, from, to) && m.clauseEnds(p, to) && (l == linkSign || !unspaced(v)))
	strong := power == 2 || l == linkSign && quoted
	switch {
	case is&isKey != 0 && len(v) >= 24 && mixed(string(v)) >= 2:
		return span{from: from, to: to, kind: PrivateKey}, true
	case is&isAPI != 0 && len(v) >= 12 && mixed(string(v)) >= 2 && !told(p, words, from, isNotID):
		return span{from: from, to: to, kind: APISecret}, true
	case is&isCode != 0 && l != linkTo && !(is&isPassword != 0 && l >= linkIs):
		if end, ok := codeAt(p, from); ok {
			return span{from: from, to: end, kind: OneTimeCode}, true
		}
		if l >= linkIs && power == 2 && len(v) >= 5 && len(v) <= 12 && all(string(v), alnum) {
			return span{from: from, to: to, kind: OneTimeCode}, true
		}
		if is&isPassword == 0 {
			return m.farCode(p, i)
		}
	}
	switch {
	case is&isPassword != 0 && (strong && (l >= linkTo || mixed(string(v)) >= 2 && len(v) >= 6) || l >= linkIs && plainWord),
		is&isPasswordWeak != 0 && l == linkSign && (strong || plainWord || digitsOnly(v) && len(v) >= 3):
		return span{from: from, to: to, kind: Password}, true
	}
	return span{}, false
}

// follow walks from the end of an announcement over small words to its
// secret and tells the strongest link on the way.
func (m *Masker) follow(p *plain, i int) (int, link) {
	l := linkNone
	for range 8 {
		for i < len(p.low) && space(p.low[i]) {
			i++
		}
		j := i
		for j < len(p.low) && bytes.IndexByte([]byte(":=>|~-"), p.low[j]) >= 0 {
			j++
		}
		if j > i && (p.low[i] != '-' || j-i > 1 || j < len(p.low) && space(p.low[j])) {
			i, l = j, linkSign
			continue
		}
		if i < len(p.low) && (p.low[i] == '(' || p.low[i] == ')') {
			i++
			continue
		}
		w, ok := m.triggers.at(p, i)
		if !ok || l == linkSign || w.is&(isIs|isTo|isFill|isPassword|isCode|isSeed|isKey) == 0 {
			break
		}
		switch {
		case w.is&isIs != 0:
			l = max(l, linkIs)
		case w.is&isTo != 0:
			l = max(l, linkTo)
		}
		i = w.to
	}
	return i, l
}

// ordinary: a word that sentences about passwords have after "is".
func (m *Masker) ordinary(p *plain, from, to int) bool {
	for i := from; ; { // "not-working", "reset/change"
		w, ok := m.triggers.at(p, i)
		if !ok {
			break
		}
		if w.to >= to {
			return true
		}
		if c := p.low[w.to]; c != '-' && c != '/' {
			break
		}
		i = w.to + 1
	}
	v := p.low[from:to]
	for _, e := range m.endings {
		if len(v) > len(e)+2 && len(v) <= 14 && bytes.HasSuffix(v, []byte(e)) {
			return true
		}
	}
	return false
}

// ordinaryAt: an ordinary word begins at i.
func (m *Masker) ordinaryAt(p *plain, i int) bool {
	w, ok := m.triggers.at(p, i)
	return ok && w.is&isOrdinary != 0
}

// counted: a unit in a script without spaces stands at i, right behind figures.
func (m *Masker) counted(p *plain, i int) bool {
	for j := i; j < len(p.low) && j < i+12; {
		r, n := utf8.DecodeRune(p.low[j:])
		if !joined(r) {
			return false
		}
		j += n
		if m.units[string(p.low[i:j])] {
			return true
		}
	}
	return false
}

// clauseEnds: the text, the line or the clause ends at i.
func (m *Masker) clauseEnds(p *plain, i int) bool {
	for i < len(p.low) && p.low[i] == ' ' {
		i++
	}
	if i == len(p.low) || bytes.IndexByte([]byte(".,;!?\n)\"'"), p.low[i]) >= 0 {
		return true
	}
	w, ok := m.triggers.at(p, i)
	return ok && w.is&isNext != 0
}

// ahead looks before words[k] for "hunter2 is my password".
func (m *Masker) ahead(p *plain, words []word, k int) (span, bool) {
	w := words[k]
	if w.is&(isPassword|isCode) == 0 || w.is&isCode != 0 && notCode(words, k) {
		return span{}, false
	}
	i, linked := w.from, false
	for range 4 {
		b, ok := before(p, words, i)
		if !ok || b.is&(isIs|isFill|isTo) == 0 {
			break
		}
		linked = linked || b.is&isIs != 0 || b.is&isTo != 0
		i = b.from
	}
	if !linked {
		return span{}, false
	}
	to := i
	for to > 0 && space(p.low[to-1]) {
		to--
	}
	from := to
	for from > 0 && !space(p.low[from-1]) && p.low[from-1] != barrier && from > to-maxSecret {
		from--
	}
	if from == to || from > 0 && p.low[from-1] == barrier {
		return span{}, false
	}
	for i := to - 1; i > from; i-- { // the words before it, where no space parts them
		if seam(p.low, i) && (m.strength(p.raw[i:to]) == 2 || digitsOnly(p.raw[i:to])) {
			from = i
			break
		}
	}
	for from < to && contains(",.;:!?", p.low[from]) {
		from++
	}
	v := p.raw[from:to]
	if digitsOnly(v) {
		if len(v) == 6 || w.is&isPassword != 0 && len(v) >= 4 && len(v) <= 8 {
			kind := OneTimeCode
			if w.is&isPassword != 0 {
				kind = Password
			}
			return span{from: from, to: to, kind: kind}, true
		}
		return span{}, false
	}
	if w.is&isPassword != 0 && m.strength(v) == 2 {
		return span{from: from, to: to, kind: Password}, true
	}
	return span{}, false
}
