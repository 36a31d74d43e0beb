//go:build ignore

// Opens a conversation, says something and follows what happens. Needs the
// server's address in API_URL and a key in API_KEY: go run example.go
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"
)

var client = http.Client{Timeout: 40 * time.Second}

// call sends one request. It waits where the server asks for it, and sends the
// same again when the answer was lost: with the same Idempotency-Key nothing
// happens twice.
func call(method, path, once string, body, into any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		r, err := http.NewRequest(method, os.Getenv("API_URL")+"/api/v1"+path, bytes.NewReader(raw))
		if err != nil {
			return err
		}
		if body == nil {
			r.Body, r.ContentLength = http.NoBody, 0
		} else {
			r.Header.Set("Content-Type", "application/json")
		}
		r.Header.Set("Authorization", "Bearer "+os.Getenv("API_KEY"))
		if once != "" {
			r.Header.Set("Idempotency-Key", once)
		}
		answer, err := client.Do(r)
		if err != nil && try < 5 {
			time.Sleep(time.Duration(try) * time.Second)
			continue
		} else if err != nil {
			return err
		}
		text, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if wait, bad := strconv.Atoi(answer.Header.Get("Retry-After")); bad == nil && try < 5 {
			time.Sleep(time.Duration(wait) * time.Second)
			continue
		}
		if err == nil && answer.StatusCode >= 400 {
			err = fmt.Errorf("%s %s: %s", method, path, text)
		}
		if err != nil {
			return err
		}
		return json.Unmarshal(text, into)
	}
}

func run() error {
	var conversation struct{ ID string }
	err := call("POST", "/conversations", fmt.Sprintf("open-%d", os.Getpid()),
		map[string]any{"external_user_id": "user-4711", "locale": "en"}, &conversation)
	if err != nil {
		return err
	}
	var reply struct {
		Replies []struct{ Text string }
		Owner   string
	}
	err = call("POST", "/conversations/"+conversation.ID+"/messages", "",
		map[string]any{"id": "m-1", "text": "I uploaded the wrong document, please cancel my review"}, &reply)
	if err != nil {
		return err
	}
	for _, r := range reply.Replies {
		fmt.Println("bot:", r.Text)
	}

	// The feed has everything that happens to all your conversations. Keep the
	// cursor: whoever goes on from it misses nothing.
	for cursor := ""; ; {
		var feed struct {
			Events []struct {
				Type string
				Data struct{ Conversation string }
			}
			Cursor string
		}
		path := "/events?limit=100"
		if cursor != "" {
			path += "&after=" + url.QueryEscape(cursor)
		}
		if err := call("GET", path, "", nil, &feed); err != nil {
			return err
		}
		for _, e := range feed.Events {
			if e.Data.Conversation == conversation.ID {
				fmt.Println("event:", e.Type)
			}
		}
		if len(feed.Events) == 0 {
			return nil // or call again with &wait=25, for ever
		}
		cursor = feed.Cursor
	}
}

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}
