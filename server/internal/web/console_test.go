package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"usher/server/internal/testbrowser"
)

func signIn(s *site, b *testbrowser.Tab) {
	s.agent.locked(func() { s.agent.signedIn = true })
	b.Open(s.URL + "/agent/")
	b.Until(`document.querySelectorAll('.case').length === 3`)
}

func TestConsole_SigningIn(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 1280, 800)
	b.Open(s.URL + "/agent/")
	b.Until(`document.activeElement.id === 'email'`)
	b.Shot("console-signin")
	b.Do(chromedp.SendKeys(chromedp.ID("email"), "maria@example.com"), chromedp.SendKeys(chromedp.ID("password"), "wrong"))
	b.Enter()
	b.Do(chromedp.Click(chromedp.CSS("form .primary")))
	b.Until(`document.querySelector('[role=alert]').textContent === 'Email or password is wrong.'`)
	b.Do(chromedp.SetValue(chromedp.ID("password"), "correct horse battery"), chromedp.Click(chromedp.CSS("form .primary")))
	b.Until(`document.querySelectorAll('.case').length === 3`)
	b.Do(chromedp.Click(chromedp.CSS(".bar .text")))
	b.Until(`document.getElementById('password') !== null`)
	b.Forgive() // 401 answers are errors to the browser
}

// Where the company has a sign-in of its own it is offered, and what it answered
// is told.
func TestConsole_TheCompanysSignIn(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 390, 844)
	s.agent.oidc = true
	b.Open(s.URL + "/agent/?signin=unknown")
	b.Until(`document.querySelector('[role=alert]')?.textContent.startsWith('Your company account is not known here.')`)
	b.Until(`document.querySelector('.company a')?.getAttribute('href') === '/agent/oidc'`)
	if got := testbrowser.Eval[string](b, `location.search`); got != "" {
		t.Errorf("the answer stays in the address: %s", got)
	}
	b.Shot("console-company")
	b.Fits("sign-in")
	b.Open(s.URL + "/agent/?signin=slow")
	b.Until(`document.querySelector('.company a') !== null`)
	if got := testbrowser.Eval[string](b, `document.querySelector('[role=alert]').textContent`); got != "" {
		t.Errorf("an invented answer is told: %q", got)
	}
}

func TestConsole_TheFirstAdministrator(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 390, 844)
	b.Open(s.URL + "/agent/first?token=once")
	b.Until(`document.activeElement.id === 'name'`)
	if got := testbrowser.Eval[string](b, `location.search`); got != "" {
		t.Errorf("the token stays in the address: %s", got)
	}
	b.Shot("console-first")
	b.Do(chromedp.SendKeys(chromedp.ID("name"), "Maria"), chromedp.SendKeys(chromedp.ID("email"), "maria@example.com"),
		chromedp.SendKeys(chromedp.ID("password"), "correct horse battery"), chromedp.Click(chromedp.CSS("form .primary")))
	b.Until(`location.pathname === '/agent/' && document.querySelectorAll('.case').length === 3`)
	b.Forgive()
}

func TestConsole_ACaseFromClaimToCompletion(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 1280, 800)
	signIn(s, b)
	if got := testbrowser.Eval[string](b, `[...document.querySelectorAll('.case .name')].map((n) => n.textContent.slice(0, 4)).join()`); got != "i•••,l•••,a•••" {
		t.Errorf("order of the waiting cases: %s", got)
	}
	if got := testbrowser.Eval[string](b, `document.querySelector('.case.urgent .flag').innerText.trim()`); got != "Urgent" {
		t.Errorf("the urgent case is marked %q", got)
	}
	b.Shot("console-empty")
	b.Press("j")
	b.Press("j")
	b.Until(`document.querySelector('.verdict').textContent === 'Asks to cancel the review'`)
	b.Until(`document.querySelector('.when.ready').textContent.startsWith('May be cancelled since ')`)
	b.Shot("console-brief")
	b.Do(chromedp.Click(chromedp.CSS(".actions .primary")))
	b.Until(`document.querySelectorAll('.talk .msg').length === 5`)
	b.Press("r")
	b.Until(`document.activeElement.id === 'reply'`)
	b.Do(chromedp.SendKeys(chromedp.ID("reply"), "Hello Léa, I have cancelled it."))
	b.Enter()
	b.Until(`document.querySelectorAll('.talk .msg.agent').length === 1 && !document.querySelector('.talk .state:not(.read)')`)
	b.Do(chromedp.Click(chromedp.CSS(".mode:nth-child(2)")), chromedp.SendKeys(chromedp.ID("reply"), "Same passport as in March"))
	b.Enter()
	b.Until(`document.querySelectorAll('.talk .msg.note').length === 1`)
	s.agent.say("c-cancel", "user", "Great, it says Unverified now")
	b.Until(`document.querySelectorAll('.talk .msg.user').length === 3`)
	b.Shot("console-case")
	b.Do(chromedp.Click(chromedp.CSS(".actions .primary:not([hidden])")))
	b.Until(`document.querySelector('dialog[open]') !== null`)
	b.Do(chromedp.Click(chromedp.CSS("dialog[open] .options label")))
	b.Shot("console-complete")
	b.Do(chromedp.Click(chromedp.CSS("dialog[open] .primary")))
	b.Until(`document.querySelectorAll('.case').length === 2 && document.querySelector('.nothing') !== null`)
	var sent []string
	s.agent.locked(func() {
		for _, f := range s.agent.frames {
			if f["type"] != "typing" && f["type"] != "receipt" {
				sent = append(sent, f["type"].(string))
			}
		}
	})
	if got := strings.Join(sent, " "); got != "hello team.list handoff.claim message.send note.add handoff.preview handoff.complete" {
		t.Errorf("sent: %s", got)
	}
}

