package web_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"usher/server/internal/testbrowser"
)

// hostile texts: each would run, load or redraw something if it ever became
// markup, a template or a link it is not.
func hostile() []string {
	texts := []string{
		`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `"><svg onload=alert(1)>`, `<iframe srcdoc="<script>alert(1)</script>">`,
		`javascript:alert(1)`, `[click](javascript:alert(1))`, `https://example.com/"onmouseover="alert(1)`, `JaVaScRiPt://%0aalert(1)`,
		`<a href="data:text/html,<script>alert(1)</script>">x</a>`, `{{constructor.constructor('alert(1)')()}}`, `${alert(1)}`, `<%= alert(1) %>`, `{{.}}`, `#{7*7}`,
		`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`, `<base href="https://evil.example/">`, `<style>*{display:none}</style>`,
		`<meta http-equiv=refresh content="0;url=https://evil.example">`, `<form action=https://evil.example><input name=password></form>`, `&lt;b&gt;not bold&lt;/b&gt;`,
		`https://user:pass@evil.example/`, `https://binance.com@evil.example/login`, `ftp://evil.example/x`, `https://xn--80ak6aa92e.com/`, `http://аpple.example/`,
		"\u202eright to left override\u202c", "\u2066isolate without an end", "\u200f\u200e\u061c marks", "line\u2028separator\u2029here", "tab\tand\vother\x01 controls \x7f",
		"Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞", "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿🇺🇳", "مرحبا <b>عالم</b>", "שלום <script>alert(1)</script>", "你好<script>alert(1)</script>",
		"हेलो ${1}", "สวัสดี<img src=x onerror=alert(1)>", "1. one\n2. <b>two</b>\n- <i>three</i>", "   ", ".", strings.Repeat("W", 400),
		"Support agent\nUsher  Support agent  verified ✔", "__proto__", "constructor", "1e308", "\ufeff\u00ad", strings.Repeat("a\u0301", 300), strings.Repeat("\u0300", 1000),
	}
	return texts
}

// trap counts what must never happen on a page. It is put in before any script
// of the page runs.
const trap = `window.caught = []; addEventListener('securitypolicyviolation', (e) => caught.push('policy ' + e.violatedDirective)); window.alert = () => caught.push('alert'); addEventListener('error', (e) => caught.push('error ' + e.message), true);`

const intact = `(() => {
  const bad = [...document.querySelectorAll('script, iframe, object, embed, base, form[action], meta[http-equiv], img, a')].filter((n) => !(n.tagName === 'SCRIPT' && n.src.startsWith(location.origin)));
  const links = bad.filter((n) => n.tagName === 'A' && !n.closest('nav.places'));
  const wrong = bad.filter((n) => n.tagName !== 'A').map((n) => n.outerHTML);
  for (const a of links) if (!/^https?:$/.test(a.protocol) || a.rel !== 'noopener noreferrer nofollow' || a.username) wrong.push('link ' + a.href);
  for (const n of document.querySelectorAll('*')) for (const at of n.attributes) if (/^on/i.test(at.name) || (at.name === 'style' && !/^(height: (auto|[\d.]+px)|padding-block: [\d.]+px( [\d.]+px)?);$/.test(at.value))) wrong.push('attribute ' + at.name + ' ' + at.value);
  return JSON.stringify([...caught, ...wrong]);
})()`

