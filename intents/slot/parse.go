package slot

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// base is the language that every message is also read in: the app's labels
// are often quoted in it.
const base = "en"

// Parser reads messages. It is safe for concurrent use. A language is made
// ready when its first message comes.
type Parser struct {
	langs map[string]func() *language
	// foreign is the base language as it is read in messages of others.
	foreign  func() *language
	alphabet func() letters
	zones    func() *zoneNames
}

type language struct {
	*table
	zones *zoneNames
}

// New makes a parser of the languages found in files as `<lang>/slots.toml`.
// The base language is read at once, another when its first message comes: one
// whose file cannot be read is read with the base's words ([Load] says what is
// wrong with it).
func New(files fs.FS) (*Parser, error) {
	names, err := fs.Glob(files, "*/slots.toml")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrWords, err)
	}
	p := newParser()
	for _, name := range names {
		lang := path.Dir(name)
		if lang != base {
			p.add(lang, func() Words {
				w, err := load(files, name)
				if err != nil {
					return Words{}
				}
				return w
			})
			continue
		}
		w, err := load(files, name)
		if err != nil {
			return nil, err
		}
		p.add(lang, func() Words { return w })
	}
	return p, nil
}

func newParser() *Parser {
	p := &Parser{langs: map[string]func() *language{}, alphabet: sync.OnceValue(foldedLetters), zones: sync.OnceValue(loadZones)}
	p.add(base, func() Words { return Words{} })
	return p
}

// add takes a language whose words are asked for when they are needed.
func (p *Parser) add(lang string, words func() Words) {
	p.langs[lang] = p.ready(lang, words, p.alphabet, func(Words) []string { return nil })
	if lang == base {
		p.foreign = p.ready(lang, words, func() letters { return p.alphabet().foreign() }, func(w Words) []string { return w.Own })
	}
}

func (p *Parser) ready(lang string, words func() Words, l func() letters, without func(Words) []string) func() *language {
	return sync.OnceValue(func() *language {
		w := words()
		t := compile(lang, w, l(), without(w))
		return &language{t, p.zones().with(t, &w.Time)}
	})
}

// language finds the words for a tag: itself, its parent, else the base.
func (p *Parser) language(tag string) *language {
	tag = strings.ReplaceAll(tag, "_", "-")
	for tag != "" {
		if l := p.langs[tag]; l != nil {
			return l()
		}
		i := strings.LastIndexByte(tag, '-')
		tag = tag[:max(i, 0)]
	}
	return p.langs[base]()
}

// Parse reads the facts out of one message.
func (p *Parser) Parse(text string, c Context) Found {
	var f Found
	c.Now = c.Now.Round(0)
	plain := emails(&f, text, c.Asked == KindEmail)
	l := p.language(c.Lang)
	m := l.read(&f, text, plain, c, nil)
	if l.lang != base {
		p.foreign().fill(&f, text, plain, c, m)
	}
	return f
}

// Settle places a time that needed a zone, or whose zone was wrong, into z. A
// time that was told as an age comes back as it is.
func (p *Parser) Settle(t Time, z *time.Location) Time {
	if t.Relative || z == nil || t.Said == "" {
		return t
	}
	f := p.Parse(t.Said, Context{Now: t.Heard, Zone: z, Lang: t.Lang, Asked: KindTime, force: true})
	if f.Time == nil {
		return t
	}
	return *f.Time
}

// ParseZone reads a time zone out of an answer: an IANA name, "UTC+3", an
// abbreviation, a city, a country. nil means that there is none in it.
func (p *Parser) ParseZone(text, lang string) *Zone {
	return p.Parse(text, Context{Lang: lang, Asked: KindZone}).Zone
}

// read fills in everything that one language finds. own is the message as its
// own language sees it, where that is another one.
func (l *language) read(found *Found, text, plain string, c Context, own *message) *message {
	f := l.letters.fold(plain)
	hits, words := l.scan(f)
	m := &message{f: f, hits: hits}
	m.tokens, m.telling = l.lex(f)
	if own != nil {
		m.leave(own)
	}
	hits = m.hits
	parts := fields(f, hits)
	found.Template = len(parts) >= 2

	m.back = answers(found, f, hits, words, c.Asked, own != nil)
	if found.YesNo == Yes && l.marked(plain) {
		found.YesNo = No
	}
	found.Status = status(f, hits, words, c.Asked == KindStatus)
	w := reason(f, hits, c.Asked)
	found.Counts = l.counts(f, hits)
	l.readTime(found, m, c, own)

	var told why
	for _, part := range parts {
		l.readField(found, &told, text[part.from:part.to], plain[part.from:part.to], part.kind, c)
	}
	if told.reason != "" {
		w = told
	}
	if c.Asked == KindSeverity && found.Unsure {
		w.settleSeverity()
	}
	found.Reason, found.WrongInfo, found.Severity = w.reason, w.wrongInfo, w.severity
	if len(w.all) > 1 {
		found.Reasons = w.all
	}
	if found.Unsure && found.Status == "" && c.Asked == KindStatus {
		found.Status = StatusUnknown
	}
	for _, k := range found.Placeholders {
		found.dropPlaceholder(k)
	}
	return m
}

