// Package sources reads the lines that the matcher of the product is trained
// on and refuses those that would spoil it.
//
// English lines stand in intents/catalog/<id>.toml (`phrases`, and in
// account_theft.toml the table `not_theft`: near misses under the label that
// they carry); other languages in locales/<tag>/phrases.toml, one key an
// intent, and the same table. Lines to calibrate on stand in
// locales/<tag>/calibration.tsv, label<TAB>text: what strangers typed who saw
// none of the others, mixed as messages are.
//
// What may enter: reading, checks, the settings of the training. What may not:
// the training itself, which is match's.
package sources

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"usher/intents/match"
)

// ErrLine is wrapped by every refusal.
var ErrLine = errors.New("training line refused")

// Line is one training line and where it stands.
type Line struct {
	match.Example
	File string
	Row  int  // from 1; 0 when it could not be found
	Near bool // a near miss: it has the words of a theft and is none
}

func (l Line) where() string { return fmt.Sprintf("%s:%d", l.File, l.Row) }

// OutOfScope is the label of everything that no intent covers.
const OutOfScope = "out_of_scope"

// Settings are the options of the product's model. A language takes 0.28 MB:
// fourteen fit into four. Twice the table for every language serves unseen
// lines better than half of it and a net beside it.
func Settings() match.Options {
	return match.Options{
		OOSLabel: OutOfScope, Seed: 1, Home: "en", Loss: 0.004,
		Buckets: 1 << 14,
	}
}

// Load reads and checks every line. catalog is the folder of the intents,
// locales that of the languages. All that is wrong is reported at once.
func Load(catalog, locales fs.FS) ([]Line, error) {
	names, err := fs.Glob(catalog, "*.toml")
	if err != nil {
		return nil, fmt.Errorf("list catalog: %w", err)
	}
	var lines []Line
	var errs []error
	known := map[string]bool{}
	for _, name := range names {
		id := strings.TrimSuffix(name, ".toml")
		known[id] = true
		got, err := readIntent(catalog, name, id)
		lines, errs = append(lines, got...), append(errs, err)
	}
	files, err := fs.Glob(locales, "*/phrases.toml")
	if err != nil {
		return nil, fmt.Errorf("list locales: %w", err)
	}
	for _, name := range files {
		got, err := readLanguage(locales, name)
		lines, errs = append(lines, got...), append(errs, err)
	}
	for _, l := range lines {
		if !known[l.Label] {
			errs = append(errs, fmt.Errorf("%s: %w: %s is no intent", l.where(), ErrLine, l.Label))
		}
	}
	lines, err = check(lines, known)
	return lines, errors.Join(append(errs, err)...)
}

