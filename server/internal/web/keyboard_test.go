package web_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"usher/server/internal/testbrowser"
)

// tabTo presses Tab until the focus is on what a selector names.
func tabTo(b *testbrowser.Tab, selector string) {
	for range 40 {
		if testbrowser.Eval[bool](b, "document.activeElement.matches(`"+selector+"`)") {
			return
		}
		b.Key("Tab", "Tab", 9)
	}
	b.Fatal("Tab never comes to %s", selector)
}

// A whole conversation without a pointer: a quick reply, a form with a mistake,
// a step that is ticked, a rating, the end.
func TestKeyboard_AWholeConversation(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 400, 800)
	press := func(key string) { t.Helper(); b.Do(chromedp.KeyEvent(key)) }
	b.Open(s.URL + "/widget/")
	b.Until(`document.querySelectorAll('.choice').length === 3 && document.activeElement.id === 'text'`)
	tabTo(b, ".choice:nth-child(1)")
	press(kb.Enter)
	b.Until(`document.querySelector('form.ask') !== null && document.activeElement.id === 'text'`)
	tabTo(b, "form.ask [type=submit]")
	press(kb.Enter)
	b.Until(`document.activeElement.name === 'submitted_at'`) // the first that is wrong
	press("112220260910A")                                    // goes from part to part by itself
	tabTo(b, "form.ask [name=status]")
	press("U")
	tabTo(b, "form.ask [name=reason]")
	press("W")
	tabTo(b, "form.ask [type=submit]")
	press(kb.Enter)
	b.Until(`document.querySelectorAll('.choice').length === 2 && document.querySelectorAll('.msg.user').length === 2`)
	b.Write("Someone used my account")
	b.Until(`document.querySelectorAll('ol.steps input').length === 4`)
	tabTo(b, "ol.steps li:nth-child(2) input")
	press(" ")
	b.Until(`document.querySelector('ol.steps li:nth-child(2) input').checked`)
	s.chat.accept("Maria Oliveira")
	s.chat.complete()
	b.Until(`document.querySelector('.rating') !== null`)
	tabTo(b, ".star input")
	press(" ")
	press(kb.ArrowRight)
	b.Until(`document.querySelectorAll('.star.lit').length === 2`)
	tabTo(b, ".rating [type=submit]")
	press(kb.Enter)
	b.Until(`document.querySelector('.rating').textContent.includes('Thank you')`)
	tabTo(b, ".tools .quiet")
	press(kb.Enter)
	b.Until(`document.activeElement.textContent === 'Keep it'`) // the safe answer first
	tabTo(b, ".sure .danger")
	press(kb.Enter)
	b.Until(`!document.querySelector('.over').hidden`)
	tabTo(b, ".over button")
}
