package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"usher/server/internal/testbrowser"
)

// rude is a style sheet of a host page that would wreck whatever it reaches.
const rude = `* { display: none !important; color: red !important; font-size: 40px !important; transform: rotate(9deg) !important; }
html, head, body, main, p { display: block !important; transform: none !important; } usher-widget { display: inline !important; transform: none !important; }
button, iframe, .right, .msg, header { width: 1px !important; height: 1px !important; opacity: 0 !important; }`

// host is a site of somebody else: another origin, a policy of its own, and
// styles and scripts that would break a widget that shared them.
func host(t *testing.T, stub string) (open, origin string, embed func(usher string)) {
	t.Helper()
	var usher string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/rude.css":
			w.Header().Set("Content-Type", "text/css")
			fmt.Fprint(w, rude)
		case "/host.js":
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, stub)
		case "/":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src data:; script-src 'self' "+usher+"; frame-src "+usher)
			fmt.Fprintf(w, `<!doctype html><html lang="en"><title>Exchange</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/rude.css"><script src="/host.js"></script><script async src="%s/widget.js"></script><body><main><p>Our page</p></main></body></html>`, usher)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL + "/", s.URL, func(at string) { usher = at }
}

const politeStub = `window.heard = [];
window.Usher = window.Usher || function () { (Usher.q = Usher.q || []).push(arguments); };
Usher('on', 'ready', () => heard.push('ready')); Usher('on', 'open', () => heard.push('open')); Usher('on', 'message', (d) => heard.push('message from ' + d.from));
Usher('identify', async () => { heard.push('token'); return ' fresh.token.' + heard.filter((h) => h === 'token').length + ' '; });
Usher('open');`

// The calls queued before the loader came run in order, the token comes through
// the callback anew for each connection, and neither side's styles or scripts
// reach the other.
func TestHost_AnotherOriginWithItsOwnStylesAndScripts(t *testing.T) {
	t.Parallel()
	open, origin, embed := host(t, politeStub+`
	Array.prototype.map = function () { throw new Error('the host broke map'); };
	window.JSON = { parse() { throw new Error('no'); }, stringify() { throw new Error('no'); } };`)
	s, b := newSite(t, origin), testbrowser.New(t, 900, 700)
	embed(s.URL)
	b.Open(open)
	b.Until(`heard.includes('open')`)
	b.Settle()
	testbrowser.InWidget[bool](b, testbrowser.Eventually(`document.querySelectorAll('.choice').length === 3 && document.querySelector('.msg').getBoundingClientRect().width > 100`))
	if got := testbrowser.Eval[string](b, `heard.join()`); got != "open,ready,token" {
		t.Errorf("the host heard %s", got)
	}
	if hello := s.chat.greeted()[0]; hello["token"] != "fresh.token.1" {
		t.Errorf("hello: %v", hello)
	}
	if got := testbrowser.InWidget[string](b, `(() => { const m = getComputedStyle(document.querySelector('.msg')); const box = document.querySelector('.msg').getBoundingClientRect(); return [m.opacity, m.color !== 'rgb(255, 0, 0)', box.width > 100].join(); })()`); got != "1,true,true" {
		t.Errorf("the host's styles reach the chat: %s", got)
	}
	if got := testbrowser.Eval[string](b, `[document.querySelector('iframe') === null, document.querySelector('usher-widget').shadowRoot === null, window.frames.length === 0 || (() => { try { return window.frames[0].document === null; } catch { return true; } })()].join()`); got != "true,true,true" {
		t.Errorf("the host page gets at the chat: %s", got)
	}
	// The line breaks: the next connection asks the host for another token.
	s.chat.cut(1012)
	b.Until(`heard.filter((h) => h === 'token').length === 2`)
	s.connected(b, 2)
	s.chat.say("agent", "Maria", "hello", nil)
	b.Until(`heard.includes('message from agent')`)
}

// A page that was not allowed gets no chat in its frame at all.
func TestHost_AnOriginThatIsNotAllowedCannotFrameTheChat(t *testing.T) {
	t.Parallel()
	open, _, embed := host(t, politeStub)
	s, b := newSite(t, "https://another.example"), testbrowser.New(t, 900, 700)
	embed(s.URL)
	b.Open(open)
	b.Until(`heard.includes('open')`)
	b.Complained("frame-ancestors")
	if got := len(s.chat.greeted()); got != 0 {
		t.Errorf("%d connections from a page that was not allowed", got)
	}
	b.Open("about:blank") // what else the browser says about the refused frame
	b.Forgive()
}

// Whoever holds a reference to the frame, or opens the chat in a window of
// their own, cannot speak to it: only the parent may, under the origin it began
// with, and the answer goes to that origin alone.
func TestHost_MessagesOfStrangersAreNotHeard(t *testing.T) {
	t.Parallel()
	open, origin, embed := host(t, politeStub)
	s, b := newSite(t, origin), testbrowser.New(t, 900, 700)
	embed(s.URL)
	b.Open(open)
	b.Until(`heard.includes('open')`)
	b.Settle()
	testbrowser.InWidget[bool](b, testbrowser.Eventually(`document.querySelectorAll('.choice').length === 3`))
	forged := `for (const usher of ['close', 'token', 'live', 'event', 'logout', 'init', 'identify', 'locale', 'opened', 'closed']) target.postMessage({ usher, name: 'message', detail: { from: 'forged' }, id: 1, token: 'forged', identified: true, locale: 'ar', forget: true }, '*')`
	// From the host page to itself, and from the frame to itself: not the other side.
	testbrowser.Eval[bool](b, `((target) => { `+forged+`; return true; })(window)`)
	testbrowser.InWidget[bool](b, `((target) => { `+forged+`; return true; })(window)`)
	s.chat.say("bot", "Usher", "still here", nil)
	testbrowser.InWidget[bool](b, testbrowser.Eventually(`document.body.innerText.includes('still here')`))
	if got := testbrowser.Eval[string](b, `heard.join()`); strings.Contains(got, "forged") || testbrowser.Eval[bool](b, `sessionStorage.getItem('usher.open') !== '1'`) {
		t.Errorf("a forged message was heard: %s", got)
	}
	if got := testbrowser.InWidget[string](b, `[document.documentElement.lang, Object.keys(localStorage).some((k) => k.endsWith(':session'))].join()`); got != "en,true" {
		t.Errorf("the frame heard a forged message: %s", got)
	}
	// Opened alone it is its own host, and has nothing of the embedded chat.
	b.Open(s.URL + "/widget/")
	b.Until(`document.querySelectorAll('.msg').length === 2`)
	if hellos := s.chat.greeted(); hellos[len(hellos)-1]["session"] != nil {
		t.Errorf("a chat opened alone took the session kept for %s", origin)
	}
}
