package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"usher/server/internal/api/kit"
	"usher/server/internal/config"
)

// contractFlags name the server whose contract is checked.
type contractFlags struct{ url, key string }

func (f *contractFlags) register(set *flag.FlagSet) {
	set.StringVar(&f.url, "url", "http://127.0.0.1:8080", "the server")
	set.StringVar(&f.key, "key", "", "a key of it; - reads one line from standard input, so that it stands on no command line")
}

// run runs the published examples against a server, any that speaks the API,
// and fails when an answer is not as published.
func (f *contractFlags) run(ctx context.Context, w world, _ config.Config, _ []string) error {
	if u, err := url.Parse(f.url); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return &usageError{"contract: --url is http://host:port or https://host"}
	}
	if f.key == "-" {
		line := bufio.NewScanner(w.stdin)
		line.Scan()
		f.key = strings.TrimSpace(line.Text())
	}
	if f.key == "" {
		return &usageError{"contract needs --key KEY of the server; see key add"}
	}
	report, err := kit.Run(ctx, kit.Target{URL: f.url, Key: f.key, Client: &http.Client{Timeout: 30 * time.Second}}, w.stdout)
	if err != nil {
		return fmt.Errorf("contract: %w", err)
	}
	fmt.Fprintf(w.stdout, "%d passed, %d failed\n", report.Ran-report.Failed, report.Failed)
	if report.Failed > 0 {
		return errFailed
	}
	return nil
}
