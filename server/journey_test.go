package main

import (
	"flag"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"usher/server/internal/testbrowser"
)

// pictures makes the journey also renew the README's pictures.
var pictures = flag.String("pictures", "", "a folder for the README's pictures")

// says waits until the page shows a text.
func says(b *testbrowser.Tab, text string) {
	b.Until("document.body.innerText.includes(" + quoted(text) + ")")
}

func quoted(s string) string { return "`" + s + "`" }

// signInPage signs an agent in through the console's own form.
func signInPage(b *testbrowser.Tab, u *usher, role string) {
	b.Open("http://" + u.addr + "/agent/")
	b.Until(`document.getElementById('email') !== null`)
	b.Do(chromedp.SendKeys(chromedp.ID("email"), role+"@northwind.example"), chromedp.SendKeys(chromedp.ID("password"), agentPassword),
		chromedp.Click(chromedp.CSS("form button.primary")))
	b.Until(`document.querySelector('nav.list') !== null`)
}

// A person in one browser, an agent in another, the real program between them:
// from the wrong document to the advice for the next submission.
func TestJourney_PicturesOfACancellation(t *testing.T) {
	t.Parallel()
	person := testbrowser.New(t, 390, 760)
	agent := testbrowser.New(t, 1280, 800)
	c := &clock{at: time.Now().Truncate(time.Millisecond)}
	u := startUsher(t, t.TempDir(), c)
	signInPage(agent, u, "agent")
	person.Open("http://" + u.addr + "/widget/")
	says(person, "Hello")
	person.Write("i uploaded the wrong passport")
	says(person, "When did you submit it?")
	person.Write("95 minutes ago")
	says(person, "Cancelling makes sense here")
	person.Write("it says under review (manual)")
	says(person, "Which email")
	person.Write("ana@northwind-mail.com")
	says(person, "This is what I will pass on")
	if *pictures != "" {
		person.Picture(filepath.Join(*pictures, "widget.png"))
	}
	person.Shot("journey-confirm")
	person.Write("yes, send it")
	says(person, "A person checks it")
	agent.Until(`document.querySelectorAll('nav.list button.case').length === 1`)
	agent.Press("c")
	says(agent, "ana@northwind-mail.com")
	says(person, "is here now")
	agent.Press("r")
	agent.Do(chromedp.SendKeys(chromedp.ID("reply"), "Hello Ana, I have your case. One moment, please."))
	agent.Enter()
	says(person, "I have your case")
	if *pictures != "" {
		agent.Picture(filepath.Join(*pictures, "console.png"))
	}
	agent.Shot("journey-console")
}
