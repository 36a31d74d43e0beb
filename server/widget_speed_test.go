package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"usher/server/internal/testbrowser"
)

// What a host page pays for a chat that nobody has opened, in time of its main
// thread; and how long one waits who opens it. Times are of this machine, which
// may be busy: the second bound is for that.
const (
	hostThread = 20 * time.Millisecond
	firstWords = 3 * time.Second
)

func TestWidget_WhatItCostsAHostPage(t *testing.T) {
	t.Parallel()
	var addr string
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		script := ""
		if r.URL.Path == "/with" {
			script = `<script async src="http://` + addr + `/widget.js"></script>`
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><html lang="en"><title>Exchange</title><link rel="icon" href="data:,">%s<body><h1>Our page</h1></body></html>`, script)
	}))
	t.Cleanup(host.Close)
	u := startUsher(t, t.TempDir(), &clock{at: time.Now().Truncate(time.Millisecond)}, "--allowed-origins", host.URL)
	addr = u.addr
	b := testbrowser.New(t, 900, 700)
	b.OnEveryPage(`if (location.pathname === '/widget/') new MutationObserver(() => { if (!window.first && document.querySelector('.msg')) window.first = Date.now(); }).observe(document, { childList: true, subtree: true });`)
	cost := func(path, ready string) time.Duration {
		b.Open(host.URL + path) // the first time fills caches, as any page does
		var all []time.Duration
		for range 7 {
			b.Open(host.URL + path)
			testbrowser.Eval[bool](b, testbrowser.Eventually(ready))
			testbrowser.Eval[bool](b, `new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(true))))`) // and painted
			all = append(all, b.Busy())
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	without, with := cost("/without", `document.readyState === 'complete'`), cost("/with", `document.readyState === 'complete' && window.Usher?.ready === true`)
	t.Logf("main thread of the host page: %v without, %v with the widget", without, with)
	if with-without > hostThread {
		t.Errorf("the widget takes %v of the host page's main thread, at most %v", with-without, hostThread)
	}

	from := testbrowser.Eval[float64](b, `(() => { const now = Date.now(); Usher.open(); return now; })()`)
	b.Settle()
	first := testbrowser.InWidget[float64](b, testbrowser.Eventually(`window.first > 0`)+`.then(() => window.first)`) - from
	t.Logf("first words %.0f ms after the click", first)
	if first > float64(firstWords.Milliseconds()) {
		t.Errorf("the first words came after %.0f ms, at most %v", first, firstWords)
	}
}