// readField reads one labelled field, as if it had just been asked for.
func (l *language) readField(found *Found, told *why, text, plain string, k Kind, c Context) {
	if untouched(k, text) {
		found.add(k)
		return
	}
	c.Asked = k
	var in Found
	f := l.letters.fold(plain)
	hits, words := l.scan(f)
	switch k {
	case KindTime:
		m := &message{f: f, hits: hits}
		m.tokens, m.telling = l.lex(f)
		l.readTime(&in, m, c, nil)
		if in.Time != nil {
			found.Time = in.Time
		}
		if in.Zone != nil {
			found.Zone = in.Zone
		}
	case KindStatus:
		if s := status(f, hits, words, true); s != "" {
			found.Status = s
		} else if hasHit(hits, cUnsure) {
			found.Status = StatusUnknown
		}
	case KindReason:
		if w := reason(f, hits, KindReason); w.reason != "" || w.wrongInfo {
			*told = w
		}
	}
}

// dropPlaceholder forgets what was read out of a field that was left as it
// came: its choices are not answers.
func (f *Found) dropPlaceholder(k Kind) {
	switch k {
	case KindTime:
		f.Time = nil
	case KindReason:
		f.Reason, f.Reasons, f.Severity, f.WrongInfo = "", nil, "", false
	}
}

// fill adds what the base language finds and the message's own did not.
func (l *language) fill(found *Found, text, plain string, c Context, own *message) {
	var more Found
	l.read(&more, text, plain, c, own)
	if found.Time == nil {
		found.Time = more.Time
	}
	if found.Zone == nil {
		found.Zone = more.Zone
	}
	if found.Status == "" {
		found.Status = more.Status
	}
	if found.Reason == "" && !found.WrongInfo {
		found.Reason, found.Reasons = more.Reason, more.Reasons
		found.WrongInfo, found.Severity = more.WrongInfo, more.Severity
	}
	if found.YesNo == "" && !found.Unsure && !own.back {
		found.YesNo, found.Unsure = more.YesNo, more.Unsure
	}
	found.Insists = found.Insists || more.Insists
	found.Transfer = found.Transfer || more.Transfer
	found.Template = found.Template || more.Template
	for _, k := range more.Placeholders {
		found.add(k)
	}
	if found.Counts == (Counts{}) {
		found.Counts = more.Counts
	}
}

// readTime finds the time a message tells, if it is the one meant, and the
// zone it names.
func (l *language) readTime(out *Found, m *message, c Context, own *message) {
	f, hits, tokens := m.f, m.hits, m.tokens
	asked := c.Asked == KindTime
	if m.telling && !c.Now.IsZero() && c.Asked != KindZone {
		r := &reader{t: l.table, f: f, k: tokens, asked: asked, zones: l.zones, now: c.Now}
		all := r.times(c)
		if own != nil {
			all = slices.DeleteFunc(all, func(t told) bool { return t.unsaid && own.knows(m, t.from, t.to) })
		}
		if t, ok := pickTime(all, f, hits, tokens, asked); ok {
			t.Said, t.Heard, t.Lang = f.said(t.from, t.to), c.Now.UTC(), l.lang
			out.Time, out.Zone = &t.Time, t.zone
		} else if t, ok := r.packedClock(c, asked); ok {
			t.Said, t.Heard, t.Lang = f.said(t.from, t.to), c.Now.UTC(), l.lang
			out.Time = &t.Time
		}
	}
	if out.Zone == nil && (c.Asked == KindZone || asked || zoneLikely(f, tokens)) {
		out.Zone = l.zones.find(f, l.table, tokens, c.Asked == KindZone)
	}
}

// zoneLikely: the message has a word like "time zone", or "utc", "gmt".
func zoneLikely(f *folded, k []token) bool {
	for _, t := range k {
		if t.has(cZoneWord) {
			return true
		}
		if t.kind == tUnknown && t.to-t.from == 3 {
			if s := string(f.b[t.from:t.to]); s == "utc" || s == "gmt" {
				return true
			}
		}
	}
	return false
}
