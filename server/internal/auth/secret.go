package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
)

// Hash is SHA-256 of a secret: what is stored and looked up.
type Hash [sha256.Size]byte

// NewSecret makes a secret of 256 random bits, 43 letters that are safe in a
// URL, and the hash to store instead of it.
func NewSecret() (string, Hash) {
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // never fails: crypto/rand ends the process instead
	secret := base64.RawURLEncoding.EncodeToString(raw[:])
	return secret, HashSecret(secret)
}

// HashSecret returns the hash of a secret somebody presents.
func HashSecret(secret string) Hash { return sha256.Sum256([]byte(secret)) }

// SameHash compares in a time that does not depend on the values. Looking a
// hash up by an index is as good: who cannot choose hashes learns nothing from
// how far a comparison went.
func SameHash(a, b Hash) bool { return subtle.ConstantTimeCompare(a[:], b[:]) == 1 }

// NewID makes an id of 160 random bits: 32 lower-case letters and digits,
// which nobody can guess and no two of which will ever be the same.
func NewID() string {
	var raw [20]byte
	_, _ = rand.Read(raw[:]) // never fails, as above
	return base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").EncodeToString(raw[:])
}
