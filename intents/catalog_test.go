package intents_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// An intent's phrases end its file: what stands behind them is not read.
func TestCatalog_PhrasesComeLast(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("catalog/*.toml")
	if err != nil || len(names) < 31 {
		t.Fatal(names, err)
	}
	start := regexp.MustCompile(`^(\[?)([A-Za-z_.]+)`)
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, ok := strings.Cut(string(data), "\nphrases = [")
		if !ok {
			t.Errorf("%s has no phrases", name)
		}
		for row := range strings.Lines(rest) {
			switch m := start.FindStringSubmatch(row); {
			case m == nil, m[1] == "[" && m[2] == "not_theft":
			case strings.Contains(rest, "[not_theft]") && strings.Contains(row, "= ["):
			default:
				t.Errorf("%s: %s stands behind the phrases", name, strings.TrimSpace(row))
			}
		}
	}
}
