package testneeds_test

import (
	"bufio"
	"context"
	"database/sql"
	"net"
	"net/url"
	"os"
	"testing"
	"time"

	_ "github.com/lib/pq"

	"usher/server/internal/testneeds"
)

// ping speaks the least of Redis's protocol.
func ping(t *testing.T, address string) (string, error) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return "", err
	}
	return bufio.NewReader(conn).ReadString('\n')
}

func TestStartRedis(t *testing.T) {
	t.Parallel()
	server := testneeds.StartRedis(t)
	if got, err := ping(t, server.URL()); got != "+PONG\r\n" {
		t.Fatalf("%q, %v", got, err)
	}
	server.Pause()
	server.Resume()
	server.Kill()
	if got, err := ping(t, server.URL()); err == nil {
		t.Fatalf("answers %q after it was killed", got)
	}
	server.Start()
	if got, err := ping(t, server.URL()); got != "+PONG\r\n" {
		t.Fatalf("after a restart: %q, %v", got, err)
	}
}

func TestStartPostgres(t *testing.T) {
	t.Parallel()
	server := testneeds.StartPostgres(t)
	db, err := sql.Open("postgres", server.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE kept (n int)"); err != nil {
		t.Fatal(err)
	}
	server.Pause()
	ctx, cancel := context.WithCancel(t.Context())
	answered := make(chan error, 1)
	go func() { answered <- db.PingContext(ctx) }()
	select {
	case err := <-answered:
		t.Errorf("a paused server answers: %v", err)
	case <-time.After(200 * time.Millisecond):
	}
	cancel()
	server.Resume()
	<-answered
	server.Kill()
	server.Start()
	fresh, err := sql.Open("postgres", server.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	var n int
	if err := fresh.QueryRowContext(t.Context(), "SELECT count(*) FROM kept").Scan(&n); err != nil {
		t.Fatalf("after a restart: %v", err)
	}
}

func TestChromium(t *testing.T) {
	t.Parallel()
	if path := testneeds.Chromium(t); path != "" {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

// fake records how a test ends instead of ending.
type fake struct {
	testing.TB
	skipped, failed bool
}

func (f *fake) Helper()               {}
func (f *fake) Skipf(string, ...any)  { f.skipped = true }
func (f *fake) Fatalf(string, ...any) { f.failed = true }

func TestMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv("USHER_TEST_CHROMIUM", "")
	for require, want := range map[string]fake{"": {skipped: true}, "0": {skipped: true}, "1": {skipped: true, failed: true}} {
		t.Setenv("USHER_TEST_REQUIRE", require)
		var got fake
		testneeds.Chromium(&got)
		if got.failed != want.failed || !got.skipped {
			t.Errorf("USHER_TEST_REQUIRE=%s: %+v", require, got)
		}
	}
}

func TestURLsFromTheEnvironment(t *testing.T) {
	t.Setenv("USHER_TEST_REDIS_URL", "redis://r")
	t.Setenv("USHER_TEST_DATABASE_URL", "postgres://p")
	t.Setenv("USHER_TEST_CHROMIUM", "/c")
	if got := [3]string{testneeds.Redis(t), testneeds.Postgres(t), testneeds.Chromium(t)}; got != [3]string{"redis://r", "postgres://p", "/c"} {
		t.Errorf("got %v", got)
	}
}
