package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"usher/server/internal/testbrowser"
)

// keyRows is what the table of partners' keys shows: partner and state of each.
const keyRows = `[...document.querySelectorAll('.page tbody tr')].map((r) => r.querySelector('bdi').textContent + ' ' + r.children[2].textContent)`

// focused tells what has the keyboard: the text of a button, the id of a field.
const focused = `(document.activeElement.id || document.activeElement.textContent)`

// enter presses Enter on what has the keyboard, as a person without a mouse does.
func enter(b *testbrowser.Tab, on string) {
	b.Until(focused + ` === ` + quoted(on))
	b.Do(chromedp.KeyEvent("\r"))
}

// A partner's key from its making to its end, by keyboard alone: shown once and
// never again, replaced while the old one works, revoked after a question, and
// all of it in the log. Partners' apps feel each step.
func TestOfficePages_PartnersKeys(t *testing.T) {
	t.Parallel()
	u := startUsher(t, t.TempDir(), &clock{at: time.Now().Truncate(time.Millisecond)})
	b := testbrowser.New(t, 1280, 900)
	signInPage(b, u, "admin")
	testbrowser.Eval[bool](b, `[...document.querySelectorAll('.places a')].find((a) => a.textContent === 'Partner keys').focus() === undefined`)
	enter(b, "Partner keys")
	says(b, "No partner has a key yet.")
	b.Shot("keys-none")
	opens := func(key string) bool {
		status, _ := u.call(key, "POST", "/api/v1/classify", `{"text":"hello"}`)
		return status == 200
	}
	// made fills the form in and gives the key that is shown.
	made := func(picture string) string {
		b.Do(chromedp.KeyEvent("\r")) // the form is sent from its first field
		enter(b, "Copy")
		b.Until(`document.querySelector('dialog[open] [role=status]').textContent !== ''`)
		b.Shot(picture)
		key := testbrowser.Eval[string](b, `document.getElementById('key-text').textContent`)
		b.Do(chromedp.KeyEvent("\t"))
		enter(b, "Close")
		b.Until(`document.querySelector('.page dialog:not([open]):empty') !== null`)
		if testbrowser.Eval[bool](b, fmt.Sprintf(`document.documentElement.outerHTML.includes(%q)`, key)) {
			t.Error("the key is still in the page")
		}
		return key
	}
	testbrowser.Eval[bool](b, `[...document.querySelectorAll('button')].find((n) => n.textContent === 'Make a key').focus() === undefined`)
	enter(b, "Make a key")
	b.Until(focused + ` === 'key-name'`)
	b.Shot("keys-make")
	b.Do(chromedp.KeyEvent("Acme Wallet"))
	first := made("keys-made")
	b.Until(keyRows + `.join() === 'Acme Wallet Works'`)
	if !opens(first) {
		t.Error("the first key opens nothing")
	}
	u.clock.advance(time.Minute)
	testbrowser.Eval[bool](b, `document.querySelector('.page tbody button').focus() === undefined`)
	enter(b, "Replace")
	says(b, "Both work until you revoke the old one.")
	b.Shot("keys-replace")
	second := made("keys-replaced")
	b.Until(keyRows + `.join() === 'Acme Wallet Works,Acme Wallet Works'`)
	if !opens(first) || !opens(second) || first == second {
		t.Error("two keys of a partner do not both work")
	}
	if testbrowser.Eval[bool](b, `[...document.querySelectorAll('.page tbody button')].some((n) => n.textContent === 'Replace')`) {
		t.Error("a third key is offered")
	}
	// The older key stands last. The question is answered with no at first.
	for _, answer := range []string{"Cancel", "Revoke"} {
		testbrowser.Eval[bool](b, `[...document.querySelectorAll('.page tbody button')].at(-1).focus() === undefined`)
		enter(b, "Revoke")
		says(b, "This cannot be undone.")
		if answer == "Cancel" {
			b.Shot("keys-revoke")
		} else {
			b.Do(chromedp.KeyEvent("\t"))
		}
		enter(b, answer)
		b.Until(`document.querySelector('dialog[open]') === null`)
	}
	says(b, "is revoked.")
	b.Until(keyRows + `.join() === 'Acme Wallet Works,Acme Wallet Revoked'`)
	b.Until(focused + ` === 'Make a key'`)
	b.Shot("keys")
	u.clock.advance(5 * time.Second)
	if opens(first) || !opens(second) {
		t.Error("after five seconds the revoked key still works, or the other one does not")
	}
	b.Forgive()
	press(b, "Log")
	b.Until(`[...document.querySelectorAll('.page tbody tr')].filter((r) => r.textContent.includes('Acme Wallet') && r.textContent.includes('Admin') && /(Added|Revoked) an API key/.test(r.textContent)).length === 3`)
	if strings.Contains(testbrowser.Eval[string](b, `document.body.innerText`), second) {
		t.Error("the log shows a key")
	}
}

