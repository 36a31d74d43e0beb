package slot

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestParse_CasesOfEveryLanguage runs the examples that a language's author
// wrote: testdata/<tag>.tsv, each row what was asked ("-": nothing), the
// message, and what must be found, with tabs between. "#" begins a comment.
// It is Sunday, 22 November 2026, 18:20 where the person is, at UTC+3.
func TestParse_CasesOfEveryLanguage(t *testing.T) {
	t.Parallel()
	p, here := english(t), time.FixedZone("", 3*3600)
	files, err := filepath.Glob("testdata/*.tsv")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 2 {
		t.Fatalf("%d languages have cases, want 2 or more", len(files))
	}
	for _, file := range files {
		lang := strings.TrimSuffix(filepath.Base(file), ".tsv")
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			if p.langs[lang] == nil {
				t.Fatalf("%s has cases but no slots.toml", lang)
			}
			rows := cases(t, file)
			if len(rows) < 200 {
				t.Errorf("%d cases, want 200 or more", len(rows))
			}
			for _, r := range rows {
				found := p.Parse(r.text, Context{Now: noon, Zone: here, Lang: lang, Asked: r.asked})
				if got := describe(found, here); got != r.want {
					t.Errorf("%s:%d: %q (asked %q):\n got %s\nwant %s", file, r.line, r.text, r.asked, got, r.want)
				}
			}
		})
	}
}

// row is one example.
type row struct {
	line       int
	asked      Kind
	text, want string
}

// cases reads a file of examples.
func cases(t testing.TB, file string) []row {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []row
	for i, line := range strings.Split(string(data), "\n") {
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		part := strings.Split(line, "\t")
		if len(part) != 3 {
			t.Fatalf("%s:%d: %d fields, want 3", file, i+1, len(part))
		}
		out = append(out, row{i + 1, Kind(strings.TrimPrefix(part[0], "-")), part[1], part[2]})
	}
	return out
}

// describe writes down what was found the way a case says it: "none", or the
// findings with "; " between, times by the clock of z.
func describe(f Found, z *time.Location) string {
	var out []string
	say := func(ok bool, s string) {
		if ok {
			out = append(out, s)
		}
	}
	if f.Email != nil {
		say(true, "email:"+f.Email.Address)
	}
	if at, open := strings.CutPrefix(show(f.Time, z), "zone? "); at != "" {
		say(open, "time?:"+at)
		say(!open, "time:"+at)
	}
	if f.Zone != nil {
		say(true, "zone:"+strings.Join(append(f.Zone.Candidates, f.Zone.ID)[:max(1, len(f.Zone.Candidates))], "|"))
	}
	say(f.Status != "", "status:"+f.Status)
	say(f.Reason != "", "reason:"+f.Reason)
	say(f.Reason == "" && f.WrongInfo, "wrong_info")
	say(f.Severity != "", "severity:"+f.Severity)
	say(f.YesNo != "", f.YesNo)
	say(f.Unsure, "unsure")
	say(f.Insists, "insist")
	say(f.Transfer, "transfer")
	say(f.Template, "template")
	for _, n := range []struct {
		name string
		v    *int
	}{
		{"cancellations", f.Counts.Cancellations},
		{"cancellations_24h", f.Counts.Cancellations24h},
		{"face_failures", f.Counts.FaceFailures},
		{"rejections", f.Counts.Rejections},
	} {
		if n.v != nil {
			say(true, fmt.Sprintf("%s:%d", n.name, *n.v))
		}
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, "; ")
}
