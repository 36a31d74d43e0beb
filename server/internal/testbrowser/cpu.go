package testbrowser

import (
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"
)

// MeterCPU begins to count the time that the page's main thread computes, see
// [Tab.CPU].
func (b *Tab) MeterCPU() {
	b.t.Helper()
	command(b, performance.Enable, performance.EnableParams{TimeDomain: performance.EnableTimeDomainThreadTicks})
}

// CPU is how long the page's main thread has computed since it began: scripts,
// styles and layout. It is the thread's own clock, so that a machine with other
// things to do does not make a page slower.
func (b *Tab) CPU() time.Duration {
	b.t.Helper()
	got, err := chromedp.Call(b.ctx, performance.GetMetrics, cdp.Empty{})
	if err != nil {
		b.Fatal("%v", err)
	}
	for _, m := range got.Metrics {
		if m.Name == "TaskDuration" {
			return time.Duration(m.Value * float64(time.Second))
		}
	}
	b.Fatal("the browser measures no tasks")
	return 0
}
