package store_test

import (
	"testing"

	"usher/server/internal/store"
	"usher/server/internal/testneeds"
)

// What makes an acked message survive a power cut is in force on the connection
// that writes, whatever the options it was opened with were meant to say.
func TestSettings_InForceWhereItWrites(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options func(t *testing.T) store.Options
		want    map[string]string
	}{
		"SQLite": {
			func(t *testing.T) store.Options { return store.Options{DataDir: t.TempDir()} },
			map[string]string{"PRAGMA journal_mode": "wal", "PRAGMA synchronous": "2", "PRAGMA foreign_keys": "1", "PRAGMA secure_delete": "1"}, // 2 is FULL
		},
		"Postgres": {
			func(t *testing.T) store.Options { return (&databases{url: testneeds.Postgres(t)}).fresh(t) },
			map[string]string{"SHOW synchronous_commit": "on"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := store.Open(t.Context(), c.options(t))
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			for query, want := range c.want {
				if got, err := s.InForce(t.Context(), query); got != want || err != nil {
					t.Errorf("%s: %q (%v), want %q", query, got, err, want)
				}
			}
		})
	}
}
