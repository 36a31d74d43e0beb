package staff

import (
	"bytes"
	"strings"
	"unicode"
)

// sheet is a table as CSV (RFC 4180): every cell quoted, lines ended by CRLF,
// with a mark that makes spreadsheets read it as UTF-8.
type sheet struct{ b bytes.Buffer }

func newSheet(names ...string) *sheet {
	s := &sheet{}
	s.b.WriteString("\ufeff")
	s.row(names...)
	return s
}

func (s *sheet) row(cells ...string) {
	for i, cell := range cells {
		if i > 0 {
			s.b.WriteByte(',')
		}
		s.b.WriteByte('"')
		s.b.WriteString(strings.ReplaceAll(plain(cell), `"`, `""`))
		s.b.WriteByte('"')
	}
	s.b.WriteString("\r\n")
}

// plain is a cell that no spreadsheet runs. One that begins with a sign of a
// formula – after spaces or the quotes, semicolons and commas at which some cut
// cells again – gets an apostrophe before it (ASVS 5.0 §1.2.10); the signs are
// also those of full width, which East Asian versions take for the same. NUL
// ends a cell for some and is left out.
func plain(cell string) string {
	cell = strings.ReplaceAll(cell, "\x00", "")
	inner := strings.TrimLeftFunc(cell, func(r rune) bool {
		return r != '\t' && r != '\r' && r != '\n' && (unicode.IsSpace(r) || strings.ContainsRune(`"';,`, r) || r == '\ufeff' || unicode.Is(unicode.Cf, r))
	})
	if inner != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(inner)[0]) {
		return "'" + cell
	}
	return cell
}
