package main

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"usher/server/internal/testbrowser"
)

// Somebody is in the middle of a form when they see that their account was
// taken over. On the console it is there without a reload: above those who
// wait longer, marked urgent in words and announced at once; what the agent looks at
// stays; and one key takes it.
func TestJourney_TheftInMidFormOnTheConsole(t *testing.T) {
	t.Parallel()
	c := &clock{at: time.Now().Truncate(time.Millisecond)}
	u := startUsher(t, t.TempDir(), c)
	person, agent := testbrowser.New(t, 390, 760), testbrowser.New(t, 1280, 800)
	busy(u) // an agent holds a case, and a theft waits in a queue of its own
	waits, _ := u.user(frame{})
	for i, line := range []string{"i uploaded the wrong passport", "50 min ago", "it says under review", "lea@northwind-mail.com", "yes send it"} {
		waits.say(string(rune('a'+i)), line)
	}
	waits.until("handoff.queued")
	c.advance(5 * time.Minute)
	signInPage(agent, u, "supervisor")
	agent.Until(`document.querySelectorAll('nav.list ul[aria-labelledby=cases-waiting] .case').length === 2`)
	agent.Press("j") // looks at a case
	agent.Until(`document.querySelector('.view:not([hidden])') !== null`)
	looked := testbrowser.Eval[string](agent, `document.querySelector('.case[aria-current] .name').textContent`)
	testbrowser.Eval[bool](agent, `(window.told = [], new MutationObserver(() => told.push(document.querySelector('.desk > [role=alert], .desk [role=alert].away').textContent)).observe(document.querySelector('.desk [role=alert].away'), { childList: true, characterData: true, subtree: true }), true)`)

	person.Open("http://" + u.addr + "/widget/")
	says(person, "Hello")
	person.Write("i uploaded the wrong passport")
	says(person, "When did you submit it?")
	person.Write("95 minutes ago")
	says(person, "Cancelling makes sense here")
	if n := testbrowser.Eval[int](agent, `document.querySelectorAll('nav.list ul[aria-labelledby=cases-waiting] .case').length`); n != 2 {
		t.Fatalf("a form that is being filled in is a case: %d", n)
	}
	person.Write("wait, I did not send this. someone hacked my account and submitted it")
	says(person, "security team")

	agent.Until(`document.querySelectorAll('nav.list ul[aria-labelledby=cases-waiting] .case').length === 3`)
	agent.Until(`window.told.length > 0`)
	if told := testbrowser.Eval[string](agent, `told.join('|')`); !strings.HasPrefix(told, "Urgent") {
		t.Errorf("announced as %q", told)
	}
	// Both thefts stand above the request that waits longer.
	marks := `[...document.querySelectorAll('nav.list ul[aria-labelledby=cases-waiting] .case')].map((n) => n.querySelector('.flag').textContent).join()`
	if got := testbrowser.Eval[string](agent, marks); got != "Urgent,Urgent," {
		t.Errorf("the list is %q", got)
	}
	if got := testbrowser.Eval[string](agent, `document.querySelector('.case[aria-current] .name').textContent`); got != looked {
		t.Errorf("the agent looked at %q and now sees %q", looked, got)
	}
	agent.Shot("journey-theft-arrives")
	agent.Press("c") // the older theft
	agent.Until(`document.getElementById('cases-mine').textContent === 'Mine (1)' && document.activeElement.id === 'reply'`)
	agent.Do(chromedp.KeyEvent("\u001b"))
	agent.Press("c")
	agent.Until(`document.getElementById('cases-mine').textContent === 'Mine (2)'`)
	says(agent, "someone hacked my account and submitted it")
	says(person, "is here now")
	agent.Shot("journey-theft-taken")
	if got := testbrowser.Eval[string](agent, `document.querySelector('.view .tags .urgent')?.textContent || ''`); got != "Urgent" {
		t.Errorf("the case is marked %q", got)
	}
}
