package match

import (
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
)

func TestMatch_KnowsItsIntents(t *testing.T) {
	t.Parallel()
	m := tinyModel(t)
	var r Result
	for text, want := range map[string]string{
		"can you stop my verification":     "cancel",
		"PLEASE cancle my review!!":        "cancel",
		"it is taking long, still pending": "slow",
		"selfie scan fails":                "face",
		"tell me a joke about football":    "oos",
	} {
		m.Match(text, Hint{}, &r)
		if got := m.Predict(&r); got != want {
			t.Errorf("%q is %s, want %s: %+v oos %.2f", text, got, want, r.Scores, r.OOS)
		}
	}
}

func TestMatch_ProbabilitiesAddUp(t *testing.T) {
	t.Parallel()
	m := tinyModel(t)
	var r Result
	m.Match("please cancel the scan", Hint{}, &r)
	sum := 0.0
	for i, s := range r.Scores {
		sum += s.P
		if s.P != r.P(s.Label) {
			t.Errorf("P(%s) = %v, ranked with %v", s.Label, r.P(s.Label), s.P)
		}
		if i > 0 && s.P > r.Scores[i-1].P {
			t.Errorf("not ranked: %+v", r.Scores)
		}
	}
	if math.Abs(sum-1) > 1e-4 || r.P("no such label") != 0 {
		t.Errorf("sum %v, P of an unknown label %v", sum, r.P("no such label"))
	}
}

func TestMatch_NothingToReadIsOutOfScope(t *testing.T) {
	t.Parallel()
	m := tinyModel(t)
	var r Result
	for _, text := range []string{"", "   ", "\x00\xff", "...!?"} {
		if m.Match(text, Hint{}, &r); !r.Abstain || m.Predict(&r) != "oos" {
			t.Errorf("%q: %+v", text, r)
		}
	}
}

func TestMatch_AllocatesNothing(t *testing.T) {
	m := tinyModel(t)
	var r Result
	text := strings.Repeat("please cancel my review 审核 👍 ", 50)
	m.Match(text, Hint{}, &r)
	if n := testing.AllocsPerRun(100, func() { m.Match(text, Hint{Chat: "en", Locale: "en-GB"}, &r) }); n != 0 {
		t.Errorf("%v allocations a message", n)
	}
}

func TestMatch_ServesManyAtOnce(t *testing.T) {
	t.Parallel()
	m := tinyModel(t)
	lines := tiny()
	var want []string
	var one Result
	for _, l := range lines {
		m.Match(l.Text, Hint{}, &one)
		want = append(want, m.Predict(&one))
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			var r Result
			for i, l := range lines {
				m.Match(l.Text, Hint{}, &r)
				if got := m.Predict(&r); got != want[i] {
					t.Errorf("%q is %s alone and %s among others", l.Text, want[i], got)
				}
			}
		})
	}
	wg.Wait()
}

func TestMatch_TwoLikelyLanguagesShareTheDecision(t *testing.T) {
	t.Parallel()
	m, err := Train(fourteen(), Options{Seed: 1, Buckets: 1 << 10})
	if err != nil {
		t.Fatal(err)
	}
	if got := len(m.Langs()); got != 14 || m.Langs()[0] != "en" {
		t.Fatalf("languages %v", m.Langs())
	}
	var r Result
	for _, text := range []string{"por favor", "审核要多久", "ok", "por favor minha verificación"} {
		m.Match(text, Hint{Chat: "es", Locale: "pt"}, &r)
		sum := 0.0
		for _, s := range r.Scores {
			sum += s.P
		}
		if math.Abs(sum-1) > 1e-4 {
			t.Errorf("%q: probabilities add up to %v", text, sum)
		}
	}
}

func TestTrain_IsRepeatable(t *testing.T) {
	t.Parallel()
	o := Options{OOSLabel: "oos", Seed: 3, Hidden: 16}
	var files [2][]byte
	for i := range files {
		m, err := Train(tiny(), o)
		if err != nil {
			t.Fatal(err)
		}
		if files[i], err = m.MarshalBinary(); err != nil {
			t.Fatal(err)
		}
	}
	if string(files[0]) != string(files[1]) {
		t.Error("the same lines gave two models")
	}
}

func TestTrain_Refuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lines []Example
		o     Options
		want  error
	}{
		"no lines":  {nil, Options{}, ErrNoExamples},
		"one label": {[]Example{{Label: "a", Text: "b"}}, Options{}, ErrOneLabel},
		"odd table": {tiny(), Options{Buckets: 1000}, ErrOptions},
		"odd net":   {tiny(), Options{Hidden: 7}, ErrOptions},
	} {
		if _, err := Train(c.lines, c.o); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestExplain_NamesWhatSpokeForALabel(t *testing.T) {
	t.Parallel()
	m := tinyModel(t)
	reasons := m.Explain("please cancel my review", "cancel", Hint{}, 200)
	found := map[string]float64{}
	for i, r := range reasons {
		found[r.Feature] = r.Weight
		if i > 0 && math.Abs(r.Weight) > math.Abs(reasons[i-1].Weight) {
			t.Fatalf("not ranked at %d", i)
		}
	}
	if found["cancel"] <= 0 || found["|can"] == 0 || found["please cancel"] == 0 {
		t.Errorf("got %v", reasons[:10])
	}
	quoted := false
	for _, r := range m.Explain("my card was stolen", "cancel", Hint{}, 200) {
		quoted = quoted || r.Feature == `"stolen"`
	}
	if !quoted {
		t.Error("the cue is not named as it was written")
	}
	if m.Explain("x", "no such label", Hint{}, 3) != nil {
		t.Error("an unknown label was explained")
	}
}

func FuzzMatch(f *testing.F) {
	m := tinyModel(f)
	for _, s := range []string{
		"please cancel", "取消审核 🙏 ١٢٣ \xff\x00", strings.Repeat("😀", 4000), strings.Repeat("cancel ", 4000),
		"aGVsbG8gd29ybGQgdGhpcyBpcyBiYXNlNjQgd2l0aG91dCBhbnkgc3BhY2U=", "a@b", "http://", "1-1-1-1-1-1-1", "+", "हाँ", "e\u0301\u0301\u0301",
	} {
		f.Add(s, "en", "xx-YY")
	}
	var r Result
	f.Fuzz(func(t *testing.T, s, chat, locale string) {
		m.Match(s, Hint{Chat: chat, Locale: locale}, &r)
		sum := 0.0
		for _, x := range r.Scores {
			if math.IsNaN(x.P) || x.P < 0 || x.P > 1 {
				t.Fatalf("%q: %+v", s, r.Scores)
			}
			sum += x.P
		}
		if math.Abs(sum-1) > 1e-3 || math.IsNaN(r.OOS) || r.Lang == "" {
			t.Fatalf("%q: sum %v, %+v", s, sum, r)
		}
		if len(r.work.text.runes) > maxRunes || len(r.work.bag.parts) > 4*maxRunes+4 {
			t.Fatalf("%q: %d letters, %d parts", s, len(r.work.text.runes), len(r.work.bag.parts))
		}
		m.Explain(s, "cancel", Hint{}, 3)
	})
}

func BenchmarkMatch(b *testing.B) {
	m := tinyModel(b)
	lines := []string{
		"hi i uploaded the wrong passport yesterday, can you cancel my review please",
		"how long does it take", "face scan not working help", "ok thanks",
		"My email is someone@example.com and I submitted at 10:30, it has been 14 hours and nothing happened!!",
	}
	var r Result
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		m.Match(lines[i%len(lines)], Hint{Chat: "en"}, &r)
		i++
	}
}
