package secret

import "bytes"

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
	power := strength(v)
	plainWord := power == 1 && (quoted || !m.ordinary(p, from, to) && clauseEnds(p, to))
	strong := power == 2 || l == linkSign && quoted
	switch {
	case is&isKey != 0 && len(v) >= 24 && mixed(string(v)) >= 2:
		return span{from: from, to: to, kind: PrivateKey}, true
	case is&isAPI != 0 && len(v) >= 12 && mixed(string(v)) >= 2 && !told(p, words, from, isNotID):
		return span{from: from, to: to, kind: APISecret}, true
	case is&isCode != 0 && l != linkTo:
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

// value returns the token at i: what stands in quotes, else up to the next
// space. Punctuation that ends a sentence is not part of it.
func value(p *plain, i int) (from, to int, quoted bool) {
	for i < len(p.low) && space(p.low[i]) {
		i++
	}
	if i < len(p.low) && (p.low[i] == '"' || p.low[i] == '\'' || p.low[i] == '`') {
		if n := bytes.IndexByte(p.low[i+1:min(len(p.low), i+130)], p.low[i]); n > 0 {
			return i + 1, i + 1 + n, bytes.IndexByte(p.low[i+1:i+1+n], barrier) < 0
		}
		i++
	}
	from, to = i, i
	for to < len(p.low) && !space(p.low[to]) && p.low[to] != barrier && p.low[to] != '"' && to < from+maxSecret {
		if p.raw[to] >= 0x80 && to > from && p.raw[from] < 0x80 && wordStart(p.low, to) {
			break // a particle glued on in a script without spaces
		}
		to++
	}
	if to < len(p.low) && p.low[to] == barrier {
		return from, from, false
	}
	for to > from && bytes.IndexByte([]byte(".,;:)?]}"), p.low[to-1]) >= 0 {
		to--
	}
	return from, to, false
}

// strength grades a token as a possible secret: 2 if it looks like one
// (figures and letters mixed, symbols, capitals inside, four figures or more),
// 1 for a plain word, 0 for what cannot be one.
func strength(v []byte) int {
	var letters, digits, symbols, inner int
	for i, c := range v {
		switch {
		case isDigit(c):
			digits++
		case lower(c) || c >= 0x80:
			letters++
		case upper(c):
			letters++
			if i > 0 && lower(v[i-1]) {
				inner++
			}
		case bytes.IndexByte([]byte("!@#$%^&*_+~?<>"), c) >= 0:
			symbols++
		}
	}
	switch {
	case letters+digits == 0:
		return 0
	case letters == 0:
		if digits >= 4 {
			return 2
		}
		return 0
	case digits > 0 && letters+digits >= 4 && !measure(v), symbols > 0 && bytes.IndexByte([]byte("?!"), v[len(v)-1]) < 0, inner > 0 && letters >= 6:
		return 2
	case symbols > 1 && digits > 0:
		return 2
	case len(v) < 3:
		return 0
	}
	return 1
}

// measure: figures with an ordinary ending, like 10min, 24h, 2nd, 30days.
func measure(v []byte) bool {
	i := 0
	for i < len(v) && (isDigit(v[i]) || v[i] == '.' || v[i] == ',' || v[i] == '-' || v[i] == ':') {
		i++
	}
	if i == 0 || i > 5 {
		return false
	}
	switch string(bytes.ToLower(v[i:])) {
	case "h", "hr", "hrs", "hour", "hours", "m", "min", "mins", "minute", "minutes", "s", "sec", "secs", "seconds",
		"d", "day", "days", "am", "pm", "st", "nd", "rd", "th", "x", "k", "utc", "digit", "digits", "-digit", "char", "chars":
		return true
	}
	return false
}

func digitsOnly(v []byte) bool { return all(string(v), isDigit) }

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

// clauseEnds: the text, the line or the clause ends at i.
func clauseEnds(p *plain, i int) bool {
	for i < len(p.low) && p.low[i] == ' ' {
		i++
	}
	if i == len(p.low) || bytes.IndexByte([]byte(".,;!?\n)\"'"), p.low[i]) >= 0 {
		return true
	}
	for _, s := range []string{"and ", "but ", "pls", "please", "thanks"} {
		if bytes.HasPrefix(p.low[i:], []byte(s)) {
			return true
		}
	}
	return false
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
	if w.is&isPassword != 0 && strength(v) == 2 {
		return span{from: from, to: to, kind: Password}, true
	}
	return span{}, false
}
