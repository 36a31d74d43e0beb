package intents

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

//go:embed catalog/*.toml
var catalogFiles embed.FS

// Kind says how the conversation treats an intent.
type Kind string

// The kinds of intents.
const (
	KindCancel   Kind = "cancel"   // wants the review cancelled: rows 3–11 of the decision table
	KindRejected Kind = "rejected" // row 4 whatever the status
	KindQuestion Kind = "question" // row 12, answered from the guide
	KindTalk     Kind = "talk"     // row 12, small talk: no facts
	KindAnswer   Kind = "answer"   // yes or no
	KindTheft    Kind = "theft"    // row 1
	KindPerson   Kind = "person"   // row 2
	KindOutside  Kind = "outside"  // row 13
)

// Intent is one file of the catalog: what people ask for and what is answered.
type Intent struct {
	ID    ID       `toml:"id"`
	Kind  Kind     `toml:"kind"`
	Facts []string `toml:"facts"` // the guide facts its answer rests on
	// Reason is the reason for cancelling that the intent implies, if any.
	Reason string `toml:"reason"`
	// Label is the line id of the short text on a button for this intent.
	Label string `toml:"label"`
	Rows  []Row  `toml:"rows"`
	// Lines are the English lines by their name within the intent: a text, or
	// a table of plural forms. Outside, line "label" of wrong_document is
	// "wrong_document.label". A "label" is the text of a button for the intent.
	Lines map[string]any `toml:"lines"`
}

// beforePhrases is the part of an intent's file that is not for training. The
// phrases and what only sounds like the intent end the file: they are
// megabytes, and no server needs them.
func beforePhrases(text []byte) string {
	head, _, _ := strings.Cut(string(text), "\nphrases = [")
	return head
}

// Row is what is said when its conditions hold.
type Row struct {
	When  When     `toml:"when"`
	Say   []string `toml:"say"`   // names of the intent's lines; line ids once loaded
	Facts []string `toml:"facts"` // instead of the intent's, when given
	Offer string   `toml:"offer"` // a queue offered with the answer
}

// When is a closed list of conditions; all that are given must hold. A rule
// that cannot be said needs a new field here, never an operator.
type When struct {
	Advice     string `toml:"advice"`
	Phase      string `toml:"phase"`
	FaceFailed *bool  `toml:"face_failed"` // as many failures as the policy counts
	Rejected   *bool  `toml:"rejected"`    // as many rejections as the policy counts
}

// Now are the conditions as they are.
type Now struct {
	Advice, Phase        string
	FaceFailed, Rejected bool
}

func (w When) holds(n Now) bool {
	return (w.Advice == "" || w.Advice == n.Advice) &&
		(w.Phase == "" || w.Phase == n.Phase) &&
		(w.FaceFailed == nil || *w.FaceFailed == n.FaceFailed) &&
		(w.Rejected == nil || *w.Rejected == n.Rejected)
}

// Row is the first row that holds. The last row of every intent holds always.
func (in *Intent) Row(n Now) Row {
	for _, row := range in.Rows {
		if row.When.holds(n) {
			if row.Facts == nil {
				row.Facts = in.Facts
			}
			return row
		}
	}
	return Row{Facts: in.Facts}
}

// Catalog is every intent by id.
type Catalog struct {
	byID map[ID]*Intent
}

// ErrCatalog is wrapped by every error of LoadCatalog.
var ErrCatalog = errors.New("intents: catalog")

// LoadCatalog reads the embedded catalog.
func LoadCatalog() (*Catalog, error) { return loadCatalog(catalogFiles) }

func loadCatalog(files fs.FS) (*Catalog, error) {
	c := &Catalog{byID: map[ID]*Intent{}}
	names, err := fs.Glob(files, "catalog/*.toml")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCatalog, err)
	}
	var errs []error
	for _, name := range names {
		in, err := loadIntent(files, name)
		if err != nil {
			errs = append(errs, fmt.Errorf("%w: %s: %w", ErrCatalog, name, err))
			continue
		}
		c.byID[in.ID] = in
	}
	for _, id := range All() {
		if c.byID[id] == nil {
			errs = append(errs, fmt.Errorf("%w: catalog/%s.toml is missing", ErrCatalog, id))
		}
	}
	return c, errors.Join(errs...)
}

var factID = regexp.MustCompile(`^G\d+(\.\d+)?$`)

func loadIntent(files fs.FS, name string) (*Intent, error) {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	in := &Intent{}
	md, err := toml.Decode(beforePhrases(text), in)
	if err != nil {
		return nil, err
	}
	for _, key := range md.Undecoded() {
		return nil, fmt.Errorf("unknown key %s", key)
	}
	if want := strings.TrimSuffix(path.Base(name), ".toml"); string(in.ID) != want {
		return nil, fmt.Errorf("id must be %s, like the file", want)
	}
	if !slices.Contains(All(), in.ID) {
		return nil, fmt.Errorf("id %s is not in the list of intents", in.ID)
	}
	if !slices.Contains([]Kind{KindCancel, KindRejected, KindQuestion, KindTalk, KindAnswer, KindTheft, KindPerson, KindOutside}, in.Kind) {
		return nil, fmt.Errorf("kind %q is not known", in.Kind)
	}
	for i, row := range in.Rows {
		if len(row.Say) == 0 {
			return nil, fmt.Errorf("row %d says nothing", i+1)
		}
		if last := i == len(in.Rows)-1; last != (row.When == When{}) {
			return nil, fmt.Errorf("row %d: exactly the last row has no condition", i+1)
		}
		for j, name := range row.Say {
			if _, ok := in.Lines[name]; !ok {
				return nil, fmt.Errorf("row %d says %q, which is none of its lines", i+1, name)
			}
			row.Say[j] = in.line(name)
		}
		for _, f := range row.Facts {
			if !factID.MatchString(f) {
				return nil, fmt.Errorf("row %d: %q is no fact id", i+1, f)
			}
		}
	}
	for _, f := range in.Facts {
		if !factID.MatchString(f) {
			return nil, fmt.Errorf("%q is no fact id", f)
		}
	}
	return in, nil
}

// line is the id of one of the intent's lines.
func (in *Intent) line(name string) string { return string(in.ID) + "." + name }

// Get is the intent with this id; the catalog has every known id.
func (c *Catalog) Get(id ID) *Intent { return c.byID[id] }

// Lines are the English lines of all intents by line id: a text, or a table of
// plural forms.
func (c *Catalog) Lines() map[string]any {
	lines := map[string]any{}
	for _, in := range c.byID {
		for name, text := range in.Lines {
			lines[in.line(name)] = text
		}
	}
	return lines
}
