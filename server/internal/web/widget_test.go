package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"usher/server/internal/testbrowser"
)

// texts is what the conversation shows, as "author: text" lines.
const texts = `[...document.querySelectorAll('.msg')].map((m) => m.className.split(' ')[1] + ': ' + m.querySelector('.body').innerText.trim().split('\n')[0]).join('|')`

func TestWidget_TheftIsReadAsStepsAndTicksAreKept(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 400, 720)
	b.Open(s.URL + "/widget/")
	b.Until(`document.querySelectorAll('.choice').length === 3`)
	b.Shot("widget-greeting")
	b.Do(chromedp.Click(chromedp.CSS(".choice:nth-child(3)")))
	b.Until(`document.querySelectorAll('ol.steps input').length === 4`)
	b.Until(`document.querySelector('.strip.urgent') !== null`)
	b.Do(chromedp.Click(chromedp.CSS("ol.steps input")))
	b.Shot("widget-theft")
	if got := testbrowser.Eval[bool](b, `document.querySelectorAll('.choice').length === 0`); !got {
		t.Error("the quick replies are still there after one was chosen")
	}
	b.Do(chromedp.Reload())
	b.Until(`document.querySelectorAll('ol.steps input').length === 4`)
	if got := testbrowser.Eval[string](b, `[...document.querySelectorAll('ol.steps input')].map((i) => i.checked).join()`); got != "true,false,false,false" {
		t.Errorf("ticks after a reload: %s", got)
	}
	sent := s.chat.kind("message.send")
	if len(sent) != 1 || sent[0]["choice"] != "account_theft" {
		t.Errorf("the choice was not sent: %v", sent)
	}
}

func TestWidget_AFormIsCheckedAndSent(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 400, 900)
	b.Open(s.URL + "/widget/")
	b.Until(`document.querySelectorAll('.choice').length === 3`)
	b.Do(chromedp.Click(chromedp.CSS(".choice")))
	b.Until(`document.querySelector('form.ask') !== null`)
	b.Do(chromedp.Click(chromedp.CSS("form.ask button")))
	b.Until(`[...document.querySelectorAll('form.ask .error')].filter((e) => !e.hidden).length === 3`)
	b.Shot("widget-form-errors")
	if got := testbrowser.Eval[string](b, `document.activeElement.name`); got != "submitted_at" {
		t.Errorf("focus after errors is on %q, want the first wrong field", got)
	}
	testbrowser.Eval[bool](b, `(() => { const f = document.querySelector('form.ask'); f.elements.submitted_at.value = '2199-01-01T10:00'; f.requestSubmit(); return true; })()`)
	b.Until(`document.querySelector('form.ask .error:not([hidden])').textContent.includes('future')`)
	testbrowser.Eval[bool](b, `(() => { const f = document.querySelector('form.ask'); const d = new Date(Date.now() - 7200e3 - new Date().getTimezoneOffset() * 60e3); f.elements.submitted_at.value = d.toISOString().slice(0, 16); f.elements.status.value = 'under_review'; f.elements.reason.value = 'wrong_document'; f.requestSubmit(); return true; })()`)
	b.Until(`document.querySelectorAll('.choice').length === 2`)
	sent := s.chat.kind("message.send")
	got := sent[1]["form"].(object)
	at, _ := got["submitted_at"].(string)
	if !strings.HasSuffix(at, ":00-05:00") {
		t.Errorf("submitted_at %q has not the user's offset", at)
	}
	delete(got, "submitted_at")
	if want := (object{"status": "under_review", "reason": "wrong_document"}); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("sent %v, want %v: what the app has signed is not asked for", got, want)
	}
	b.Shot("widget-confirm")
}

