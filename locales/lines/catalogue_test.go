package lines_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/BurntSushi/toml"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"usher/intents"
	"usher/locales"
)

// catalogue is every text of one kind in one language, by key; a text that
// differs by number is one text a form: `span.minutes/few`.
type catalogue map[string]string

func (c catalogue) add(key string, text any) {
	switch v := text.(type) {
	case string:
		c[key] = v
	case map[string]any:
		for form, one := range v {
			c.add(key+"/"+form, one)
		}
	default:
		c[key] = fmt.Sprint(v)
	}
}

// keys are those without their plural forms.
func (c catalogue) keys() []string {
	var all []string
	for k := range c {
		key, _, _ := strings.Cut(k, "/")
		all = append(all, key)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// of joins all forms of a key's text.
func (c catalogue) of(key string) string {
	var all []string
	for _, k := range slices.Sorted(maps.Keys(c)) {
		if k == key || strings.HasPrefix(k, key+"/") {
			all = append(all, c[k])
		}
	}
	return strings.Join(all, "\n")
}

// longest is the length of the longest form of a key's text, in letters.
func (c catalogue) longest(key string) int {
	n := 0
	for k, text := range c {
		if k == key || strings.HasPrefix(k, key+"/") {
			n = max(n, len([]rune(text)))
		}
	}
	return n
}

// catalogues reads a file of every language; English lines stand in the
// intents' own files too.
func catalogues(t *testing.T, file string) map[string]catalogue {
	t.Helper()
	names, err := fs.Glob(locales.Files, "*/"+file)
	if err != nil || len(names) < 14 {
		t.Fatalf("%d languages have %s: %v", len(names), file, err)
	}
	all := map[string]catalogue{}
	for _, name := range names {
		texts := map[string]any{}
		if _, err := toml.DecodeFS(locales.Files, name, &texts); err != nil {
			t.Fatal(name, err)
		}
		c := catalogue{}
		for key, text := range texts {
			if section, ok := text.(map[string]any); ok && file == "pages.toml" {
				for k, v := range section {
					c.add(key+"."+k, v)
				}
				continue
			}
			c.add(key, text)
		}
		all[path.Dir(name)] = c
	}
	if file == "lines.toml" {
		catalog, err := intents.LoadCatalog()
		if err != nil {
			t.Fatal(err)
		}
		for key, text := range catalog.Lines() {
			all["en"].add(key, text)
		}
	}
	return all
}

// Each language says everything that English says, with the same placeholders,
// at most about twice as long, and in its own words.
func TestCatalogue_IsCompleteInEveryLanguage(t *testing.T) {
	t.Parallel()
	for file, placeholder := range map[string]*regexp.Regexp{
		"lines.toml": regexp.MustCompile(`\{\{\.[a-z_]+\}\}`),
		"pages.toml": regexp.MustCompile(`\{[a-z_]+\}`),
	} {
		all := catalogues(t, file)
		english := all["en"]
		for tag, c := range all {
			t.Run(tag+"/"+file, func(t *testing.T) {
				t.Parallel()
				if tag == "en" {
					return
				}
				for _, key := range c.keys() {
					if !slices.Contains(english.keys(), key) {
						t.Errorf("%s is no English text", key)
					}
				}
				for _, key := range english.keys() {
					if c.of(key) == "" {
						t.Errorf("%s is missing or empty", key)
						continue
					}
					if got, want := holders(placeholder, c.of(key)), holders(placeholder, english.of(key)); !slices.Equal(got, want) {
						t.Errorf("%s is filled with %v, English with %v", key, got, want)
					}
					if n, limit := c.longest(key), 2*english.longest(key)+40; n > limit {
						t.Errorf("%s has %d letters, at most %d fit", key, n, limit)
					}
				}
				leftBehind(t, tag, c, english)
			})
		}
	}
}

// holders are the placeholders in a text, each once.
func holders(placeholder *regexp.Regexp, text string) []string {
	all := placeholder.FindAllString(text, -1)
	slices.Sort(all)
	return slices.Compact(all)
}

// leftBehind finds English sentences. Labels of the app that are the same in
// the language ("Under Review" in Latin Hindi) are no sentences.
func leftBehind(t *testing.T, tag string, c, english catalogue) {
	t.Helper()
	for key, text := range c {
		if text == english[key] && len(strings.Fields(text)) > 3 {
			t.Errorf("%s: %s is English: %q", tag, key, text)
		}
	}
}

// A text that goes by number has every form that the language's numbers need
// (Unicode CLDR, plural rules) and no other.
func TestCatalogue_PluralFormsAreThoseOfTheLanguage(t *testing.T) {
	t.Parallel()
	forms := map[string][]string{
		"ar": {"few", "many", "one", "other", "two", "zero"}, "ru": {"few", "many", "one", "other"},
		"zh": {"other"}, "ja": {"other"}, "ko": {"other"}, "vi": {"other"}, "id": {"other"},
		"es": {"many", "one", "other"}, "fr": {"many", "one", "other"}, "pt": {"many", "one", "other"},
	}
	for tag, c := range catalogues(t, "lines.toml") {
		base, _ := language.Make(tag).Base()
		want := forms[base.String()]
		if want == nil {
			want = []string{"one", "other"}
		}
		given := map[string][]string{}
		for k := range c {
			if key, form, ok := strings.Cut(k, "/"); ok {
				given[key] = append(given[key], form)
			}
		}
		for key, got := range given {
			for _, form := range got {
				if !slices.Contains(want, form) {
					t.Errorf("%s: %s has the form %q, which the language does not know", tag, key, form)
				}
			}
			for _, form := range want {
				// "many" of es, fr and pt is for millions, which no line counts.
				if !slices.Contains(got, form) && !(form == "many" && len(want) == 3) && len(want) > 1 {
					t.Errorf("%s: %s lacks the form %q", tag, key, form)
				}
			}
		}
	}
}

// Texts are clean: valid, composed, without markup, and without anything that
// turns the direction of what stands around it.
func TestCatalogue_TextsAreClean(t *testing.T) {
	t.Parallel()
	err := fs.WalkDir(locales.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Base(name) != "lines.toml" && path.Base(name) != "pages.toml" {
			return err
		}
		data, err := fs.ReadFile(locales.Files, name)
		if err != nil {
			return err
		}
		for n, row := range strings.Split(string(data), "\n") {
			if why := unclean(row); why != nil {
				t.Errorf("%s:%d: %v: %q", name, n+1, why, row)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

var markup = regexp.MustCompile(`(?i)<[a-z/!]|javascript:|%[sdvq]\b`)

func unclean(row string) error {
	switch {
	case !norm.NFC.IsNormalString(row):
		return errors.New("not composed (NFC), or not UTF-8")
	case markup.MatchString(row):
		return errors.New("markup or a verb of fmt")
	}
	for _, r := range row {
		switch {
		case r == unicode.ReplacementChar, r == '\ufeff':
			return fmt.Errorf("%U", r)
		case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return fmt.Errorf("%U turns the direction", r)
		case unicode.IsControl(r) && r != '\t':
			return fmt.Errorf("control character %U", r)
		}
	}
	return nil
}

// The checks above notice what they are for.
func TestCatalogue_UncleanTextsAreFound(t *testing.T) {
	t.Parallel()
	for _, row := range []string{"a\u202eb", "a\ufeff", "a\u0301", "\xff", "<b>bold", "click javascript:x", "%d left", "bell\a", "\ufffd"} {
		if unclean(row) == nil {
			t.Errorf("%q passes", row)
		}
	}
	if err := unclean(`"x" = "3 < 4, 100 %, ça va – \n"`); err != nil {
		t.Error(err)
	}
}

var update = flag.Bool("update", false, "write testdata anew")

// safety are the lines that keep people from harm. Each is pinned in every
// language: whoever changes one reads it again, and writes testdata/safety.txt
// anew with -update.
func safety() []string {
	return []string{
		"secret.warning", "account_theft.steps", "account_theft.hypothetical", "extra_materials.answer", "contact_support.answer",
	}
}

func TestCatalogue_SafetySentencesArePinned(t *testing.T) {
	t.Parallel()
	lines := catalogues(t, "lines.toml")
	var got bytes.Buffer
	for _, tag := range slices.Sorted(maps.Keys(lines)) {
		for _, key := range safety() {
			text := lines[tag].of(key)
			if text == "" {
				t.Errorf("%s has no %s", tag, key)
			}
			fmt.Fprintf(&got, "%s %s %x\n", tag, key, sha256.Sum256([]byte(text)))
		}
	}
	const file = "testdata/safety.txt"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pinned := bufio.NewScanner(bytes.NewReader(want))
	for row := range strings.Lines(got.String()) {
		if !pinned.Scan() || pinned.Text() != strings.TrimSpace(row) {
			t.Fatalf("the safety text changed: %s: read it again in that language, then run go test ./locales/lines -update", strings.Join(strings.Fields(row)[:2], " "))
		}
	}
}
