package web_test

import (
	"testing"

	"usher/server/internal/testbrowser"
)

// Every state of the widget, in each of the ways people see it: none is wider
// than the screen, and, where axe-core is there, none fails its checks.
func TestStates(t *testing.T) {
	t.Parallel()
	for _, look := range []struct {
		name          string
		width, height int64
		locale        string
		features      []string
	}{
		{"light", 390, 760, "en", nil},
		{"dark", 390, 760, "en", []string{"prefers-color-scheme", "dark", "prefers-reduced-motion", "reduce"}},
		{"rtl", 390, 760, "ar", nil},
		{"320", 320, 568, "en", nil},
		{"zoom", 320, 256, "en", nil}, // what 200 % leaves of 640 × 512
		{"contrast", 390, 760, "en", []string{"forced-colors", "active"}},
	} {
		t.Run(look.name, func(t *testing.T) {
			t.Parallel()
			s, b := newSite(t), testbrowser.New(t, look.width, look.height, look.features...)
			s.chat.locale, s.chat.account = look.locale, signedFacts()
			seen := func(state, when string) {
				t.Helper()
				b.Until(when)
				b.Fits(look.name + " " + state)
				b.Shot("state-" + look.name + "-" + state)
			}
			b.Open(s.URL + "/widget/")
			b.Until(`document.querySelectorAll('.choice').length === 3`)
			if look.locale == "ar" { // the greeting is the fake's: only the page turns
				testbrowser.Eval[bool](b, `(() => { const l = document.getElementById('language'); l.value = 'ar'; l.dispatchEvent(new Event('change')); return true; })()`)
				b.Until(`document.documentElement.dir === 'rtl'`)
			}
			seen("greeting", `document.querySelector('.top .known') !== null`)
			click := func(what string) {
				t.Helper()
				testbrowser.Eval[bool](b, `(document.querySelector('`+what+`').click(), true)`)
			}
			click("header button[aria-controls=menu]")
			seen("menu", `!document.querySelector('.menu').hidden`)
			click("header button[aria-controls=menu]")
			click(".choice")
			b.Until(`document.querySelector('form.ask') !== null`)
			click("form.ask button")
			seen("errors", `document.querySelectorAll('form.ask .error:not([hidden])').length === 3`)
			b.Write("my words: " + phrase)
			seen("secret", `!document.querySelector('.guard').hidden`)
			click(".guard .primary")
			b.Write("refuse me")
			seen("failed", `document.querySelector('.msg.failed')?.getBoundingClientRect().bottom <= document.querySelector('.scroll').getBoundingClientRect().bottom + 1`)
			click(".msg.failed button:last-of-type")
			now := testbrowser.Eval[[]string](b, `[-12, 18].map((m) => new Date(Date.now() + m * 60000).toISOString())`)
			fields := object{"submitted_at": object{"value": now[0], "source": "user", "label": "Submitted on"}, "email": signedFacts()["email"]}
			s.chat.push(object{"type": "handoff.scheduled", "handoff": object{"id": "h1", "state": "scheduled", "starts_at": now[1], "fields": fields}})
			seen("clock", `document.querySelector('progress').position > 0`)
			s.chat.push(object{"type": "handoff.queued", "handoff": object{"id": "h1", "state": "queued", "position": 4, "wait": object{"low_s": 60, "high_s": 300}, "fields": fields}})
			b.Until(`document.querySelector('.timer').hidden`)
			click(".filled summary")
			seen("queue", `document.querySelector('.filled').open`)
			s.chat.mu.Lock()
			s.chat.handoff = object{"id": "h1", "state": "queued"}
			s.chat.mu.Unlock()
			s.chat.accept("Maria Oliveira")
			s.chat.say("agent", "Maria Oliveira", "Hello Léa, I am looking at it: https://example.com/help/"+phrase[:4], nil)
			b.Write("Thank you!")
			s.chat.push(object{"type": "message.receipt", "conversation": "c1", "from": "agent", "read": 99})
			s.chat.push(object{"type": "typing", "conversation": "c1", "from": "agent"})
			b.Until(`!document.querySelector('.typing').hidden`)
			seen("agent", `[...document.querySelectorAll('.msg')].at(-1).getBoundingClientRect().bottom <= document.querySelector('.composer').getBoundingClientRect().top`)
			s.chat.complete()
			b.Until(`document.querySelector('.rating') !== null`)
			click(".star:nth-child(4) input")
			seen("rating", `document.querySelectorAll('.star.lit').length === 4`)
			s.chat.push(object{"type": "goodbye", "reason": "drain", "resume": true, "retry_after_ms": 60000})
			s.chat.cut(1012)
			seen("draining", `!document.querySelector('.banner').hidden`)
			testbrowser.Eval[bool](b, `(dispatchEvent(new Event('online')), true)`)
			b.Until(`document.querySelector('.banner').hidden`)
			click(".tools .quiet")
			click(".sure .danger")
			seen("closed", `!document.querySelector('.over').hidden`)
			b.Forgive()
		})
	}
}
