package secret

import (
	"bytes"
	"strings"
)

// pemBlocks finds private keys in armour; a missing end line means the rest
// of the text.
func pemBlocks(p *plain) []span {
	var out []span
	for from := 0; ; {
		i := bytes.Index(p.low[from:], []byte("-----begin "))
		if i < 0 {
			return out
		}
		i += from
		head := p.low[i+len("-----begin "):]
		head = head[:min(len(head), 64)]
		stop := bytes.Index(head, []byte("-----"))
		if stop < 0 || !bytes.Contains(head[:stop], []byte("private key")) {
			from = i + 1
			continue
		}
		to := len(p.low)
		if j := bytes.Index(p.low[i:], []byte("-----end ")); j >= 0 {
			to = i + j + len("-----end ")
			if k := bytes.Index(p.low[to:], []byte("-----")); k >= 0 && k < 64 {
				to += k + len("-----")
			}
		}
		out = append(out, span{from: i, to: to, kind: PrivateKey})
		from = to
	}
}

// prefixes begin the keys of programs; case counts. The number is the least
// length of the whole key.
var prefixes = []struct {
	text string
	min  int
	kind Kind
}{
	{"xprv", 60, PrivateKey},
	{"yprv", 60, PrivateKey},
	{"zprv", 60, PrivateKey},
	{"tprv", 60, PrivateKey},
	{"uprv", 60, PrivateKey},
	{"vprv", 60, PrivateKey},
	{"nsec1", 40, PrivateKey},
	{"suiprivkey1", 40, PrivateKey},
	{"AGE-SECRET-KEY-", 40, PrivateKey},
	{"age-secret-key-", 40, PrivateKey},
	{"ed25519:", 60, PrivateKey},
	{"sk_live_", 16, APISecret},
	{"sk_test_", 16, APISecret},
	{"rk_live_", 16, APISecret},
	{"sk-", 24, APISecret},
	{"whsec_", 16, APISecret},
	{"AKIA", 20, APISecret},
	{"ASIA", 20, APISecret},
	{"ghp_", 24, APISecret},
	{"gho_", 24, APISecret},
	{"ghs_", 24, APISecret},
	{"github_pat_", 24, APISecret},
	{"glpat-", 20, APISecret},
	{"xoxb-", 20, APISecret},
	{"xoxp-", 20, APISecret},
	{"xoxa-", 20, APISecret},
	{"xapp-", 20, APISecret},
	{"AIza", 35, APISecret},
	{"ya29.", 20, APISecret},
	{"npm_", 30, APISecret},
	{"SG.", 30, APISecret},
	{"EAACEdEose0cBA", 20, APISecret},
	{"dop_v1_", 30, APISecret},
	{"shpat_", 30, APISecret},
	{"hf_", 30, APISecret},
}

// minKey is the length of the shortest key.
var minKey = func() int {
	least := prefixes[0].min
	for _, pre := range prefixes {
		least = min(least, pre.min)
	}
	return least
}()

// keys finds private keys and API keys by their shape.
func (m *Masker) keys(p *plain, words []word) []span {
	var out []span
	for i := 0; i < len(p.low); {
		if !keyByte(p.low[i]) {
			i++
			continue
		}
		j := i
		for j < len(p.low) && keyByte(p.low[j]) {
			j++
		}
		if j-i >= minKey {
			out = append(out, keyShapes(p, words, i, j)...)
		}
		i = j
	}
	return append(out, spacedHex(p, words)...)
}

func keyByte(c byte) bool {
	return alnum(c) || c == '_' || c == '-' || c == '.' || c == '/' || c == '+' || c == '~'
}

