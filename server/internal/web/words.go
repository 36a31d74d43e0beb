package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"golang.org/x/text/language"
)

// sections of a pages.toml: flat tables of key = "text", with {name} where the
// page puts a value.
type sections struct {
	Widget  map[string]string `toml:"widget"`
	Console map[string]string `toml:"console"`
	Macros  map[string]string `toml:"macros"` // what agents send with one key, in the customer's language
}

// words are the pages' texts in every language, as the JSON that is served.
type words struct {
	matcher language.Matcher
	tags    []string                     // tags[0] is "en"; the order the matcher knows
	widget  map[string]map[string]string // tag → key → text, English filled in
	console map[string]map[string]string
	macros  map[string]map[string]string
	order   []string // of the macros, as the English file has them
}

var errNoEnglish = errors.New("web: locales have no en/pages.toml")

// rightToLeft lists the scripts written from the right (Unicode UAX 9, strong
// R and AL scripts in present use).
var rightToLeft = map[string]bool{
	"Adlm": true, "Arab": true, "Hebr": true, "Mand": true, "Nkoo": true,
	"Rohg": true, "Samr": true, "Syrc": true, "Thaa": true,
}

// loadWords reads `<tag>/pages.toml` of every language. A key that English does
// not have is an error: it would never be shown.
func loadWords(locales fs.FS) (*words, error) {
	if locales == nil {
		return nil, errNoEnglish
	}
	files, err := fs.Glob(locales, "*/pages.toml")
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	all, order := map[string]sections{}, []string{}
	for _, file := range files {
		var s sections
		md, err := toml.DecodeFS(locales, file, &s)
		if err != nil {
			return nil, fmt.Errorf("web: %s: %w", file, err)
		}
		if extra := md.Undecoded(); len(extra) > 0 {
			return nil, fmt.Errorf("web: %s: unknown key %s", file, extra[0])
		}
		tag := file[:len(file)-len("/pages.toml")]
		all[tag] = s
		for _, key := range md.Keys() {
			if tag == "en" && len(key) == 2 && key[0] == "macros" {
				order = append(order, key[1])
			}
		}
	}
	english, ok := all["en"]
	if !ok {
		return nil, errNoEnglish
	}
	w := &words{widget: map[string]map[string]string{}, console: map[string]map[string]string{}, macros: map[string]map[string]string{}, order: order}
	w.tags = append([]string{"en"}, slices.DeleteFunc(slices.Sorted(maps.Keys(all)), func(t string) bool { return t == "en" })...)
	var tags []language.Tag
	for _, tag := range w.tags {
		parsed, err := language.Parse(tag)
		if err != nil {
			return nil, fmt.Errorf("web: folder %s is not a language tag: %w", tag, err)
		}
		tags = append(tags, parsed)
		if w.widget[tag], err = fill(english.Widget, all[tag].Widget); err != nil {
			return nil, fmt.Errorf("web: %s/pages.toml: [widget]: %w", tag, err)
		}
		if w.console[tag], err = fill(english.Console, all[tag].Console); err != nil {
			return nil, fmt.Errorf("web: %s/pages.toml: [console]: %w", tag, err)
		}
		if w.macros[tag], err = fill(english.Macros, all[tag].Macros); err != nil {
			return nil, fmt.Errorf("web: %s/pages.toml: [macros]: %w", tag, err)
		}
	}
	w.matcher = language.NewMatcher(tags)
	return w, nil
}

// fill is English with a language's own texts laid over it.
func fill(english, own map[string]string) (map[string]string, error) {
	full := maps.Clone(english)
	for key, text := range own {
		if _, ok := english[key]; !ok {
			return nil, fmt.Errorf("%s is no key of the English page", key)
		}
		if text != "" {
			full[key] = text
		}
	}
	return full, nil
}

// labels is the launcher's label in every language, as JSON for the loader.
func (w *words) labels() []byte {
	byTag := map[string]string{}
	for tag, table := range w.widget {
		byTag[tag] = table["launcher"]
	}
	b, _ := json.Marshal(byTag) // a map of strings always marshals; < > & are escaped
	return b
}

// pick finds the language for a request: ?lang, else Accept-Language, else
// English.
func (w *words) pick(r *http.Request) string {
	return w.find(r.URL.Query().Get("lang"), r.Header.Get("Accept-Language"))
}

// find is the language that a tag names, else one of an Accept-Language header,
// else English.
func (w *words) find(lang, accept string) string {
	if len(lang) > 64 {
		lang = ""
	}
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		wanted = nil
	}
	if tag, err := language.Parse(lang); err == nil {
		wanted = append([]language.Tag{tag}, wanted...)
	}
	for _, want := range wanted {
		// One language is never answered with a related other one.
		if _, at, sure := w.matcher.Match(want); sure != language.No && base(want) == base(language.Make(w.tags[at])) {
			return w.tags[at]
		}
	}
	return w.tags[0]
}

func base(t language.Tag) language.Base {
	b, _ := t.Base()
	return b
}

// direction is how a language is written: ltr or rtl.
func direction(tag string) string {
	if script, _ := language.Make(tag).Script(); rightToLeft[script.String()] {
		return "rtl"
	}
	return "ltr"
}

// answer sends texts as JSON; they change with an upgrade only, and are asked
// for anew with each page.
func answer(rw http.ResponseWriter, r *http.Request, body any) {
	var b bytes.Buffer
	_ = json.NewEncoder(&b).Encode(body) // maps of strings always encode
	commonHeaders(rw.Header())
	rw.Header().Set("Content-Type", "application/json")
	rw.Header().Set("Cache-Control", "no-cache")
	rw.Header().Set("Vary", "Accept-Language, Accept-Encoding")
	packed := b.Bytes()
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		rw.Header().Set("Content-Encoding", "gzip")
		packed = pack(packed)
	}
	_, _ = rw.Write(packed)
}

// strings serves one page's texts: {"lang","dir","langs","strings"}.
func (p *pages) strings(page string) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		w := p.words
		tag := w.pick(r)
		table := w.widget[tag]
		if page == "console" {
			table = w.console[tag]
		}
		body := map[string]any{"lang": tag, "dir": direction(tag), "langs": w.tags, "strings": table}
		answer(rw, r, body)
	}
}
