package web_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"usher/server/internal/testbrowser"
)

// signedFacts is what a host app has signed of a customer.
func signedFacts() object {
	return object{
		"email": object{"value": "lea@example.com", "source": "app", "label": "Registered email"}, "status": object{"value": "under_review", "source": "app", "label": "Status shown in the app", "text": "Under Review"},
	}
}

func TestFurniture_SignedFactsAreShownAndNotAskedFor(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 400, 900)
	s.chat.account = signedFacts()
	b.Open(s.URL + "/widget/")
	b.Until(`document.querySelector('.top .known .facts') !== null && document.querySelectorAll('.choice').length === 3`)
	if got := testbrowser.Eval[string](b, `document.querySelector('.top .known').innerText.replace(/\s+/g, ' ')`); !strings.HasPrefix(got, "From your account Registered email lea@example.com Status shown in the app Under Review") {
		t.Errorf("the account shows %q", got)
	}
	if testbrowser.Eval[bool](b, `document.querySelector('.guest') !== null`) {
		t.Error("who is signed in is told not to be")
	}
	b.Shot("widget-account")
	b.Do(chromedp.Click(chromedp.CSS(".choice")))
	b.Until(`document.querySelector('form.ask .known') !== null`)
	b.Shot("widget-form")
	if got := testbrowser.Eval[string](b, `[...document.querySelectorAll('form.ask input, form.ask select')].map((n) => n.name).join()`); strings.Contains(got, "email") {
		t.Errorf("the form asks for %s", got)
	}
}

func TestFurniture_AVisitorIsToldThatNobodyIsSignedIn(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 400, 720)
	b.Open(s.URL + "/widget/")
	b.Until(`document.querySelector('.top .guest')?.textContent.startsWith('You are not signed in')`)
}

func TestFurniture_AHalfFilledFormSurvivesAReload(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 400, 900)
	b.Open(s.URL + "/widget/")
	b.Until(`document.querySelectorAll('.choice').length === 3`)
	b.Do(chromedp.Click(chromedp.CSS(".choice")))
	b.Until(`document.querySelector('form.ask') !== null`)
	testbrowser.Eval[bool](b, `(() => { const f = document.querySelector('form.ask'); f.elements.submitted_at.value = '2026-11-22T09:10'; f.elements.reason.value = 'waiting'; f.dispatchEvent(new Event('input', { bubbles: true })); return true; })()`)
	b.Do(chromedp.Reload())
	b.Until(`document.querySelector('form.ask')?.elements.reason.value === 'waiting' && document.querySelector('form.ask').elements.submitted_at.value === '2026-11-22T09:10'`)
}

func TestFurniture_TheClockOfAScheduledRequest(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 400, 720)
	b.Open(s.URL + "/widget/")
	b.Until(`document.querySelectorAll('.msg').length === 1`)
	times := testbrowser.Eval[[]string](b, `[-12, 18].map((m) => new Date(Date.now() + m * 60000 - 400).toISOString())`)
	s.chat.push(object{"type": "handoff.scheduled", "handoff": object{
		"id": "h1", "state": "scheduled", "priority": "normal", "queue": "kyc_review", "starts_at": times[1],
		"fields": object{"submitted_at": object{"value": times[0], "source": "user"}},
	}})
	b.Until(`/^12:0\d of 30:00$/.test(document.querySelector('.timer .count').textContent)`)
	first := testbrowser.Eval[string](b, `document.querySelector('.timer .count').textContent`)
	b.Shot("widget-clock")
	b.Until(`document.querySelector('.timer .count').textContent !== '` + first + `'`)
	if got := testbrowser.Eval[float64](b, `document.querySelector('progress').position`); got < 0.39 || got > 0.42 {
		t.Errorf("the bar stands at %.2f, want 12 of 30 minutes", got)
	}
	s.chat.push(object{"type": "handoff.queued", "handoff": object{"id": "h1", "state": "queued", "position": 2, "wait": object{"low_s": 60, "high_s": 300}}})
	b.Until(`document.querySelector('.timer').hidden && document.querySelector('.strip .line').textContent === 'Number 2 in the queue'`)
}

