package testbrowser

import (
	"context"
	_ "embed" // axe-core
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"usher/server/internal/testneeds"
)

// Patience is how long a browser test may wait for a condition. It is a limit
// for hanging, not a measure of speed.
const Patience = 20 * time.Second

// Tab is one page in one fresh browser profile, with all it complained about:
// the test fails when a page logs an error or breaks its own policy.
type Tab struct {
	t        testing.TB
	ctx      context.Context
	mu       sync.Mutex
	bad      []string
	contexts []runtime.ExecutionContextID
}

// New opens a browser of the given size. The flags keep it off the network.
// Features are pairs of a media feature and its value.
func New(t testing.TB, width, height int64, features ...string) *Tab {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(testneeds.Chromium(t)), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "en-US"),
		chromedp.WSURLReadTimeout(Patience),
	)
	b := &Tab{t: t}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc, chromedp.WithListener(b.hear))
	t.Cleanup(cancel)
	b.ctx = ctx
	t.Cleanup(b.clean)
	// The first call starts the browser, which lives as long as its context.
	if err := chromedp.Do(b.ctx, chromedp.EmulateViewport(width, height)); err != nil {
		t.Fatal(err)
	}
	media := emulation.SetEmulatedMediaParams{}
	for pair := range slices.Chunk(features, 2) {
		media.Features = append(media.Features, &emulation.MediaFeature{Name: pair[0], Value: pair[1]})
	}
	command(b, emulation.SetEmulatedMedia, media)
	command(b, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	command(b, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "America/Bogota"})
	return b
}

func command[P, R any](b *Tab, c cdp.Command[P, R], params P) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, c, params); err != nil {
		b.t.Fatal(err)
	}
}

// hear collects everything the browser calls an error.
func (b *Tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExecutionContextCreated:
		b.contexts = append(b.contexts, e.Context.ID)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			b.bad = append(b.bad, fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		b.bad = append(b.bad, text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			b.bad = append(b.bad, fmt.Sprintf("console: %v", e.Args))
		}
	case *page.EventJavascriptDialogOpening:
		b.bad = append(b.bad, "dialog: "+e.Message)
	}
}

// Forgive drops complaints made so far: for tests that break the line on
// purpose, which Chromium reports as an error of the page.
func (b *Tab) Forgive() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.bad = nil
}

// Complained waits until the browser has called something with this text an
// error.
func (b *Tab) Complained(text string) {
	b.t.Helper()
	for end := time.Now().Add(Patience); time.Now().Before(end); {
		b.mu.Lock()
		found := slices.ContainsFunc(b.bad, func(bad string) bool { return strings.Contains(bad, text) })
		b.mu.Unlock()
		if found {
			return
		}
		Eval[bool](b, `new Promise((done) => setTimeout(done, 30, true))`)
	}
	b.Fatal("the browser never complained about %s", text)
}

func (b *Tab) clean() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, bad := range b.bad {
		b.t.Errorf("the browser complained: %s", bad)
	}
}

// Fatal ends the test, with a picture where pictures are kept.
func (b *Tab) Fatal(format string, args ...any) {
	b.t.Helper()
	b.Shot("failed-" + filepath.Base(b.t.Name()))
	b.t.Fatalf(format, args...)
}

// Do runs actions; they end the test when they take too long.
func (b *Tab) Do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, Patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.Fatal("%v", err)
	}
}

// Open goes to a page.
func (b *Tab) Open(url string) {
	b.t.Helper()
	b.Do(chromedp.Navigate(url))
}

// OnEveryPage runs a script before any of the page's own.
func (b *Tab) OnEveryPage(script string) {
	b.t.Helper()
	command(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
}

// Until waits for a JavaScript expression to be true.
func (b *Tab) Until(expression string) {
	b.t.Helper()
	_, err := chromedp.Run(b.ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(Patience), chromedp.WithPollingInterval(40*time.Millisecond)))
	if err != nil {
		b.Fatal("never true: %s (%v)", expression, err)
	}
}

// Eval gives the value of a JavaScript expression, or of its promise.
func Eval[T any](b *Tab, expression string) T {
	b.t.Helper()
	out, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatal("%s: %v", expression, err)
	}
	return out
}

// InWidget is Eval inside the widget's iframe.
func InWidget[T any](b *Tab, expression string) (out T) {
	b.t.Helper()
	b.mu.Lock()
	contexts := slices.Clone(b.contexts)
	b.mu.Unlock()
	for _, id := range slices.Backward(contexts) {
		at := func(p *runtime.EvaluateParams) { p.ContextID = id }
		path, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`location.pathname`, at))
		if err != nil || path != "/widget/" {
			continue
		}
		if out, err = chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise, at)); err != nil {
			b.Fatal("%s: %v", expression, err)
		}
		return out
	}
	b.Fatal("there is no widget frame")
	return out
}

