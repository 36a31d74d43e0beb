package secret

import "slices"

// group is an unbroken run of digits inside a longer number.
type group struct{ from, to int }

// cards finds card numbers: 13 to 19 digits, alone or in groups, that a card
// scheme could have given out and whose check digit holds.
func cards(p *plain, words []word) []span {
	var out []span
	for _, groups := range runs(p, " -.") {
		for i := 0; i < len(groups); i++ {
			to, ok := cardFrom(p, groups[i:])
			if !ok || told(p, words, groups[i].from, isNotID) {
				continue
			}
			out = append(out, span{groups[i].from, to, 4, CardNumber})
			for i+1 < len(groups) && groups[i+1].from < to {
				i++
			}
		}
	}
	return out
}

// cardFrom looks for the longest card that begins with the first group.
func cardFrom(p *plain, groups []group) (to int, ok bool) {
	var buf [19]byte
	d := buf[:0]
	for k, g := range groups {
		if len(d)+g.to-g.from > len(buf) || k > 0 && g.to-g.from < 2 && k < 3 {
			break
		}
		d = append(d, p.low[g.from:g.to]...)
		if len(d) >= 13 && brand(d) && luhn(d) {
			to, ok = g.to, true
		}
	}
	return to, ok
}

// runs returns the numbers of a text as groups of digits joined by single
// characters of sep. A number glued to letters is left to [tagged].
func runs(p *plain, sep string) [][]group {
	var out [][]group
	b := p.low
	for i := 0; i < len(b); {
		if !isDigit(b[i]) {
			i++
			continue
		}
		glued := i > 0 && (wordByte(b[i-1]) && !joinedBefore(b, i))
		var groups []group
		for {
			j := digitsEnd(b, i)
			groups = append(groups, group{i, j})
			i = j
			if k := joint(b, j, sep); k > 0 {
				i = k
				continue
			}
			break
		}
		if !glued {
			out = append(out, groups)
		}
	}
	return out
}

// joint returns where the next group begins when only one separator (dashes
// may have spaces around them) stands between, else 0.
func joint(b []byte, i int, sep string) int {
	j := i
	for j < len(b) && j < i+3 && (b[j] == ' ' || b[j] == '\n' || contains(sep, b[j])) {
		j++
	}
	if j == i || j >= len(b) || !isDigit(b[j]) || j-i > 1 && b[i] != ' ' && b[j-1] != ' ' {
		return 0
	}
	return j
}

func contains(s string, c byte) bool {
	for i := range len(s) {
		if s[i] == c {
			return true
		}
	}
	return false
}

// joinedBefore: the character before i belongs to a script without spaces.
func joinedBefore(b []byte, i int) bool { return wordStart(b, i) && !alnum(b[i-1]) }

// numbers finds identity numbers and other long numbers that are not known to
// be harmless.
func numbers(p *plain, words []word) []span {
	out := tagged(p, words)
	for _, s := range out {
		p.block(s.from, s.to)
	}
	for _, g := range runs(p, " -./") {
		for i := 0; i < len(g); {
			n := idGroups(p, g[i:])
			if n == 0 {
				i++
				continue
			}
			from, to := g[i].from, g[i+n-1].to
			if !harmless(p, words, from, to) {
				if to < len(p.low) && p.low[to] == 'x' && to-from == 17 {
					to++ // the check character of a Chinese resident number
				}
				out = append(out, span{from, to, 4, IDNumber})
			}
			i += n
		}
	}
	return out
}

// idGroups says how many of the groups make up one long number.
func idGroups(p *plain, g []group) int {
	if g[0].to-g[0].from >= 8 {
		n := 1
		for n < len(g) && p.low[g[n-1].to] == '-' && g[n].to-g[n].from <= 4 {
			n++
		}
		return n
	}
	best, digits := 0, 0
	long := 0
	for n, one := range g {
		size := one.to - one.from
		if n > 0 && p.low[g[n-1].to] == '\n' {
			return best
		}
		digits += size
		long = max(long, size)
		sep := byte(' ')
		if n > 0 {
			sep = p.low[g[n-1].to]
		}
		switch {
		case digits > 20 || n == 0 && size < 2:
			return best
		case n == 0:
		case digits >= 9 && n >= 2 && long >= 3 && size >= 2:
			best = n + 1
		case digits >= 9 && n >= 2 && long >= 3 && sep != ' ':
			best = n + 1
		case digits >= 10 && n == 1 && long >= 5 && sep != '.' && sep != '/':
			best = n + 1
		}
	}
	return best
}

