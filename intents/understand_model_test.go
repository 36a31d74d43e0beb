package intents_test

import (
	"os"
	"path/filepath"
	"testing"

	"usher/intents/gen/sources"
	"usher/intents/match"
	"usher/locales"
)

func embedded(t *testing.T) *match.Model {
	t.Helper()
	data, err := os.ReadFile("model.bin")
	if err != nil {
		t.Fatal(err)
	}
	cues, err := sources.ReadCues(locales.Files)
	if err != nil {
		t.Fatal(err)
	}
	lists := map[string][]*match.Phrases{}
	for lang, all := range cues {
		for _, list := range all {
			lists[lang] = append(lists[lang], match.NewPhrases(list))
		}
	}
	m, err := match.Parse(data, lists)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The committed model is the one that the committed phrases and cues give:
// after a change of either, run go generate ./intents.
func TestModel_IsTrainedFromTheseSources(t *testing.T) {
	t.Parallel()
	lines, err := sources.Load(os.DirFS("catalog"), locales.Files)
	if err != nil {
		t.Fatal(err)
	}
	o := sources.Settings()
	if o.Cues, err = sources.ReadCues(locales.Files); err != nil {
		t.Fatal(err)
	}
	if got, want := embedded(t).Source(), sources.Hash(lines, o); got != want {
		t.Errorf("model.bin was trained from %x, the sources are %x: run go generate ./intents", got[:6], want[:6])
	}
}

// Messages of development and of the final measure are none of the phrases.
func TestModel_HeldOutLinesAreNotTrainedOn(t *testing.T) {
	t.Parallel()
	lines, err := sources.Load(os.DirFS("catalog"), locales.Files)
	if err != nil {
		t.Fatal(err)
	}
	var unseen []sources.Line
	names, err := filepath.Glob("testdata/*.tsv")
	if err != nil || len(names) < 2 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		held, err := match.ReadTSV(f, name, langOf(name))
		_ = f.Close()
		if err != nil {
			t.Fatal(err)
		}
		for i, l := range held {
			// Of greetings and a plain yes there are too few to differ.
			if len(match.Normal(l.Text)) >= 16 {
				unseen = append(unseen, sources.Line{Example: l, File: name, Row: i + 1})
			}
		}
	}
	if err := sources.Disjoint(lines, unseen); err != nil {
		t.Error(err)
	}
}

func TestUnderstand_AllocatesNothing(t *testing.T) {
	if raced {
		t.Skip("the race detector makes pools forget, so allocations say nothing")
	}
	u := understander(t)
	text := "hi, i never submitted this, please cancel the review 🙏"
	u.Understand(text, match.Hint{})
	if n := testing.AllocsPerRun(200, func() { u.Understand(text, match.Hint{Chat: "en", Locale: "en-GB"}) }); n > 0.1 {
		t.Errorf("%v allocations a message", n)
	}
}
