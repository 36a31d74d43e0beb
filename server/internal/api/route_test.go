package api

import (
	"strings"
	"testing"
)

func TestRoute_ParametersAreOurIDsAndNothingElse(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		"OCRZEBPWNTNLSKQUVZJZKBHJXU": true, "OCRZEBPWNTNLSKQUVZJZKBHJXU.3": true, "OCRZEBPWNTNLSKQUVZJZKBHJXU-1": true, "a_b": true, strings.Repeat("a", 80): true,
		"": false, ".": false, "..": false, ".a": false, "%2e": false, "a;b": false, "a b": false, "a'": false, "a%00": false, "é": false, "a/b": false, strings.Repeat("a", 81): false,
	} {
		if idForm(id) != want {
			t.Errorf("%q: %v", id, !want)
		}
	}
}
