package store_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"usher/server/internal/store"
)

// A restored backup is another history, however it was put back and whenever it
// was taken; a restart is not.
func TestHistory_ChangesWithARestoredBackup(t *testing.T) {
	t.Parallel()
	for name, restore := range map[string]func(backup []byte, path string) error{
		"moved over the file": func(backup []byte, path string) error {
			if err := os.WriteFile(path+".backup", backup, 0o600); err != nil {
				return err
			}
			return os.Rename(path+".backup", path)
		},
		"copied after the file was removed": func(backup []byte, path string) error {
			if err := os.Remove(path); err != nil {
				return err
			}
			return os.WriteFile(path, backup, 0o600)
		},
		"written into the file": func(backup []byte, path string) error { return os.WriteFile(path, backup, 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := filepath.Join(dir, store.FileName)
			backup := filepath.Join(t.TempDir(), "backup")
			history := func(save bool) string {
				t.Helper()
				s, err := store.Open(t.Context(), store.Options{DataDir: dir})
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				if save {
					db, err := sql.Open("sqlite", path)
					if err != nil {
						t.Fatal(err)
					}
					defer db.Close()
					if _, err := db.ExecContext(t.Context(), `VACUUM INTO ?`, backup); err != nil {
						t.Fatal(err)
					}
				}
				return s.History()
			}
			first := history(false)
			if again := history(true); again != first {
				t.Fatalf("after a restart: %s, before %s", again, first)
			}
			raw, err := os.ReadFile(backup)
			if err == nil {
				err = restore(raw, path)
			}
			if err != nil {
				t.Fatal(err)
			}
			restored := history(false)
			if restored == first {
				t.Fatal("a restored backup has the history of what it replaced")
			}
			if again := history(false); again != restored {
				t.Fatalf("after a restart: %s, before %s", again, restored)
			}
		})
	}
}
