package intents

import (
	_ "embed"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"unicode/utf8"

	"usher/intents/match"
)

//go:embed model.bin
var modelFile []byte

// Score is an intent with its calibrated probability.
type Score struct {
	ID ID
	P  float64
}

// Ranking is the three most likely intents, the best first, without
// out_of_scope. It is an array so that a Reading costs no allocation.
type Ranking [3]Score

// Reading is what a message was understood as.
type Reading struct {
	Lang  string  // ISO 639 code, match.Undetermined when unknown
	LangP float64 // 0 to 1
	// Script is what most of it is written in (ISO 15924), "" for no letter;
	// Words is how many words there are in any script.
	Script string
	Words  int
	// Intent is the one to act on: account_theft when Theft, out_of_scope when
	// nothing fits, else the first of Ranked.
	Intent     ID
	Confidence float64 // calibrated probability that Intent is right
	Ranked     Ranking
	Sure       bool // answer outright; otherwise offer Ranked
	// Theft: act now. MaybeTheft: ask one yes-or-no question first.
	// Hypothetical: speaks of a theft that has not happened, so neither.
	Theft, MaybeTheft, Hypothetical bool
	// Told: Theft or MaybeTheft rests on what the words say, not on a probability
	// alone.
	Told bool
}

// Understander reads messages with the embedded model and the cues of each
// language. It is immutable and safe for concurrent use.
type Understander struct {
	model   *match.Model
	cues    map[string]*cues
	results sync.Pool
}

// NewUnderstander reads the embedded model, and the cues from
// `<tag>/cues.toml` in words, which is locales.Files.
func NewUnderstander(words fs.FS) (*Understander, error) {
	all, err := loadCues(words)
	if err != nil {
		return nil, err
	}
	lists := map[string][]*match.Phrases{}
	for lang, c := range all {
		lists[lang] = c.lists
	}
	model, err := match.Parse(modelFile, lists)
	if err != nil {
		return nil, fmt.Errorf("intents: embedded model: %w", err)
	}
	known := map[ID]bool{}
	for _, id := range All() {
		known[id] = true
	}
	for _, label := range model.Labels() {
		if !known[ID(label)] {
			return nil, fmt.Errorf("intents: the model has a label %q that is no intent", label)
		}
		delete(known, ID(label))
	}
	for id := range known {
		return nil, fmt.Errorf("intents: the model lacks %s", id)
	}
	u := &Understander{model: model, cues: all}
	u.results.New = func() any { return new(match.Result) }
	return u, nil
}

// Understand reads one message.
func (u *Understander) Understand(text string, hint match.Hint) Reading {
	r := u.results.Get().(*match.Result)
	defer u.results.Put(r)
	u.model.Match(text, hint, r)
	c := u.cues[r.Lang]
	if c == nil {
		c = u.cues[fallbackCues]
	}
	heard := c.read(r)
	if !heard.settled() && r.P(string(AccountTheft)) >= theftHidden {
		heard.clause = u.clauseTellsTheft(text, r.Lang)
	}
	return decide(r, c, heard)
}

// clauseTellsTheft reads each clause alone: a theft beats whatever the rest of
// the message asks for, which says little of it when it is read as a whole.
func (u *Understander) clauseTellsTheft(text, lang string) bool {
	r := u.results.Get().(*match.Result)
	defer u.results.Put(r)
	const words = 3
	text = strings.TrimFunc(text, endsClause)
	for rest := text; rest != ""; {
		i := strings.IndexFunc(rest, endsClause)
		if i < 0 {
			i = len(rest)
		}
		if i == len(text) {
			return false // one clause: it was read already
		}
		clause := rest[:i]
		_, size := utf8.DecodeRuneInString(rest[i:])
		rest = rest[i+size:]
		u.model.Match(clause, match.Hint{Chat: lang}, r)
		if r.Words >= words && r.Lang == lang && r.P(string(AccountTheft)) >= theftInClause {
			return true
		}
	}
	return false
}

// endsClause knows the marks of all scripts that end or part sentences.
func endsClause(r rune) bool {
	switch r {
	case '.', ',', ';', ':', '!', '?', '\n', '…', '。', '，', '、', '；', '：', '！', '？', '؛', '،', '؟', '।':
		return true
	}
	return false
}

// Explain says which features spoke loudest for an intent, for people who
// wonder about an answer.
func (u *Understander) Explain(text string, id ID, hint match.Hint, n int) []match.Reason {
	return u.model.Explain(text, string(id), hint, n)
}