// LoadCalibration reads and checks the lines to calibrate on. They may be
// missing for a language, which is then calibrated on a part of its own lines.
func LoadCalibration(locales fs.FS) ([]Line, error) {
	files, err := fs.Glob(locales, "*/calibration.tsv")
	if err != nil {
		return nil, fmt.Errorf("list locales: %w", err)
	}
	var lines []Line
	var errs []error
	for _, name := range files {
		text, err := readText(locales, name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		read, err := match.ReadTSV(strings.NewReader(text), name, path.Dir(name))
		errs = append(errs, err)
		for i, e := range read {
			l := Line{Example: e, File: name, Row: i + 1}
			if why := personal(e.Text); why != "" {
				errs = append(errs, fmt.Errorf("%s: %w: it holds %s", l.where(), ErrLine, why))
			}
			lines = append(lines, l)
		}
	}
	return lines, errors.Join(errs...)
}

// Hash identifies the lines and the settings, whatever the order of files.
func Hash(lines []Line, o match.Options) [32]byte {
	all := make([]string, len(lines))
	for i, l := range lines {
		all[i] = l.Lang + "\x00" + l.Label + "\x00" + l.Text
	}
	slices.Sort(all)
	h := sha256.New()
	fmt.Fprintf(h, "%s %d %d %d %d %d %g\n", o.OOSLabel, o.Seed, o.Buckets, o.Hidden, o.Epochs, o.TypoCopies, o.Loss)
	for _, s := range all {
		fmt.Fprintf(h, "%d %s\n", len(s), s)
	}
	for _, l := range o.Valid {
		fmt.Fprintf(h, "valid %s %s %q\n", l.Lang, l.Label, l.Text)
	}
	for _, lang := range sorted(o.Cues) {
		fmt.Fprintf(h, "%s %q\n", lang, o.Cues[lang])
	}
	return [32]byte(h.Sum(nil))
}

// Examples strips the places off, in an order that does not depend on files.
func Examples(lines []Line) []match.Example {
	out := make([]match.Example, len(lines))
	for i, l := range lines {
		out[i] = l.Example
	}
	slices.SortStableFunc(out, func(a, b match.Example) int {
		return cmp.Or(cmp.Compare(a.Lang, b.Lang), cmp.Compare(a.Label, b.Label), cmp.Compare(a.Text, b.Text))
	})
	return out
}

// ReadCues reads the lists of `<tag>/cues.toml`, in the order of their names;
// package intents checks what the lists are.
func ReadCues(locales fs.FS) (map[string][][]string, error) {
	names, err := fs.Glob(locales, "*/cues.toml")
	if err != nil {
		return nil, fmt.Errorf("list cues: %w", err)
	}
	all := map[string][][]string{}
	for _, name := range names {
		text, err := readText(locales, name)
		if err != nil {
			return nil, err
		}
		var doc map[string][]string
		if _, err := toml.Decode(text, &doc); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		lang := path.Dir(name)
		for _, key := range sorted(doc) {
			all[lang] = append(all[lang], doc[key])
		}
	}
	return all, nil
}

// Options are the settings together with what is read for them; the model
// carries their hash.
func Options(lines, calibration []Line, cues map[string][][]string) match.Options {
	o := Settings()
	o.Cues = cues
	o.Valid = Examples(calibration)
	o.Source = Hash(lines, o)
	return o
}

// Train trains the product's model.
func Train(lines, calibration []Line, cues map[string][][]string) (*match.Model, error) {
	m, err := match.Train(Examples(lines), Options(lines, calibration, cues))
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	return m, nil
}

// readIntent reads one file of the catalog; its other keys belong to others.
func readIntent(files fs.FS, name, id string) ([]Line, error) {
	text, err := readText(files, name)
	if err != nil {
		return nil, err
	}
	var doc struct {
		Phrases  []string            `toml:"phrases"`
		NotTheft map[string][]string `toml:"not_theft"`
	}
	if _, err := toml.Decode(text, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	at := rows(text)
	lines := list(nil, doc.Phrases, id, "en", name, at)
	for _, label := range sorted(doc.NotTheft) {
		lines = append(lines, near(list(nil, doc.NotTheft[label], label, "en", name, at))...)
	}
	return lines, nil
}

// readLanguage reads the phrases of a language other than English.
func readLanguage(files fs.FS, name string) ([]Line, error) {
	text, err := readText(files, name)
	if err != nil {
		return nil, err
	}
	var misses struct {
		NotTheft map[string][]string `toml:"not_theft"`
	}
	var doc map[string]any
	if _, err := toml.Decode(text, &misses); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if _, err := toml.Decode(text, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	lang, at := path.Dir(name), rows(text)
	var lines []Line
	for _, label := range sorted(doc) {
		if label == "not_theft" {
			continue
		}
		values, ok := doc[label].([]any)
		if !ok {
			return nil, fmt.Errorf("%s: %w: %s is not a list", name, ErrLine, label)
		}
		phrases := make([]string, len(values))
		for i, v := range values {
			if phrases[i], ok = v.(string); !ok {
				return nil, fmt.Errorf("%s: %w: %s holds something other than text", name, ErrLine, label)
			}
		}
		lines = list(lines, phrases, label, lang, name, at)
	}
	for _, label := range sorted(misses.NotTheft) {
		lines = append(lines, near(list(nil, misses.NotTheft[label], label, lang, name, at))...)
	}
	return lines, nil
}

func list(lines []Line, phrases []string, label, lang, file string, at map[string]int) []Line {
	for _, p := range phrases {
		lines = append(lines, Line{Example: match.Example{Label: label, Lang: lang, Text: p}, File: file, Row: at[p]})
	}
	return lines
}

func near(lines []Line) []Line {
	for i := range lines {
		lines[i].Near = true
	}
	return lines
}

func readText(files fs.FS, name string) (string, error) {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return "", fmt.Errorf("read: %w", err)
	}
	for i, line := range strings.Split(string(data), "\n") {
		if !utf8.ValidString(line) {
			return "", fmt.Errorf("%s:%d: %w: not UTF-8", name, i+1, ErrLine)
		}
	}
	return string(data), nil
}

// rows finds the row of each text that stands alone on its row, as the lists
// of phrases are written.
func rows(text string) map[string]int {
	at := map[string]int{}
	for i, row := range strings.Split(text, "\n") {
		row = strings.TrimSpace(row)
		if !strings.HasPrefix(row, `"`) && !strings.HasPrefix(row, `'`) {
			continue
		}
		var one struct {
			V []string `toml:"v"`
		}
		if _, err := toml.Decode("v = [\n"+row+"\n]", &one); err == nil && len(one.V) > 0 && at[one.V[0]] == 0 {
			at[one.V[0]] = i + 1
		}
	}
	return at
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
