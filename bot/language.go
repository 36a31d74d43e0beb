package bot

import "strings"

// How clear a message must be before the bot answers in its language: so many
// words and so sure. A script that belongs to one language is clear with less;
// what is less clear counts when the next message says the same.
const (
	clearWords  = 3
	clearLang   = 0.85
	leaningLang = 0.6
)

// follow answers in the language the person writes. A short "ok" or "hola"
// changes nothing yet; a clear message does, and the way back is offered. A
// language the person has chosen takes two clear messages to leave.
func (t *turn) follow(h *heard) {
	if h.choice != "" || len(h.form) > 0 || t.s.Owner == OwnerAgent {
		return
	}
	r := &h.reading
	to := t.b.tongue(r.Lang, r.Script)
	if to == "" || to == t.s.Locale || r.Words == 0 {
		t.s.Leaning = ""
		return
	}
	words := r.Words
	if f := &h.found; f.Time != nil || f.Email != nil {
		words -= 2 // "90 min ago" is one word of a language
	}
	sure := r.LangP >= clearLang && (words >= clearWords || r.Script != "Latn" && words >= clearWords-1)
	again := t.s.Leaning == to && r.LangP >= leaningLang
	if t.s.Pinned {
		again, sure = again && sure, false
	}
	if !sure && !again {
		t.s.Leaning = to
		return
	}
	t.left, t.s.Locale, t.s.Leaning, t.s.Pinned = t.s.Locale, to, "", false
}

// tongue is the tag under which the bot speaks a language in the script that the
// person writes, the language alone, or "".
func (b *Bot) tongue(lang, script string) string {
	for _, tag := range [...]string{lang + "-" + script, lang} {
		if b.speaks[tag] {
			return tag
		}
	}
	return ""
}

// backTo handles the button that leads back to another language.
func (t *turn) backTo(h *heard) bool {
	tag, ok := strings.CutPrefix(h.choice, "locale:")
	if !ok {
		return false
	}
	t.s.Locale, t.s.Pinned, t.s.Leaning = tag, true, ""
	if t.s.Owner == OwnerAgent {
		t.system = true
	}
	t.say("language.set")
	t.reask()
	return true
}
