package main

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"

	"usher/server/internal/config"
)

// One line a message, and below it, when asked, what spoke for the intent.
func TestClassify_ExplainsItself(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	f := &classifyFlags{explain: 3}
	w := world{stdin: strings.NewReader("someone logged in to my account\nes\tme robaron la cuenta\n"), stdout: &out}
	if err := f.run(context.Background(), w, config.Config{}, nil); err != nil {
		t.Fatal(err)
	}
	want := regexp.MustCompile(`^account_theft\t[01]\.\d+\ten\n(  [+-]\d\.\d\d\t[^\n]+\n){3}account_theft\t[01]\.\d+\tes\n(  [+-]\d\.\d\d\t[^\n]+\n){3}$`)
	if !want.MatchString(out.String()) {
		t.Errorf("got %q", out.String())
	}
}
