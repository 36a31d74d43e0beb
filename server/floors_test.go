package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
)

// floors is the import policy: every package of the module, from the ground
// up. A package imports only packages of lower floors, never of its own and
// never from above. Paths are relative to the module.
func floors() [][]string {
	return [][]string{
		{
			"handoff", "locales", "intents/match", "intents/secret", "intents/gen/fold",
			"server/internal/strictjson", "server/internal/config", "server/internal/auth",
			"server/internal/bus", "server/internal/limit", "server/internal/testneeds", "server/internal/wire", "server/internal/histcheck", "server/internal/api/kit",
			"server/internal/lossyfs", "server/internal/audit",
		},
		{"intents", "intents/slot", "intents/gen/sources", "locales/lines", "server/internal/testbrowser"},
		{"bot", "intents/gen"},
		{"server/internal/store"},
		{"server/internal/chat", "server/internal/store/storetest"},
		{"server/internal/webhook"},
		{"server/internal/ws", "server/internal/api", "server/internal/web", "server/internal/signin", "server/internal/notify"},
		{"server/internal/staff"},
		{"server"},
	}
}

// impure names what no pure package may reach, not even through a library:
// the engine returns effects as data and answers the same way twice.
func impure() []string {
	return []string{"net", "net/http", "database/sql", "log/slog", "os/exec", "math/rand", "math/rand/v2"}
}

// pure reports whether a package of the module belongs to the engine. The
// programs below intents/gen run before the build and are no part of it.
func pure(name string) bool {
	top, _, _ := strings.Cut(name, "/")
	return slices.Contains([]string{"bot", "intents", "handoff", "locales"}, top) && !unshipped(name)
}

// unshipped reports whether a package, by its import path relative to the
// module, serves generation or tests and must not be part of the program.
func unshipped(name string) bool {
	for _, prefix := range []string{
		"intents/gen", "server/internal/testneeds", "server/internal/testbrowser", "server/internal/histcheck", "server/internal/lossyfs", "server/internal/store/storetest",
		"testing", "pgregory.net/rapid", "github.com/anishathalye/porcupine", "go.uber.org/goleak", "github.com/alicebob/miniredis", "github.com/chromedp", "github.com/hanwen/go-fuse",
	} {
		if name == prefix || strings.HasPrefix(name, prefix+"/") {
			return true
		}
	}
	return false
}

func TestFloors_EveryPackageImportsOnlyLowerFloors(t *testing.T) {
	t.Parallel()
	graph := imports(t)
	floor := map[string]int{}
	for n, names := range floors() {
		for _, name := range names {
			if _, twice := floor[name]; twice {
				t.Errorf("%s stands twice in the table of floors", name)
			}
			floor[name] = n
		}
	}
	for name, p := range graph {
		if !p.ours {
			continue
		}
		own, known := floor[name]
		if !known {
			t.Errorf("%s has no floor: add it to the table in server/floors_test.go and to the map in README.md, one floor above the highest package it imports", name)
			continue
		}
		for _, other := range p.imports {
			if on, ours := floor[other]; ours && on >= own {
				t.Errorf("%s (floor %d) imports %s (floor %d): move what both need to a lower floor, or hand it in from above", name, own, other, on)
			}
		}
	}
}

func TestFloors_ThePureEngineReachesNoIO(t *testing.T) {
	t.Parallel()
	graph := imports(t)
	checked := 0
	for name, p := range graph {
		if !p.ours || !pure(name) {
			continue
		}
		checked++
		for _, bad := range impure() {
			if way := path(graph, name, bad); way != nil {
				t.Errorf("%s reaches %s, which belongs in server/internal: %s", name, bad, strings.Join(way, " → "))
			}
		}
	}
	if checked == 0 {
		t.Error("no pure package found: the check saw nothing")
	}
}

func TestFloors_TheProgramHoldsNoTestCode(t *testing.T) {
	t.Parallel()
	graph := imports(t)
	if _, found := graph["server"]; !found {
		t.Fatal("no package server found: the check saw nothing")
	}
	for name := range graph {
		if !unshipped(name) {
			continue
		}
		if way := path(graph, "server", name); way != nil {
			t.Errorf("the program holds %s, which is for tests and generators: %s", name, strings.Join(way, " → "))
		}
	}
}

// node is one package: whether it is of this module, and what its code, its
// tests apart, imports.
type node struct {
	ours    bool
	imports []string
}

// imports lists the packages of the module and all that they depend on. Names
// of our own packages are relative to the module.
func imports(t *testing.T) map[string]node {
	t.Helper()
	graph, err := listed()
	if err != nil {
		t.Fatal(err)
	}
	return graph
}

var listed = sync.OnceValues(func() (map[string]node, error) {
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,GoFiles,Imports,Module", "../...")
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w\n%s", err, complaint.Bytes())
	}
	graph := map[string]node{}
	for lines := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			ImportPath string
			GoFiles    []string
			Imports    []string
			Module     *struct{ Main bool }
		}
		switch err := lines.Decode(&p); {
		case errors.Is(err, io.EOF):
			return graph, nil
		case err != nil:
			return nil, fmt.Errorf("decode go list: %w", err)
		}
		ours := p.Module != nil && p.Module.Main
		if ours && len(p.GoFiles) == 0 {
			continue // only tests live there
		}
		for i := range p.Imports {
			p.Imports[i] = relative(p.Imports[i])
		}
		graph[relative(p.ImportPath)] = node{ours: ours, imports: p.Imports}
	}
})

// relative is the import path without the module's name.
func relative(importPath string) string {
	return strings.TrimPrefix(importPath, "usher/")
}

// path is a shortest chain of imports from one package to another, nil when
// there is none.
func path(graph map[string]node, from, to string) []string {
	came := map[string]string{from: ""}
	for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
		if queue[0] == to {
			var way []string
			for at := to; at != ""; at = came[at] {
				way = append(way, at)
			}
			slices.Reverse(way)
			return way
		}
		for _, next := range graph[queue[0]].imports {
			if _, seen := came[next]; !seen {
				came[next] = queue[0]
				queue = append(queue, next)
			}
		}
	}
	return nil
}
