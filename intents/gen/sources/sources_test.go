package sources

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"usher/intents/match"
)

// file lists n phrases about topic, one a row, then more rows.
func file(n int, topic string, more ...string) *fstest.MapFile {
	var b strings.Builder
	b.WriteString("phrases = [\n")
	for i := range n {
		fmt.Fprintf(&b, "  %q,\n", fmt.Sprintf("%s %c%c", topic, 'a'+i/26, 'a'+i%26))
	}
	for _, m := range more {
		b.WriteString(m + "\n")
	}
	b.WriteString("]\n")
	return &fstest.MapFile{Data: []byte(b.String())}
}

func catalog() fstest.MapFS {
	return fstest.MapFS{"cancel.toml": file(60, "cancel it", `  "cancel, mail bob@example.org",`), "slow.toml": file(60, "so slow"), "out_of_scope.toml": file(600, "the weather")}
}

func TestLoad_ReadsEveryLanguage(t *testing.T) {
	t.Parallel()
	files := catalog()
	files["slow.toml"].Data = append(files["slow.toml"].Data, "[not_theft]\ncancel = [\n  \"cancel, nobody hacked me\",\n]\n"...)
	german := string(file(60, "langsam").Data)
	german = "slow = " + strings.TrimPrefix(german, "phrases = ") + "cancel = " + strings.TrimPrefix(string(file(60, "weg").Data), "phrases = ") +
		"out_of_scope = " + strings.TrimPrefix(string(file(600, "wetter").Data), "phrases = ") + "[not_theft]\nslow = [\"nicht gehackt\"]\n"
	lines, err := Load(files, fstest.MapFS{"de/phrases.toml": {Data: []byte(german)}})
	if err != nil {
		t.Fatal(err)
	}
	count := map[[2]string]int{}
	for _, l := range lines {
		count[[2]string{l.Lang, l.Label}]++
	}
	want := map[[2]string]int{{"en", "cancel"}: 62, {"en", "slow"}: 60, {"en", "out_of_scope"}: 600, {"de", "slow"}: 61, {"de", "cancel"}: 60, {"de", "out_of_scope"}: 600}
	if fmt.Sprint(count) != fmt.Sprint(want) {
		t.Errorf("got %v", count)
	}
}

func TestLoad_RefusesWithFileAndLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(fstest.MapFS, fstest.MapFS)
		want  string
	}{
		"bad encoding": {func(c, _ fstest.MapFS) { c["slow.toml"].Data[30] = 0xFF }, "slow.toml:3: training line refused: not UTF-8"},
		"twice": {
			func(c, _ fstest.MapFS) { c["slow.toml"] = file(60, "so slow", `  "CANCEL it, aa!",`) },
			"slow.toml:62: training line refused: the same text stands under cancel at cancel.toml:2",
		},
		"an address":      {func(c, _ fstest.MapFS) { c["slow.toml"] = file(60, "so slow", `  "mail bob@mail.test",`) }, "slow.toml:62: training line refused: it holds an e-mail address"},
		"a number":        {func(c, _ fstest.MapFS) { c["slow.toml"] = file(60, "so slow", `  "call +49 170 1234567",`) }, "slow.toml:62: training line refused: it holds a long number"},
		"too few":         {func(c, _ fstest.MapFS) { c["slow.toml"] = file(59, "so slow") }, "slow.toml:1: training line refused: slow has 59 lines in en, at least 60 are needed"},
		"too few outside": {func(c, _ fstest.MapFS) { c["out_of_scope.toml"] = file(599, "the weather") }, "out_of_scope has 599 lines in en, at least 600 are needed"},
		"too few thefts": {
			func(c, _ fstest.MapFS) { c["account_theft.toml"] = file(119, "hacked") },
			"account_theft.toml:1: training line refused: account_theft has 119 lines in en, at least 120 are needed",
		},
		"too few near misses": {
			func(c, _ fstest.MapFS) {
				c["account_theft.toml"] = file(120, "hacked")
				c["account_theft.toml"].Data = append(c["account_theft.toml"].Data, "[not_theft]\nslow = [\n  \"nobody hacked me\",\n]\n"...)
			},
			"account_theft.toml:1: training line refused: account_theft has 1 near misses in en, at least 150 are needed",
		},
		"nothing": {func(c, _ fstest.MapFS) { c["slow.toml"] = file(60, "so slow", `  "...",`) }, "slow.toml:62: training line refused: nothing to match in it"},
		"another id": {
			func(_, l fstest.MapFS) {
				l["de/phrases.toml"] = &fstest.MapFile{Data: []byte("slwo = [\n  \"langsam\",\n]\n")}
			},
			"de/phrases.toml:2: training line refused: slwo is no intent",
		},
		"no list": {func(_, l fstest.MapFS) { l["de/phrases.toml"] = &fstest.MapFile{Data: []byte("slow = 3")} }, "de/phrases.toml: training line refused: slow is not a list"},
		"missing": {
			func(_, l fstest.MapFS) { l["de/phrases.toml"] = file(1, "x") },
			"de/phrases.toml:1: training line refused: cancel has 0 lines in de, at least 60 are needed",
		},
		"broken": {func(c, _ fstest.MapFS) { c["slow.toml"].Data = []byte("phrases = [") }, "slow.toml: toml:"},
	} {
		c2, l2 := catalog(), fstest.MapFS{}
		c.spoil(c2, l2)
		_, err := Load(c2, l2)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v\nwant %s", name, err, c.want)
		}
	}
}

