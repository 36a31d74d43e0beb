package web_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"usher/server/internal/testbrowser"
)

func TestEmbed_TheHostPageAndItsFrame(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 1280, 800)
	b.Open(s.URL + "/?as=lea")
	b.Until(`window.Usher && Usher.ready && document.querySelector('usher-widget') !== null`)
	b.Shot("demo")
	if got := len(s.chat.greeted()); got != 0 {
		t.Errorf("%d connections before anybody opened the chat", got)
	}
	testbrowser.Eval[bool](b, `(() => { window.heard = []; for (const e of ['open', 'close', 'unread', 'message', 'handoff']) Usher.on(e, (d) => heard.push(e)); Usher('open'); return true; })()`)
	b.Until(`heard.includes('open') && document.activeElement.tagName === 'USHER-WIDGET'`)
	b.Settle()
	testbrowser.InWidget[bool](b, testbrowser.Eventually(`document.querySelectorAll('.choice').length === 3 && document.activeElement.id === 'text'`))
	if hello := s.chat.greeted()[0]; hello["token"] != "header.claims.signature" || hello["timezone"] != "America/Bogota" {
		t.Errorf("hello: %v", hello)
	}
	b.Shot("demo-open")
	testbrowser.InWidget[bool](b, `(document.querySelector('header button:last-of-type').click(), true)`)
	b.Until(`heard.includes('close')`)
	s.chat.say("agent", "Maria", "Are you still there?", nil)
	b.Until(`heard.filter((e) => e === 'unread').length > 1 && heard.includes('message')`)
	b.Shot("demo-unread")
	if got := testbrowser.Eval[bool](b, `document.querySelector('iframe') === null && document.body.innerText.includes('still there') === false`); !got {
		t.Error("the conversation can be read from the host page")
	}
	testbrowser.Eval[bool](b, `(Usher.toggle(), true)`)
	testbrowser.InWidget[bool](b, testbrowser.Eventually(`document.body.innerText.includes('Are you still there?')`))
	testbrowser.Eval[bool](b, `(Usher.setLocale('xx'), true)`)
	b.Do(chromedp.Reload())
	b.Until(`window.Usher && Usher.ready`)
	b.Settle()
	testbrowser.InWidget[bool](b, testbrowser.Eventually(`document.querySelectorAll('.msg').length === 2`))
	hellos := s.chat.greeted()
	if last := hellos[len(hellos)-1]; last["session"] != s.chat.session {
		t.Errorf("after a reload of the host page the session is %v", last["session"])
	}
	testbrowser.Eval[bool](b, `(Usher.logout(), true)`)
	b.Until(`localStorage.length === 0`) // the demo is on the widget's own origin
}

func TestEmbed_OtherOriginsAreNotHeard(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 800, 700)
	b.Open(s.URL + "/")
	b.Until(`window.Usher && Usher.ready`)
	testbrowser.Eval[bool](b, `(Usher.open(), true)`)
	b.Settle()
	testbrowser.InWidget[bool](b, testbrowser.Eventually(`document.querySelectorAll('.choice').length === 3`))
	// A message that is not from the parent window, and one to the host page that
	// is not from the frame, change nothing.
	testbrowser.InWidget[bool](b, `(window.postMessage({ usher: 'logout' }, '*'), true)`)
	testbrowser.Eval[bool](b, `(window.postMessage({ usher: 'close' }, '*'), true)`)
	testbrowser.InWidget[bool](b, `new Promise((r) => setTimeout(() => setTimeout(() => r(localStorage.length > 0)), 50))`)
	if got := testbrowser.Eval[bool](b, `new Promise((r) => setTimeout(() => r(sessionStorage.getItem('usher.open') === '1'), 50))`); !got {
		t.Error("a stray message closed the chat")
	}
	if got := testbrowser.InWidget[bool](b, `localStorage.length > 0`); !got {
		t.Error("a stray message signed the user out")
	}
}

// Who signs out of the host page leaves nothing behind, also when the chat was
// not opened since the page loaded: the next person at that browser must not
// get the conversation.
func TestEmbed_LogoutReachesAFrameThatIsNotThere(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 800, 700)
	b.Open(s.URL + "/")
	b.Until(`window.Usher && Usher.ready`)
	testbrowser.Eval[bool](b, `(Usher.open(), true)`)
	b.Settle()
	testbrowser.InWidget[bool](b, testbrowser.Eventually(`document.querySelectorAll('.msg').length === 1`))
	testbrowser.Eval[bool](b, `(sessionStorage.clear(), true)`) // as in a new tab
	b.Open(s.URL + "/")
	b.Until(`window.Usher && Usher.ready`)
	const session = `Object.keys(localStorage).some((k) => k.endsWith(':session'))`
	if !testbrowser.Eval[bool](b, session) {
		t.Fatal("there is no session to forget")
	}
	testbrowser.Eval[bool](b, `(window.late = 0, Usher.on('ready', () => late++), Usher('logout'), true)`)
	b.Until(`!(` + session + `) && late === 1`)
	if got := len(s.chat.greeted()); got != 1 {
		t.Errorf("%d connections, want 1: forgetting needs none", got)
	}
}
