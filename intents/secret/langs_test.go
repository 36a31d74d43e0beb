package secret

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// everyLanguage is the masker that runs: the words of all languages at once.
func everyLanguage(t testing.TB) *Masker {
	t.Helper()
	all, err := Load(os.DirFS("../../locales"))
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 14 {
		t.Fatalf("%d languages", len(all))
	}
	return New(all...)
}

// tested lists the languages that have files of examples: "" for English,
// ".zh".
func tested(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/secrets*.txt")
	if err != nil || len(files) < 3 {
		t.Fatalf("%d files of secrets, want 3 or more: %v", len(files), err)
	}
	var out []string
	for _, name := range files {
		out = append(out, strings.TrimSuffix(strings.TrimPrefix(filepath.Base(name), "secrets"), ".txt"))
	}
	return out
}

// Each language has its own secrets.<tag>.txt and ordinary.<tag>.txt; the
// English files must hold with the words of all languages as well.
func TestMask_EveryLanguage(t *testing.T) {
	t.Parallel()
	m := everyLanguage(t)
	for _, lang := range tested(t) {
		t.Run("lang"+lang, func(t *testing.T) {
			t.Parallel()
			ordinary, secrets := lines(t, "testdata/ordinary"+lang+".txt"), lines(t, "testdata/secrets"+lang+".txt")
			if len(ordinary) < 30 || len(secrets) < 30 {
				t.Fatalf("%d ordinary messages and %d secrets, want 30 or more of each", len(ordinary), len(secrets))
			}
			for _, text := range ordinary {
				checkOrdinary(t, m, text)
			}
			for _, line := range secrets {
				checkSecret(t, m, line)
			}
		})
	}
}
