package secret

// codeAt reads a one-time code at i: four to eight digits, perhaps halved by
// one space or dash, perhaps behind "G-". It must end there.
func codeAt(p *plain, i int) (end int, ok bool) {
	b := p.low
	if i+2 < len(b) && lower(b[i]) && b[i+1] == '-' && isDigit(b[i+2]) {
		i += 2
	}
	j := digitsEnd(b, i)
	n := j - i
	if n == 3 && j+1 < len(b) && (b[j] == ' ' || b[j] == '-') {
		if k := digitsEnd(b, j+1); k-j-1 == 3 {
			return k, codeEnds(b, k)
		}
	}
	return j, n >= 4 && n <= 8 && codeEnds(b, j)
}

func codeEnds(b []byte, i int) bool {
	if i >= len(b) {
		return true
	}
	if b[i] == ':' || b[i] == '%' || b[i] == barrier {
		return false
	}
	if (b[i] == '.' || b[i] == ',') && i+1 < len(b) && isDigit(b[i+1]) {
		return false
	}
	return wordStart(b, i)
}

// farCode looks for six digits a little later in the same sentence: "the code
// they sent to my phone: 123456".
func (m *Masker) farCode(p *plain, i int) (span, bool) {
	for j := i; j < len(p.low) && j < i+48; j++ {
		switch c := p.low[j]; {
		case c == '\n' || c == '!' || c == '?' || c == '.' && (j+1 == len(p.low) || space(p.low[j+1])):
			return span{}, false
		case c == barrier:
			return span{}, false
		case isDigit(c) && wordStart(p.low, j):
			end, ok := codeAt(p, j)
			n := countDigits(p.low[j:end])
			if n < 4 { // "5 minutes ago"
				j = end
				continue
			}
			if !ok || n != 6 {
				return span{}, false
			}
			return span{from: j, to: end, kind: OneTimeCode}, true
		}
	}
	return span{}, false
}

func countDigits(b []byte) int {
	n := 0
	for _, c := range b {
		if isDigit(c) {
			n++
		}
	}
	return n
}

// notCode: the word right before or after says that this is an error code, a
// postal code or the like.
func notCode(words []word, k int) bool {
	if k > 0 && words[k-1].is&isNotCode != 0 && words[k].from-words[k-1].to <= 3 {
		return true
	}
	return k+1 < len(words) && words[k+1].is&isNotCode != 0 && words[k+1].from-words[k].to <= 3
}

// loneCode masks a message that is nothing but six digits, and codes written
// "G-123456" anywhere.
func loneCode(p *plain, c Context) []span {
	var out []span
	b := p.low
	for i := 0; i+7 < len(b); i++ {
		if b[i] == 'g' && b[i+1] == '-' && wordStart(b, i) {
			if end, ok := codeAt(p, i); ok && end-i == 8 {
				out = append(out, span{from: i, to: end, kind: OneTimeCode})
				i = end
			}
		}
	}
	if len(out) > 0 || c.AskedTime {
		return out
	}
	from, to := 0, len(b)
	for from < to && !wordByte(b[from]) && b[from] != barrier {
		from++
	}
	for to > from && !wordByte(b[to-1]) && b[to-1] != barrier {
		to--
	}
	if end, ok := codeAt(p, from); ok && end == to && countDigits(b[from:to]) == 6 {
		out = append(out, span{from: from, to: to, kind: OneTimeCode})
	}
	return out
}