// On a phone, in the dark, from right to left; what the server refuses is said;
// nobody but an admin is offered the page.
func TestOfficePages_PartnersKeysOnAPhone(t *testing.T) {
	t.Parallel()
	u := startUsher(t, t.TempDir(), &clock{at: time.Now().Truncate(time.Millisecond)})
	b := testbrowser.New(t, 320, 760, "prefers-color-scheme", "dark")
	old, _ := u.key("--expires", "1h", "--scopes", "classify", "--name", "A partner with a very long name, "+strings.Repeat("w", 40))
	u.key("--name", "مَتجَر")
	signInPage(b, u, "admin")
	testbrowser.Eval[bool](b, `localStorage.setItem('usher.console.lang', 'ar') === undefined`)
	b.Open("http://" + u.addr + "/agent/?#partners")
	b.Until(`document.documentElement.dir === 'rtl' && document.querySelectorAll('.page tbody tr').length === 2`)
	b.Shot("keys-phone")
	b.Fits("keys")
	testbrowser.Eval[bool](b, `document.querySelector('.page header button').click() === undefined`)
	b.Until(focused + ` === 'key-name'`)
	b.Shot("keys-phone-make")
	b.Fits("making a key")
	b.Do(chromedp.SendKeys(chromedp.ID("key-name"), "B"))
	testbrowser.Eval[bool](b, `document.querySelectorAll('dialog[open] input[type=checkbox]').forEach((n) => n.click()) === undefined`)
	b.Do(chromedp.KeyEvent("\r"))
	b.Until(`document.querySelector('dialog[open] [role=alert]').textContent !== ''`)
	testbrowser.Eval[bool](b, `document.querySelector('dialog[open] input[type=checkbox]').click() === undefined`)
	b.Do(chromedp.KeyEvent("\r"))
	b.Until(`document.getElementById('key-text') !== null`)
	b.Shot("keys-phone-made")
	b.Fits("a key that was made")
	testbrowser.Eval[bool](b, `document.querySelector('dialog[open]').close() === undefined`)
	b.Until(`document.querySelectorAll('.page tbody tr').length === 3 && document.querySelector('.page dialog *') === null`)
	// Somebody else replaces the key in the meantime.
	u.key("--replaces", old)
	testbrowser.Eval[bool](b, `[...document.querySelectorAll('.page tbody tr')].find((r) => r.textContent.includes('very long')).querySelector('button').click() === undefined`)
	b.Until(focused + ` === 'key-name'`)
	b.Do(chromedp.KeyEvent("\r"))
	b.Until(`document.querySelector('dialog[open] [role=alert]').textContent !== ''`)
	b.Shot("keys-phone-refused")
	b.Forgive() // the browser calls a 422 an error

	other := testbrowser.New(t, 1000, 700)
	signInPage(other, u, "supervisor")
	other.Open("http://" + u.addr + "/agent/?#partners")
	other.Until(`document.querySelector('nav.list') !== null && document.querySelector('.office[hidden]') !== null`)
	if testbrowser.Eval[bool](other, `[...document.querySelectorAll('.places a')].some((a) => a.textContent === 'Partner keys')`) {
		t.Error("a supervisor is offered the partners' keys")
	}
}

// Agents see from which partner a case came, before and after they claim it; a
// case of our own chat says nothing of the kind.
func TestOfficePages_ACaseOfAPartner(t *testing.T) {
	t.Parallel()
	u := startUsher(t, t.TempDir(), &clock{at: time.Now().Truncate(time.Millisecond)})
	b := testbrowser.New(t, 1280, 800)
	busy(u) // which claims the first case there is
	_, key := u.key("--name", "مَتجَر Pay <b>", "--rate", "100/m")
	_, raw := u.call(key, "POST", "/api/v1/conversations", `{"external_user_id":"u"}`)
	var opened struct{ ID string }
	if err := json.Unmarshal([]byte(raw), &opened); err != nil || opened.ID == "" {
		t.Fatalf("%s: %v", raw, err)
	}
	for i, line := range []string{"i uploaded the wrong passport", "95 min ago", "it says under review (manual)", "ana@northwind-mail.com", "yes send it"} {
		if status, body := u.call(key, "POST", "/api/v1/conversations/"+opened.ID+"/messages", fmt.Sprintf(`{"id":"m%d","text":%q}`, i, line)); status >= 300 {
			t.Fatalf("%d %s", status, body)
		}
	}
	signInPage(b, u, "supervisor")
	const from = "From \u2068مَتجَر Pay <b>\u2069"
	b.Until(`document.querySelectorAll('.case').length === 3`)
	if got := testbrowser.Eval[string](b, `[...document.querySelectorAll('.case .from')].map((n) => n.textContent).filter(Boolean).join()`); got != from {
		t.Errorf("the list says %q", got)
	}
	testbrowser.Eval[bool](b, `[...document.querySelectorAll('.case')].find((n) => n.textContent.includes('From')).click() === undefined`)
	b.Until(`document.querySelector('.view .tags .from')?.textContent === ` + quoted(from))
	b.Shot("case-of-a-partner")
	b.Fits("a case of a partner")
	testbrowser.Eval[bool](b, `[...document.querySelectorAll('.case')].find((n) => !n.textContent.includes('From')).click() === undefined`)
	b.Until(`document.querySelector('.view .tags') !== null && document.querySelector('.view .tags .from') === null`)
}
