package main

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"usher/server/internal/testbrowser"
)

// openWidget is a person's browser with the real program behind.
func openWidget(t *testing.T, at string, width, height int64) *testbrowser.Tab {
	t.Helper()
	b := testbrowser.New(t, width, height)
	b.Open("http://" + at + "/widget/")
	says(b, "Hello")
	return b
}

const typedWords = `[...document.querySelectorAll('.msg.user .body')].map((n) => n.textContent).join('|')`

// Theft is heard in the middle of a form: the security team is called at once,
// the steps can be ticked while waiting, and the person who comes has a name.
func TestWidget_TheftInTheMiddleOfAForm(t *testing.T) {
	t.Parallel()
	u := startUsher(t, t.TempDir(), &clock{at: time.Now().Truncate(time.Millisecond)})
	security := u.agent("security")
	person := openWidget(t, u.addr, 390, 760)
	person.Write("please cancel my review, i uploaded the wrong passport")
	person.Until(`document.querySelector('form.ask') !== null`)
	person.Write("wait, someone hacked my account and submitted this, it was not me")
	person.Until(`document.querySelector('.strip.urgent') !== null && document.querySelectorAll('ol.steps input').length >= 3`)
	person.Until(`document.querySelector('.strip .line').textContent.startsWith('Urgent: number 1')`)
	person.Do(chromedp.Click(chromedp.CSS("ol.steps input")))
	keep(person, "widget-theft.png")
	person.Shot("real-theft")
	security.send(frame{"type": "handoff.claim_next", "id": "c1"})
	h := security.until("ack")["handoff"].(map[string]any)
	if h["queue"] != "account_security" || h["priority"] != "urgent" {
		t.Fatalf("security got %v", h)
	}
	person.Until(`document.querySelector('.who').textContent.startsWith('Security,') && document.querySelector('.strip').hidden`)
	security.send(frame{"type": "message.send", "id": "m1", "conversation": h["conversation"], "text": "I have locked the account."})
	security.until("ack")
	person.Until(`[...document.querySelectorAll('.msg.agent')].some((m) => m.querySelector('.badge').textContent === 'Support agent' && m.textContent.includes('locked'))`)
	person.Write("thank you")
	person.Until(`[...document.querySelectorAll('.msg.user')].at(-1).querySelector('.seen')?.textContent === 'Sent'`)
	last := testbrowser.Eval[int](person, `Number([...document.querySelectorAll('.msg.user')].at(-1).dataset.seq)`)
	security.send(frame{"type": "receipt", "conversation": h["conversation"], "read": last})
	person.Until(`[...document.querySelectorAll('.msg.user')].at(-1).querySelector('.seen').textContent === 'Read'`)
	if !testbrowser.Eval[bool](person, `document.querySelector('ol.steps input').checked`) {
		t.Error("the tick is gone")
	}
	person.Shot("real-security")
	security.send(frame{"type": "handoff.complete", "id": "d1", "handoff": h["id"], "outcome": "restored"})
	security.until("ack")
	person.Until(`document.querySelector('.rating') !== null`)
	person.Do(chromedp.Click(chromedp.CSS(".star:nth-child(5)")), chromedp.Click(chromedp.CSS(".rating .primary")))
	says(person, "Thank you for your rating")
}

// The server stops and starts while somebody types: they are told, go on
// writing, and everything arrives once.
func TestWidget_TheServerRestartsWhileSomebodyTypes(t *testing.T) {
	t.Parallel()
	data, c := t.TempDir(), &clock{at: time.Now().Truncate(time.Millisecond)}
	u := startUsher(t, data, c)
	person := openWidget(t, u.addr, 390, 760)
	person.Write("how long does a review take?")
	person.Until(`document.querySelectorAll('.msg').length === 3`)
	person.Do(chromedp.SendKeys(chromedp.ID("text"), "and if it"))
	u.stop()
	says(person, "Support is being updated")
	person.Write(" takes longer?")
	person.Until(`document.querySelector('.msg.user .state')?.textContent === 'Waiting to be sent'`)
	person.Do(chromedp.SendKeys(chromedp.ID("text"), "half a draft"))
	person.Shot("real-restart")
	startUsher(t, data, c, "--listen", u.addr)
	person.Until(`document.querySelector('.banner').hidden && document.querySelectorAll('.msg').length === 5`)
	if got := testbrowser.Eval[string](person, typedWords); got != "how long does a review take?|and if it takes longer?" {
		t.Errorf("after the restart the person has said %q", got)
	}
	if got := testbrowser.Eval[string](person, `document.getElementById('text').value`); got != "half a draft" {
		t.Errorf("the draft is %q", got)
	}
	person.Do(chromedp.Reload())
	person.Until(`document.querySelectorAll('.msg').length === 5 && document.getElementById('text').value === 'half a draft'`)
	person.Open("about:blank") // before the server ends
	person.Forgive()           // refused connections are errors to a browser
}

// A phone loses its network and finds it again: nothing typed is lost, nothing
// is there twice, and what was said meanwhile comes.
func TestWidget_OfflineAndBack(t *testing.T) {
	t.Parallel()
	u := startUsher(t, t.TempDir(), &clock{at: time.Now().Truncate(time.Millisecond)})
	w, near := wireTo(t, "http://"+u.addr)
	person := openWidget(t, strings.TrimPrefix(near, "http://"), 390, 760)
	person.Write("i want to cancel my review")
	person.Until(`document.querySelectorAll('.msg').length >= 3 && document.querySelector('.msg.user .seen').textContent === 'Sent'`)
	before := testbrowser.Eval[int](person, `document.querySelectorAll('.msg').length`)
	w.refuse()
	w.cut(true)
	says(person, "What you write is kept and sent in a moment")
	person.Write("it says under review (manual)")
	person.Write("my email is ana@northwind-mail.com")
	person.Until(`[...document.querySelectorAll('.msg.user .state')].map((n) => n.textContent).join() === 'Waiting to be sent,Waiting to be sent'`)
	person.Open("about:blank") // and the page is gone with it
	w.heal()
	person.Open(near + "/widget/")
	person.Until(`document.querySelector('.banner')?.hidden && document.querySelectorAll('.msg').length >= ` + strconv.Itoa(before+4) + ` && !document.querySelector('.msg.user .state')`)
	if got := testbrowser.Eval[string](person, typedWords); got != "i want to cancel my review|it says under review (manual)|my email is ana@northwind-mail.com" {
		t.Errorf("the person has said %q", got)
	}
	person.Open("about:blank")
	person.Forgive()
}
