package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"usher/server/internal/testbrowser"
)

// What is not known yet is not shown as nothing: a list that has not come says
// so, and so does a line that is gone.
func TestConsole_LoadingAndOffline(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 1280, 800)
	s.agent.locked(func() { s.agent.signedIn, s.agent.mute = true, true })
	b.Open(s.URL + "/agent/")
	b.Until(`document.querySelectorAll('.list .empty').length >= 2 && document.querySelector('.list .empty').textContent === 'Loading…'`)
	b.Shot("console-loading")
	s.agent.locked(func() { s.agent.mute = false })
	b.Open(s.URL + "/agent/")
	b.Until(`document.querySelectorAll('.case').length === 3`)
	b.Press("c")
	b.Until(`document.activeElement.id === 'reply'`)
	s.agent.locked(func() { s.agent.mute = true })
	testbrowser.Eval[bool](b, `(Object.defineProperty(navigator, 'onLine', { get: () => false }), true)`)
	s.agent.locked(func() {
		for c := range s.agent.sockets {
			_ = c.conn.NetConn().Close()
		}
		s.agent.sockets = map[*socket]bool{}
	})
	b.Until(`document.querySelector('.banner [role=status]').textContent.startsWith('You are offline')`)
	b.Do(chromedp.SendKeys(chromedp.ID("reply"), "Written while away"))
	b.Enter()
	b.Until(`document.querySelector('.failed .state')?.textContent.includes('No connection')`)
	b.Shot("console-offline")
	s.agent.locked(func() { s.agent.mute = false })
	testbrowser.Eval[bool](b, `dispatchEvent(new Event('online'))`)
	b.Until(`document.querySelector('.banner').hidden`)
	b.Do(chromedp.Click(chromedp.CSS(".failed button")))
	b.Until(`document.querySelectorAll('.failed').length === 0 && [...document.querySelectorAll('.msg.agent')].some((n) => n.textContent.includes('Written while away'))`)
	b.Forgive()
}

// Words without end, thousands of marks and strange names break nothing.
func TestConsole_LongText(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 1280, 800, "prefers-color-scheme", "dark")
	s.agent.locked(func() {
		s.agent.talks["c-theft"] = append(s.agent.talks["c-theft"],
			message("c-theft", 3, "user", "", strings.Repeat("verlorengegangen", 60), time.Now().UTC().Format(time.RFC3339)),
			message("c-theft", 4, "user", "", "Z"+strings.Repeat("\u0300\u0321", 1990), time.Now().UTC().Format(time.RFC3339)),
			message("c-theft", 5, "user", "", "<b>bold</b> \u202e reversed https://example.com/"+strings.Repeat("a", 300), time.Now().UTC().Format(time.RFC3339)))
		h := s.agent.cases[0]
		h["fields"] = object{"email": object{"value": strings.Repeat("long.name.", 12) + "@example.com", "source": "user"}}
		h["request"] = "Reason: " + strings.Repeat("x", 400)
		h["timezone"] = "UTC+05:45"
	})
	signIn(s, b)
	b.Press("c")
	b.Until(`document.querySelectorAll('.talk .msg').length === 5 && document.querySelector('.there').textContent.includes('5:45')`)
	b.Do(chromedp.SendKeys(chromedp.ID("reply"), strings.Repeat("lorem ipsum ", 20)))
	b.Fits("a case with long words")
	b.Shot("console-long-dark")
	b.Do(chromedp.EmulateViewport(320, 640))
	b.Fits("a case with long words on a phone")
	b.Shot("console-long-320")
}

// The console in Arabic: mirrored, and still fitting at every size.
func TestConsole_RightToLeft(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 1280, 800)
	b.OnEveryPage(`localStorage.setItem('usher.console.lang', 'ar')`)
	signIn(s, b)
	b.Until(`document.documentElement.dir === 'rtl'`)
	b.Press("c")
	b.Until(`document.querySelectorAll('.talk .msg').length === 2`)
	if got := testbrowser.Eval[string](b, `(() => { const x = (q) => document.querySelector(q).getBoundingClientRect(); return [x('nav.list').right > innerWidth - 2, x('.brief').left < 2, x('.answer .primary').left < x('#reply').left + 10].join(); })()`); got != "true,true,true" {
		t.Errorf("mirrored: %s", got)
	}
	b.Fits("right to left")
	b.Shot("console-rtl")
	b.Do(chromedp.EmulateViewport(360, 740))
	b.Fits("right to left on a phone")
	b.Shot("console-rtl-360")
	b.Key("Escape", "Escape", 27)
	b.Press("e")
	b.Until(`document.querySelectorAll('dialog[open] input').length === 6`)
	b.Fits("a dialog right to left on a phone")
	b.Shot("console-rtl-dialog")
}

