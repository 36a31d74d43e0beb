package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// breakIt runs the mutants; without it they are only looked at.
var breakIt = flag.Bool("mutants", false, "break the product in each known way and demand that its tests notice")

// mutant is a way to break the product that its tests must notice.
type mutant struct {
	id     string
	broken string // what is wrong with the product then
	edits  []edit
	pkg    string // the package, from the module's root, whose tests notice it
	run    string // which of them, as go test takes it
}

// edit replaces a text that stands once in a file.
type edit struct{ file, was, is string }

// root is the module's folder, seen from this test.
const root = ".."

// mutated is the files of a mutant, by their paths from the module's root.
func (m mutant) mutated() (map[string]string, error) {
	files := map[string]string{}
	for _, e := range m.edits {
		text, edited := files[e.file]
		if !edited {
			raw, err := os.ReadFile(filepath.Join(root, e.file))
			if err != nil {
				return nil, err
			}
			text = string(raw)
		}
		if n := strings.Count(text, e.was); n != 1 {
			return nil, errors.New(e.file + " does not hold it once: " + e.was)
		}
		files[e.file] = strings.Replace(text, e.was, e.is, 1)
	}
	for name, text := range files {
		if _, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// Every mutant still fits the product and names tests that are there, so that
// the table below does not rot.
func TestMutants_StillFit(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, m := range mutants() {
		number, _, _ := strings.Cut(m.id, " ")
		seen[number] = true
		if _, err := m.mutated(); err != nil {
			t.Errorf("%s, %s: %v", m.id, m.broken, err)
		}
		tests := functions(t, m.pkg)
		for _, name := range regexp.MustCompile(`\bTest\w+`).FindAllString(m.run, -1) {
			if !slices.Contains(tests, name) {
				t.Errorf("%s: no %s in %s", m.id, name, m.pkg)
			}
		}
	}
	if len(seen) != 17 {
		t.Errorf("%d ways to break it, want M1 to M17", len(seen))
	}
}

// functions are the names of a package's tests.
func functions(t *testing.T, pkg string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, pkg, "*_test.go"))
	if err != nil || len(files) == 0 {
		t.Fatal("no tests in ", pkg, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllStringSubmatch(string(text), -1) {
			names = append(names, found[1])
		}
	}
	return names
}

// Each mutant is built beside the sources, which stay as they are, and one of
// the tests named must fail: not to build, to panic or to hang is not to notice.
// The same tests pass on the product as it is.
func TestMutants_AreNoticed(t *testing.T) {
	if !*breakIt {
		t.Skip("breaks the product in each known way, with -mutants")
	}
	began, noticed := time.Now(), 0
	whole := map[[2]string]bool{}
	for _, m := range mutants() {
		t.Run(m.id, func(t *testing.T) {
			if tests := [2]string{m.pkg, m.run}; !whole[tests] {
				if out, code := goTest(t, m, "{}"); code != 0 || bytes.Contains(out, []byte("no tests to run")) {
					t.Fatalf("on the product as it is, %s in %s:\n%s", m.run, m.pkg, out)
				}
				whole[tests] = true
			}
			start := time.Now()
			out, code := goTest(t, m, overlay(t, m))
			failed := regexp.MustCompile(`--- FAIL: (\S+)`).FindAllSubmatch(out, -1)
			if code != 1 || len(failed) == 0 || bytes.Contains(out, []byte("panic:")) {
				t.Fatalf("nobody notices that %s (exit code %d):\n%s", m.broken, code, out)
			}
			noticed++
			t.Logf("%s: %s: noticed by %s in %.1fs", m.id, m.broken, failed[len(failed)-1][1], time.Since(start).Seconds())
		})
	}
	t.Logf("%d of %d mutants noticed in %v", noticed, len(mutants()), time.Since(began).Round(time.Second))
}

// overlay writes the mutant's files somewhere else, and says which stand in for
// which.
func overlay(t *testing.T, m mutant) string {
	t.Helper()
	files, err := m.mutated()
	if err != nil {
		t.Fatal(err)
	}
	replace := map[string]string{}
	dir := t.TempDir()
	for name, text := range files {
		there, err := filepath.Abs(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		replace[there] = filepath.Join(dir, strings.ReplaceAll(name, "/", "_"))
		if err := os.WriteFile(replace[there], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// goTest runs the tests of a mutant. They start servers of their own, so that
// what a mutant leaves behind is in nobody's way.
func goTest(t *testing.T, m mutant, overlay string) (out []byte, code int) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(file, []byte(overlay), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 6*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", "test", "-overlay", file, "-count=1", "-timeout=4m", "-run", m.run, "./"+m.pkg)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "USHER_TEST_REQUIRE=1", "USHER_TEST_DATABASE_URL=", "USHER_TEST_REDIS_URL=")
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out, cmd.ProcessState.ExitCode()
}
