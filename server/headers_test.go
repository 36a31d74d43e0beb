package main

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// loaded are headers that programs like to keep and show: each carries a text
// that would run as script, with a mark to find it by.
func loaded(n int, mark string) http.Header {
	ways := []string{
		`<script>alert("%s")</script>`, `"><img src=x onerror=alert('%s')>`, `javascript:alert('%s')`, `{{constructor.constructor('%s')()}}`, `${'%s'}`,
		`<svg/onload=alert('%s')>`, `'-alert('%s')-'`, `%%3Cscript%%3E%s`, `<%%= %s %%>`, `203.0.113.7, <b>%s</b>`,
	}
	text := fmt.Sprintf(ways[n%len(ways)], fmt.Sprint(mark, n))
	h := http.Header{}
	for _, name := range []string{
		"User-Agent", "Referer", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "X-Remote-User", "Accept-Language", "Cookie",
		"X-Request-Id", "X-Original-Url", "True-Client-Ip", "Via", "From", "Sec-Ch-Ua",
	} {
		h.Set(name, text)
	}
	return h
}

// What a browser says of itself in headers is neither kept nor shown: there is
// no field for it in a case, no row for it in the database, and no line for it
// in the log. 150 texts that would run as script, in fifteen headers each, on
// every way in.
func TestHeaders_AreNeitherKeptNorShown(t *testing.T) {
	t.Parallel()
	const mark, times = "canaryheader", 150
	u := startUsher(t, t.TempDir(), &clock{at: time.Now().Truncate(time.Millisecond)})
	_, key := u.key("--rate", "1000/m")
	agent := u.agent("supervisor")
	var seen strings.Builder // all that is told to an agent
	for n := range times {
		conn, answer, err := websocket.DefaultDialer.Dial("ws://"+u.addr+"/v1/chat", loaded(n, mark))
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		p := &peer{t: t, conn: conn}
		p.send(frame{"type": "hello", "after": 0})
		p.until("welcome")
		p.say("a", "someone hacked my account and submitted a verification that is not mine")
		_ = conn.Close()
		fmt.Fprintln(&seen, agent.until("handoff.queued"))
		for _, way := range [][2]string{{"GET", "/widget/"}, {"GET", "/agent/session"}, {"POST", "/agent/session"}, {"GET", "/nothing/here"}, {"POST", "/api/v1/classify"}} {
			r, err := http.NewRequestWithContext(t.Context(), way[0], "http://"+u.addr+way[1], strings.NewReader(`{"text":"hello"}`))
			if err != nil {
				t.Fatal(err)
			}
			r.Header = loaded(n, mark)
			r.Header.Set("Content-Type", "application/json")
			if strings.HasPrefix(way[1], "/api/") {
				r.Header.Set("Authorization", "Bearer "+key)
			}
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
			fmt.Fprintln(&seen, answer.Header)
		}
	}
	boss := u.signed("admin@northwind.example", agentPassword)
	for _, path := range []string{"/agent/live", "/agent/report", "/agent/audit", "/agent/audit.csv", "/agent/cases.csv", "/agent/keys"} {
		_, raw := boss.ask("GET", path, nil)
		seen.Write(raw)
	}
	if !strings.Contains(seen.String(), "account_security") || strings.Contains(seen.String(), mark) {
		t.Error("an agent is shown a header of a stranger, or saw nothing at all")
	}
	u.stop()
	if strings.Contains(u.log.String(), mark) {
		t.Error("the log has a header of a stranger")
	}
	read := 0
	err := filepath.WalkDir(u.data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		read += len(raw)
		if strings.Contains(string(raw), mark) {
			t.Errorf("%s has a header of a stranger", filepath.Base(path))
		}
		return err
	})
	if err != nil || read < 100_000 {
		t.Errorf("%d bytes read, %v", read, err)
	}
}
