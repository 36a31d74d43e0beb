package match

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// ErrLine is what every refusal of ReadTSV wraps.
var ErrLine = errors.New("bad line")

// maxLine bounds one line of a file, in bytes.
const maxLine = 1 << 20

// ReadTSV reads label<TAB>text lines, UTF-8, one example a line; lines may
// end in CR LF. A file without examples, a line without a tab, an empty label
// or text, a second tab, or bytes that are not UTF-8 are refused with name
// and line. lang is given to every example.
func ReadTSV(r io.Reader, name, lang string) ([]Example, error) {
	var out []Example
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, 64<<10), maxLine)
	n := 0
	bad := func(why string) error { return fmt.Errorf("%s:%d: %w: %s", name, n, ErrLine, why) }
	for s.Scan() {
		n++
		line := strings.TrimSuffix(s.Text(), "\r")
		if n == 1 {
			line = strings.TrimPrefix(line, "\uFEFF")
		}
		if !utf8.ValidString(line) {
			return nil, bad("not UTF-8")
		}
		label, text, ok := strings.Cut(line, "\t")
		switch {
		case !ok:
			return nil, bad("no tab between label and text")
		case strings.TrimSpace(label) == "":
			return nil, bad("empty label")
		case strings.TrimSpace(text) == "":
			return nil, bad("empty text")
		case strings.Contains(text, "\t"):
			return nil, bad("more than one tab")
		}
		out = append(out, Example{Label: strings.TrimSpace(label), Lang: lang, Text: text})
	}
	if err := s.Err(); err != nil {
		n++
		if errors.Is(err, bufio.ErrTooLong) {
			return nil, bad("longer than 1 MiB")
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(out) == 0 {
		n = 1
		return nil, bad("empty file")
	}
	return out, nil
}
