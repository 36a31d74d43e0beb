package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"usher/server/internal/store"
)

// A restored backup is another history; a restart is not.
func TestHistory_ChangesWithARestoredBackup(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	history := func() string {
		t.Helper()
		s, err := store.Open(t.Context(), store.Options{DataDir: dir})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		return s.History()
	}
	first := history()
	if again := history(); again != first {
		t.Fatalf("after a restart: %s, before %s", again, first)
	}
	path := filepath.Join(dir, store.FileName)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".backup", data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".backup", path); err != nil {
		t.Fatal(err)
	}
	restored := history()
	if restored == first {
		t.Fatal("a restored backup has the history of what it replaced")
	}
	if again := history(); again != restored {
		t.Fatalf("after a restart: %s, before %s", again, restored)
	}
}
