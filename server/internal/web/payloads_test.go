package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"usher/server/internal/testbrowser"
)

// payloads are attempts to run as script: the usual ways in and polyglots, each
// inside words of twelve languages, so that no way of treating one script or
// direction lets one through.
func payloads() (all []string) {
	ways := []string{
		`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `<svg/onload=alert(1)>`, `<details open ontoggle=alert(1)>`, `<iframe src="javascript:alert(1)">`,
		`javascript:/*--></title></style></textarea></script></xmp><svg/onload='+/"/+/onmouseover=1/+/[*/[]/+alert(1)//'>`,
		`'"><input autofocus onfocus=alert(1)>`, `<a href="javascript&colon;alert(1)">x</a>`, `https://example.com/?"onmouseover="alert(1)`,
		`{{constructor.constructor('alert(1)')()}}`, `${alert(1)}<%=alert(1)%>#{alert(1)}`, `<math><mi//xlink:href="data:x,<script>alert(1)</script>">`, `<template><script>alert(1)</script></template>`,
	}
	words := []string{"hello %s please", "hola %s señor", "olá %s não", "salut %s été", "grüß %s dich", "привет %s друг", "selam %s şöyle", "مرحبا %s يا", "नमस्ते %s जी", "halo %s dong", "chào %s bạn", "你好 %s 吗"}
	for _, w := range words {
		for _, way := range ways {
			all = append(all, fmt.Sprintf(w, way))
		}
	}
	return all
}

func TestPayloads_NoneRunsInTheChat(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 400, 720)
	s.chat.mu.Lock()
	who := []string{"user", "bot", "agent", "system"}
	for i, text := range payloads() {
		field := object{"value": text, "source": "app", "label": text, "text": text}
		s.chat.add(who[i%len(who)], text, text, object{
			"choices": []object{{"id": text, "label": text}}, "lang": text, "at": text, "meta": object{"advice": text},
			"form": object{"fields": []object{{"id": text, "type": "select", "label": text, "options": []object{{"id": text, "label": text}}}}},
		})
		s.chat.account = object{"email": field, "status": field, "submitted_at": field, "reason": field}
		s.chat.handoff = object{"id": text, "state": "queued", "position": text, "wait": text, "fields": s.chat.account, "agent": object{"name": text}}
	}
	total := len(s.chat.messages)
	s.chat.mu.Unlock()
	b.OnEveryPage(trap + ` window.told = []; console.info = (...said) => told.push(said.join(' '));`)
	b.Open(s.URL + "/widget/")
	b.Until(fmt.Sprintf(`document.querySelectorAll('.msg').length === %d`, total))
	for _, text := range payloads()[:13] {
		s.chat.accept(text)
		s.chat.complete()
		s.chat.push(object{"type": "goodbye", "reason": text, "resume": true})
		s.chat.push(object{"type": "error", "code": text})
		s.chat.push(object{"type": "locale", "locale": text})
	}
	b.Until(`document.querySelector('.rating') !== null`)
	if got := testbrowser.Eval[string](b, intact); got != "[]" {
		t.Errorf("%s", got)
	}
	shown := testbrowser.Eval[[]string](b, `[...document.querySelectorAll('.msg .body')].map((n) => n.textContent)`)
	for i, text := range payloads() {
		if shown[i+1] != text {
			t.Errorf("%q is shown as %q", text, shown[i+1])
		}
	}
	if told := testbrowser.Eval[string](b, `told.join()`); !strings.Contains(told, "get into your account") {
		t.Errorf("who opens the console is told %q", told)
	}
	b.Forgive() // language tags that are none are asked for, and refused
}

// Whatever is written, a link leads to http or https, and says where to.
func TestPayloads_LinksLeadToTheWebOnly(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 400, 720)
	b.Open(s.URL + "/widget/")
	got := testbrowser.Eval[string](b, `import(document.querySelector('link[href$="text.js"]').href).then(({ inline, rich }) => {
		let seed = 7;
		const pick = (of) => { seed ^= seed << 13; seed ^= seed >>> 17; seed ^= seed << 5; return of[(seed >>> 0) % of.length]; };
		const parts = ['http', 'https', 'HTTPS', 'javascript', 'data', 'vbscript', 'blob', 'file', ':', '://', '//', '/', '@', 'user:pw', 'evil.example', 'xn--80ak6aa92e.com', 'аpple.com', '[::1]', '%0a', '\t', '\n', '"', "'", '<', '>', '\u202e', '\u2066', '\u0000', '?', '#', '&', ' ', '.', ')', 'onclick=', 'a', '1', ':80', '\\'];
		const wrong = [];
		let links = 0;
		for (let i = 0; i < 20000; i++) {
			const text = pick(['', 'see ', 'https://', 'http://e.example']) + Array.from({ length: 3 + i % 9 }, () => pick(parts)).join('');
			const all = document.createElement('div');
			all.append(...inline(text));
			if (!all.textContent.startsWith(text.slice(0, 1))) wrong.push('text ' + text);
			for (const a of all.querySelectorAll('a')) {
				links++;
				const hostShown = all.textContent.toLowerCase().includes(a.hostname);
				if (!/^https?:$/.test(a.protocol) || a.username || a.password || a.rel !== 'noopener noreferrer nofollow' || !hostShown) wrong.push(text + ' → ' + a.href);
			}
			if (all.querySelector(':not(a)')) wrong.push('markup ' + text);
		}
		return links < 500 ? 'only ' + links + ' links' : wrong.slice(0, 5).join(' | ');
	})`)
	if got != "" {
		t.Error(got)
	}
}

// The chat takes no files, so there is nowhere to send one.
func TestPayloads_NothingTakesAFile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, path := range []string{"/upload", "/v1/upload", "/v1/files", "/widget/upload", "/widget/", "/assets/x/shared/usher.svg", "/api/v1/uploads"} {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader("<svg onload=alert(1)>"))
		r.Header.Set("Content-Type", "image/svg+xml")
		w := httptest.NewRecorder()
		s.Config.Handler.ServeHTTP(w, r)
		if w.Code != http.StatusNotFound && w.Code != http.StatusMethodNotAllowed {
			t.Errorf("POST %s answers %d", path, w.Code)
		}
	}
}
