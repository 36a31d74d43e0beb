package main

import (
	"net/http"
	"sync"
	"testing"

	"usher/server/internal/testneeds"
)

// Several replicas that are started at once on an empty database all come up,
// and so do some on one file: each of them serves (G23).
func TestUpgrade_ReplicasStartedAtOnce(t *testing.T) {
	t.Parallel()
	postgres := testneeds.StartPostgres(t)
	for range times(1, 10) {
		for name, flags := range map[string][]string{
			"Postgres": {"--data", t.TempDir(), "--database-url", postgres.URL()},
			"SQLite":   {"--data", t.TempDir()},
		} {
			const together = 4
			addrs := make([]string, together)
			var all sync.WaitGroup
			for i := range together {
				all.Go(func() { addrs[i] = child(t, flags...).addr })
			}
			all.Wait()
			for _, addr := range addrs {
				answer, err := http.Get("http://" + addr + "/readyz")
				if err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				_ = answer.Body.Close()
				if answer.StatusCode != http.StatusOK {
					t.Errorf("%s: %s", name, answer.Status)
				}
			}
		}
	}
}
