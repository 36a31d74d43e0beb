package match

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPhrases_FindsWholeWordsHoweverTyped(t *testing.T) {
	t.Parallel()
	p := NewPhrases([]string{"wasn't me", "{did not,never} {send,ask for}", "被盗", "çalındı", "hack", "hack me now", "x", "{unclosed"})
	var r Result
	m := tinyModel(t)
	for text, want := range map[string]string{
		"It WASNT   me!":             " wasnt me ",
		"that wasn’t me":             " wasnt me ",
		"i never asked for it":       "",
		"i never ask for it":         " never ask for ",
		"we did not, send":           " did not send ",
		"我的账户被盜了":                    "被盗",
		"hesabim calindi":            " calindi ",
		"hacked":                     "",
		"shack":                      "",
		"hack":                       " hack ",
		"hack me not":                " hack ",
		"please hack me now and now": " hack me now ",
		"x":                          " x ",
		"":                           "",
	} {
		m.Match(text, Hint{}, &r)
		got := ""
		if s, ok := p.Next(&r, 0); ok {
			got = string(r.work.flat[s.From:s.To])
		}
		if got != want {
			t.Errorf("%q: found %q, want %q", text, got, want)
		}
	}
}

func TestPhrases_CountsTheWordsBetween(t *testing.T) {
	t.Parallel()
	var r Result
	tinyModel(t).Match("i was not in any way hacked", Hint{}, &r)
	a, _ := NewPhrases([]string{"not"}).Next(&r, 0)
	b, _ := NewPhrases([]string{"hacked"}).Next(&r, 0)
	if got := r.Gap(a.To, b.From); got != 2 {
		t.Errorf("%d spaces between %v and %v", got, a, b)
	}
	if got := r.Gap(b.To, a.From); got != 0 {
		t.Errorf("backwards: %d", got)
	}
}

// The tree finds exactly what a search for each phrase in turn finds.
func TestPhrases_AgreesWithAPlainSearch(t *testing.T) {
	t.Parallel()
	m := tinyModel(t)
	word := rapid.SampledFrom([]string{"a", "b", "ab", "ba", "aa", "bb"})
	line := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(word, 1, 12).Draw(t, "words"), " ") })
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(line, 1, 6).Draw(t, "phrases")
		text := line.Draw(t, "text")
		var r Result
		m.Match(text, Hint{}, &r)
		want := Span{-1, -1}
		for i := range r.work.flat {
			for _, s := range list {
				if n := len(s) + 2; strings.HasPrefix(string(r.work.flat[i:]), " "+s+" ") && (want.From < 0 || want.From == i && i+n > want.To) {
					want = Span{i, i + n}
				}
			}
		}
		got, ok := NewPhrases(list).Next(&r, 0)
		if !ok {
			got = Span{-1, -1}
		}
		if got != want {
			t.Fatalf("%q in %q: %v, want %v", list, text, got, want)
		}
	})
}

func TestExpand_Braces(t *testing.T) {
	t.Parallel()
	got := expand([]string{"a {b,c} {d, e}", "f"})
	slices.Sort(got)
	if want := []string{"a b d", "a b e", "a c d", "a c e", "f"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestCheckPhrases_RefusesWhatMultipliesTooFar(t *testing.T) {
	t.Parallel()
	wide := "{" + strings.TrimSuffix(strings.Repeat("a,", 300), ",") + "}"
	for _, c := range []struct {
		list []string
		ok   bool
	}{
		{[]string{"one", "{two,three} four"}, true},
		{[]string{wide}, true},
		{[]string{wide + " " + wide}, false},
		{slices.Repeat([]string{wide}, 219), false},
		{slices.Repeat([]string{wide}, 218), true},
	} {
		if err := CheckPhrases(c.list); (err == nil) != c.ok || err != nil && !errors.Is(err, ErrTooMany) {
			t.Errorf("%d lists: %v", len(c.list), err)
		}
	}
}
