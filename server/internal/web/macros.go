package web

import (
	"net/http"
	"strings"
)

// macros serves what agents can send with one key, in the language of a
// customer, with that language's words for what fills it:
// {"lang","dir","macros","order","words"}. A language that has none gets English.
func (p *pages) macros(rw http.ResponseWriter, r *http.Request) {
	w := p.words
	tag := w.find(r.URL.Query().Get("lang"), "") // the customer's, whatever the agent reads
	words := map[string]string{}
	for key, text := range w.widget[tag] {
		if strings.HasPrefix(key, "status.") || strings.HasPrefix(key, "reason.") {
			words[key] = text
		}
	}
	answer(rw, r, map[string]any{"lang": tag, "dir": direction(tag), "macros": w.macros[tag], "order": w.order, "words": words})
}