// Settle waits for the widget's frame to be there.
func (b *Tab) Settle() {
	b.t.Helper()
	for end := time.Now().Add(Patience); time.Now().Before(end); {
		b.mu.Lock()
		contexts := slices.Clone(b.contexts)
		b.mu.Unlock()
		for _, id := range slices.Backward(contexts) {
			ready, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`location.pathname === '/widget/' && document.readyState === 'complete'`, func(p *runtime.EvaluateParams) { p.ContextID = id }))
			if err == nil && ready {
				return
			}
		}
	}
	b.Fatal("the widget's frame never came")
}

// Eventually is a JavaScript promise for an expression to become true.
func Eventually(expression string) string {
	return `new Promise((resolve, reject) => { const end = Date.now() + ` + fmt.Sprint(Patience.Milliseconds()) + `; (function look() { let ok = false; try { ok = ` + expression + `; } catch {} if (ok) resolve(true); else if (Date.now() > end) reject(new Error('never true')); else setTimeout(look, 30); })(); })`
}

// Busy is how long the main thread has computed since the page was opened, in
// processor time: what other programs take of the machine does not count.
func (b *Tab) Busy() time.Duration {
	b.t.Helper()
	command(b, performance.Enable, performance.EnableParams{TimeDomain: performance.EnableTimeDomainThreadTicks})
	got, err := chromedp.Call(b.ctx, performance.GetMetrics, cdp.Empty{})
	if err != nil {
		b.t.Fatal(err)
	}
	for _, m := range got.Metrics {
		if m.Name == "TaskDuration" {
			return time.Duration(m.Value * float64(time.Second))
		}
	}
	b.Fatal("the browser tells no TaskDuration")
	return 0
}

// Press presses one letter outside any field, as a shortcut.
func (b *Tab) Press(letter string) {
	b.t.Helper()
	b.Key(letter, "Key"+strings.ToUpper(letter), int64(strings.ToUpper(letter)[0]))
}

// Key presses and lets go of a key by its name, code and number.
func (b *Tab) Key(key, code string, number int64) {
	b.t.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
		command(b, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: key, Code: code, WindowsVirtualKeyCode: number})
	}
}

// Paste puts what the clipboard holds where the cursor is.
func (b *Tab) Paste() {
	b.t.Helper()
	command(b, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeRawKeyDown, Key: "v", Code: "KeyV", Commands: []string{"paste"}})
}

// Write types a message into the widget and sends it.
func (b *Tab) Write(text string) {
	b.t.Helper()
	b.Do(chromedp.SendKeys(chromedp.ID("text"), text))
	b.Enter()
}

// Enter presses Enter as a keyboard does: the page may refuse the line break.
func (b *Tab) Enter() {
	b.t.Helper()
	b.Key("Enter", "Enter", 13)
}

// axe is axe-core as Deque publishes it (npm, MPL 2.0), unchanged: the field's
// checks of accessibility, kept here so that no run goes without them.
//
//go:embed testdata/axe-core-4.14.1.min.js
var axe string

// Audit runs the checks of axe-core on the page as it is: WCAG 2.2 AA and the
// best practices.
func (b *Tab) Audit(name string) {
	b.t.Helper()
	b.Do(func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, runtime.Evaluate, runtime.EvaluateParams{Expression: axe})
		return chromedp.Void{}, err
	})
	found := Eval[string](b, `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target + ' ' + n.failureSummary.split('\n')[1]).join(' | ')).join('\n'))`)
	if found != "" {
		b.t.Errorf("axe on %s:\n%s", name, found)
	}
}

// Fits fails when anything is wider than the screen, but for what stands in a
// table or box that scrolls sideways by itself.
func (b *Tab) Fits(name string) {
	b.t.Helper()
	if wide := Eval[string](b, `(() => { const out = [...document.querySelectorAll('body *')].filter((n) => { const r = n.getBoundingClientRect(); return r.width > 1 && r.height > 1 && (r.right > innerWidth + 1 || r.left < -1); }).filter((n) => { for (let p = n.parentElement; p && p !== document.body; p = p.parentElement) if (['auto', 'scroll'].includes(getComputedStyle(p).overflowX) && p.hasAttribute('tabindex')) return false; return true; }); return out.map((n) => n.tagName + '.' + n.getAttribute('class')).join() + (document.documentElement.scrollWidth > innerWidth ? ' scrolls' : ''); })()`); wide != "" {
		b.t.Errorf("%s does not fit: %s", name, wide)
	}
}

// Shot keeps a picture when USHER_SCREENSHOTS names a folder.
func (b *Tab) Shot(name string) {
	if !strings.HasPrefix(name, "failed-") {
		b.Audit(name)
	}
	if dir := os.Getenv("USHER_SCREENSHOTS"); dir != "" {
		b.Picture(filepath.Join(dir, name+".png"))
	}
}

// Picture writes what the page shows into a PNG file.
func (b *Tab) Picture(path string) {
	b.t.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(path, png, 0o600)
	}
	if err != nil {
		b.t.Log(err)
	}
}
