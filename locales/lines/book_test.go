package lines_test

import (
	"errors"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"usher/bot"
	"usher/intents"
	"usher/locales"
	"usher/locales/lines"
)

// english is the real book and the texts it was made from.
func english(t *testing.T) *lines.Book {
	t.Helper()
	catalog, err := intents.LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	policy := bot.DefaultPolicy()
	book, err := lines.New(locales.Files, catalog.Lines(), policy.Args)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// args is one value for each placeholder that lines are filled with besides
// the policy's: a line that wants another is filled with nothing by the bot.
func args(n int) map[string]any {
	at := time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC)
	clock := locales.Clock{At: at, Now: at}
	moment := locales.Moment{At: at}
	return map[string]any{
		"n": n, "at": moment, "age": locales.Span(time.Hour), "wait": locales.Span(time.Minute), "name": "Eva",
		"email": "eva@proton.me", "suggestion": "eva@proton.me", "reason": locales.Ref("reason.other"),
		"status": locales.Ref("status.verified"), "submitted_at": moment, "from": clock, "to": clock,
		"local_from": moment, "local_to": moment,
	}
}

func TestBook_EveryEnglishLineIsFilledIn(t *testing.T) {
	t.Parallel()
	book := english(t)
	ids := book.IDs()
	if len(ids) < 150 {
		t.Errorf("only %d lines", len(ids))
	}
	odd := regexp.MustCompile(`<no value>|\{\{|\}\}|<nil>|%!|  |\bmap\[`)
	for _, id := range ids {
		for _, n := range []int{0, 1, 2, 5} {
			got := book.Say("en", id, args(n))
			if got == id || strings.TrimSpace(got) == "" || odd.MatchString(got) {
				t.Errorf("%s with %d: %q", id, n, got)
			}
		}
	}
}

// withFormats adds the real English formats.
func withFormats(t *testing.T, files fstest.MapFS) fstest.MapFS {
	t.Helper()
	const name = "en/formats.toml"
	data, err := fs.ReadFile(locales.Files, name)
	if err != nil {
		t.Fatal(err)
	}
	if files[name] == nil {
		files[name] = &fstest.MapFile{Data: data}
	}
	return files
}

func nothing(string) map[string]any { return nil }

func TestBook_Say(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"en/lines.toml": {Data: []byte(`
"hi" = "Hello {{.name}} from {{.brand}}"
"only" = "English only"
"days" = { one = "{{.n}} day", other = "{{.n}} days" }
"in" = "in: {{.what}}"
"when" = "{{.what}}"`)},
		"pl/lines.toml": {Data: []byte(`
"hi" = "Witaj {{.name}} z {{.brand}}"
"days" = { one = "{{.n}} dzień", few = "{{.n}} dni", many = "{{.n}} dni!", other = "{{.n}} dnia" }
"ref" = "odnośnik"`)},
	}
	book, err := lines.New(withFormats(t, files), map[string]any{"answer": "An answer"}, func(tag string) map[string]any {
		return map[string]any{"brand": map[string]string{"en": "Northwind", "pl": "Północ"}[tag]}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		lang, id string
		args     map[string]any
		want     string
	}{
		{"en", "hi", map[string]any{"name": "Eva"}, "Hello Eva from Northwind"},
		{"pl", "hi", map[string]any{"name": "Eva"}, "Witaj Eva z Północ"},
		{"pl", "hi", map[string]any{"name": "{{.brand}} <b>"}, "Witaj {{.brand}} <b> z Północ"},
		{"en", "hi", map[string]any{"name": "Eva", "brand": "Own"}, "Hello Eva from Own"},
		{"pl", "only", nil, "English only"},
		{"xx", "only", nil, "English only"},
		{"en", "answer", nil, "An answer"},
		{"en", "unknown.id", nil, "unknown.id"},
		{"en", "days", map[string]any{"n": 1}, "1 day"},
		{"en", "days", map[string]any{"n": 0}, "0 days"},
		{"pl", "days", map[string]any{"n": 1}, "1 dzień"},
		{"pl", "days", map[string]any{"n": 3}, "3 dni"},
		{"pl", "days", map[string]any{"n": 5}, "5 dni!"},
		{"pl", "in", map[string]any{"what": locales.Ref("ref")}, "in: odnośnik"},
		{"pl", "in", map[string]any{"what": locales.Ref("only")}, "in: English only"},
	} {
		if got := book.Say(c.lang, c.id, c.args); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.lang, c.id, got, c.want)
		}
	}
	if !book.Has("pl") || book.Has("pt") {
		t.Error("the languages it has")
	}
	if got := book.IDs(); !slices.Equal(got, []string{"answer", "days", "hi", "in", "only", "when"}) {
		t.Errorf("ids %v", got)
	}
}