func line(s string) Line {
	return Line{Example: match.Example{Label: "a", Lang: "en", Text: s}, File: "f", Row: 1}
}

func TestApart_RefusesNearCopies(t *testing.T) {
	t.Parallel()
	far := []Line{line("how long does it take until my verification is finished"), line("cancel my review"), line("please cancel the review of my documents")}
	if err := Apart(far); err != nil {
		t.Error(err)
	}
	other := line("how long does it takes until my verification is finished")
	if err := Apart(append(far, other)); !errors.Is(err, ErrLine) {
		t.Errorf("a near copy passed: %v", err)
	}
	other.Lang = "de"
	if err := Apart(append(far, other)); err != nil {
		t.Errorf("lines of two languages were compared: %v", err)
	}
}

func TestLoadCalibration_RefusesWithFileAndLine(t *testing.T) {
	t.Parallel()
	lines, err := LoadCalibration(fstest.MapFS{"de/calibration.tsv": {Data: []byte("slow\twie lange noch\ncancel\tweg damit\n")}})
	if err != nil || len(lines) != 2 || lines[1].Lang != "de" || lines[1].Label != "cancel" || lines[1].where() != "de/calibration.tsv:2" {
		t.Errorf("%+v %v", lines, err)
	}
	for text, want := range map[string]string{
		"slow\tx\nno tab": "de/calibration.tsv:2", "slow\t+49 170 1234567": "de/calibration.tsv:1: training line refused: it holds a long number",
		"slow\t\xff": "de/calibration.tsv:1",
	} {
		if _, err := LoadCalibration(fstest.MapFS{"de/calibration.tsv": {Data: []byte(text)}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestDisjoint_RefusesWhatIsNearlyATrainingLine(t *testing.T) {
	t.Parallel()
	train := []Line{line("how long does it take until my verification is finished"), line("cancel my whole review")}
	if err := Disjoint(train, []Line{line("how long will it take"), line("thanks a lot"), line("please cancel the review of my documents")}); err != nil {
		t.Error(err)
	}
	for _, s := range []string{"Cancel my whole review!", "how long does it take until my verification is finished??", "how long does it takes until my verification is finished"} {
		if err := Disjoint(train, []Line{line(s)}); !errors.Is(err, ErrLine) {
			t.Errorf("%q passed: %v", s, err)
		}
	}
}

func TestHash_ChangesWithLinesCuesAndSettingsOnly(t *testing.T) {
	t.Parallel()
	lines, err := Load(catalog(), fstest.MapFS{})
	if err != nil {
		t.Fatal(err)
	}
	o := Settings()
	base := Hash(lines, o)
	moved := append([]Line{lines[len(lines)-1]}, lines[:len(lines)-1]...)
	if Hash(moved, o) != base {
		t.Error("the order of the files counts")
	}
	o.Hidden += 16
	if Hash(lines, o) == base {
		t.Error("the settings do not count")
	}
	o = Settings()
	o.Cues = map[string][][]string{"en": {{"hacked"}}}
	if Hash(lines, o) == base || Hash(lines[1:], Settings()) == base {
		t.Error("cues or lines do not count")
	}
	if Options(lines, lines[:1], nil).Source == Options(lines, nil, nil).Source {
		t.Error("lines to calibrate on do not count")
	}
}
