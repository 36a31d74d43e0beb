package auth

import (
	"crypto/rand"
	"encoding/base32"
	"strings"
)

// RecoveryCodes is how many codes an agent gets to come in without the phone,
// each once.
const RecoveryCodes = 10

// Letters and digits that nobody mistakes for one another (Crockford).
var recoveryLetters = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewRecoveryCodes makes codes of 80 random bits, as xxxx-xxxx-xxxx-xxxx, and
// the hashes to store instead of them. So many bits need no slow hash.
func NewRecoveryCodes() (codes []string, hashes [][]byte) {
	for range RecoveryCodes {
		var raw [10]byte
		_, _ = rand.Read(raw[:]) // never fails: crypto/rand ends the process instead
		text := recoveryLetters.EncodeToString(raw[:])
		code := text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
		hash, _ := RecoveryHash(code)
		codes, hashes = append(codes, code), append(hashes, hash)
	}
	return codes, hashes
}

// RecoveryHash is what is stored of a recovery code that somebody types, in any
// case, with or without dashes. Not ok: it is none.
func RecoveryHash(text string) (hash []byte, ok bool) {
	text = strings.NewReplacer("-", "", " ", "", "o", "0", "i", "1", "l", "1").Replace(strings.ToLower(text))
	if _, err := recoveryLetters.DecodeString(text); err != nil || len(text) != 16 {
		return nil, false
	}
	sum := HashSecret("recovery " + text)
	return sum[:], true
}
