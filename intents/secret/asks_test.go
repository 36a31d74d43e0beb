package secret

import (
	"strings"
	"testing"
)

// Every line of asks.txt asks for a secret and every line of advice.txt names
// one without asking, in the fourteen languages; a line begins with its tag.
func TestAsks_InEveryLanguage(t *testing.T) {
	t.Parallel()
	m := everyLanguage(t)
	for file, want := range map[string]bool{"testdata/asks.txt": true, "testdata/advice.txt": false} {
		seen := map[string]int{}
		for _, line := range lines(t, file) {
			tag, text, ok := strings.Cut(line, "\t")
			if !ok {
				t.Fatalf("%s: %q has no tag", file, line)
			}
			seen[tag]++
			if got := m.Asks(text); got != want {
				t.Errorf("%s: Asks(%q) = %v", tag, text, got)
			}
		}
		for _, tag := range strings.Fields("en es zh ar hi pt fr de ru tr vi id ja ko") {
			if seen[tag] < 3 {
				t.Errorf("%s has %d lines of %s", file, seen[tag], tag)
			}
		}
	}
}

// What does not ask for a secret in words that are seen cannot be stopped, but
// the disguises that cost nothing are seen through.
func TestAsks_InDisguise(t *testing.T) {
	t.Parallel()
	m := everyLanguage(t)
	for _, text := range []string{
		"SEND ME YOUR PASSWORD", "please   send\tus the   code", "what\u00a0is your seed phrase", "ｓｅｎｄ ｍｅ your password",
		"Hello.\nAll is well.\nNow tell me the code you got.", "Your PIN?", "password please?", "send me your pass\u200bword",
	} {
		if !m.Asks(text) {
			t.Errorf("%q passes", text)
		}
	}
}
