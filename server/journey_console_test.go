package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"usher/server/internal/store"
	"usher/server/internal/testbrowser"
)

// pressesEnter presses Enter where a form is to be sent by it.
func pressesEnter(b *testbrowser.Tab) { b.Do(chromedp.KeyEvent("\r")) }

// asksToCancel tells the bot everything, up to the case in the queue.
func asksToCancel(person *testbrowser.Tab) {
	person.Write("i uploaded the wrong passport")
	says(person, "When did you submit it?")
	person.Write("95 minutes ago")
	says(person, "Cancelling makes sense here")
	person.Write("it says under review (manual)")
	says(person, "Which email")
	person.Write("ana@northwind-mail.com")
	says(person, "This is what I will pass on")
	person.Write("yes, send it")
	says(person, "A person checks it")
}

// Person, bot, agent and aftercare, each in their own browser, the real program
// between them: masked until claimed, answered, completed with the words the
// preview had shown, reopened because nothing changed, and completed again.
func TestJourney_FromTheFirstWordToTheAftercare(t *testing.T) {
	t.Parallel()
	person, agent := testbrowser.New(t, 390, 760), testbrowser.New(t, 1280, 800)
	u := startUsher(t, t.TempDir(), &clock{at: time.Now().Truncate(time.Millisecond)})
	signInPage(agent, u, "agent")
	person.Open("http://" + u.addr + "/widget/")
	says(person, "Hello")
	asksToCancel(person)
	agent.Until(`document.querySelectorAll('nav.list button.case').length === 1`)
	agent.Press("j")
	says(agent, "a•••@•••.com")
	agent.Until(`!document.body.innerText.includes('ana@northwind') && document.querySelector('.when.ready') !== null`)
	agent.Shot("journey-masked")
	agent.Press("a")
	says(agent, "ana@northwind-mail.com")
	says(person, "is here now")
	agent.Press("m")
	agent.Until(`document.querySelectorAll('.macro-row').length > 5`)
	agent.Do(chromedp.SendKeys(chromedp.ID("macro-search"), "checking"))
	agent.Enter()
	agent.Until(`document.getElementById('reply').value.startsWith('I am checking this now')`)
	agent.Enter()
	says(person, "I am checking this now")
	person.Write("thank you, I wait")
	says(agent, "thank you, I wait")
	agent.Do(chromedp.SendKeys(chromedp.ID("reply"), "What is the code you got?"))
	agent.Enter()
	agent.Until(`document.querySelector('.failed .state') !== null`)
	agent.Do(chromedp.KeyEvent("\u001b")) // Escape
	agent.Until(`document.activeElement.id !== 'reply'`)
	agent.Press("e")
	agent.Until(`document.querySelectorAll('dialog[open] input').length === 6`)
	agent.Key("1", "Digit1", '1')
	agent.Until(`document.querySelector('dialog[open] blockquote') !== null`)
	agent.Shot("journey-preview")
	said := testbrowser.Eval[string](agent, `document.querySelector('dialog[open] blockquote p').textContent`)
	pressesEnter(agent)
	agent.Until(`document.querySelectorAll('nav.list button.case').length === 0`)
	says(person, said)
	if testbrowser.Eval[bool](person, `document.body.innerText.includes('the code you got')`) {
		t.Error("the person reads a message that was stopped")
	}
	person.Write("no, it still says under review")
	agent.Until(`document.querySelectorAll('nav.list button.case').length === 1`)
	agent.Press("c")
	says(agent, "it still says under review")
	agent.Until(`document.activeElement.id === 'reply'`)
	agent.Do(chromedp.KeyEvent("\u001b"))
	agent.Press("e")
	agent.Until(`document.querySelectorAll('dialog[open] input').length === 6`)
	agent.Key("1", "Digit1", '1')
	agent.Until(`document.querySelector('dialog[open] blockquote') !== null`)
	pressesEnter(agent)
	agent.Until(`document.querySelectorAll('nav.list button.case').length === 0`)
	person.Write("yes, it says unverified now")
	says(person, "You can submit again at once")
	person.Shot("journey-aftercare")
	agent.Shot("journey-nothing-waits")
}

