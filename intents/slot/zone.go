package slot

import (
	_ "embed"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"
	_ "time/tzdata" // zones are the same on every machine
	"unicode"
	"unicode/utf8"
)

//go:embed zones.txt
var zonesText string

// Location returns the zone for calculating; nil while it is not decided.
func (z *Zone) Location() *time.Location {
	if z == nil || z.ID == "" {
		return nil
	}
	if off, ok := strings.CutPrefix(z.ID, "UTC"); ok && off != "" {
		var h, m int
		if _, err := fmt.Sscanf(off[1:], "%d:%d", &h, &m); err != nil {
			return nil
		}
		s := (h*60 + m) * 60
		if off[0] == '-' {
			s = -s
		}
		return time.FixedZone(z.ID, s)
	}
	loc, err := time.LoadLocation(z.ID)
	if err != nil {
		return nil
	}
	return loc
}

// may says whether loc is one of the zones an ambiguous name can mean.
func (z *Zone) may(loc *time.Location) bool {
	return z != nil && loc != nil && slices.Contains(z.Candidates, loc.String())
}

// zoneNames finds zones by name. Entries of short are abbreviations.
type zoneNames struct {
	names *trie
	short *trie
	own   *trie // the language's
	asked *trie // the language's, only when a zone was asked for
	lists [][]string
	ids   map[string]string // "america/bogota" → "America/Bogota"
}

func loadZones() *zoneNames {
	z := &zoneNames{names: &trie{}, short: &trie{}, own: &trie{}, asked: &trie{}, ids: map[string]string{"utc": "UTC", "gmt": "UTC"}}
	for line := range strings.Lines(zonesText) {
		name, ids, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || name[0] == '#' {
			continue
		}
		list := strings.Split(ids, ",")
		for _, id := range list {
			z.ids[strings.ToLower(id)] = id
		}
		m := meaning{cZone, int32(len(z.lists))}
		z.lists = append(z.lists, list)
		if unicode.IsUpper(rune(name[0])) {
			z.short.add(strings.ToLower(name), m)
		} else {
			z.names.add(name, m)
		}
	}
	return z
}

// with adds a language's own names.
func (z *zoneNames) with(t *table, w *TimeWords) *zoneNames {
	if len(w.Zones)+len(w.ZonesAsked) == 0 {
		return z
	}
	n := &zoneNames{names: z.names, short: z.short, own: &trie{}, asked: &trie{}, lists: z.lists[:len(z.lists):len(z.lists)], ids: z.ids}
	for names, own := range map[*trie]map[string]string{n.own: w.Zones, n.asked: w.ZonesAsked} {
		for name, id := range own {
			names.add(t.key(name), meaning{cZone, int32(len(n.lists))})
			n.lists = append(n.lists, []string{id})
		}
	}
	return n
}

func (z *zoneNames) zone(i int32) *Zone {
	if list := z.lists[i]; len(list) > 1 {
		return &Zone{Candidates: list}
	} else {
		return &Zone{ID: list[0]}
	}
}

// at reads a zone that begins at i. In free text (not loose) abbreviations
// must be in capitals. glued allows a bare offset, as in ISO 8601.
func (z *zoneNames) at(f *folded, t *table, i int, loose, glued bool) (found *Zone, to int) {
	b := f.b
	if glued {
		if i < len(b) && b[i] == 'z' && (i+1 == len(b) || !letter(b[i+1])) {
			return &Zone{ID: "UTC"}, i + 1
		}
		if zone, to := offset(b, i, true); zone != nil {
			return zone, to
		}
	}
	for i < len(b) && (b[i] == ' ' || b[i] == '(') {
		i++
	}
	if i >= len(b) || !start(b, i) {
		return nil, 0
	}
	for _, u := range []string{"utc", "gmt"} {
		if strings.HasPrefix(string(b[i:min(len(b), i+3)]), u) && (i+3 == len(b) || !letter(b[i+3])) {
			j := i + 3
			for j < len(b) && b[j] == ' ' {
				j++
			}
			if zone, to := offset(b, j, false); zone != nil {
				return zone, to
			}
			return &Zone{ID: "UTC"}, i + 3
		}
	}
	if zone, to := offset(b, i, true); zone != nil && (loose || to-i >= 5) {
		return zone, to
	}
	if id, to := z.iana(b, i); to > 0 {
		return &Zone{ID: id}, to
	}
	for _, names := range []*trie{z.names, z.own} {
		if zone, end := z.named(names, b, t, i); end > to {
			found, to = zone, end
		}
	}
	z.short.walk(b, i, func(end int, m []meaning) {
		if start(b, end) && end > to && (loose || capitals(f.text[f.origin(i):f.origin(end)])) {
			found, to = z.zone(m[0].v), end
		}
	})
	return found, to
}

// named reads the longest of some names at i.
func (z *zoneNames) named(names *trie, b []byte, t *table, i int) (found *Zone, to int) {
	best := int32(-1)
	names.walk(b, i, func(end int, m []meaning) {
		if t.ends(b, end) {
			best, to = m[0].v, end
		}
	})
	if best < 0 {
		return nil, 0
	}
	return z.zone(best), to
}

