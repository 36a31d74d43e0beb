package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
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
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"usher/server/internal/testneeds"
	"usher/server/internal/web"
)

// patience is how long a browser test may wait for a condition. It is a limit
// for hanging, not a measure of speed.
const patience = 20 * time.Second

// site is a whole Usher as far as the pages can tell.
type site struct {
	*httptest.Server
	chat  *fakeChat
	agent *fakeAgent
}

func newSite(t *testing.T) *site {
	t.Helper()
	pages, err := web.Handler(web.Options{Locales: os.DirFS("../../../locales"), Demo: true})
	if err != nil {
		t.Fatal(err)
	}
	s := &site{chat: newFakeChat(), agent: newFakeAgent()}
	mux := http.NewServeMux()
	mux.Handle("/", pages)
	mux.Handle("/v1/chat", s.chat)
	s.agent.mount(mux)
	mux.HandleFunc("POST /demo/token", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"token":"header.claims.signature"}`)
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// tab is one page in one fresh browser profile, with all it complained about.
type tab struct {
	t        *testing.T
	ctx      context.Context
	mu       sync.Mutex
	bad      []string
	contexts []runtime.ExecutionContextID
}

// newTab opens a browser of the given size. The flags keep it off the network.
// Features are pairs of a media feature and its value.
func newTab(t *testing.T, width, height int64, features ...string) *tab {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(testneeds.Chromium(t)), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "en-US"),
		chromedp.WSURLReadTimeout(patience),
	)
	b := &tab{t: t}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc, chromedp.WithListener(b.hear))
	t.Cleanup(cancel)
	b.ctx = ctx
	t.Cleanup(b.clean)
	b.do(chromedp.EmulateViewport(width, height))
	media := emulation.SetEmulatedMediaParams{}
	for pair := range slices.Chunk(features, 2) {
		media.Features = append(media.Features, &emulation.MediaFeature{Name: pair[0], Value: pair[1]})
	}
	command(b, emulation.SetEmulatedMedia, media)
	command(b, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "America/Bogota"})
	return b
}

func command[P, R any](b *tab, c cdp.Command[P, R], params P) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, c, params); err != nil {
		b.t.Fatal(err)
	}
}

// hear collects everything the browser calls an error.
func (b *tab) hear(event any) {
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

// forgive drops complaints made so far: for tests that break the line on
// purpose, which Chromium reports as an error of the page.
func (b *tab) forgive() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.bad = nil
}

func (b *tab) clean() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, bad := range b.bad {
		b.t.Errorf("the browser complained: %s", bad)
	}
}

func (b *tab) fatal(format string, args ...any) {
	b.t.Helper()
	b.shot("failed-" + filepath.Base(b.t.Name()))
	b.t.Fatalf(format, args...)
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.fatal("%v", err)
	}
}

func (b *tab) open(url string) {
	b.t.Helper()
	b.do(chromedp.Navigate(url))
}

// onEveryPage runs a script before any of the page's own.
func (b *tab) onEveryPage(script string) {
	b.t.Helper()
	command(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
}

// until waits for a JavaScript expression to be true.
func (b *tab) until(expression string) {
	b.t.Helper()
	_, err := chromedp.Run(b.ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(patience), chromedp.WithPollingInterval(40*time.Millisecond)))
	if err != nil {
		b.fatal("never true: %s (%v)", expression, err)
	}
}

// eval gives the value of a JavaScript expression, or of its promise.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	out, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.fatal("%s: %v", expression, err)
	}
	return out
}

// inWidget is eval inside the widget's iframe.
func inWidget[T any](b *tab, expression string) (out T) {
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
			b.fatal("%s: %v", expression, err)
		}
		return out
	}
	b.fatal("there is no widget frame")
	return out
}

// settle waits for the widget's frame to be there.
func (b *tab) settle() {
	b.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
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
	b.fatal("the widget's frame never came")
}

// eventually is a JavaScript promise for an expression to become true.
func eventually(expression string) string {
	return `new Promise((resolve, reject) => { const end = Date.now() + ` + fmt.Sprint(patience.Milliseconds()) + `; (function look() { let ok = false; try { ok = ` + expression + `; } catch {} if (ok) resolve(true); else if (Date.now() > end) reject(new Error('never true')); else setTimeout(look, 30); })(); })`
}

// press presses one letter outside any field, as a shortcut.
func (b *tab) press(letter string) {
	b.t.Helper()
	b.key(letter, "Key"+strings.ToUpper(letter), int64(strings.ToUpper(letter)[0]))
}

func (b *tab) key(key, code string, number int64) {
	b.t.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
		command(b, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: key, Code: code, WindowsVirtualKeyCode: number})
	}
}

// write types a message into the widget and sends it.
func (b *tab) write(text string) {
	b.t.Helper()
	b.do(chromedp.SendKeys(chromedp.ID("text"), text))
	b.enter()
}

// enter presses Enter as a keyboard does: the page may refuse the line break.
func (b *tab) enter() {
	b.t.Helper()
	b.key("Enter", "Enter", 13)
}

// audit runs the accessibility checks of axe-core on the page as it is, when
// USHER_TEST_AXE names an axe.min.js. It is a check beside the tests: nothing of
// it is part of the project.
func (b *tab) audit(name string) {
	b.t.Helper()
	path := os.Getenv("USHER_TEST_AXE")
	if path == "" {
		return
	}
	source, err := os.ReadFile(path)
	if err != nil {
		b.t.Fatal(err)
	}
	b.do(func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, runtime.Evaluate, runtime.EvaluateParams{Expression: string(source)})
		return chromedp.Void{}, err
	})
	found := eval[string](b, `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target + ' ' + n.failureSummary.split('\n')[1]).join(' | ')).join('\n'))`)
	if found != "" {
		b.t.Errorf("axe on %s:\n%s", name, found)
	}
}

// fits fails when anything is wider than the screen.
func (b *tab) fits(name string) {
	b.t.Helper()
	if wide := eval[string](b, `(() => { const out = [...document.querySelectorAll('body *')].filter((n) => { const r = n.getBoundingClientRect(); return r.width > 1 && r.height > 1 && (r.right > innerWidth + 1 || r.left < -1); }); return out.map((n) => n.tagName + '.' + n.getAttribute('class')).join() + (document.documentElement.scrollWidth > innerWidth ? ' scrolls' : ''); })()`); wide != "" {
		b.t.Errorf("%s does not fit: %s", name, wide)
	}
}

// shot keeps a picture when USHER_SCREENSHOTS names a folder.
func (b *tab) shot(name string) {
	if !strings.HasPrefix(name, "failed-") {
		b.audit(name)
	}
	dir := os.Getenv("USHER_SCREENSHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Log(err)
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		b.t.Log(err)
	}
}