func TestConsole_AConflictSaysWhoHasTheCase(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 1280, 800)
	s.agent.taken["h-theft"] = "Ivan Petrov"
	signIn(s, b)
	b.Press("c")
	b.Until(`document.querySelector('.trouble').textContent === 'Ivan Petrov has this case.'`)
	b.Shot("console-conflict")
}

func TestConsole_ArrivalsAndReconnects(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 1280, 800)
	signIn(s, b)
	s.agent.arrive(object{"id": "h-new", "conversation": "c-new", "queue": "account_security", "priority": "urgent", "state": "queued", "position": 2, "lang": "fr", "queued_at": time.Now().UTC().Format(time.RFC3339), "fields": object{}})
	b.Until(`document.querySelectorAll('.case').length === 4`)
	if got := testbrowser.Eval[string](b, `[...document.querySelectorAll('.case .name')].map((n) => n.textContent.slice(0, 4)).join()`); got != "i•••,No e,l•••,a•••" {
		t.Errorf("an urgent case arrived and the order is %s", got)
	}
	if got := testbrowser.Eval[string](b, `document.querySelector('.desk > [role=alert]').textContent`); got != "Urgent case in Account theft: No email yet" {
		t.Errorf("announced: %q", got)
	}
	b.Press("j")
	b.Do(chromedp.Click(chromedp.CSS(".actions .primary")))
	b.Until(`document.querySelectorAll('.talk .msg').length === 2`)
	s.agent.locked(func() {
		for c := range s.agent.sockets {
			_ = c.conn.NetConn().Close()
		}
		s.agent.sockets = map[*socket]bool{}
		s.agent.add("c-theft", "user", "¿Sigue ahí?")
	})
	b.Until(`document.querySelectorAll('.talk .msg').length === 3`)
	b.Forgive()
}

func TestConsole_TwoTabsDoNotPushEachOtherOut(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 1280, 800)
	signIn(s, b)
	s.agent.close(object{"type": "goodbye", "reason": "superseded", "resume": false}, 4502)
	b.Until(`document.querySelector('.banner [role=status]').textContent.startsWith('The connection was closed')`)
	b.Shot("console-superseded")
	b.Do(chromedp.Click(chromedp.CSS(".banner button")))
	b.Until(`document.querySelector('.banner').hidden && document.querySelectorAll('.case').length === 3`)
	s.agent.locked(func() { s.agent.signedIn = false })
	s.agent.close(object{"type": "goodbye", "reason": "revoked", "resume": false}, 4504)
	b.Until(`document.getElementById('password') !== null`)
	hellos := 0
	s.agent.locked(func() {
		for _, f := range s.agent.frames {
			if f["type"] == "hello" {
				hellos++
			}
		}
	})
	if hellos != 2 {
		t.Errorf("%d connections, want 2", hellos)
	}
	b.Forgive()
}

func TestConsole_OnAPhone(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 360, 740, "prefers-color-scheme", "dark")
	signIn(s, b)
	b.Shot("console-360-list")
	b.Do(chromedp.Click(chromedp.CSS(".case.urgent")), chromedp.Click(chromedp.CSS(".actions .primary")))
	b.Until(`document.querySelectorAll('.talk .msg').length === 2`)
	b.Shot("console-360-case")
	if got := testbrowser.Eval[bool](b, `document.documentElement.scrollWidth <= innerWidth && [...document.querySelectorAll('button')].every((n) => n.getBoundingClientRect().right <= innerWidth)`); !got {
		t.Error("something is wider than the screen")
	}
	b.Do(chromedp.Click(chromedp.CSS(".to-list")))
	b.Until(`document.querySelector('.view').hidden`)
}
