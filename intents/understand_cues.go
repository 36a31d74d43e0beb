package intents

import (
	"errors"
	"fmt"
	"io/fs"
	"path"

	"github.com/BurntSushi/toml"

	"usher/intents/match"
)

// fallbackCues is the language whose cues serve one that has none.
const fallbackCues = "en"

// ErrCues is wrapped by every refusal of a cues file.
var ErrCues = errors.New("intents: cues")

// cues are phrases of one language that decide more than a probability does.
type cues struct {
	lists []*match.Phrases // those of the file, in the order of their names

	tripwires  *match.Phrases // say a theft outright
	disowns    *match.Phrases // say that the owner did not do it
	alarms     *match.Phrases // single words of alarm
	owned      *match.Phrases // say that the owner did it, or that nothing came of it
	denials    *match.Phrases // take back the tripwire that follows them
	hypotheses *match.Phrases // make everything after them unreal
	transfer   *match.Phrases // ask for a person in the guide's own words (G4.3)
}

// cueLists is a language's file. The model was trained with its lists in the
// order of their names.
type cueLists struct {
	Alarms     []string `toml:"alarms"`
	Denials    []string `toml:"denials"`
	Disowns    []string `toml:"disowns"`
	Hypotheses []string `toml:"hypotheses"`
	Owned      []string `toml:"owned"`
	Transfer   []string `toml:"transfer"`
	Tripwires  []string `toml:"tripwires"`
}

// heardCues is what the cues say about one message.
type heardCues struct {
	tripwire, disowned, alarm, owned, denied, hypothesis bool
	clause                                               bool // one clause tells a theft
}

// settled tells whether the words decide, whatever a clause may say.
func (h heardCues) settled() bool { return h.tripwire || h.denied || h.hypothesis || h.owned }

// denialReach is how many words may stand between a denial and what it
// denies: "i was not in any way hacked".
const denialReach = 4

func loadCues(words fs.FS) (map[string]*cues, error) {
	names, err := fs.Glob(words, "*/cues.toml")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCues, err)
	}
	all := map[string]*cues{}
	for _, name := range names {
		data, err := fs.ReadFile(words, name)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrCues, err)
		}
		var doc cueLists
		meta, err := toml.Decode(string(data), &doc)
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrCues, name, err)
		}
		for _, key := range meta.Undecoded() {
			return nil, fmt.Errorf("%w: %s: unknown key %s", ErrCues, name, key)
		}
		if len(doc.Tripwires) == 0 || len(doc.Denials) == 0 || len(doc.Hypotheses) == 0 {
			return nil, fmt.Errorf("%w: %s: tripwires, denials and hypotheses are all needed", ErrCues, name)
		}
		c, err := doc.compile(meta)
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrCues, name, err)
		}
		all[path.Dir(name)] = c
	}
	if all[fallbackCues] == nil {
		return nil, fmt.Errorf("%w: %s/cues.toml is missing", ErrCues, fallbackCues)
	}
	return all, nil
}

func (l *cueLists) compile(meta toml.MetaData) (*cues, error) {
	c := &cues{}
	for _, list := range []struct {
		name string
		from []string
		to   **match.Phrases
	}{
		{"alarms", l.Alarms, &c.alarms},
		{"denials", l.Denials, &c.denials},
		{"disowns", l.Disowns, &c.disowns},
		{"hypotheses", l.Hypotheses, &c.hypotheses},
		{"owned", l.Owned, &c.owned},
		{"transfer", l.Transfer, &c.transfer},
		{"tripwires", l.Tripwires, &c.tripwires},
	} {
		if err := match.CheckPhrases(list.from); err != nil {
			return nil, fmt.Errorf("%s: %w", list.name, err)
		}
		*list.to = match.NewPhrases(list.from)
		if meta.IsDefined(list.name) {
			c.lists = append(c.lists, *list.to)
		}
	}
	return c, nil
}

func (c *cues) has(p *match.Phrases, r *match.Result) bool {
	_, ok := p.Next(r, 0)
	return ok
}

// read listens for theft cues. A tripwire shortly after a denial is denied; a
// message with one that is not denied has a tripwire.
func (c *cues) read(r *match.Result) (h heardCues) {
	h.hypothesis = c.has(c.hypotheses, r)
	h.disowned = c.has(c.disowns, r)
	h.alarm = c.has(c.alarms, r)
	h.owned = c.has(c.owned, r)
	for at := 0; ; {
		trip, ok := c.tripwires.Next(r, at)
		if !ok {
			return h
		}
		if c.deniedBefore(r, trip.From) {
			h.denied = true
		} else {
			h.tripwire = true
		}
		at = trip.From + 1
	}
}

// deniedBefore tells whether a denial ends at most denialReach words before
// the place at.
func (c *cues) deniedBefore(r *match.Result, at int) bool {
	for from := 0; ; {
		d, ok := c.denials.Next(r, from)
		if !ok || d.From >= at {
			return false
		}
		if r.Gap(d.To, at) <= denialReach {
			return true
		}
		from = d.From + 1
	}
}
