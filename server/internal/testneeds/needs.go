package testneeds

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// missing ends the test: skipped, or failed when everything is required.
func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("USHER_TEST_REQUIRE") == "1" {
		t.Fatalf("USHER_TEST_REQUIRE=1, but this test needs %s", what)
	}
	t.Skipf("this test needs %s", what)
}

// barred ends the test where what it needs is nothing that can be installed: it
// is skipped, even when everything is required.
func barred(t testing.TB, what string) {
	t.Helper()
	t.Skipf("this test needs %s; no package provides that, so it is skipped with USHER_TEST_REQUIRE=1 too", what)
}

// Chromium returns the path of a Chromium or Chrome.
func Chromium(t testing.TB) string {
	t.Helper()
	if path := os.Getenv("USHER_TEST_CHROMIUM"); path != "" {
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "headless-shell"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	missing(t, "a browser: chromium on PATH, or its path in USHER_TEST_CHROMIUM")
	return ""
}

// Strace returns the path of strace.
func Strace(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("strace")
	if err != nil {
		missing(t, "strace on PATH")
	}
	if err := exec.Command(path, "-o", os.DevNull, os.Args[0], "-test.run=^$").Run(); err != nil {
		barred(t, "to trace a program, which some containers forbid")
	}
	return path
}

// Redis returns the URL of a Redis: the one of USHER_TEST_REDIS_URL, which
// others may use too, so keep to keys of your own; else one that is started.
func Redis(t testing.TB) string {
	t.Helper()
	if url := os.Getenv("USHER_TEST_REDIS_URL"); url != "" {
		return url
	}
	return StartRedis(t).URL()
}

// Postgres returns the URL of a database: the one of USHER_TEST_DATABASE_URL,
// whose content is the caller's to keep apart, else an empty one in a server
// that is started.
func Postgres(t testing.TB) string {
	t.Helper()
	if url := os.Getenv("USHER_TEST_DATABASE_URL"); url != "" {
		return url
	}
	return StartPostgres(t).URL()
}

// PostgresTool returns the path of a program of Postgres.
func PostgresTool(t testing.TB, name string) string {
	t.Helper()
	path, ok := postgresTool(name)
	if !ok {
		missing(t, name+" of PostgreSQL on PATH or under /usr/lib/postgresql")
	}
	return path
}

// postgresTool finds a program of Postgres, which Debian keeps off PATH.
func postgresTool(name string) (string, bool) {
	if path, err := exec.LookPath(name); err == nil {
		return path, true
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) == 0 {
		return "", false
	}
	slices.Sort(found)
	return found[len(found)-1], true
}
