package auth_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"usher/server/internal/auth"
)

func TestNewSecret(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		secret, hash := auth.NewSecret()
		raw, err := base64.RawURLEncoding.DecodeString(secret)
		if err != nil || len(raw) != 32 || seen[secret] {
			t.Fatalf("secret %q: %v", secret, err)
		}
		if seen[secret] = true; hash != auth.HashSecret(secret) {
			t.Fatal("the hash is of something else")
		}
	}
}

func TestSameHash(t *testing.T) {
	t.Parallel()
	a, b := auth.HashSecret("a"), auth.HashSecret("a ")
	nearly := a
	nearly[31] ^= 1
	if !auth.SameHash(a, auth.HashSecret("a")) || auth.SameHash(a, b) || auth.SameHash(a, nearly) || auth.SameHash(a, auth.Hash{}) {
		t.Error("hashes are told apart wrongly")
	}
}

func TestNewID(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		id := auth.NewID()
		if len(id) != 32 || strings.Trim(id, "0123456789abcdefghijklmnopqrstuv") != "" || seen[id] {
			t.Fatalf("id %q", id)
		}
		seen[id] = true
	}
}
