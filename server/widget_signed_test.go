package main

import (
	"testing"
	"time"

	"usher/server/internal/testbrowser"
)

// A customer whom the host app has signed in: what it signed is shown as such,
// nothing of it is asked for, and the request waits by the clock for the
// thirtieth minute.
func TestWidget_ASignedCustomerWaitsByTheClock(t *testing.T) {
	t.Parallel()
	u := startUsher(t, t.TempDir(), &clock{at: time.Now().Truncate(time.Millisecond)})
	host := testbrowser.New(t, 900, 760)
	host.Open("http://" + u.addr + "/?as=lea")
	host.Until(`window.Usher && Usher.ready`)
	testbrowser.Eval[bool](host, `(Usher.open(), true)`)
	host.Settle()
	in := func(condition string) {
		t.Helper()
		testbrowser.InWidget[bool](host, testbrowser.Eventually(condition))
	}
	write := func(text string) {
		t.Helper()
		testbrowser.InWidget[bool](host, `(() => { const box = document.getElementById('text'); box.value = `+quoted(text)+`; box.dispatchEvent(new Event('input')); box.form.requestSubmit(); return true; })()`)
	}
	in(`document.querySelector('.top .known').innerText.includes('lea@example.com')`)
	in(`document.querySelector('.top .known').innerText.includes('Under Review')`)
	write("please cancel my review, i uploaded the wrong passport")
	in(`[...document.querySelectorAll('.choice')].some((c) => c.textContent.startsWith('Yes, send it at'))`)
	testbrowser.InWidget[bool](host, `([...document.querySelectorAll('.choice')].find((c) => c.textContent.startsWith('Yes, send it at')).click(), true)`)
	in(`[...document.querySelectorAll('.msg.bot .request')].some((m) => m.textContent.includes('lea@example.com'))`)
	host.Shot("real-confirm")
	testbrowser.InWidget[bool](host, `(document.querySelector('.choice').click(), true)`)
	in(`/^1[1-3]:\d\d of 30:00$/.test(document.querySelector('.timer .count').textContent)`)
	in(`document.querySelector('.filled').textContent.includes('From your account')`)
	keep(host, "widget-clock.png")
	host.Shot("real-clock")
	if testbrowser.InWidget[bool](host, `[...document.querySelectorAll('.msg.bot')].some((m) => /Which email|When did you submit/.test(m.textContent))`) {
		t.Error("what the app signed was asked for again")
	}
	u.clock.advance(19 * time.Minute)
	in(`document.querySelector('.strip .line').textContent.startsWith('Number 1')`)
	testbrowser.Eval[bool](host, `(Usher.logout(), true)`)
	host.Until(`!Object.keys(localStorage).some((k) => k.endsWith(':session'))`)
}

// A secret that is sent all the same is blanked out by the server, and the page
// shows what was stored.
func TestWidget_ASecretSentAllTheSameIsBlankedOut(t *testing.T) {
	t.Parallel()
	u := startUsher(t, t.TempDir(), &clock{at: time.Now().Truncate(time.Millisecond)})
	person := openWidget(t, u.addr, 390, 760)
	person.Write("my password: hunter2345")
	person.Until(`!document.querySelector('.guard').hidden`)
	testbrowser.Eval[bool](person, `(document.querySelector('.guard .text').click(), true)`)
	says(person, "I have blanked it out")
	if testbrowser.Eval[bool](person, `document.body.textContent.includes('hunter2345') || JSON.stringify({ ...localStorage, ...sessionStorage }).includes('hunter')`) {
		t.Error("the password is still in the page or in what the browser keeps")
	}
}