func TestNew_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, text, says string }{
		"no TOML":         {"en/lines.toml", `"a" = `, "en/lines.toml"},
		"a key twice":     {"en/lines.toml", "\"a\" = \"x\"\n\"a\" = \"y\"", "en/lines.toml"},
		"empty":           {"en/lines.toml", `"a" = ""`, "a: is empty"},
		"array":           {"en/lines.toml", `"a" = ["x"]`, "a: must be"},
		"number":          {"en/lines.toml", `"a" = 7`, "a: must be"},
		"unknown form":    {"en/lines.toml", `"a" = { some = "x", other = "y" }`, "some"},
		"form of numbers": {"en/lines.toml", `"a" = { other = 7 }`, "other"},
		"no other":        {"en/lines.toml", `"a" = { one = "x" }`, "a: is empty"},
		"nested by dots":  {"en/lines.toml", `a.b = "x"`, "b is no plural form"},
		"stands twice":    {"en/lines.toml", `"answer" = "x"`, "answer stands in an intent's file"},
		"half a format":   {"en/formats.toml", `clock = "{hour}"`, "months must be twelve"},
		"odd format":      {"en/formats.toml", `hours = 24`, "unknown key hours"},
		"no language":     {"notalanguage/lines.toml", `"a" = "x"`, "notalanguage/lines.toml"},
		"no English":      {"pl/lines.toml", `"a" = "x"`, "en/lines.toml is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answers := map[string]any{"answer": "An answer"}
			_, err := lines.New(withFormats(t, fstest.MapFS{c.file: {Data: []byte(c.text)}}), answers, nothing)
			if !errors.Is(err, lines.ErrLines) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want it to say %s", err, c.says)
			}
		})
	}
}

func TestBook_Match(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{}
	for _, tag := range []string{"en", "es", "pt-BR", "zh-Hans", "zh-Hant"} {
		files[tag+"/lines.toml"] = &fstest.MapFile{Data: []byte(`"a" = "x"`)}
	}
	book, err := lines.New(withFormats(t, files), nil, nothing)
	if err != nil {
		t.Fatal(err)
	}
	type match struct {
		tag string
		ok  bool
	}
	for _, c := range []struct {
		wanted []string
		want   match
	}{
		{[]string{"es-MX"}, match{"es", true}},
		{[]string{"", "es"}, match{"es", true}},
		{[]string{"fr", "es"}, match{"es", true}},
		{[]string{"fr, es;q=0.5"}, match{"es", true}},
		{[]string{"en-AU"}, match{"en", true}},
		{[]string{"pt-BR"}, match{"pt-BR", true}},
		{[]string{"zh-TW"}, match{"zh-Hant", true}},
		{[]string{"zh-CN"}, match{"zh-Hans", true}},
		{[]string{"fr"}, match{"en", false}},
		{[]string{"*"}, match{"en", false}},
		{[]string{"\x00", "%%%", ";;;,,"}, match{"en", false}},
		{[]string{strings.Repeat("es,", 100)}, match{"en", false}},
		{nil, match{"en", false}},
	} {
		tag, ok := book.Match(c.wanted...)
		if got := (match{tag, ok}); got != c.want {
			t.Errorf("%q: %v, want %v", c.wanted, got, c.want)
		}
	}
}
