package web_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"usher/server/internal/testbrowser"
)

// The widget at every size and in both directions; the pictures are for people,
// the checks for machines.
func TestLayout_TheWidgetFitsEverywhere(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 320, 568)
	b.Open(s.URL + "/widget/")
	b.Until(`document.querySelectorAll('.choice').length === 3`)
	b.Fits("320 px")
	b.Shot("widget-320")
	b.Do(chromedp.Click(chromedp.CSS(".choice")))
	b.Until(`document.querySelector('form.ask') !== null`)
	b.Fits("320 px with a form")
	b.Shot("widget-320-form")
	b.Do(chromedp.Click(chromedp.CSS(".person")))
	b.Until(`!document.querySelector('.strip').hidden`)
	b.Fits("320 px in the queue")
	b.Shot("widget-320-queue")
	// 200 % zoom of a 640 × 512 window leaves half of each.
	b.Do(chromedp.EmulateViewport(320, 256, chromedp.EmulateScale(2)))
	b.Until(`innerHeight === 256`)
	b.Fits("200 % zoom")
	b.Shot("widget-zoom")
	if got := testbrowser.Eval[bool](b, `(() => { const r = document.getElementById('text').getBoundingClientRect(); return r.bottom <= innerHeight && r.top >= 0; })()`); !got {
		t.Error("at 200 % zoom one cannot see where to write")
	}
}

func TestLayout_RightToLeft(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 390, 844)
	s.chat.locale = "ar"
	s.chat.messages = nil
	s.chat.say("bot", "Usher", "مرحبا! يمكنني المساعدة في التحقق من الهوية. ماذا حدث؟\n1. غيّر كلمة المرور الآن.\n2. عطّل مفاتيح API كلها.", object{"choices": []object{{"id": "a", "label": "إلغاء المراجعة"}, {"id": "b", "label": "شخص آخر استخدم حسابي"}}, "meta": object{"advice": "secure_account_first"}})
	s.chat.say("user", "", "بريدي lea@example.com وقد أرسلت الطلب الساعة 14:32", nil)
	s.chat.say("agent", "Maria Oliveira", "شكرا، أنا أنظر في الأمر: https://example.com/help", nil)
	s.chat.say("bot", "Usher", "Mixed: مرحبا (G4.1) hello!", object{"choices": []object{{"id": "a", "label": "إلغاء المراجعة"}, {"id": "b", "label": "شخص آخر استخدم حسابي"}}})
	b.OnEveryPage(`new MutationObserver(() => { if (document.documentElement.dir === 'ltr') document.documentElement.dir = 'rtl'; }).observe(document, { attributes: true, subtree: true, childList: true });`)
	b.Open(s.URL + "/widget/")
	b.Until(`document.querySelectorAll('.msg').length === 4 && document.documentElement.dir === 'rtl'`)
	b.Do(chromedp.Click(chromedp.CSS(".person")))
	b.Until(`!document.querySelector('.strip').hidden`)
	b.Fits("right to left")
	b.Shot("widget-rtl")
	if got := testbrowser.Eval[string](b, `(() => { const x = (q) => document.querySelector(q).getBoundingClientRect(); return [x('.msg.user .body').left < 20, x('.msg.bot .body').right > innerWidth - 20, x('.send').left < x('#text').left].join(); })()`); got != "true,true,true" {
		t.Errorf("mirrored: %s", got)
	}
}

func TestLayout_TheDemoAndTheConsole(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 390, 844)
	for _, c := range []struct{ width, height int64 }{{1280, 800}, {390, 844}, {320, 568}} {
		b.Do(chromedp.EmulateViewport(c.width, c.height))
		b.Open(s.URL + "/?as=kim")
		b.Until(`window.Usher && Usher.ready && document.getElementById('facts').hidden === false`)
		b.Fits(fmt.Sprintf("the demo at %d px", c.width))
		b.Shot(fmt.Sprintf("demo-%d", c.width))
	}
	testbrowser.Eval[bool](b, `(Usher.open(), true)`)
	b.Settle()
	testbrowser.InWidget[bool](b, testbrowser.Eventually(`document.querySelectorAll('.choice').length === 3 && innerWidth === 320`))
	b.Shot("demo-320-open")
	signIn(s, b)
	for _, c := range []struct{ width, height int64 }{{1280, 800}, {1024, 768}, {768, 1024}, {360, 640}, {640, 400}} {
		b.Do(chromedp.EmulateViewport(c.width, c.height))
		b.Open(s.URL + "/agent/")
		b.Until(`document.querySelectorAll('.case').length === 3`)
		testbrowser.Eval[bool](b, `([...document.querySelectorAll('.case')].find((c) => /l(•••|ea)@/.test(c.textContent)).click(), true)`)
		b.Until(`!document.querySelector('.view').hidden`)
		if c.width == 1280 {
			b.Do(chromedp.Click(chromedp.CSS(".actions .primary")))
		}
		b.Until(`document.querySelectorAll('.talk .msg').length === 5`)
		b.Fits(fmt.Sprintf("the console at %d px", c.width))
		b.Shot(fmt.Sprintf("console-%d", c.width))
	}
}
