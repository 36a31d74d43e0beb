package match

// maxMask bounds how far ahead one mask is looked for, in bytes.
const maxMask = 300

// asciiStart tells the bytes at which a masked thing may begin.
var asciiStart = func() (ok [128]bool) {
	for b := range ok {
		ok[b] = isAlnum(byte(b)) || b == '+'
	}
	return ok
}()

func isAlnum(b byte) bool {
	return isDigit(b) || b|32 >= 'a' && b|32 <= 'z'
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// maskAt looks at the start of s, which is the start of a word, for an e-mail
// address, a link, a number of five digits or more, or a time or date. It
// returns its length in bytes and its mask, or 0.
func maskAt(s string) (int, rune) {
	at, dot, scheme, colon, digits, letters, last := -1, false, false, false, 0, 0, 0
	end := 0
	for end < len(s) && end < maxMask {
		b := s[end]
		switch {
		case isDigit(b):
			digits++
			last = end + 1
		case isAlnum(b):
			letters++
			last = end + 1
		case b == '@' && at < 0 && end > 0:
			at, dot = end, false
		case b == '.' && end+1 < len(s) && isAlnum(s[end+1]):
			dot = true
		case b == ':' && end+2 < len(s) && s[end+1] == '/' && s[end+2] == '/':
			scheme = true
		case b == ':' && end > 0 && isDigit(s[end-1]) && end+1 < len(s) && isDigit(s[end+1]):
			colon = true
		case b == '/' || b == '-' || b == '_' || b == '+' || b == '%':
		case scheme && b > ' ' && b < 0x7F:
		default:
			goto done
		}
		end++
	}
done:
	switch {
	case at > 0 && dot && letters > 0:
		return last, maskMail
	case scheme:
		return end, maskLink
	case dot && letters > 2 && (s[0]|32 == 'w' && len(s) > 4 && s[3] == '.' || isSite(s[:last])):
		return last, maskLink
	}
	return number(s, colon)
}

// isSite recognises a bare host name by its ending.
func isSite(s string) bool {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '/' {
			s = s[:i]
		}
	}
	for _, end := range [...]string{".com", ".net", ".org", ".io", ".app", ".xyz", ".info"} {
		if len(s) > len(end) && s[len(s)-len(end):] == end {
			return true
		}
	}
	return false
}

// number masks a run of digits with the separators that people put into
// phone numbers, dates and times.
func number(s string, colon bool) (int, rune) {
	digits, last := 0, 0
	for i := 0; i < len(s) && i < maxMask; i++ {
		b := s[i]
		if isDigit(b) {
			digits++
			last = i + 1
			continue
		}
		if (b == '.' || b == '-' || b == '/' || b == ':' || b == '+' || b == ',') && i+1 < len(s) && isDigit(s[i+1]) {
			continue
		}
		break
	}
	if last < len(s) && isAlnum(s[last]) && digits < 5 && !colon {
		return 0, 0
	}
	switch {
	case colon && digits >= 3:
		return last, maskTime
	case digits >= 5:
		return last, maskNumber
	}
	return 0, 0
}