// Typing, read marks and a case put into one's hands are seen as they happen.
func TestConsole_WhatHappensElsewhere(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 1280, 800)
	signIn(s, b)
	b.Press("c")
	b.Until(`document.activeElement.id === 'reply'`)
	b.Do(chromedp.SendKeys(chromedp.ID("reply"), "One moment"))
	b.Enter()
	b.Until(`document.querySelector('.msg.agent .read')?.textContent === 'Sent'`)
	s.agent.locked(func() {
		s.agent.fan(object{"type": "message.receipt", "conversation": "c-theft", "from": "user", "read": 3})
		s.agent.fan(object{"type": "typing", "conversation": "c-theft", "from": "user"})
	})
	b.Until(`document.querySelector('.msg.agent .read').textContent === 'Read' && document.querySelector('.typing').textContent !== ''`)
	s.agent.locked(func() {
		h := s.agent.cases[1]
		h["state"], h["agent"] = "accepted", me
		s.agent.fan(object{"type": "handoff.accepted", "handoff": h})
	})
	b.Until(`document.getElementById('cases-mine').textContent === 'Mine (2)' && document.querySelector('.desk > [role=alert]').textContent === 'A colleague has given you a case: lea@example.com'`)
	b.Shot("console-given")
}

// A page that cannot get its words says so, instead of showing keys.
func TestConsole_ThatCannotLoad(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 1280, 800)
	b.OnEveryPage(`const real = fetch; window.fetch = (url, ...more) => String(url).includes('strings.json') ? Promise.reject(new TypeError('no line')) : real(url, ...more)`)
	b.Open(s.URL + "/agent/")
	b.Until(`document.getElementById('failed').hidden === false`)
	b.Shot("console-failed")
	b.Forgive()
}

// A console in the background calls for its agent: a number in the title, a
// notice of the desktop where that is wanted, a sound; and none of them tells
// anything about a customer.
func TestConsole_CallsForItsAgent(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 1280, 800)
	b.OnEveryPage(`window.notices = []; window.tones = [];
		window.Notification = class { constructor(title, more) { notices.push(title + '|' + more.body); } static permission = 'default'; static requestPermission() { this.permission = 'granted'; return Promise.resolve('granted'); } close() {} };
		const start = OscillatorNode.prototype.start; OscillatorNode.prototype.start = function (...at) { tones.push(this.frequency.value); return start.apply(this, at); };`)
	signIn(s, b)
	b.Key(",", "Comma", 0xBC)
	b.Until(`document.querySelector('dialog[open] .check:nth-child(2) input') !== null`)
	b.Do(chromedp.Click(chromedp.CSS("dialog[open] .check:nth-child(2) input")))
	b.Until(`Notification.permission === 'granted' && document.querySelector('dialog[open] .check:nth-child(2) input').checked`)
	b.Key("Escape", "Escape", 27)
	testbrowser.Eval[bool](b, `(Object.defineProperty(document, 'hidden', { get: () => window.elsewhere !== false }), Object.defineProperty(document, 'hasFocus', { value: () => window.elsewhere === false }), true)`)
	s.agent.arrive(object{"id": "h-new", "conversation": "c-new", "queue": "account_security", "priority": "urgent", "state": "queued", "lang": "fr", "queued_at": time.Now().UTC().Format(time.RFC3339), "fields": object{"email": object{"value": "secret@example.com", "source": "user"}}})
	b.Until(`document.title === '(1) Usher console' && notices.length === 1`)
	if got := testbrowser.Eval[string](b, `notices[0]`); got != "Usher console|Urgent case in Account theft" {
		t.Errorf("the desktop reads %q", got)
	}
	b.Until(`tones.length >= 3`)
	testbrowser.Eval[bool](b, `(window.elsewhere = false, document.dispatchEvent(new Event('visibilitychange')), true)`)
	b.Until(`document.title === 'Usher console'`)
}
