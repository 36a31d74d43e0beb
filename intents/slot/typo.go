package slot

import "strings"

// providers are the large mail providers, to which a domain that is almost
// one of them is compared.
var providers = []string{
	"gmail.com", "googlemail.com", "hotmail.com", "hotmail.co.uk", "hotmail.fr", "hotmail.es", "hotmail.it",
	"outlook.com", "outlook.es", "outlook.fr", "outlook.de", "live.com", "live.fr", "msn.com",
	"yahoo.com", "yahoo.co.uk", "yahoo.co.in", "yahoo.co.id", "yahoo.co.jp", "yahoo.com.br", "yahoo.com.vn",
	"yahoo.fr", "yahoo.es", "yahoo.de", "ymail.com", "icloud.com", "me.com", "mac.com", "aol.com",
	"proton.me", "protonmail.com", "pm.me", "tutanota.com", "zoho.com", "gmx.com", "gmx.de", "gmx.net", "web.de",
	"t-online.de", "orange.fr", "free.fr", "laposte.net", "qq.com", "163.com", "126.com", "sina.com",
	"foxmail.com", "yeah.net", "naver.com", "daum.net", "hanmail.net", "kakao.com", "nate.com",
	"mail.ru", "yandex.ru", "yandex.com", "ya.ru", "rambler.ru", "bk.ru", "inbox.ru", "list.ru", "ukr.net",
	"uol.com.br", "bol.com.br", "terra.com.br", "rediffmail.com", "docomo.ne.jp", "ezweb.ne.jp", "softbank.ne.jp",
	"mynet.com", "abv.bg", "seznam.cz", "wp.pl", "o2.pl", "interia.pl", "libero.it", "mail.com", "email.com",
}

// suggest returns the address that was probably meant, or "".
func suggest(address string) string {
	local, domain, _ := strings.Cut(address, "@")
	d := nearest(strings.ToLower(domain))
	if d == "" {
		return ""
	}
	return local + "@" + d
}

// nearest returns the provider a domain is a likely typo of, or "".
func nearest(domain string) string {
	for _, p := range providers {
		if p == domain {
			return ""
		}
	}
	best, distance := "", 3
	for _, p := range providers {
		allowed := 1
		if len(p) >= 9 {
			allowed = 2
		}
		if len(p) < 7 && !(domain[0] == p[0]) { // qq.com, me.com: too short to guess at
			continue
		}
		if n := edits(domain, p, allowed); n <= allowed && n < distance && plausible(domain, p, n) {
			best, distance = p, n
		}
	}
	if best != "" {
		return best
	}
	// the right name under a wrong or missing ending: gmail.co, gmail, gmail.con
	name, end, _ := strings.Cut(domain, ".")
	for _, p := range []string{"gmail.com", "hotmail.com", "outlook.com", "yahoo.com", "icloud.com", "protonmail.com", "naver.com", "qq.com", "163.com"} {
		own, _, _ := strings.Cut(p, ".")
		if name != own && !(len(own) > 4 && edits(name, own, 1) <= 1) {
			continue
		}
		switch end {
		case "", "co", "cm", "om", "con", "cpm", "vom", "xom", "comm", "coom", "cim", "c0m", "ocm", "cmo", "com.com", "net", "coml", "copm", "c":
			return p
		}
	}
	return ""
}

// plausible rules out neighbours that are other people's real domains: two
// edits only within the name, and none that change a short name's letters.
func plausible(domain, provider string, n int) bool {
	dn, de, _ := strings.Cut(domain, ".")
	pn, pe, _ := strings.Cut(provider, ".")
	if de == pe {
		return len(pn) >= 5 || n == 1 && len(pn) >= 4 && len(dn) != len(pn)
	}
	return dn == pn && len(pn) >= 4 && de != "" && typoEnding(de) || strings.ReplaceAll(domain, ".", "") == strings.ReplaceAll(provider, ".", "")
}

// typoEnding: an ending that is no country's own.
func typoEnding(e string) bool {
	switch e {
	case "co", "cm", "om", "con", "cpm", "vom", "xom", "comm", "coom", "cim", "c0m", "ocm", "cmo", "coml", "copm", "ciom", "cok", "coim", "ru.", "r", "tu", "eu":
		return true
	}
	return false
}

// edits counts insertions, deletions, replacements and swaps of neighbours
// between a and b; it gives up beyond most.
func edits(a, b string, most int) int {
	if d := len(a) - len(b); d > most || -d > most {
		return most + 1
	}
	var rows [3][64]int
	if len(b) >= len(rows[0]) {
		return most + 1
	}
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur, prev, prev2 := &rows[i%3], &rows[(i+2)%3], &rows[(i+1)%3]
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
	}
	return rows[len(a)%3][len(b)]
}
