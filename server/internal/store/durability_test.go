package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"usher/server/internal/store"
)

// childEnv holds the data folder of a child that saves until it is killed.
const childEnv = "USHER_STORE_TEST_CHILD"

// TestChild is not a test: it is the process that the tests below kill. It
// prints a line for every save that was answered.
func TestChild(t *testing.T) {
	dir := os.Getenv(childEnv)
	if dir == "" {
		t.Skip("only as a child")
	}
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("open")
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			c, err := s.Load(ctx, fmt.Sprint(w))
			if err != nil {
				c = store.Conversation{ID: fmt.Sprint(w), Owner: "bot"}
			}
			for {
				c.LastSeq += 2
				err := s.Save(ctx, store.Change{Conversation: c, Messages: []store.Message{
					{Seq: c.LastSeq - 1, From: "user", Text: "q", ClientKey: fmt.Sprint(c.LastSeq)}, {Seq: c.LastSeq, From: "bot", Text: "a"},
				}})
				if err != nil {
					fmt.Println("error", err)
					os.Exit(1)
				}
				c.Version++
				fmt.Printf("saved %d %d\n", w, c.LastSeq)
			}
		})
	}
	wg.Wait()
}

// A process killed with SIGKILL at a moment of its own choosing loses nothing
// that it had answered, and leaves no half of a change.
func TestSave_SurvivesKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	acked := map[string]int64{}
	total := 0
	for kill := range 6 {
		total += runAndKill(t, dir, 40+kill*37, acked)
	}
	if total < 6*40 {
		t.Fatalf("only %d saves were answered: too few to prove anything", total)
	}
	s, err := store.Open(t.Context(), store.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for id, want := range acked {
		c, err := s.Load(t.Context(), id)
		if err != nil || c.LastSeq < want {
			t.Fatalf("conversation %s stands at %d (%v), %d was answered", id, c.LastSeq, err, want)
		}
		ms, err := s.Messages(t.Context(), id, 0, 1<<30)
		if err != nil || int64(len(ms)) != c.LastSeq || c.LastSeq%2 != 0 || c.Version != c.LastSeq/2 {
			t.Fatalf("conversation %s: %d messages (%v), last %d, version %d", id, len(ms), err, c.LastSeq, c.Version)
		}
		for i, m := range ms {
			if m.Seq != int64(i+1) {
				t.Fatalf("conversation %s: message %d is number %d", id, i+1, m.Seq)
			}
		}
	}
}

// runAndKill starts the child, kills it after so many answers, and notes them.
func runAndKill(t *testing.T, dir string, after int, acked map[string]int64) int {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChild$", "-test.v")
	cmd.Env = append(os.Environ(), childEnv+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	saved := 0
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var id string
		var seq int64
		if n, _ := fmt.Sscanf(lines.Text(), "saved %s %d", &id, &seq); n != 2 {
			if strings.HasPrefix(lines.Text(), "error") {
				t.Error(lines.Text())
			}
			continue
		}
		acked[id] = max(acked[id], seq)
		if saved++; saved == after {
			if err := cmd.Process.Kill(); err != nil { // what it still says before it dies counts too
				t.Error(err)
			}
		}
	}
	_ = cmd.Wait() // killed: that is what it says
	return saved
}