// Two agents want one case: one of them gets it, both lists say so at once, and
// the other one is told who has it.
func TestJourney_TwoAgentsOneCase(t *testing.T) {
	t.Parallel()
	person := testbrowser.New(t, 390, 760)
	one, two := testbrowser.New(t, 1280, 800), testbrowser.New(t, 1280, 800)
	data := t.TempDir()
	addAgents(t, data)
	st, err := store.Open(t.Context(), store.Options{DataDir: data})
	if err == nil {
		second := store.Agent{ID: "id-second", Email: "second@northwind.example", Name: "Second", Role: "agent", PasswordHash: agentHash(), CreatedAt: time.Now()}
		err = errors.Join(st.AddAgent(t.Context(), second), st.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	u := startUsher(t, data, &clock{at: time.Now().Truncate(time.Millisecond)})
	signInPage(one, u, "agent")
	signInPage(two, u, "second")
	person.Open("http://" + u.addr + "/widget/")
	says(person, "Hello")
	asksToCancel(person)
	for _, b := range []*testbrowser.Tab{one, two} {
		b.Until(`document.querySelectorAll('nav.list button.case').length === 1`)
		b.Press("j")
		b.Until(`!document.querySelector('.actions .primary').hidden`)
	}
	// Both press the key at what is one moment to them.
	pressed := make(chan struct{})
	go func() {
		defer close(pressed)
		two.Press("a")
	}()
	one.Press("a")
	<-pressed
	for _, b := range []*testbrowser.Tab{one, two} {
		b.Until(`document.getElementById('cases-waiting').textContent === 'Waiting (0)'`)
	}
	both := []string{}
	for _, b := range []*testbrowser.Tab{one, two} {
		b.Until(`document.getElementById('cases-mine').textContent === 'Mine (1)' || !document.querySelector('.trouble').hidden`)
		both = append(both, testbrowser.Eval[string](b, `document.getElementById('cases-mine').textContent + '|' + document.querySelector('.trouble').textContent`))
	}
	winner, loser := both[0], both[1]
	if strings.HasPrefix(loser, "Mine (1)") {
		winner, loser = loser, winner
	}
	if winner != "Mine (1)|" || loser != "Mine (0)|Agent has this case." && loser != "Mine (0)|Second has this case." {
		t.Errorf("one sees %q, the other %q", winner, loser)
	}
	two.Shot("journey-two-agents")
}

// The server goes away under an agent who is typing and comes back: nothing
// typed is lost, the case is still theirs, and what they then send arrives once.
func TestJourney_TheServerRestartsWhileTheAgentTypes(t *testing.T) {
	t.Parallel()
	person, agent := testbrowser.New(t, 390, 760), testbrowser.New(t, 1280, 800)
	data, c := t.TempDir(), &clock{at: time.Now().Truncate(time.Millisecond)}
	u := startUsher(t, data, c)
	signInPage(agent, u, "agent")
	person.Open("http://" + u.addr + "/widget/")
	says(person, "Hello")
	asksToCancel(person)
	agent.Until(`document.querySelectorAll('nav.list button.case').length === 1`)
	agent.Press("c")
	agent.Until(`document.activeElement.id === 'reply'`)
	says(person, "is here now")
	agent.Do(chromedp.SendKeys(chromedp.ID("reply"), "Before the restart,"))
	u.stop()
	agent.Until(`!document.querySelector('.banner').hidden`)
	agent.Do(chromedp.SendKeys(chromedp.ID("reply"), " and after it."))
	startUsher(t, data, c, "--listen", u.addr)
	agent.Until(`document.querySelector('.banner').hidden && document.getElementById('cases-mine').textContent === 'Mine (1)'`)
	agent.Until(`document.activeElement.id === 'reply' && document.getElementById('reply').value === 'Before the restart, and after it.'`)
	agent.Enter()
	says(person, "Before the restart, and after it.")
	agent.Until(`document.querySelectorAll('.talk .msg.agent').length === 1`)
	if n := testbrowser.Eval[int](person, `[...document.querySelectorAll('.msg')].filter((m) => m.textContent.includes('and after it')).length`); n != 1 {
		t.Errorf("the person reads it %d times", n)
	}
	for _, b := range []*testbrowser.Tab{person, agent} {
		b.Forgive() // lines that break are errors to the browser
	}
}
