package web_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// The widget at every size and in both directions; the pictures are for people,
// the checks for machines.
func TestLayout_TheWidgetFitsEverywhere(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), newTab(t, 320, 568)
	b.open(s.URL + "/widget/")
	b.until(`document.querySelectorAll('.choice').length === 3`)
	b.fits("320 px")
	b.shot("widget-320")
	b.do(chromedp.Click(chromedp.CSS(".choice")))
	b.until(`document.querySelector('form.ask') !== null`)
	b.fits("320 px with a form")
	b.shot("widget-320-form")
	b.do(chromedp.Click(chromedp.CSS(".person")))
	b.until(`!document.querySelector('.strip').hidden`)
	b.fits("320 px in the queue")
	b.shot("widget-320-queue")
	// 200 % zoom of a 640 × 512 window leaves half of each.
	b.do(chromedp.EmulateViewport(320, 256, chromedp.EmulateScale(2)))
	b.until(`innerHeight === 256`)
	b.fits("200 % zoom")
	b.shot("widget-zoom")
	if got := eval[bool](b, `(() => { const r = document.getElementById('text').getBoundingClientRect(); return r.bottom <= innerHeight && r.top >= 0; })()`); !got {
		t.Error("at 200 % zoom one cannot see where to write")
	}
}

func TestLayout_RightToLeft(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), newTab(t, 390, 844)
	s.chat.locale = "ar"
	s.chat.messages = nil
	s.chat.say("bot", "Usher", "مرحبا! يمكنني المساعدة في التحقق من الهوية. ماذا حدث؟\n1. غيّر كلمة المرور الآن.\n2. عطّل مفاتيح API كلها.", object{"choices": []object{{"id": "a", "label": "إلغاء المراجعة"}, {"id": "b", "label": "شخص آخر استخدم حسابي"}}, "meta": object{"advice": "secure_account_first"}})
	s.chat.say("user", "", "بريدي lea@example.com وقد أرسلت الطلب الساعة 14:32", nil)
	s.chat.say("agent", "Maria Oliveira", "شكرا، أنا أنظر في الأمر: https://example.com/help", nil)
	s.chat.say("bot", "Usher", "Mixed: مرحبا (G4.1) hello!", object{"choices": []object{{"id": "a", "label": "إلغاء المراجعة"}, {"id": "b", "label": "شخص آخر استخدم حسابي"}}})
	b.onEveryPage(`new MutationObserver(() => { if (document.documentElement.lang) document.documentElement.dir = 'rtl'; }).observe(document, { attributes: true, subtree: true, childList: true });`)
	b.open(s.URL + "/widget/")
	b.until(`document.querySelectorAll('.msg').length === 4 && document.documentElement.dir === 'rtl'`)
	b.do(chromedp.Click(chromedp.CSS(".person")))
	b.until(`!document.querySelector('.strip').hidden`)
	b.fits("right to left")
	b.shot("widget-rtl")
	if got := eval[string](b, `(() => { const x = (q) => document.querySelector(q).getBoundingClientRect(); return [x('.msg.user .body').left < 20, x('.msg.bot .body').right > innerWidth - 20, x('.send').left < x('#text').left].join(); })()`); got != "true,true,true" {
		t.Errorf("mirrored: %s", got)
	}
}

func TestLayout_TheDemoAndTheConsole(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), newTab(t, 390, 844)
	for _, c := range []struct{ width, height int64 }{{1280, 800}, {390, 844}, {320, 568}} {
		b.do(chromedp.EmulateViewport(c.width, c.height))
		b.open(s.URL + "/?as=kim")
		b.until(`window.Usher && Usher.ready && document.getElementById('facts').hidden === false`)
		b.fits(fmt.Sprintf("the demo at %d px", c.width))
		b.shot(fmt.Sprintf("demo-%d", c.width))
	}
	eval[bool](b, `(Usher.open(), true)`)
	b.settle()
	inWidget[bool](b, eventually(`document.querySelectorAll('.choice').length === 3 && innerWidth === 320`))
	b.shot("demo-320-open")
	signIn(s, b)
	for _, c := range []struct{ width, height int64 }{{1280, 800}, {1024, 768}, {768, 1024}, {360, 640}, {640, 400}} {
		b.do(chromedp.EmulateViewport(c.width, c.height))
		b.open(s.URL + "/agent/")
		b.until(`document.querySelectorAll('.case').length === 3`)
		eval[bool](b, `(document.querySelectorAll('.case')[1].click(), true)`)
		b.until(`!document.querySelector('.view').hidden`)
		if c.width == 1280 {
			b.do(chromedp.Click(chromedp.CSS(".actions .primary")))
		}
		b.until(`document.querySelectorAll('.talk .msg').length === 5`)
		b.fits(fmt.Sprintf("the console at %d px", c.width))
		b.shot(fmt.Sprintf("console-%d", c.width))
	}
}