// harmless: amounts, phone numbers with a country code, fractions, and what
// "order" or the like announces.
func harmless(p *plain, words []word, from, to int) bool {
	if from > 0 {
		switch p.low[from-1] {
		case '+', '.', ',', '$', '#', '_', '/', '=':
			return true
		}
		if from > 1 && p.low[from-1] == '(' && p.low[from-2] == '+' {
			return true
		}
		if p.low[from-1] >= 0x80 {
			if w, ok := ending(words, from); ok && w.is&isMoney != 0 {
				return true
			}
		}
	}
	if told(p, words, from, isNotID|isPhone|isMoney) {
		return true
	}
	i := to
	if i < len(p.low) && (p.low[i] == '.' || p.low[i] == ',') && i+1 < len(p.low) && isDigit(p.low[i+1]) {
		return true // 12000000.50
	}
	for i < len(p.low) && space(p.low[i]) {
		i++
	}
	k, ok := slices.BinarySearchFunc(words, i, func(w word, i int) int { return w.from - i })
	return ok && words[k].is&isMoney != 0
}

// tagged finds numbers with letters in them: IBANs, passport numbers with one
// or two letters before seven to nine digits, tax numbers with points, lines
// of a document's machine-readable zone, Indian PANs.
func tagged(p *plain, words []word) []span {
	var out []span
	b := p.raw
	for i := 0; i < len(b); {
		if !alnum(b[i]) || i > 0 && (wordByte(b[i-1]) && !joinedBefore(b, i) || b[i-1] == '<') {
			i++
			continue
		}
		j := i
		for j < len(b) && (alnum(b[j]) || b[j] == '<') {
			j++
		}
		if to := ibanAt(p, i); to > 0 {
			out = append(out, span{i, to, 4, IDNumber})
			i = to
			continue
		}
		if !blocked(p, i, j) && (machineReadable(b[i:j]) || letterNumber(b[i:j])) && !told(p, words, i, isNotID) &&
			(j == len(b) || b[j] != '@') {
			out = append(out, span{i, j, 4, IDNumber})
		}
		i = j
	}
	return out
}

func blocked(p *plain, from, to int) bool {
	for i := from; i < to; i++ {
		if p.low[i] == barrier {
			return true
		}
	}
	return false
}

// machineReadable: a line of a passport's or card's zone (ICAO 9303).
func machineReadable(s []byte) bool {
	fill := 0
	for _, c := range s {
		if lower(c) {
			return false
		}
		if c == '<' {
			fill++
		}
	}
	return len(s) >= 28 && fill >= 2
}

// letterNumber: one or two letters and seven to nine digits, perhaps one
// letter more; or five letters, four digits, one letter.
func letterNumber(s []byte) bool {
	l := 0
	for l < len(s) && !isDigit(s[l]) && s[l] != '<' {
		l++
	}
	d := l
	for d < len(s) && isDigit(s[d]) {
		d++
	}
	tail := len(s) - d
	if tail == 1 && !alnum(s[d]) {
		return false
	}
	switch {
	case (l == 1 || l == 2) && d-l >= 7 && d-l <= 9 && tail <= 1:
		return true
	case l == 0 && d >= 7 && tail == 1: // 12345678Z
		return s[d] != 'h' && s[d] != 'm' && s[d] != 's' && s[d] != 'd' && s[d] != 'k'
	case l == 5 && d-l == 4 && tail == 1:
		return true
	}
	return false
}

// ibanAt returns the end of the IBAN at i, else 0. Groups may have single
// spaces or dashes between them.
func ibanAt(p *plain, i int) int {
	var buf [34]byte
	s := buf[:0]
	best := 0
	for j := i; j < len(p.raw) && len(s) < len(buf); j++ {
		c := p.raw[j]
		if p.low[j] == barrier {
			break
		}
		if !alnum(c) {
			if (c == ' ' || c == '-') && len(s) >= 4 && p.raw[j-1] != c {
				continue
			}
			break
		}
		if lower(c) {
			c -= 'a' - 'A'
		}
		s = append(s, c)
		switch {
		case len(s) == 2 && (!upper(s[0]) || !upper(s[1])), len(s) == 4 && (!isDigit(s[2]) || !isDigit(s[3])):
			return 0
		}
		if (j+1 == len(p.raw) || !wordByte(p.raw[j+1])) && iban(s) {
			best = j + 1
		}
	}
	return best
}
