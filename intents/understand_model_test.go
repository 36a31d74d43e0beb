package intents_test

import (
	"os"
	"strings"
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
	calibration, err := sources.LoadCalibration(os.DirFS("../locales"))
	if err != nil {
		t.Fatal(err)
	}
	cues, err := sources.ReadCues(locales.Files)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := embedded(t).Source(), sources.Options(lines, calibration, cues).Source; got != want {
		t.Errorf("model.bin was trained from %x, the sources are %x: run go generate ./intents", got[:6], want[:6])
	}
}

// Lines to calibrate on are none of the phrases; those of the measure are
// neither. No phrase nearly repeats another.
func TestModel_LinesStandApart(t *testing.T) {
	t.Parallel()
	lines, err := sources.Load(os.DirFS("catalog"), locales.Files)
	if err != nil {
		t.Fatal(err)
	}
	calibration, err := sources.LoadCalibration(os.DirFS("../locales"))
	if err != nil {
		t.Fatal(err)
	}
	var measure []sources.Line
	for _, pattern := range []string{messages, thefts} {
		for lang, held := range unseen(t, pattern) {
			for i, l := range held {
				measure = append(measure, sources.Line{Example: l, File: strings.Replace(pattern, "*", lang, 1), Row: i + 1})
			}
		}
	}
	for _, err := range []error{sources.Apart(lines), sources.Disjoint(lines, calibration), sources.Disjoint(lines, measure), sources.Disjoint(calibration, measure)} {
		if err != nil {
			t.Error(err)
		}
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
