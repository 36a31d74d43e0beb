package web_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

func TestEmbed_TheHostPageAndItsFrame(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), newTab(t, 1280, 800)
	b.open(s.URL + "/?as=lea")
	b.until(`window.Usher && Usher.ready && document.querySelector('usher-widget') !== null`)
	b.shot("demo")
	if got := len(s.chat.greeted()); got != 0 {
		t.Errorf("%d connections before anybody opened the chat", got)
	}
	eval[bool](b, `(() => { window.heard = []; for (const e of ['open', 'close', 'unread', 'message', 'handoff']) Usher.on(e, (d) => heard.push(e)); Usher('open'); return true; })()`)
	b.until(`heard.includes('open') && document.activeElement.tagName === 'USHER-WIDGET'`)
	b.settle()
	inWidget[bool](b, eventually(`document.querySelectorAll('.choice').length === 3 && document.activeElement.id === 'text'`))
	if hello := s.chat.greeted()[0]; hello["token"] != "header.claims.signature" || hello["timezone"] != "America/Bogota" {
		t.Errorf("hello: %v", hello)
	}
	b.shot("demo-open")
	inWidget[bool](b, `(document.querySelector('header button').click(), true)`)
	b.until(`heard.includes('close')`)
	s.chat.say("agent", "Maria", "Are you still there?", nil)
	b.until(`heard.filter((e) => e === 'unread').length > 1 && heard.includes('message')`)
	b.shot("demo-unread")
	if got := eval[bool](b, `document.querySelector('iframe') === null && document.body.innerText.includes('still there') === false`); !got {
		t.Error("the conversation can be read from the host page")
	}
	eval[bool](b, `(Usher.toggle(), true)`)
	inWidget[bool](b, eventually(`document.body.innerText.includes('Are you still there?')`))
	eval[bool](b, `(Usher.setLocale('xx'), true)`)
	b.do(chromedp.Reload())
	b.until(`window.Usher && Usher.ready`)
	b.settle()
	inWidget[bool](b, eventually(`document.querySelectorAll('.msg').length === 2`))
	hellos := s.chat.greeted()
	if last := hellos[len(hellos)-1]; last["session"] != s.chat.session {
		t.Errorf("after a reload of the host page the session is %v", last["session"])
	}
	eval[bool](b, `(Usher.logout(), true)`)
	b.settle()
	inWidget[bool](b, eventually(`localStorage.length === 0`))
}

func TestEmbed_OtherOriginsAreNotHeard(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), newTab(t, 800, 700)
	b.open(s.URL + "/")
	b.until(`window.Usher && Usher.ready`)
	eval[bool](b, `(Usher.open(), true)`)
	b.settle()
	inWidget[bool](b, eventually(`document.querySelectorAll('.choice').length === 3`))
	// A message that is not from the parent window, and one to the host page that
	// is not from the frame, change nothing.
	inWidget[bool](b, `(window.postMessage({ usher: 'logout' }, '*'), true)`)
	eval[bool](b, `(window.postMessage({ usher: 'close' }, '*'), true)`)
	inWidget[bool](b, `new Promise((r) => setTimeout(() => setTimeout(() => r(localStorage.length > 0)), 50))`)
	if got := eval[bool](b, `new Promise((r) => setTimeout(() => r(sessionStorage.getItem('usher.open') === '1'), 50))`); !got {
		t.Error("a stray message closed the chat")
	}
	if got := inWidget[bool](b, `localStorage.length > 0`); !got {
		t.Error("a stray message signed the user out")
	}
}
