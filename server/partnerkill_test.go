package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Replicas are killed while partners open conversations, each request under a
// name of its own and sent again until its answer is there: every name has one
// conversation, and every answer to it names that one (G16).
func TestFault_KilledReplicasCarryANamedRequestOutOnce(t *testing.T) {
	t.Parallel()
	f, postgres, _ := three(t)
	u := &usher{t: t, addr: f.addr, data: t.TempDir(), clock: &clock{at: time.Now()}}
	_, key := u.key("--rate", "100000/s", "--database-url", postgres.URL())
	const clients = 6
	rounds := times(4, 200)
	var all sync.WaitGroup
	var mu sync.Mutex
	made := map[string]string{} // name → conversation
	var unknown, answered atomic.Int64
	stop := make(chan struct{})
	for c := range clients {
		all.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				name := fmt.Sprintf("client-%d-%d", c, i)
				for again := 0; again < 2; again++ { // and once more when it is known
					id := named(t, u, key, name, &unknown)
					mu.Lock()
					if first, ok := made[name]; ok && first != id {
						t.Errorf("%s was answered %s and %s", name, first, id)
					}
					made[name] = id
					mu.Unlock()
				}
				answered.Add(1)
			}
		})
	}
	for round := range rounds {
		was := answered.Load()
		for answered.Load() < was+20 {
			if t.Failed() {
				break
			}
			pause(nil, 5*time.Millisecond)
		}
		f.kill(round % 3)
		f.start(round % 3)
	}
	close(stop)
	all.Wait()
	opened := 0
	for cursor := ""; ; {
		path := "/api/v1/events?limit=100"
		if cursor != "" {
			path += "&after=" + cursor
		}
		status, body := u.call(key, "GET", path, "")
		var page struct {
			Events []json.RawMessage
			Cursor string
		}
		if status != 200 || json.Unmarshal([]byte(body), &page) != nil {
			t.Fatal(status, body)
		}
		if len(page.Events) == 0 {
			break
		}
		opened, cursor = opened+len(page.Events), page.Cursor
	}
	t.Logf("%d names, %d conversations, %d answers lost, %d kills", len(made), opened, unknown.Load(), rounds)
	if opened != len(made) {
		t.Errorf("%d conversations for %d names", opened, len(made))
	}
	if unknown.Load() == 0 || len(made) < 20*rounds {
		t.Errorf("%d lost answers and %d names: the run did too little", unknown.Load(), len(made))
	}
}

// named opens a conversation under a name, however often it takes.
func named(t *testing.T, u *usher, key, name string, unknown *atomic.Int64) string {
	t.Helper()
	client := http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for begun := time.Now(); time.Since(begun) < time.Minute*slack; {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+u.addr+"/api/v1/conversations", strings.NewReader(`{"external_user_id":"`+name+`"}`))
		if err != nil {
			t.Error(err)
			return ""
		}
		r.Header.Set("Authorization", "Bearer "+key)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", name)
		answer, err := client.Do(r)
		if err != nil {
			unknown.Add(1)
			continue
		}
		var c struct{ ID string }
		err = json.NewDecoder(answer.Body).Decode(&c)
		_ = answer.Body.Close()
		switch {
		case answer.StatusCode == http.StatusCreated && err == nil:
			return c.ID
		case answer.StatusCode == http.StatusConflict, answer.StatusCode == http.StatusServiceUnavailable:
			pause(nil, 100*time.Millisecond)
		case err != nil:
			unknown.Add(1)
		default:
			t.Errorf("%s: %d", name, answer.StatusCode)
			return ""
		}
	}
	t.Errorf("%s was not answered in a minute", name)
	return ""
}
