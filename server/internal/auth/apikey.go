package auth

import (
	"crypto/rand"
	"hash/crc32"
	"math/big"
	"strings"
)

// KeyPrefix begins every API key, so that people, proxies and scanners for
// leaked secrets know one when they see it.
const KeyPrefix = "usher_"

const (
	keyBytes     = 32 // of randomness: 256 bits
	secretLength = 43 // digits of it in base 62
	checkLength  = 6  // digits of the CRC-32 of prefix and secret
)

// NewAPIKey makes a key of 256 random bits, with a checksum that tells a typing
// error or a truncated key from a wrong one without asking the store, and the
// hash to keep instead of it.
func NewAPIKey() (string, Hash) {
	raw := make([]byte, keyBytes)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the process instead
	key := KeyPrefix + base62(new(big.Int).SetBytes(raw), secretLength)
	key += checksum(key)
	return key, HashSecret(key)
}

// ParseAPIKey returns the hash of a key that somebody presents; not ok: no key
// of ours looks like that.
func ParseAPIKey(key string) (Hash, bool) {
	const length = len(KeyPrefix) + secretLength + checkLength
	if len(key) != length || !strings.HasPrefix(key, KeyPrefix) {
		return Hash{}, false
	}
	body, check := key[:length-checkLength], key[length-checkLength:]
	if checksum(body) != check {
		return Hash{}, false
	}
	return HashSecret(key), true
}

// checksum is for mistakes, not against attackers: those are met by the hash.
func checksum(text string) string {
	return base62(new(big.Int).SetUint64(uint64(crc32.ChecksumIEEE([]byte(text)))), checkLength)
}

// base62 writes a number with letters and digits only, which every terminal
// selects with a double click.
func base62(n *big.Int, digits int) string {
	text := n.Text(big.MaxBase)
	return strings.Repeat("0", digits-len(text)) + text
}
