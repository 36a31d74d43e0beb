package web_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"usher/server/internal/testbrowser"
)

// In the middle of a form somebody reports a theft: the form goes, a strip
// comes, and the answer is longer than a phone. Its first step is to be read
// first, and what comes behind it is at the end again.
func TestReading_ALongAnswerBeginsAtItsStart(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 360, 640)
	b.Open(s.URL + "/widget/")
	b.Until(`document.querySelectorAll('.choice').length === 3`)
	b.Write("Cancel a review")
	b.Until(`document.querySelectorAll('.ask select').length === 2`)
	atEnd := `(() => { const l = document.querySelector('.scroll'); return l.scrollHeight - l.scrollTop - l.clientHeight < 2; })()`
	b.Until(atEnd)

	steps := "I am getting our security team for you now.\n" + strings.Repeat("Your account comes first; the verification can wait.\n", 12)
	s.chat.mu.Lock()
	s.chat.queue("account_security", "urgent")
	s.chat.mu.Unlock()
	s.chat.say("bot", "Usher", steps+"1. Change your password.\n2. Disable all API keys.", object{"meta": object{"advice": "secure_account_first"}})
	b.Until(`document.querySelectorAll('ol.steps input').length === 2`)
	b.Until(`(() => {
		const l = document.querySelector('.scroll').getBoundingClientRect(), m = [...document.querySelectorAll('.msg')].at(-1).getBoundingClientRect();
		return m.height > l.height && m.top >= l.top && m.top < l.top + 40;
	})()`)
	b.Shot("widget-long-answer")

	b.Do(chromedp.SendKeys(chromedp.ID("text"), "thank you"))
	b.Enter()
	b.Until(`[...document.querySelectorAll('.msg')].at(-1).textContent.includes('You said')`)
	b.Until(atEnd)
}