func capitals(s string) bool {
	for _, r := range s {
		if !unicode.IsUpper(r) {
			return false
		}
	}
	return true
}

// iana reads an id of the tz database.
func (z *zoneNames) iana(b []byte, i int) (string, int) {
	j := i
	slash := false
	for j < len(b) && j < i+40 && (letter(b[j]) && b[j] < utf8.RuneSelf || b[j] == '_' || b[j] == '/' || b[j] == '-' || digit(b[j])) {
		slash = slash || b[j] == '/'
		j++
	}
	if !slash {
		return "", 0
	}
	id, ok := z.ids[string(b[i:j])]
	if !ok {
		return "", 0
	}
	return id, j
}

// offset reads +3, -05:00, +0530. A bare one needs two digits at least.
func offset(b []byte, i int, bare bool) (*Zone, int) {
	if i >= len(b) || b[i] != '+' && b[i] != '-' {
		return nil, 0
	}
	sign := b[i]
	i++
	for !bare && i < len(b) && b[i] == ' ' {
		i++
	}
	h, j := integer(b, i)
	m := 0
	switch n := j - i; {
	case n == 4:
		h, m = h/100, h%100
	case n < 1 || n > 2 || bare && n == 1 && sign == '-':
		return nil, 0
	case j+2 < len(b) && (b[j] == ':' || b[j] == '.') && digit(b[j+1]) && digit(b[j+2]):
		m, j = int(b[j+1]-'0')*10+int(b[j+2]-'0'), j+3
	}
	if h > 14 || m > 59 || m%15 != 0 || j < len(b) && (letter(b[j]) && b[j] < utf8.RuneSelf || digit(b[j]) || b[j] == ':') {
		return nil, 0
	}
	if h == 0 && m == 0 {
		return &Zone{ID: "UTC"}, j
	}
	return &Zone{ID: fmt.Sprintf("UTC%c%02d:%02d", sign, h, m)}, j
}

// find looks for a zone anywhere in a text: everywhere if one was asked for,
// else only beside a word like "time zone", or written as UTC+3.
func (z *zoneNames) find(f *folded, t *table, k []token, asked bool) *Zone {
	var last *Zone
	for i := range f.b {
		if !start(f.b, i) || space(f.b[i]) {
			continue
		}
		zone, to := z.at(f, t, i, asked, false)
		if zone == nil && asked {
			zone, to = z.named(z.asked, f.b, t, i)
		}
		if zone == nil {
			continue
		}
		utc := f.b[i] == 'u' && to-i > 3 || f.b[i] == 'g' && to-i > 3
		if asked && !(to-i <= 4 && len(f.b) > 24) || utc && strings.HasPrefix(zone.ID, "UTC") || besideZoneWord(k, i, to) {
			if last == nil || len(zone.Candidates) == 0 {
				last = zone
			}
			if asked {
				return last
			}
		}
	}
	return last
}

// besideZoneWord: "time" stands right before or after a place's name.
func besideZoneWord(k []token, from, to int) bool {
	first := sort.Search(len(k), func(i int) bool { return k[i].to > from }) - 2
	for i := max(0, first); i < len(k) && k[i].from <= to+1; i++ {
		tok := k[i]
		if !tok.has(cZoneWord) {
			continue
		}
		if tok.from >= to && tok.from-to <= 1 {
			return true
		}
		if tok.to <= from && i+1 < len(k) && (k[i+1].from >= from || k[i+1].has(cFill) && i+2 < len(k) && k[i+2].from >= from) {
			return true
		}
	}
	return false
}

// zoneAfter reads a zone right behind a time.
func (r *reader) zoneAfter(rd reading, pos int) (*Zone, int) {
	if rd.zone != nil || pos == 0 {
		return rd.zone, pos
	}
	i := r.k[pos-1].to
	if r.has(pos, cFill) && pos+1 < len(r.k) { // "9am in Lagos"
		if zone, to := r.zones.at(r.f, r.t, r.k[pos].to, r.asked, false); zone != nil && !r.has(pos, cAnd) {
			return zone, r.past(to, pos)
		}
	}
	zone, to := r.zones.at(r.f, r.t, i, false, rd.clock.set)
	if zone == nil {
		return nil, pos
	}
	return zone, r.past(to, pos)
}

// zoneNamed reads a zone that a word like "time" marks as one, before a time.
func (r *reader) zoneNamed(pos int) (*Zone, int) {
	i := r.k[pos].from
	marked := r.has(pos, cZoneWord)
	if marked {
		n := pos + 1
		n = r.skip(n, "")
		if n >= len(r.k) {
			return nil, pos
		}
		i = r.k[n].from
	}
	zone, to := r.zones.at(r.f, r.t, i, false, false)
	if zone == nil {
		return nil, pos
	}
	n := r.past(to, pos)
	if !marked && n > pos && !r.has(n-1, cZoneWord) {
		return nil, pos
	}
	return zone, n
}