func TestHostile_TheChatShowsItAsText(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 400, 720)
	s.chat.mu.Lock()
	s.chat.locale = "en"
	for _, text := range hostile() {
		for _, from := range []string{"user", "bot", "agent", "system"} {
			s.chat.add(from, text, text, object{"choices": []object{{"id": text, "label": text}}, "lang": text})
		}
	}
	total := len(s.chat.messages)
	s.chat.handoff = object{"id": "h1", "state": "queued", "priority": "<b>", "queue": "<b>", "position": "<b>1</b>", "request": "<img src=x onerror=alert(1)>", "wait": "no"}
	s.chat.mu.Unlock()
	b.OnEveryPage(trap)
	b.Open(s.URL + "/widget/")
	b.Until(fmt.Sprintf(`document.querySelectorAll('.msg').length === %d`, total))
	if got := testbrowser.Eval[string](b, intact); got != "[]" {
		t.Errorf("%s", got)
	}
	shown := testbrowser.Eval[[]string](b, `[...document.querySelectorAll('.msg.agent .typed')].map((n) => n.textContent)`)
	for i, text := range hostile() {
		if i >= len(shown) || !strings.HasPrefix(shown[i], strings.NewReplacer("\x00", "").Replace(text)) {
			t.Errorf("%q is shown as %q", text, shown[min(i, len(shown)-1)])
		}
	}
	b.Fits("hostile messages")
	// What a user writes never looks like the badge of bot or agent.
	if got := testbrowser.Eval[int](b, `document.querySelectorAll('.msg.user .badge').length`); got != 0 {
		t.Errorf("%d badges on messages of the user", got)
	}
	b.Shot("hostile-widget")
	for _, frame := range []string{
		`null`, `7`, `[]`, `"x"`, `{}`, `{"type":null}`, `{"type":"message.created"}`, `{"type":"message.created","message":{"seq":"x"}}`, `{"type":"__proto__"}`, `{"type":"constructor"}`,
		`{"type":"handoff.queued","handoff":7}`, `{"type":"handoff.queued","handoff":{}}`, `{"type":"queue.position"}`, `{"type":"typing"}`, `{"type":"error"}`, `{"type":"ack"}`,
		`{"type":"message.receipt","read":"x"}`, `{"type":"conversation.owner_changed","owner":{},"agent":7}`,
		fmt.Sprintf(`{"type":"message.created","message":{"seq":%d,"from":"bot","at":"never","text":7,"choices":"x","form":{"fields":[null,7,{"id":"x"}]}}}`, total+1),
	} {
		s.chat.pushRaw(frame)
	}
	s.chat.say("bot", "Usher", "still alive", object{"seq": total + 2})
	b.Until(`document.body.innerText.includes('still alive')`)
	s.chat.pushRaw(`{"type":"locale","locale":"<b>"}`)
	b.Until(`document.documentElement.lang === 'en' && document.querySelector('header h1').textContent === 'Support'`)
}

func TestHostile_TheConsoleShowsItAsText(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 1280, 800)
	s.agent.locked(func() {
		for i, text := range hostile() {
			conversation := fmt.Sprintf("c-%d", i)
			field := object{"value": text, "source": text}
			s.agent.cases = append(s.agent.cases, object{
				"id": fmt.Sprintf("h-%d", i), "conversation": conversation, "queue": text, "priority": text, "state": "queued", "lang": text, "queued_at": text,
				"fields": object{"email": field, "submitted_at": field, "status": field, "reason": field}, "request": text,
				"verdict": object{"advice": text, "facts": []string{text}, "warnings": []string{text}, "cancellable_at": text},
			})
			s.agent.add("c-theft", "user", text)
			s.agent.add("c-theft", "bot", text)
		}
	})
	s.agent.locked(func() { s.agent.signedIn = true })
	b.OnEveryPage(trap)
	b.Open(s.URL + "/agent/")
	// The fake welcomes with every queue, so cases of unknown queues stay out of
	// the list; they arrive by an event that names no queue the agent has.
	b.Until(`document.querySelectorAll('.case').length >= 3`)
	b.Do(chromedp.Click(chromedp.CSS(".case.urgent")), chromedp.Click(chromedp.CSS(".actions .primary")))
	b.Until(fmt.Sprintf(`document.querySelectorAll('.talk .msg').length === %d`, 2+2*len(hostile())))
	if got := testbrowser.Eval[string](b, intact); got != "[]" {
		t.Errorf("%s", got)
	}
	b.Fits("hostile transcript")
	b.Shot("hostile-console")
	for i := range hostile() {
		s.agent.locked(func() { s.agent.fan(object{"type": "handoff.queued", "handoff": withQueue(s.agent.cases[3+i])}) })
	}
	b.Until(fmt.Sprintf(`document.getElementById('cases-waiting').textContent === 'Waiting (%d)'`, 2+len(hostile())))
	for i := range 2 + len(hostile()) { // down the whole list: only the rows in sight are in the page
		b.Press("j")
		if got := testbrowser.Eval[string](b, intact); got != "[]" {
			t.Fatalf("after opening case %d: %s", i, got)
		}
	}
	b.Until(`document.querySelector('.case[aria-current]').closest('li').matches(':last-child')`)
	b.Fits("hostile cases")
}

func withQueue(h object) object {
	b, _ := json.Marshal(h)
	var out object
	_ = json.Unmarshal(b, &out)
	out["queue"] = "kyc_review"
	return out
}
