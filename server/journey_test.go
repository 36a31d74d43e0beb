package main

import (
	"flag"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/chromedp/chromedp"

	"usher/locales"
	"usher/server/internal/testbrowser"
)

// pictures makes the journey also renew the README's pictures.
var pictures = flag.String("pictures", "", "a folder for the README's pictures")

// keep renews one of the README's pictures, where that was asked for.
func keep(b *testbrowser.Tab, name string) {
	if *pictures != "" {
		b.Picture(filepath.Join(*pictures, name))
	}
}

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
	c := &clock{at: time.Now().Truncate(time.Millisecond)}
	u := startUsher(t, t.TempDir(), c)
	person, agent := testbrowser.New(t, 390, 760), testbrowser.New(t, 1280, 800) // closed before the server stops
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
	keep(person, "widget.png")
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
	if *pictures != "" { // with somebody waiting beside the case
		for _, locale := range []string{"es", "ja", "en"} {
			waits, _ := u.user(frame{"locale": locale})
			waits.send(frame{"type": "handoff.request"})
		}
		agent.Until(`document.querySelectorAll('nav.list button.case').length === 4`)
		agent.Picture(filepath.Join(*pictures, "console.png"))
	}
	agent.Shot("journey-console")
}

// spoken is how a line of the bot begins in a language, up to what is filled in.
func spoken(t *testing.T, tag, id string) string {
	t.Helper()
	texts := map[string]any{}
	if _, err := toml.DecodeFS(locales.Files, tag+"/lines.toml", &texts); err != nil {
		t.Fatal(err)
	}
	text, ok := texts[id].(string)
	if !ok || text == "" {
		t.Fatalf("%s has no %s", tag, id)
	}
	text, _, _ = strings.Cut(text, "{{")
	return strings.TrimSpace(text)
}

// People who write Arabic or Japanese are understood and answered in it, from
// right to left where it is read so.
func TestJourney_InArabicAndJapanese(t *testing.T) {
	t.Parallel()
	for _, one := range []struct{ tag, direction, mistake, when, status string }{
		{"ar", "rtl", "رفعت صورة جواز غلط", "قبل ساعتين", "قيد المراجعة"},
		{"ja", "ltr", "間違えて別のパスポートを送ってしまいました", "2時間前です", "審査中（手動）と出ています"},
	} {
		t.Run(one.tag, func(t *testing.T) {
			t.Parallel()
			u := startUsher(t, t.TempDir(), &clock{at: time.Now().Truncate(time.Millisecond)})
			person := testbrowser.New(t, 390, 760)
			person.Open("http://" + u.addr + "/widget/")
			says(person, "Hello")
			person.Write(one.mistake)
			says(person, spoken(t, one.tag, "ask.submitted_at"))
			person.Write(one.when)
			says(person, spoken(t, one.tag, "ask.status"))
			person.Write(one.status)
			says(person, spoken(t, one.tag, "ask.email"))
			person.Write("ana@northwind-mail.com")
			says(person, spoken(t, one.tag, "confirm.ask"))
			person.Until("document.documentElement.lang === '" + one.tag + "' && document.documentElement.dir === '" + one.direction + "'")
			keep(person, "widget-"+one.tag+".png")
		})
	}
}
