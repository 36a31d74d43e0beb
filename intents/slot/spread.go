package slot

import "strings"

// mostWritten is how many ways a phrase with alternatives is written out in;
// one with more keeps the ways its parts have in common only once. Lists of
// "{45 nouns}{15 particles}{14 verbs}" would be millions of nodes.
const mostWritten = 512

// headWritten is how many beginnings of a phrase that is spread are written
// out: each costs a few nodes, a jump costs a moment when a message is read.
const headWritten = 64

// parts splits "{a|b} c" into what may stand at each place: "a" or "b", " c".
func parts(s string) [][]string {
	var out [][]string
	for s != "" {
		open := strings.IndexByte(s, '{')
		end := strings.IndexByte(s, '}')
		if open < 0 || end < open {
			return append(out, []string{s})
		}
		if open > 0 {
			out = append(out, []string{s[:open]})
		}
		out = append(out, strings.Split(s[open+1:end], "|"))
		s = s[end+1:]
	}
	return out
}

// ways is how many phrases the parts stand for, as far as it matters.
func ways(parts [][]string) int {
	n := 1
	for _, p := range parts {
		if n *= len(p); n > mostWritten {
			break
		}
	}
	return n
}

// optional: all of it may be left out.
func optional(parts [][]string) bool {
	for _, p := range parts {
		empty := false
		for _, a := range p {
			empty = empty || strings.TrimSpace(a) == ""
		}
		if !empty {
			return false
		}
	}
	return true
}

// spread adds a phrase at a root: as many of its parts as are few enough to be
// written out, and a jump from there to the rest, which they share. open: a
// space or nothing stands before it, so that it cannot begin with one.
func (t *table) spread(root int32, parts [][]string, m meaning, open bool) {
	k := 1
	for k < len(parts) && ways(parts[:k+1]) <= headWritten {
		k++
	}
	rest := parts[k:]
	var roots [2]int32 // of the rest, behind a letter and behind a space
	skipped := false
	for _, a := range combine(parts[:k]) {
		a = squeeze(a)
		if open {
			a = strings.TrimPrefix(a, " ")
		}
		if len(rest) == 0 {
			t.phrases.addAt(root, t.key(strings.TrimSuffix(a, " ")), m)
			continue
		}
		if a == "" {
			if !skipped {
				t.spread(root, rest, m, open)
			}
			skipped = true
			continue
		}
		if optional(rest) {
			t.phrases.addAt(root, t.key(strings.TrimSuffix(a, " ")), m)
		}
		behind := 0
		if strings.HasSuffix(a, " ") {
			behind = 1
		}
		if roots[behind] == 0 {
			roots[behind] = t.phrases.root()
			t.spread(roots[behind], rest, m, behind == 1)
		}
		t.phrases.addAt(root, t.key(a), meaning{cJump, roots[behind]})
	}
}

// combine writes out every choice of the parts.
func combine(parts [][]string) []string {
	out := []string{""}
	for _, p := range parts {
		more := make([]string, 0, len(out)*len(p))
		for _, a := range out {
			for _, b := range p {
				more = append(more, a+b)
			}
		}
		out = more
	}
	return out
}

// squeeze makes one space of every run of them.
func squeeze(s string) string {
	if !strings.ContainsAny(s, " \t\n") {
		return s
	}
	out := strings.Join(strings.Fields(s), " ")
	if out == "" {
		return " "
	}
	if s[0] == ' ' {
		out = " " + out
	}
	if s[len(s)-1] == ' ' {
		out += " "
	}
	return out
}
