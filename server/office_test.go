package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"usher/server/internal/testbrowser"
)

// busy is a server on which a few people were helped, some wait, and an agent
// has a case; it gives the id of that conversation.
func busy(u *usher) (agent *peer, held string) {
	u.t.Helper()
	agent = u.agent("agent")
	solved, _ := u.user(frame{})
	solved.say("a", "how long is the cooldown after cancelling?")
	for n, lines := range [][]string{
		{"i uploaded the wrong passport", "40 min ago", "it says under review", "ana@proton.me", "yes send it"},
		{"someone hacked my account and submitted a verification that is not mine"},
	} {
		p, welcome := u.user(frame{})
		for i, line := range lines {
			p.say(fmt.Sprint(n, i), line)
		}
		if n > 0 {
			continue
		}
		p.until("handoff.queued")
		agent.send(frame{"type": "handoff.claim_next", "id": "c"})
		held = agent.until("ack")["handoff"].(map[string]any)["conversation"].(string)
		if held != welcome["conversation"] {
			u.t.Fatal("another case was claimed")
		}
	}
	return agent, held
}

// week lets six days go by on which people were helped, by the assistant and by
// an agent, so that there is something to plot.
func week(u *usher) {
	u.t.Helper()
	agent := u.agent("agent")
	outcomes := []string{"cancelled", "cancelled", "answered", "refused", "restored", "no_reply"}
	for day, counts := range [][2]int{{4, 2}, {5, 2}, {3, 3}, {6, 3}, {5, 4}, {7, 3}} {
		for n := range counts[0] {
			p, _ := u.user(frame{})
			p.say("a", []string{"how long is the cooldown after cancelling?", "my face recognition failed", "when can i submit again?"}[n%3])
			_ = p.conn.Close()
		}
		for n := range counts[1] {
			p, _ := u.user(frame{})
			for i, line := range []string{[]string{"i uploaded the wrong passport", "i want to switch to another document", "my registered email is wrong"}[n%3], "50 min ago", "it says under review", "ana@proton.me", "yes send it"} {
				p.say(fmt.Sprint(i), line)
			}
			p.until("handoff.queued")
			u.clock.advance([]time.Duration{4 * time.Minute, 11 * time.Minute, 42 * time.Minute}[n%3])
			agent.send(frame{"type": "handoff.claim_next", "id": fmt.Sprint("c", day, n)})
			id := agent.until("ack")["handoff"].(map[string]any)["id"]
			agent.send(frame{"type": "handoff.complete", "id": fmt.Sprint("d", day, n), "handoff": id, "outcome": outcomes[(day+n)%len(outcomes)]})
			agent.until("ack")
			p.until("handoff.completed")
			p.send(frame{"type": "rating.send", "handoff": id, "stars": 5 - (day+n)%3})
			_ = p.conn.Close()
		}
		u.clock.advance(24*time.Hour - time.Duration(counts[1])*20*time.Minute)
	}
	_ = agent.conn.Close()
}

// press clicks the first button or link with this text.
func press(b *testbrowser.Tab, text string) {
	find := `[...document.querySelectorAll('button, a')].find((n) => n.textContent.trim() === ` + quoted(text) + ` && n.offsetParent && !n.disabled)`
	b.Until(find + ` !== undefined`)
	testbrowser.Eval[bool](b, find+`.click() === undefined`)
}

