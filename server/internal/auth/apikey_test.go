package auth_test

import (
	"strings"
	"testing"

	"usher/server/internal/auth"
)

func TestAPIKey_IsTakenAsItWasMadeAndInNoOtherForm(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		key, hash := auth.NewAPIKey()
		got, ok := auth.ParseAPIKey(key)
		if !ok || got != hash || !strings.HasPrefix(key, auth.KeyPrefix) || len(key) != 55 || seen[key] {
			t.Fatalf("%q parsed as %x, %v", key, got, ok)
		}
		seen[key] = true
	}
	key, _ := auth.NewAPIKey()
	for i := range key {
		for _, other := range []string{"0", "a", "Z", "-", "é"} {
			changed := key[:i] + other + key[i+1:]
			if _, ok := auth.ParseAPIKey(changed); ok && changed != key {
				t.Errorf("one letter changed at %d passes the checksum", i)
			}
		}
	}
	for _, bad := range []string{"", auth.KeyPrefix, key[:54], key + "0", " " + key, strings.ToUpper(key), strings.Repeat("usher_", 10)} {
		if _, ok := auth.ParseAPIKey(bad); ok {
			t.Errorf("%d letters that are no key pass", len(bad))
		}
	}
}
