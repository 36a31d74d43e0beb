package lines

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"usher/locales"
)

// Book is all lines in all languages. It never changes, so one value serves
// everybody at once.
type Book struct {
	bundle     *i18n.Bundle
	localizers map[string]*i18n.Localizer
	formats    map[string]*Format
	tags       []string
	matcher    language.Matcher
	matched    []string
	english    map[string]bool
	common     map[string]map[string]any // by tag
}

// ErrLines is wrapped by every error of New.
var ErrLines = errors.New("locales: lines")

// plural forms that CLDR knows; a table must have "other".
var forms = []string{"zero", "one", "two", "few", "many", "other"}

// New reads `<tag>/lines.toml` of every language in files. answers are the
// English lines that stand elsewhere (the intents' own files); common gives
// what fills the placeholders that every line of a language may use.
func New(files fs.FS, answers map[string]any, common func(tag string) map[string]any) (*Book, error) {
	b := &Book{
		bundle: i18n.NewBundle(language.English), localizers: map[string]*i18n.Localizer{}, formats: map[string]*Format{},
		english: map[string]bool{}, common: map[string]map[string]any{},
	}
	names, err := fs.Glob(files, "*/lines.toml")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLines, err)
	}
	var errs []error
	for _, name := range names {
		texts := map[string]any{}
		if _, err := toml.DecodeFS(files, name, &texts); err != nil {
			errs = append(errs, fmt.Errorf("%w: %s: %w", ErrLines, name, err))
			continue
		}
		tag := path.Dir(name)
		if tag == "en" {
			for id, text := range answers {
				if _, twice := texts[id]; twice {
					errs = append(errs, fmt.Errorf("%w: %s: %s stands in an intent's file too", ErrLines, name, id))
				}
				texts[id] = text
			}
		}
		if err := b.add(tag, texts); err != nil {
			errs = append(errs, fmt.Errorf("%w: %s: %w", ErrLines, name, err))
		}
		b.common[tag] = common(tag)
	}
	formats, err := fs.Glob(files, "*/formats.toml")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLines, err)
	}
	for _, name := range formats {
		f, err := loadFormat(files, name)
		if err != nil {
			errs = append(errs, fmt.Errorf("%w: %s: %w", ErrLines, name, err))
			continue
		}
		b.formats[path.Dir(name)] = f
	}
	if b.formats["en"] == nil {
		errs = append(errs, fmt.Errorf("%w: en/formats.toml is missing, which all others fall back to", ErrLines))
	}
	if len(b.english) == 0 {
		errs = append(errs, fmt.Errorf("%w: en/lines.toml is missing, which all others fall back to", ErrLines))
	}
	b.prepare()
	return b, errors.Join(errs...)
}

// add hands one language's finished messages to go-i18n.
func (b *Book) add(tag string, texts map[string]any) error {
	lang, err := language.Parse(tag)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(texts)) {
		m, err := message(id, texts[id])
		if err != nil {
			return err
		}
		if err := b.bundle.AddMessages(lang, m); err != nil {
			return fmt.Errorf("%s: %w", id, err)
		}
		if tag == "en" {
			b.english[id] = true
		}
	}
	b.tags = append(b.tags, tag)
	return nil
}

func message(id string, text any) (*i18n.Message, error) {
	m := &i18n.Message{ID: id}
	switch v := text.(type) {
	case string:
		m.Other = v
	case map[string]any:
		for form, t := range v {
			s, ok := t.(string)
			if !ok || !slices.Contains(forms, form) {
				return nil, fmt.Errorf("%s: %s is no plural form with a text", id, form)
			}
			switch form {
			case "zero":
				m.Zero = s
			case "one":
				m.One = s
			case "two":
				m.Two = s
			case "few":
				m.Few = s
			case "many":
				m.Many = s
			case "other":
				m.Other = s
			}
		}
	default:
		return nil, fmt.Errorf("%s: must be a text or a table of plural forms", id)
	}
	if m.Other == "" {
		return nil, fmt.Errorf("%s: is empty", id)
	}
	return m, nil
}

func (b *Book) prepare() {
	tags := []language.Tag{language.English}
	b.matched = []string{"en"}
	for _, tag := range b.tags {
		b.localizers[tag] = i18n.NewLocalizer(b.bundle, tag, "en")
		if tag != "en" {
			tags = append(tags, language.Make(tag))
			b.matched = append(b.matched, tag)
		}
	}
	b.matcher = language.NewMatcher(tags)
}

// Has reports whether the language has lines of its own.
func (b *Book) Has(tag string) bool { return b.localizers[tag] != nil }

// Tags lists the languages that have lines of their own.
func (b *Book) Tags() []string { return slices.Clone(b.tags) }

// IDs lists every English line's id in order.
func (b *Book) IDs() []string { return slices.Sorted(maps.Keys(b.english)) }

// Match picks the best language for what a client asks for, in order: BCP 47
// tags or an Accept-Language header. Second value: false when none fits and
// English stands in.
func (b *Book) Match(wanted ...string) (string, bool) {
	for _, w := range wanted {
		if len(w) > 200 {
			continue
		}
		tags, _, err := language.ParseAcceptLanguage(w)
		if err != nil || len(tags) == 0 {
			continue
		}
		if _, i, c := b.matcher.Match(tags...); c >= language.High {
			return b.matched[i], true
		}
	}
	return "en", false
}

// Say is a line in a language, filled in. An unknown id gives the id itself:
// a test keeps that from happening.
func (b *Book) Say(lang, id string, args map[string]any) string {
	l := b.localizers[lang]
	if l == nil {
		lang, l = "en", b.localizers["en"]
	}
	data := b.common[lang]
	if len(args) > 0 {
		data = make(map[string]any, len(data)+len(args))
		maps.Copy(data, b.common[lang])
		for k, v := range args {
			data[k] = b.value(lang, v)
		}
	}
	config := &i18n.LocalizeConfig{MessageID: id, TemplateData: data}
	if n, ok := args["n"]; ok {
		config.PluralCount = n
	}
	text, err := l.Localize(config)
	if text == "" && err != nil {
		return id
	}
	return text
}

// format is how a language writes times; one without a file writes as the
// language before its script, else as English.
func (b *Book) format(lang string) *Format {
	for tag := lang; tag != ""; {
		if f := b.formats[tag]; f != nil {
			return f
		}
		i := strings.LastIndexByte(tag, '-')
		tag = tag[:max(i, 0)]
	}
	return b.formats["en"]
}

// value puts the value types of package locales into words.
func (b *Book) value(lang string, v any) any {
	switch v := v.(type) {
	case locales.Ref:
		return b.Say(lang, string(v), nil)
	case locales.Clock:
		return b.format(lang).clock(v)
	case locales.Moment:
		return b.format(lang).moment(v)
	case locales.Span:
		return b.span(lang, v)
	}
	return v
}
