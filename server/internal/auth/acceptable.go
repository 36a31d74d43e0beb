package auth

import (
	_ "embed" // for the list of common words
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Why a password may not be chosen.
var (
	ErrPasswordShort  = errors.New("password too short")
	ErrPasswordLong   = errors.New("password too long")
	ErrPasswordOwn    = errors.New("password is mostly the account's own name or address")
	ErrPasswordCommon = errors.New("password too common")
)

// commonWords are the words and keyboard walks that the most used passwords of
// twelve and more characters are made of, one a line.
//
//go:embed common.txt
var commonWords string

// leftover is how many characters a password must have besides words anybody
// would try first.
const leftover = 6

// Acceptable says whether an agent with this address and name may choose a
// password: 12 to 128 characters, and at least six of them neither their own
// name or address nor a common word. There are no rules about kinds of
// characters (ASVS 5.0 §6.2.5).
func Acceptable(password, email, name string) error {
	password = norm.NFKC.String(password)
	switch length := utf8.RuneCountInString(password); {
	case length < MinPassword:
		return ErrPasswordShort
	case length > MaxPassword:
		return ErrPasswordLong
	}
	plain := fold(password)
	own := strings.FieldsFunc(email+" "+name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	own = append(own, email)
	for i := range own {
		own[i] = fold(own[i])
	}
	if without(plain, own) < leftover {
		return ErrPasswordOwn
	}
	if without(plain, append(own, strings.Fields(fold(commonWords))...)) < leftover || monotonous(plain) {
		return ErrPasswordCommon
	}
	return nil
}

// fold undoes capitals and the usual look-alikes.
func fold(text string) string {
	return strings.NewReplacer("@", "a", "4", "a", "3", "e", "0", "o", "$", "s", "5", "s", "7", "t", "!", "i", "1", "i").
		Replace(strings.ToLower(text))
}

// without counts the characters that are left when words of four letters and
// more are taken out.
func without(text string, words []string) int {
	gone := make([]bool, len(text))
	for _, word := range words {
		for from := 0; len(word) >= 4; {
			i := strings.Index(text[from:], word)
			if i < 0 {
				break
			}
			for j := range len(word) {
				gone[from+i+j] = true
			}
			from += i + 1
		}
	}
	left := 0
	for i := range text {
		if !gone[i] {
			left++
		}
	}
	return left
}

// monotonous finds few different characters, and short pieces said again and
// again.
func monotonous(text string) bool {
	different := map[rune]bool{}
	for _, r := range text {
		different[r] = true
	}
	if len(different) < 5 {
		return true
	}
	for size := 1; size <= leftover; size++ {
		if strings.Repeat(text[:size], len(text)/size+1)[:len(text)] == text {
			return true
		}
	}
	return false
}