// A supervisor's day in the browser: the board, a word to an agent, a case for
// somebody else, and the log.
func TestOfficePages_ASupervisor(t *testing.T) {
	t.Parallel()
	now := time.Now().Truncate(time.Millisecond)
	c := &clock{at: now.Add(-6 * 24 * time.Hour)}
	u := startUsher(t, t.TempDir(), c)
	week(u)
	c.advance(now.Sub(c.now()))
	b := testbrowser.New(t, 1360, 900)
	agent, held := busy(u)
	second := u.agent("admin")
	signInPage(b, u, "supervisor")
	press(b, "Board")
	b.Until(`document.querySelectorAll('.tile').length === 8 && document.querySelectorAll('.plot').length === 3`)
	says(b, "Share solved by the assistant")
	b.Until(`[...document.querySelectorAll('.load li')].length === 1`)
	if *pictures != "" {
		b.Picture(filepath.Join(*pictures, "board.png"))
	}
	b.Shot("office-board")
	if got := testbrowser.Eval[string](b, `[...document.querySelectorAll('.tile')].slice(0, 1).map((n) => n.innerText.replace(/\s+/g, ' ')).join()`); got != "Waiting 1" {
		t.Errorf("the first tile: %q", got)
	}
	testbrowser.Eval[bool](b, `document.querySelector('.plots').scrollIntoView() === undefined`)
	b.Shot("office-plots")
	testbrowser.Eval[bool](b, `(document.querySelector('.office').scrollTop = 1e6) > 0`)
	b.Shot("office-reports")
	// A key that claims does nothing while no list is in sight.
	b.Press("c")
	press(b, "Open")
	b.Until(`location.hash === '' && document.querySelector('.view:not([hidden])') !== null`)
	press(b, "Read along")
	b.Until(`document.querySelector('form.whisper:not([hidden])') !== null`)
	b.Do(chromedp.SendKeys(chromedp.ID("whisper"), "Ask which passport it is"))
	b.Shot("office-whisper")
	press(b, "Whisper")
	b.Until(`document.getElementById('whisper').value === '' && [...document.querySelectorAll('.msg.note')].length === 1`)
	note := agent.until("note.created")["note"].(map[string]any)
	if note["text"] != "Ask which passport it is" || note["conversation"] != held {
		t.Errorf("the agent got %v", note)
	}
	press(b, "Board")
	press(b, "Reassign")
	b.Until(`document.querySelector('dialog[open] option') !== null`)
	b.Shot("office-reassign")
	b.Do(chromedp.SetValue(chromedp.ID("reassign-to"), "id-admin"), chromedp.Click(chromedp.CSS("dialog[open] [type=submit]")))
	second.until("handoff.accepted")
	press(b, "Log")
	says(b, "Reassigned a case")
	says(b, "Whispered to the agent")
	press(b, "Verify")
	b.Until(`document.querySelector('.verdict-of.ok') !== null`)
	b.Shot("office-log")
	b.Do(chromedp.SendKeys(chromedp.ID("log-known"), "3 abcdef"))
	press(b, "Verify")
	b.Until(`document.querySelector('.verdict-of.error')?.textContent.includes('entry 3')`)
	b.Do(chromedp.SetValue(chromedp.ID("log-action"), "case.reassigned"))
	testbrowser.Eval[bool](b, `document.getElementById('log-action').dispatchEvent(new Event('change'))`)
	b.Until(`document.querySelectorAll('.page tbody tr').length === 1`)
	testbrowser.Eval[bool](b, `localStorage.setItem('usher.console.lang', 'ar') === undefined`)
	b.Open("http://" + u.addr + "/agent/?#board")
	b.Until(`document.documentElement.dir === 'rtl' && document.querySelectorAll('.plot').length === 3 && document.querySelectorAll('.load li').length === 1`)
	b.Shot("office-board-rtl")
	b.Fits("board from right to left")
	if got := testbrowser.Eval[int](b, `[...document.querySelectorAll('.places a')].filter((n) => n.textContent === 'Agents').length`); got != 0 {
		t.Error("a supervisor is offered the agents")
	}
}

