package sources

import (
	"errors"
	"fmt"
	"strings"

	"usher/intents/match"
)

// minLines is how many lines an intent needs in a language. Twenty give a
// matcher of this kind nine right answers in ten (measured on BANKING77).
const minLines = 20

// maxDigits is the longest number that a training line may hold; longer ones
// are somebody's phone, card or account.
const maxDigits = 7

// check refuses lines that would spoil the model and drops repetitions within
// one intent.
func check(lines []Line, known map[string]bool) ([]Line, error) {
	var errs []error
	refuse := func(l Line, why string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: %w: %s", l.where(), ErrLine, fmt.Sprintf(why, args...)))
	}
	first := map[string]Line{}
	kept := lines[:0:0]
	for _, l := range lines {
		if why := personal(l.Text); why != "" {
			refuse(l, "it holds %s", why)
			continue
		}
		key := match.Normal(l.Text)
		if key == "" {
			if l.Label != OutOfScope {
				refuse(l, "nothing to match in it")
			}
			continue
		}
		key = l.Lang + "\x00" + key
		switch before, ok := first[key]; {
		case ok && before.Label != l.Label:
			refuse(l, "the same text stands under %s at %s", before.Label, before.where())
		case !ok:
			first[key] = l
			kept = append(kept, l)
		}
	}
	errs = append(errs, tooFew(kept, known)...)
	return kept, errors.Join(errs...)
}

// tooFew reports the intents that are missing or thin in a language.
func tooFew(lines []Line, known map[string]bool) (errs []error) {
	count, file := map[[2]string]int{}, map[string]string{}
	for _, l := range lines {
		count[[2]string{l.Lang, l.Label}]++
		file[l.Lang] = l.File
	}
	for _, lang := range sorted(file) {
		for _, id := range sorted(known) {
			if n := count[[2]string{lang, id}]; n < minLines {
				name := file[lang]
				if lang == "en" {
					name = id + ".toml"
				}
				errs = append(errs, fmt.Errorf("%s:1: %w: %s has %d lines in %s, at least %d are needed", name, ErrLine, id, n, lang, minLines))
			}
		}
	}
	return errs
}

// personal says what in a text could identify somebody, or "".
func personal(s string) string {
	digits := 0
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			if digits++; digits > maxDigits {
				return "a long number"
			}
		case r == ' ' || r == '-' || r == '+' || r == '(' || r == ')':
		case r == '@' && i > 0 && s[i-1] != ' ' && strings.Contains(s[i:], "."):
			return "an e-mail address"
		default:
			digits = 0
		}
	}
	return ""
}

// Disjoint refuses held-out lines that are, or nearly are, training lines of
// their language. Such a line measures memory, not understanding.
func Disjoint(train, held []Line) error {
	texts := map[string]*collection{}
	for i, l := range held {
		if texts[l.Lang] == nil {
			texts[l.Lang] = newCollection()
		}
		texts[l.Lang].add(i, l.Text)
	}
	var errs []error
	for _, l := range train {
		for _, near := range texts[l.Lang].near(l.Text) {
			errs = append(errs, fmt.Errorf("%s: %w: nearly the same as %s", held[near].where(), ErrLine, l.where()))
		}
	}
	return errors.Join(errs...)
}
