package slot

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A phrase that shares its parts is found exactly where one that is written
// out is.
func TestSpread_FindsWhatIsWrittenOut(t *testing.T) {
	t.Parallel()
	l := foldedLetters()
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.SampledFrom([]string{"", " ", "a", "b", "ab", " a", "b ", "a b", "好", "好的"})
		var list [][]string
		for range rapid.IntRange(1, 4).Draw(t, "parts") {
			list = append(list, rapid.SliceOfN(piece, 1, 4).Draw(t, "part"))
		}
		// what comes first is made long enough that the rest is jumped to
		for i := range headWritten {
			list[0] = append(list[0], "x"+string(rune('a'+i%26)))
		}
		spread, written := &table{letters: l}, &table{letters: l}
		m := meaning{cYes, 1}
		spread.spread(0, list, m, true)
		all := combine(list)
		for i, a := range all {
			all[i] = strings.Join(strings.Fields(a), " ")
			written.phrases.add(written.key(all[i]), m)
		}
		text := rapid.OneOf(rapid.SampledFrom(all), rapid.StringMatching(`[ab 好的x]{0,8}`)).Draw(t, "text")
		if got, want := ends(spread, text), ends(written, text); !slices.Equal(got, want) {
			t.Fatalf("%q in %q: found up to %v, want %v", list, text, got, want)
		}
	})
}

// ends lists where phrases that begin a text end.
func ends(t *table, text string) []int {
	set := map[int]bool{}
	if b := []byte(t.key(text)); len(b) > 0 {
		t.phrases.walk(b, 0, func(to int, m []meaning) {
			for _, one := range m {
				if one.cls != cJump {
					set[to] = true
				}
			}
		})
	}
	return slices.Sorted(maps.Keys(set))
}

// A language's first message waits for its words: they must not multiply.
func TestCompile_WordsDoNotMultiply(t *testing.T) {
	t.Parallel()
	words, err := Load(os.DirFS("../../locales"))
	if err != nil {
		t.Fatal(err)
	}
	l := foldedLetters()
	for lang, w := range words {
		if n := len(compile(lang, w, l, nil).phrases.nodes); n > 200_000 {
			t.Errorf("%s: %d nodes, want 200,000 at most", lang, n)
		}
	}
}
