package web

import "net/http"

// macros serves what agents can send with one key, in the language of a
// customer: {"lang","dir","macros","order"}. A language that has none gets
// English.
func (p *pages) macros(rw http.ResponseWriter, r *http.Request) {
	w := p.words
	tag := w.find(r.URL.Query().Get("lang"), "") // the customer's, whatever the agent reads
	answer(rw, r, map[string]any{"lang": tag, "dir": direction(tag), "macros": w.macros[tag], "order": w.order})
}