// keyShapes looks at one unbroken run of key characters.
func keyShapes(p *plain, words []word, from, to int) []span {
	for to > from && (p.low[to-1] == '.' || p.low[to-1] == '-' || p.low[to-1] == '/') {
		to--
	}
	for from < to && !alnum(p.low[from]) {
		from++
	}
	raw := string(p.raw[from:to])
	for _, pre := range prefixes {
		if len(raw) >= pre.min && strings.HasPrefix(raw, pre.text) {
			return []span{{from: from, to: to, kind: pre.kind}}
		}
	}
	if jwt(raw) {
		return []span{{from: from, to: to, kind: APISecret}}
	}
	var out []span
	for i := from; i < to; {
		if !alnum(p.low[i]) {
			i++
			continue
		}
		j := i
		for j < to && alnum(p.low[j]) {
			j++
		}
		if kind, ok := keyShape(string(p.raw[i:j])); ok && !told(p, words, i, isNotID) {
			out = append(out, span{from: i, to: j, kind: kind})
		}
		i = j
	}
	return out
}

// jwt: three base64url parts of which the first is a JSON object's beginning.
func jwt(s string) bool {
	return strings.HasPrefix(s, "eyJ") && strings.Count(s, ".") == 2 && len(s) >= 40
}

// keyShape recognises one run of letters and digits.
func keyShape(s string) (Kind, bool) {
	hex := strings.TrimPrefix(strings.TrimPrefix(s, "0x"), "0X")
	switch {
	case len(hex) >= 64 && all(hex, isHex):
		return PrivateKey, true
	case (len(s) == 51 || len(s) == 52) && strings.ContainsRune("5KLc9", rune(s[0])) && all(s, isBase58):
		return PrivateKey, true // wallet import format
	case len(s) == 56 && s[0] == 'S' && all(s, isBase32):
		return PrivateKey, true // Stellar
	case len(s) >= 86 && len(s) <= 88 && all(s, isBase58) && mixed(s) == 3:
		return PrivateKey, true // Solana
	case (len(s) == 29 || len(s) == 31) && s[0] == 's' && all(s, isBase58) && mixed(s) == 3:
		return PrivateKey, true // XRP family seed
	case len(s) >= 48 && mixed(s) == 3:
		return APISecret, true
	}
	return "", false
}

// spacedHex finds 64 hexadecimal digits written in groups of at least four.
func spacedHex(p *plain, words []word) []span {
	var out []span
	for i := 0; i < len(p.low); {
		if !isHex(p.low[i]) || i > 0 && wordByte(p.low[i-1]) {
			i++
			continue
		}
		from, digits, letters, groups, end := i, 0, 0, 0, i
		for i < len(p.low) {
			j := i
			for j < len(p.low) && isHex(p.low[j]) {
				if lower(p.low[j]) {
					letters++
				}
				j++
			}
			if j-i < 4 || j < len(p.low) && wordByte(p.low[j]) {
				break
			}
			digits += j - i
			groups++
			end, i = j, j
			for i < len(p.low) && (space(p.low[i]) || p.low[i] == '-' || p.low[i] == ':') && i < j+2 {
				i++
			}
		}
		if digits >= 64 && letters > 0 && groups > 1 && !told(p, words, from, isNotID) {
			out = append(out, span{from: from, to: end, kind: PrivateKey})
		}
		i = max(i, end, from+1)
	}
	return out
}

func isHex(c byte) bool { return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F' }
func isBase58(c byte) bool {
	return alnum(c) && c != '0' && c != 'O' && c != 'I' && c != 'l'
}
func isBase32(c byte) bool { return upper(c) || '2' <= c && c <= '7' }

func all(s string, ok func(byte) bool) bool {
	for i := range len(s) {
		if !ok(s[i]) {
			return false
		}
	}
	return s != ""
}

// mixed counts which of lower case, upper case and digits occur.
func mixed(s string) int {
	var l, u, d int
	for i := range len(s) {
		switch c := s[i]; {
		case lower(c):
			l = 1
		case upper(c):
			u = 1
		case isDigit(c):
			d = 1
		}
	}
	return l + u + d
}
