package web_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

func TestWidget_AConversation(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), newTab(t, 400, 720)
	b.open(s.URL + "/widget/")
	b.until(`document.querySelectorAll('.choice').length === 3`)
	b.shot("widget-greeting")
	b.do(chromedp.Click(chromedp.CSS(".choice")))
	b.until(`document.querySelector('form.ask') !== null`)
	b.shot("widget-form")
}
