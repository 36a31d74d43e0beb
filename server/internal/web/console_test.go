package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

func signIn(s *site, b *tab) {
	b.t.Helper()
	s.agent.locked(func() { s.agent.signedIn = true })
	b.open(s.URL + "/agent/")
	b.until(`document.querySelectorAll('.case').length === 3`)
}

func TestConsole_SigningIn(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), newTab(t, 1280, 800)
	b.open(s.URL + "/agent/")
	b.until(`document.activeElement.id === 'email'`)
	b.shot("console-signin")
	b.do(chromedp.SendKeys(chromedp.ID("email"), "maria@example.com"), chromedp.SendKeys(chromedp.ID("password"), "wrong"))
	b.enter()
	b.do(chromedp.Click(chromedp.CSS("form .primary")))
	b.until(`document.querySelector('[role=alert]').textContent === 'Email or password is wrong.'`)
	b.do(chromedp.SetValue(chromedp.ID("password"), "correct horse battery"), chromedp.Click(chromedp.CSS("form .primary")))
	b.until(`document.querySelectorAll('.case').length === 3`)
	b.do(chromedp.Click(chromedp.CSS(".bar .text")))
	b.until(`document.getElementById('password') !== null`)
	b.forgive() // 401 answers are errors to the browser
}

func TestConsole_TheFirstAdministrator(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), newTab(t, 390, 844)
	b.open(s.URL + "/agent/first?token=once")
	b.until(`document.activeElement.id === 'name'`)
	if got := eval[string](b, `location.search`); got != "" {
		t.Errorf("the token stays in the address: %s", got)
	}
	b.shot("console-first")
	b.do(chromedp.SendKeys(chromedp.ID("name"), "Maria"), chromedp.SendKeys(chromedp.ID("email"), "maria@example.com"),
		chromedp.SendKeys(chromedp.ID("password"), "correct horse battery"), chromedp.Click(chromedp.CSS("form .primary")))
	b.until(`location.pathname === '/agent/' && document.querySelectorAll('.case').length === 3`)
	b.forgive()
}

func TestConsole_ACaseFromClaimToCompletion(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), newTab(t, 1280, 800)
	signIn(s, b)
	if got := eval[string](b, `[...document.querySelectorAll('.case .name')].map((n) => n.textContent.slice(0, 4)).join()`); got != "ines,lea@,a.ve" {
		t.Errorf("order of the waiting cases: %s", got)
	}
	if got := eval[string](b, `document.querySelector('.case.urgent .flag').innerText.trim()`); got != "Urgent" {
		t.Errorf("the urgent case is marked %q", got)
	}
	b.shot("console-empty")
	b.press("j")
	b.press("j")
	b.until(`document.querySelector('.verdict').textContent === 'Asks to cancel the review'`)
	b.until(`document.querySelector('.when.ready').textContent.startsWith('May be cancelled since ')`)
	b.shot("console-brief")
	b.do(chromedp.Click(chromedp.CSS(".actions .primary")))
	b.until(`document.querySelectorAll('.talk .msg').length === 5`)
	b.press("r")
	b.until(`document.activeElement.id === 'reply'`)
	b.do(chromedp.SendKeys(chromedp.ID("reply"), "Hello Léa, I have cancelled it."))
	b.enter()
	b.until(`document.querySelectorAll('.talk .msg.agent').length === 1 && !document.querySelector('.talk .state')`)
	b.do(chromedp.Click(chromedp.CSS(".mode:nth-child(2)")), chromedp.SendKeys(chromedp.ID("reply"), "Same passport as in March"))
	b.enter()
	b.until(`document.querySelectorAll('.talk .msg.note').length === 1`)
	s.agent.say("c-cancel", "user", "Great, it says Unverified now")
	b.until(`document.querySelectorAll('.talk .msg.user').length === 3`)
	b.shot("console-case")
	b.do(chromedp.Click(chromedp.CSS(".actions .primary:not([hidden])")))
	b.until(`document.querySelector('dialog[open]') !== null`)
	b.do(chromedp.Click(chromedp.CSS("dialog[open] .options label")))
	b.shot("console-complete")
	b.do(chromedp.Click(chromedp.CSS("dialog[open] .primary")))
	b.until(`document.querySelectorAll('.case').length === 2 && document.querySelector('.nothing') !== null`)
	var sent []string
	s.agent.locked(func() {
		for _, f := range s.agent.frames {
			if f["type"] != "typing" && f["type"] != "receipt" {
				sent = append(sent, f["type"].(string))
			}
		}
	})
	if got := strings.Join(sent, " "); got != "hello handoff.claim message.send note.add handoff.complete" {
		t.Errorf("sent: %s", got)
	}
}

func TestConsole_AConflictSaysWhoHasTheCase(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), newTab(t, 1280, 800)
	s.agent.taken["h-theft"] = "Ivan Petrov"
	signIn(s, b)
	b.press("c")
	b.until(`document.querySelector('.trouble').textContent === 'Ivan Petrov has this case.'`)
	b.shot("console-conflict")
}

func TestConsole_ArrivalsAndReconnects(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), newTab(t, 1280, 800)
	signIn(s, b)
	s.agent.arrive(object{"id": "h-new", "conversation": "c-new", "queue": "account_security", "priority": "urgent", "state": "queued", "position": 2, "lang": "fr", "queued_at": time.Now().UTC().Format(time.RFC3339), "fields": object{}})
	b.until(`document.querySelectorAll('.case').length === 4`)
	if got := eval[string](b, `[...document.querySelectorAll('.case .name')].map((n) => n.textContent.slice(0, 4)).join()`); got != "ines,No e,lea@,a.ve" {
		t.Errorf("an urgent case arrived and the order is %s", got)
	}
	if got := eval[string](b, `document.querySelector('.desk > [role=alert]').textContent`); got != "Urgent case in Account theft: No email yet" {
		t.Errorf("announced: %q", got)
	}
	b.press("j")
	b.do(chromedp.Click(chromedp.CSS(".actions .primary")))
	b.until(`document.querySelectorAll('.talk .msg').length === 2`)
	s.agent.locked(func() {
		for c := range s.agent.sockets {
			_ = c.conn.NetConn().Close()
		}
		s.agent.sockets = map[*socket]bool{}
		s.agent.add("c-theft", "user", "¿Sigue ahí?")
	})
	b.until(`document.querySelectorAll('.talk .msg').length === 3`)
	b.forgive()
}

func TestConsole_OnAPhone(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), newTab(t, 360, 740, "prefers-color-scheme", "dark")
	signIn(s, b)
	b.shot("console-360-list")
	b.do(chromedp.Click(chromedp.CSS(".case.urgent")), chromedp.Click(chromedp.CSS(".actions .primary")))
	b.until(`document.querySelectorAll('.talk .msg').length === 2`)
	b.shot("console-360-case")
	if got := eval[bool](b, `document.documentElement.scrollWidth <= innerWidth && [...document.querySelectorAll('button')].every((n) => n.getBoundingClientRect().right <= innerWidth)`); !got {
		t.Error("something is wider than the screen")
	}
	b.do(chromedp.Click(chromedp.CSS(".to-list")))
	b.until(`document.querySelector('.view').hidden`)
}
