package slot

import (
	"strings"
	"unicode"
)

// field is one labelled piece of a message: "Registered Email: …".
type field struct {
	kind     Kind
	from, to int // bytes of the original text
}

// fields finds the labelled fields of a pasted G4.4 template. A label is
// followed by a colon, an equals sign, "is", or a bracket; its value goes on
// to the next label, at most to the end of the line.
func fields(f *folded, hits []hit) []field {
	type label struct {
		kind     Kind
		from, to int // folded; to is where the value begins
	}
	var ls []label
	for _, h := range hits {
		if h.cls != cLabel || inside(hits, h, cLabel) {
			continue
		}
		to, ok := valueStart(f.b, h.to)
		if !ok || len(ls) > 0 && h.from < ls[len(ls)-1].to {
			continue
		}
		ls = append(ls, label{labels[h.v], h.from, to})
	}
	var out []field
	for i, l := range ls {
		end := len(f.b)
		if i+1 < len(ls) {
			end = ls[i+1].from
		}
		to := l.to
		depth := 0
		for ; to < end; to++ {
			switch f.b[to] {
			case '[':
				depth++
			case ']':
				depth--
			}
			if f.b[to] == '\n' && strings.TrimSpace(string(f.b[l.to:to])) != "" ||
				l.kind == KindReason && depth <= 0 && f.b[to] == '.' && (to+1 == end || space(f.b[to+1])) {
				break
			}
		}
		out = append(out, field{l.kind, f.origin(l.to), f.origin(to)})
	}
	return out
}

// valueStart skips what stands between a label and its value.
func valueStart(b []byte, i int) (int, bool) {
	for i < len(b) && b[i] == ' ' {
		i++
	}
	if i >= len(b) {
		return i, false
	}
	switch {
	case b[i] == ':' || b[i] == '=':
		return i + 1, true
	case b[i] == '[':
		return i, true
	}
	return i, false
}

// untouched says whether a field's value is what the template came with:
// nothing, bracketed words without figures, or a list of choices.
func untouched(k Kind, value string) bool {
	v := strings.TrimSpace(strings.Trim(strings.TrimSpace(value), ".,;"))
	if v == "" {
		return true
	}
	inner, bracketed := unbracket(v)
	switch k {
	case KindEmail:
		return bracketed && !strings.Contains(inner, "@") || examples(inner)
	case KindTime:
		return bracketed && !hasFigure(inner) || letterDate(inner)
	case KindReason, KindStatus:
		return bracketed && strings.Contains(inner, "/")
	}
	return false
}

// letterDate: "YYYY-MM-DD HH:MM" without brackets, in any language's letters.
func letterDate(v string) bool {
	return strings.Count(v, "-") == 2 && strings.Count(v, ":") == 1 && !hasFigure(v)
}

// hasFigure: there is a digit, of any script.
func hasFigure(v string) bool { return strings.IndexFunc(v, unicode.IsDigit) >= 0 }

func unbracket(v string) (string, bool) {
	for _, pair := range [][2]string{{"[", "]"}, {"【", "】"}, {"［", "］"}, {"<", ">"}, {"(", ")"}, {"（", "）"}} {
		if strings.HasPrefix(v, pair[0]) && strings.HasSuffix(v, pair[1]) {
			return strings.TrimSpace(v[len(pair[0]) : len(v)-len(pair[1])]), true
		}
	}
	return v, false
}
