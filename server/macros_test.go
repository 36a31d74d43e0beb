package main

import (
	"io/fs"
	"testing"

	"github.com/BurntSushi/toml"

	"usher/intents/secret"
	"usher/locales"
)

// Every macro has a title that agents find it by, in every language that has
// it, and none of them is a message that the server would stop.
func TestMacros_HaveTitlesAndPassTheGuard(t *testing.T) {
	t.Parallel()
	words, err := secret.Load(locales.Files)
	if err != nil {
		t.Fatal(err)
	}
	guard := secret.New(words...)
	files, err := fs.Glob(locales.Files, "*/pages.toml")
	if err != nil || len(files) < 14 {
		t.Fatalf("%d languages: %v", len(files), err)
	}
	for _, file := range files {
		var page struct{ Console, Macros map[string]string }
		if _, err := toml.DecodeFS(locales.Files, file, &page); err != nil {
			t.Fatal(err)
		}
		if file == "en/pages.toml" && len(page.Macros) < 10 {
			t.Errorf("%d macros in English", len(page.Macros))
		}
		for id, text := range page.Macros {
			if page.Console["macro."+id] == "" {
				t.Errorf("%s: macro %s has no title", file, id)
			}
			if guard.Asks(text) {
				t.Errorf("%s: macro %s asks for a secret: %q", file, id, text)
			}
		}
	}
}
