package ws

import (
	"unicode/utf8"

	"usher/server/internal/strictjson"
	"usher/server/internal/wire"
)

// Lengths of what clients name, in code points, and counts.
const (
	maxName   = 64
	maxTag    = 35 // of a language (RFC 5646 §4.4.1)
	maxSecret = 16 << 10
	maxFields = 16
	// maxSeq is the largest whole number every JSON reader has exactly.
	maxSeq = 1<<53 - 1
)

// decode fills the struct of a frame's type.
func decode[T any](f strictjson.Frame) (T, error) {
	var v T
	err := f.Decode(&v)
	return v, err
}

// check returns the first refusal.
func check(codes ...code) error {
	for _, c := range codes {
		if c != "" {
			return refusal{code: c}
		}
	}
	return nil
}

// unless is c when it does not hold.
func unless(holds bool, c code) code {
	if holds {
		return ""
	}
	return c
}

// clientID wants 1 to 64 code points without control characters. That is what
// [strictjson.Peek] makes of it, so that a good id and an echoed one are the
// same thing.
func clientID(f strictjson.Frame, id string) code {
	return unless(id == f.ID && id != "", codeBadValue)
}

// optionalID is a client id where none is needed.
func optionalID(f strictjson.Frame, id *string) code {
	return unless(id == nil || *id == f.ID && f.ID != "", codeBadValue)
}

// name wants an id of something of ours: 1 to 64 code points. Whether it exists
// is not for this room.
func name(s string) code {
	return unless(s != "" && utf8.RuneCountInString(s) <= maxName, codeBadValue)
}

// seq wants a position in a history.
func seq(n int64) code { return unless(n >= 0 && n <= maxSeq, codeBadValue) }

// short wants at most as many code points as a message may have.
func short(s string) code { return unless(fits(s, textChars), codeTooLong) }

func fits(s string, n int) bool { return len(s) <= n || utf8.RuneCountInString(s) <= n }

// text wants something to read, of at most 4,000 code points.
func text(s string) code {
	if c := short(s); c != "" {
		return c
	}
	return unless(wire.Visible(s), codeBadValue)
}

// given is what an optional member says, "" when it is not there.
func given(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
