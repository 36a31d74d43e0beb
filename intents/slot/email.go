package slot

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// place is where an address stands in a text.
type place struct {
	from, to int
}

// addresses finds what looks like an e-mail address, byte for byte as typed.
// valid lists the addresses that can exist (RFC 5321's lengths and characters,
// without quoted local parts and address literals), broken the others.
func addresses(text string) (valid, broken []place) {
	for i := 0; i < len(text); {
		j := strings.IndexAny(text[i:], "@＠")
		if j < 0 {
			return valid, broken
		}
		at := i + j
		_, size := utf8.DecodeRuneInString(text[at:])
		from := at
		for from > i {
			r, n := utf8.DecodeLastRuneInString(text[i:from])
			if !localRune(r) {
				break
			}
			from -= n
		}
		to := at + size
		for to < len(text) {
			r, n := utf8.DecodeRuneInString(text[to:])
			if !domainRune(r) {
				break
			}
			to += n
		}
		for to > at+size && strings.ContainsRune(".-。．", lastRune(text[at+size:to])) {
			_, n := utf8.DecodeLastRuneInString(text[:to])
			to -= n
		}
		for from < at && (strings.IndexByte(".'*-#!$&~^", text[from]) >= 0) {
			from++
		}
		switch p := (place{from, to}); {
		case to > at+size && validAddress(text[from:to]):
			valid = append(valid, p)
		case from < at && to > at+size:
			broken = append(broken, p)
		}
		i = max(to, at+size)
	}
	return valid, broken
}

func lastRune(s string) rune { r, _ := utf8.DecodeLastRuneInString(s); return r }

// localRune: RFC 5321's atext without what people put between words ("mail=",
// "a/b"), the dot, and Latin letters with accents, which are typing mistakes.
func localRune(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return digit(byte(r)) || letter(byte(r)|0x20) && r != '[' && r != '{' || strings.ContainsRune("!#$%&'*+-^_~.", r)
	}
	return unicode.Is(unicode.Latin, r)
}

func domainRune(r rune) bool {
	if r < utf8.RuneSelf {
		return digit(byte(r)) || 'a' <= r|0x20 && r|0x20 <= 'z' || r == '.' || r == '-'
	}
	return unicode.Is(unicode.Latin, r) || r == '．'
}

// validAddress checks one address.
func validAddress(a string) bool {
	local, domain, ok := strings.Cut(a, "@")
	if !ok || len(a) > 254 || local == "" || len(local) > 64 || local[0] == '.' || local[len(local)-1] == '.' || strings.Contains(local, "..") || strings.Contains(local, "**") {
		return false
	}
	for i := range len(a) {
		if a[i] >= utf8.RuneSelf {
			return false
		}
	}
	parts := strings.Split(domain, ".")
	if len(parts) < 2 {
		return false
	}
	for _, p := range parts {
		if p == "" || len(p) > 63 || p[0] == '-' || p[len(p)-1] == '-' {
			return false
		}
	}
	top := parts[len(parts)-1]
	if strings.HasPrefix(strings.ToLower(top), "xn--") {
		return true
	}
	for i := range len(top) {
		if digit(top[i]) {
			return false
		}
	}
	return len(top) >= 2
}

// examples: addresses that stand for one ("name@example.com").
func examples(a string) bool {
	local, domain, ok := strings.Cut(strings.ToLower(a), "@")
	if !ok {
		return false
	}
	switch domain {
	case "example.com", "example.org", "example.net", "email.com", "domain.com", "yourdomain.com", "mail.example",
		"yourmail.com", "youremail.com", "mydomain.com", "test.com", "xxx.com", "xxxx.com", "xx.com", "abc.com":
		switch local {
		case "xxx", "xxxx", "xx", "x", "name", "your", "you", "yourname", "your.name", "email", "youremail",
			"your.email", "your_email", "example", "username", "abc":
			return true
		}
		return false
	}
	return local != "" && strings.Trim(local, "x*") == "" && strings.Trim(domain, "x*.com") == ""
}

// emails reads the addresses of a message into found and returns the text with
// them blanked, for the readers that follow.
func emails(found *Found, text string, asked bool) string {
	valid, broken := addresses(text)
	if len(valid)+len(broken) == 0 {
		if asked {
			found.EmailAttempt = spelled(text)
		}
		return text
	}
	var real []string
	for _, p := range valid {
		a := text[p.from:p.to]
		switch {
		case examples(a):
			found.add(KindEmail)
		case len(real) == 0 || real[len(real)-1] != a:
			real = append(real, a)
		}
	}
	if n := len(real); n > 0 {
		found.Email = &Email{Address: real[n-1], Suggestion: suggest(real[n-1])}
		if n > 1 {
			found.Email.Candidates = real
		}
	} else if len(broken) > 0 && len(valid) == 0 {
		p := broken[len(broken)-1]
		a := text[p.from:p.to]
		found.EmailAttempt = &Email{Address: a, Suggestion: repair(a)}
	}
	b := []byte(text)
	for _, p := range append(valid, broken...) {
		for i := p.from; i < p.to; i++ {
			b[i] = blank
		}
	}
	return string(b)
}

// blank stands where an address was: it is no letter and ends no sentence.
const blank = '|'

// add notes a placeholder, once.
func (f *Found) add(k Kind) {
	for _, have := range f.Placeholders {
		if have == k {
			return
		}
	}
	f.Placeholders = append(f.Placeholders, k)
}

// repair makes an address out of one that cannot be, or gives up ("").
func repair(a string) string {
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) || unicode.IsSpace(r) {
			return -1
		}
		return r
	}, norm.NFKD.String(a))
	plain = strings.ReplaceAll(plain, "..", ".")
	if validAddress(plain) {
		if s := suggest(plain); s != "" {
			return s
		}
		return plain
	}
	if local, domain, ok := strings.Cut(plain, "@"); ok {
		if d := nearest(strings.ToLower(domain)); d != "" && validAddress(local+"@"+d) {
			return local + "@" + d
		}
	}
	return ""
}

// spelled reads "ana at gmail dot com" when an address was asked for.
func spelled(text string) *Email {
	words := strings.Fields(strings.ToLower(text))
	if len(words) < 3 || len(words) > 12 {
		return nil
	}
	var b strings.Builder
	at := false
	for _, w := range words {
		switch w {
		case "at", "(at)", "[at]", "arroba":
			b.WriteByte('@')
			at = true
		case "dot", "(dot)", "[dot]", "punto", "ponto":
			b.WriteByte('.')
		default:
			b.WriteString(w)
		}
	}
	if a := b.String(); at && validAddress(a) {
		return &Email{Address: strings.TrimSpace(text), Suggestion: a}
	}
	return nil
}