func TestFurniture_LanguageAndCopyOfTheConversation(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 400, 720)
	s.chat.account = signedFacts()
	b.Open(s.URL + "/widget/")
	b.Until(`document.querySelectorAll('.msg').length === 1`)
	b.Write("how long does it take?")
	b.Until(`document.querySelectorAll('.msg').length === 3`)
	b.Do(chromedp.Click(chromedp.CSS("header button[aria-controls=menu]")))
	b.Until(`!document.querySelector('.menu').hidden && document.activeElement.id === 'language'`)
	b.Fits("the menu")
	b.Shot("widget-menu")
	if got := testbrowser.Eval[string](b, `[...document.querySelectorAll('#language option')].map((o) => o.textContent).join()`); !strings.Contains(got, "English") || !strings.Contains(got, "Español") || !strings.Contains(got, "العربية") {
		t.Errorf("languages: %s", got)
	}
	b.Do(chromedp.Click(chromedp.CSS(".menu > button")))
	b.Until(`document.querySelector('.menu [role=status]').textContent === 'Copied.'`)
	testbrowser.Eval[bool](b, `(document.getElementById('text').focus(), true)`)
	b.Paste()
	b.Until(`document.getElementById('text').value.includes('Usher (Assistant): You said: how long does it take?') && document.getElementById('text').value.includes('You: how long does it take?')`)
	testbrowser.Eval[bool](b, `(() => { const l = document.getElementById('language'); l.value = 'ar'; l.dispatchEvent(new Event('change')); return true; })()`)
	b.Until(`document.documentElement.lang === 'ar' && document.documentElement.dir === 'rtl' && document.querySelector('header h1').textContent !== 'Support'`)
	if got := s.chat.kind("locale.set"); len(got) != 1 || got[0]["locale"] != "ar" {
		t.Errorf("the server was told %v", got)
	}
	s.connected(b, 2) // for the account in words of the new language
	testbrowser.Eval[bool](b, `(document.getElementById('language').focus(), true)`)
	b.Key("Escape", "Escape", 27)
	b.Until(`document.querySelector('.menu').hidden && document.activeElement.getAttribute('aria-controls') === 'menu'`)
}

func TestFurniture_StatusesAreTrueAndAStopIsSaid(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 400, 720)
	b.Open(s.URL + "/widget/")
	b.Until(`document.querySelectorAll('.msg').length === 1`)
	s.chat.push(object{"type": "goodbye", "reason": "drain", "resume": true, "retry_after_ms": 60000})
	s.chat.cut(1012)
	b.Until(`document.querySelector('.banner').textContent.startsWith('Support is being updated')`)
	b.Write("is anybody there?")
	b.Until(`document.querySelector('.msg.user .state')?.textContent === 'Waiting to be sent'`)
	b.Shot("widget-draining")
	testbrowser.Eval[bool](b, `(dispatchEvent(new Event('online')), true)`)
	b.Until(`document.querySelectorAll('.msg').length === 3 && document.querySelector('.banner').hidden && document.querySelector('.msg.user .seen').textContent === 'Sent'`)
	s.chat.push(object{"type": "message.receipt", "conversation": "c1", "from": "agent", "read": 1})
	s.chat.push(object{"type": "typing", "conversation": "c1", "from": "agent"})
	b.Until(`!document.querySelector('.typing').hidden && document.querySelector('.msg.user .seen').textContent === 'Sent'`)
	s.chat.push(object{"type": "message.receipt", "conversation": "c1", "from": "agent", "read": 2})
	b.Until(`document.querySelector('.msg.user .seen').textContent === 'Read'`)
	b.Forgive()
}

func TestFurniture_WhatHappenedWhileAwayIsNotMissed(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 400, 720)
	b.Open(s.URL + "/widget/")
	b.Until(`document.querySelectorAll('.msg').length === 1`)
	b.Do(chromedp.Click(chromedp.CSS(".person")))
	b.Until(`!document.querySelector('.strip').hidden`)
	b.Open("about:blank")
	s.chat.accept("Maria Oliveira")
	s.chat.complete()
	b.Open(s.URL + "/widget/")
	b.Until(`document.querySelector('.rating') !== null`)
	b.Do(chromedp.Click(chromedp.CSS(".rating button.text")))
	b.Do(chromedp.Reload())
	b.Until(`document.querySelectorAll('.msg').length === 1`)
	if testbrowser.Eval[bool](b, `document.querySelector('.rating') !== null`) {
		t.Error("a rating that was put aside is asked for again")
	}
	b.Do(chromedp.Click(chromedp.CSS(".tools .quiet")), chromedp.Click(chromedp.CSS(".sure .danger")))
	b.Until(`!document.querySelector('.over').hidden`)
	b.Do(chromedp.Reload())
	b.Until(`document.querySelector('.over')?.hidden === false && document.querySelector('.composer').hidden && document.querySelector('.asked').offsetHeight === 0`)
	b.Shot("widget-over")
	b.Do(chromedp.Click(chromedp.CSS(".over .primary")))
	b.Until(`document.querySelector('.over').hidden && !document.querySelector('.composer').hidden && document.querySelectorAll('.msg').length === 1`)
	hellos := s.chat.greeted()
	if last := hellos[len(hellos)-1]; last["session"] != nil {
		t.Errorf("a new conversation begins with the old session: %v", last)
	}
}