func TestWidget_NothingIsLostOrDoubledWhenTheLineBreaks(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 400, 720)
	b.Open(s.URL + "/widget/")
	b.Until(`document.querySelectorAll('.msg').length === 1`)
	for _, text := range []string{"drop me before storing", "drop me after storing"} {
		b.Write(text)
		b.Until(fmt.Sprintf(`document.querySelectorAll('.msg.user .state').length === 0 && document.body.innerText.includes(%q)`, text))
	}
	s.chat.cut(1012)
	b.Write("one more")
	b.Until(`document.body.innerText.includes('You said: one more')`)
	s.chat.cut(0)
	s.chat.say("agent", "Maria", "said while you were away", nil)
	b.Until(`document.body.innerText.includes('said while you were away')`)
	want := "bot: Hello! I can help with your identity verification: cancelling a review, a slow review, or what to do after a rejection. What happened?" +
		"|user: drop me before storing|bot: You said: drop me before storing|user: drop me after storing" +
		"|user: one more|bot: You said: one more|agent: said while you were away"
	if got := testbrowser.Eval[string](b, texts); got != want {
		t.Errorf("the log shows\n%s\nwant\n%s", got, want)
	}
	if s.chat.resends != 1 {
		t.Errorf("%d messages were sent again although stored, want 1", s.chat.resends)
	}
	hellos := s.chat.greeted()
	if last := hellos[len(hellos)-1]; last["after"] != 6.0 || last["session"] != s.chat.session {
		t.Errorf("the last hello resumes from %v with session %v", last["after"], last["session"])
	}
	b.Forgive()
}

func TestWidget_UnsentTextSurvivesAReload(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 400, 720)
	b.Open(s.URL + "/widget/")
	b.Until(`document.querySelectorAll('.msg').length === 1`)
	b.Write("refuse me")
	b.Until(`document.querySelector('.msg.failed') !== null`)
	b.Do(chromedp.SendKeys(chromedp.ID("text"), "half a thou"))
	b.Shot("widget-failed")
	b.Do(chromedp.Reload())
	b.Until(`document.querySelector('.msg.failed') !== null && document.getElementById('text').value === 'half a thou'`)
	b.Do(chromedp.Click(chromedp.CSS(".msg.failed button:last-of-type")))
	b.Until(`document.querySelector('.msg.failed') === null`)
	if got := testbrowser.Eval[string](b, `JSON.stringify(Object.keys(sessionStorage).map((k) => k.split(':').pop()))`); got != `["draft"]` {
		t.Errorf("kept for this tab: %s, want the draft only", got)
	}
}

func TestWidget_WhatCannotBeRetriedIsNot(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 400, 720)
	b.Open(s.URL + "/widget/")
	b.Until(`document.querySelectorAll('.msg').length === 1`)
	s.chat.push(object{"type": "goodbye", "reason": "superseded", "resume": false})
	s.chat.cut(4503)
	b.Until(`document.querySelector('.banner').textContent.includes('too many places')`)
	b.Shot("widget-superseded")
	if got := len(s.chat.greeted()); got != 1 {
		t.Errorf("%d connections, want 1", got)
	}
	b.Do(chromedp.Click(chromedp.CSS("main > button.primary")))
	b.Until(`document.querySelector('.banner').hidden`)
	if got := len(s.chat.greeted()); got != 2 {
		t.Errorf("%d connections after the button, want 2", got)
	}
}

func TestWidget_AnUnknownSessionBeginsAnew(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 400, 720)
	b.Open(s.URL + "/widget/strings.json")
	testbrowser.Eval[bool](b, `localStorage.setItem('usher:' + location.origin + ':session', 'of another time') === undefined`)
	b.Open(s.URL + "/widget/")
	b.Until(`document.querySelectorAll('.msg').length === 1`)
	hellos := s.chat.greeted()
	if len(hellos) != 2 || hellos[0]["session"] != "of another time" || hellos[1]["session"] != nil {
		t.Errorf("hellos: %v", hellos)
	}
	if testbrowser.Eval[bool](b, `!document.querySelector('.banner').hidden`) {
		t.Error("a banner is shown for something the user need not know")
	}
}