// An admin adds and changes agents, on a phone in the dark.
func TestOfficePages_AnAdminOnAPhone(t *testing.T) {
	t.Parallel()
	u := startUsher(t, t.TempDir(), &clock{at: time.Now().Truncate(time.Millisecond)})
	b := testbrowser.New(t, 360, 760, "prefers-color-scheme", "dark")
	busy(u)
	signInPage(b, u, "admin")
	press(b, "Board")
	b.Until(`document.querySelectorAll('.plot').length === 3`)
	b.Shot("office-phone-board")
	b.Fits("board")
	press(b, "Agents")
	b.Until(`document.querySelectorAll('.page tbody tr').length === 4`)
	press(b, "Add an agent")
	b.Until(`document.activeElement.id === 'member-name'`)
	b.Do(chromedp.SendKeys(chromedp.ID("member-name"), "Rita Sá"), chromedp.SendKeys(chromedp.ID("member-email"), "rita@northwind.example"),
		chromedp.SendKeys(chromedp.ID("member-password"), "password123456"))
	press(b, "Save")
	b.Until(`document.querySelector('dialog[open] [role=alert]').textContent.startsWith('Choose a longer password')`)
	b.Shot("office-phone-add")
	b.Forgive() // the browser calls a 422 an error
	b.Do(chromedp.SetValue(chromedp.ID("member-password"), "seven green lanterns"))
	press(b, "Save")
	says(b, "Rita Sá was added.")
	b.Until(`document.querySelectorAll('.page tbody tr').length === 5`)
	b.Shot("office-phone-team")
	b.Fits("team")
	rita := u.signed("rita@northwind.example", "seven green lanterns")
	testbrowser.Eval[bool](b, `[...document.querySelectorAll('.page tbody tr')].find((r) => r.textContent.includes('Rita')).querySelector('button').click() === undefined`)
	b.Until(`document.querySelector('dialog[open] #member-disabled') !== null`)
	b.Do(chromedp.Click(chromedp.ID("member-disabled")))
	press(b, "Save")
	says(b, "Rita Sá was changed.")
	if status, _ := rita.ask("GET", "/agent/live", nil); status != 401 {
		t.Errorf("Rita, disabled, is still signed in: %d", status)
	}
	press(b, "Account")
	b.Shot("office-phone-me")
	b.Fits("account")
}

// Where an app is required, a supervisor sets it up before they see anything,
// and is asked for its code from then on.
func TestOfficePages_TheAuthenticatorApp(t *testing.T) {
	t.Parallel()
	c := &clock{at: time.Now().Truncate(time.Millisecond)}
	u := startUsher(t, t.TempDir(), c, "--require-totp")
	b := testbrowser.New(t, 1000, 900)
	enter := func() {
		b.Open("http://" + u.addr + "/agent/")
		b.Until(`document.getElementById('email') !== null`)
		b.Do(chromedp.SendKeys(chromedp.ID("email"), "supervisor@northwind.example"), chromedp.SendKeys(chromedp.ID("password"), agentPassword))
		press(b, "Sign in")
	}
	enter()
	b.Until(`document.querySelector('svg.qr path') !== null`)
	b.Shot("office-enrol")
	b.Fits("enrolment")
	if got := testbrowser.Eval[bool](b, `document.querySelector('nav.list') === null`); !got {
		t.Error("the cases are there before the app is")
	}
	secret := strings.ReplaceAll(testbrowser.Eval[string](b, `document.querySelector('.secret').textContent`), " ", "")
	code := func() string {
		got, err := totp.GenerateCode(secret, c.now())
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	b.Do(chromedp.SendKeys(chromedp.ID("code"), code()))
	press(b, "Confirm")
	b.Until(`document.querySelectorAll('.codes li').length === 10`)
	recovery := testbrowser.Eval[string](b, `document.querySelector('.codes code').textContent`)
	b.Shot("office-recovery")
	press(b, "I have kept them")
	b.Until(`document.querySelector('nav.list') !== null`)
	press(b, "Sign out")
	for _, typed := range []func() string{func() string { c.advance(30 * time.Second); return code() }, func() string { return recovery }} {
		b.Forgive() // a 401 for the missing code is an error to the browser
		enter()
		b.Until(`document.activeElement.id === 'code'`)
		b.Shot("office-code")
		b.Do(chromedp.SendKeys(chromedp.ID("code"), typed()))
		press(b, "Sign in")
		b.Until(`document.querySelector('nav.list') !== null`)
		press(b, "Sign out")
		b.Until(`document.getElementById('email') !== null`)
	}
	b.Forgive()
}
