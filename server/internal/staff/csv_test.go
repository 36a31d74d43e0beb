package staff

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"
)

// What a spreadsheet would run begins with an apostrophe; everything else is as
// it was, and what is read back is what was written.
func TestSheet_NoCellIsAFormula(t *testing.T) {
	t.Parallel()
	var dangerous []string
	for _, sign := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"} {
		for _, before := range []string{"", " ", "\u00a0", "\ufeff", "\u200b", "'", `"`, ";", ",", ` ";`, "\x00"} {
			for _, rest := range []string{"", "1+1", `cmd|' /C calc'!A0`, `HYPERLINK("http://evil.example","x")`, "2026-03-01"} {
				dangerous = append(dangerous, before+sign+rest)
			}
		}
	}
	if len(dangerous) < 500 {
		t.Fatalf("only %d cells", len(dangerous))
	}
	harmless := []string{"", "a=b", "1-2", "ana@example.com", "Great, thanks!", "«=»", `say "yes"`, "مرحبا، شكرا", "two\r\nlines", "a;b,c", "0"}
	for _, cell := range append(dangerous, harmless...) {
		s := newSheet("note", "next")
		s.row(cell, "x")
		text := s.b.String()
		if !strings.HasSuffix(text, "\"\r\n") || !strings.HasPrefix(text, "\ufeff\"note\",\"next\"\r\n\"") {
			t.Fatalf("%q: %q", cell, text)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
		if err != nil || len(rows) != 2 || len(rows[1]) != 2 || rows[1][1] != "x" {
			t.Fatalf("%q: %v %q", cell, err, rows)
		}
		got, want := rows[1][0], strings.ReplaceAll(cell, "\x00", "")
		want = strings.ReplaceAll(want, "\r\n", "\n") // as the reader has it
		risky := !slices.Contains(harmless, cell)
		if risky {
			want = "'" + want
		}
		if got != want {
			t.Errorf("%q became %q, want %q", cell, got, want)
		}
	}
}