func TestWidget_FromTheQueueToTheRating(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 400, 720)
	b.Open(s.URL + "/widget/")
	b.Until(`document.querySelectorAll('.msg').length === 1`)
	b.Do(chromedp.Click(chromedp.CSS(".person")))
	b.Until(`document.querySelector('.strip .line').textContent === 'Number 3 in the queue'`)
	b.Until(`document.querySelector('.person').hidden`)
	s.chat.push(object{"type": "queue.position", "handoff": "h1", "position": 1, "wait": object{"low_s": 60, "high_s": 300}})
	b.Until(`document.querySelector('.strip .line').textContent === 'Number 1 in the queue'`)
	b.Until(`document.querySelector('.strip .sub').textContent.includes('1–5')`)
	b.Do(chromedp.Click(chromedp.CSS(".filled summary")))
	b.Shot("widget-queue")
	b.Do(chromedp.Click(chromedp.CSS(".strip > button")))
	b.Until(`document.querySelector('.strip').hidden`)
	b.Do(chromedp.Click(chromedp.CSS(".person")))
	b.Until(`!document.querySelector('.strip').hidden`)
	s.chat.accept("Maria Oliveira")
	b.Until(`document.querySelector('.who').textContent === 'Maria Oliveira, support agent' && document.querySelector('.strip').hidden`)
	if got := testbrowser.Eval[string](b, `document.querySelector('.status > .away').textContent`); got != "" {
		t.Errorf("with an agent here, who hears the page is told %q", got)
	}
	s.chat.say("agent", "Maria Oliveira", "Hello Léa, I am looking at it.", nil)
	s.chat.push(object{"type": "typing", "conversation": "c1", "from": "agent"})
	b.Until(`!document.querySelector('.typing').hidden`)
	b.Write("Thank you! I will wait.")
	b.Until(`document.querySelectorAll(".msg.user").length === 1 && !document.querySelector('.msg.user .state')`)
	s.chat.push(object{"type": "message.receipt", "conversation": "c1", "from": "agent", "read": 99})
	b.Until(`!document.querySelector('.seen').hidden`)
	b.Shot("widget-agent")
	s.chat.complete()
	b.Until(`document.querySelector('.rating') !== null`)
	b.Do(chromedp.Click(chromedp.CSS(".star:nth-child(4)")))
	b.Shot("widget-rating")
	b.Do(chromedp.Click(chromedp.CSS(".rating .primary")))
	b.Until(`document.querySelector('.rating').textContent.includes('Thank you')`)
	for kind, want := range map[string]int{"rating.send": 1, "handoff.withdraw": 1, "handoff.request": 2} {
		if got := len(s.chat.kind(kind)); got != want {
			t.Errorf("%d %s, want %d", got, kind, want)
		}
	}
	b.Do(chromedp.Click(chromedp.CSS(".tools .quiet")), chromedp.Click(chromedp.CSS(".sure .danger")))
	b.Until(`!document.querySelector('.over').hidden && document.querySelector('.composer').hidden`)
	b.Shot("widget-closed")
}

func TestWidget_ScheduledRequestsShowTheClock(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 390, 844, "prefers-color-scheme", "dark")
	b.Open(s.URL + "/widget/")
	b.Until(`document.querySelectorAll('.msg').length === 1`)
	starts := testbrowser.Eval[string](b, `new Date(Date.now() + 18 * 60000 + 400).toISOString()`)
	s.chat.push(object{"type": "handoff.scheduled", "handoff": object{"id": "h1", "state": "scheduled", "priority": "normal", "queue": "kyc_review", "starts_at": starts}})
	b.Until(`document.querySelector('.strip .line').textContent.startsWith('Your request joins the queue at ')`)
	b.Until(`/In 1[78] min/.test(document.querySelector('.strip .sub').textContent)`)
	b.Write("And how long does it take then?")
	b.Until(`document.querySelectorAll('.msg').length === 3`)
	b.Shot("widget-dark-scheduled")
}

func TestWidget_KeyboardAlone(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 400, 720)
	b.Open(s.URL + "/widget/")
	b.Until(`document.querySelectorAll('.choice').length === 3 && document.activeElement.id === 'text'`)
	var order []string
	for range 9 {
		b.Key("Tab", "Tab", 9)
		order = append(order, testbrowser.Eval[string](b, `document.activeElement.className || document.activeElement.tagName`))
	}
	want := []string{"send", "text person", "text quiet", "BODY", "plain", "scroll", "choice", "choice", "choice"}
	if strings.Join(order, ",") != strings.Join(want, ",") {
		t.Errorf("tab order %v, want %v", order, want)
	}
	b.Do(chromedp.KeyEvent(kb.Enter))
	b.Until(`document.querySelectorAll('ol.steps input').length === 4 && document.activeElement.id === 'text'`)
	if got := testbrowser.Eval[string](b, `(() => { const l = document.querySelector('[role=log]'); return l.getAttribute('aria-live') + ' ' + [...l.children].map((n) => n.tagName).join() + ' ' + l.querySelectorAll('button').length; })()`); got != "polite ARTICLE,ARTICLE,ARTICLE 0" {
		t.Errorf("log: %s, want polite and one article a message", got)
	}
}
