package sources

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"usher/intents/match"
)

// How many lines a language needs. Twenty an intent give a matcher of this kind
// nine right answers in ten (measured on BANKING77); the rest is for what people
// say in very many ways.
const (
	minLines   = 60
	minOutside = 600 // out of scope
	minTheft   = 120
	minNear    = 150 // near misses: the words of a theft and none
)

// theft is the intent that near misses are near to.
const theft = "account_theft"

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
	count, near, file := map[[2]string]int{}, map[string]int{}, map[string]string{}
	for _, l := range lines {
		count[[2]string{l.Lang, l.Label}]++
		file[l.Lang] = l.File
		if l.Near {
			near[l.Lang]++
		}
	}
	few := func(lang, id, what string, n, least int) {
		if n >= least {
			return
		}
		name := file[lang]
		if lang == "en" {
			name = id + ".toml"
		}
		errs = append(errs, fmt.Errorf("%s:1: %w: %s has %d %s in %s, at least %d are needed", name, ErrLine, id, n, what, lang, least))
	}
	for _, lang := range sorted(file) {
		for _, id := range sorted(known) {
			few(lang, id, "lines", count[[2]string{lang, id}], least(id))
		}
		if known[theft] {
			few(lang, theft, "near misses", near[lang], minNear)
		}
	}
	return errs
}

func least(id string) int {
	switch id {
	case OutOfScope:
		return minOutside
	case theft:
		return minTheft
	}
	return minLines
}

// nobodys tells whether a text begins with a domain that belongs to nobody and
// never will (RFC 2606 §3); addresses in it teach what a message with one is.
func nobodys(s string) bool {
	for _, domain := range [...]string{"example.com", "example.net", "example.org"} {
		if strings.HasPrefix(s, domain) {
			return true
		}
	}
	return false
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
		case r == '@' && i > 0 && s[i-1] != ' ' && strings.Contains(s[i:], ".") && !nobodys(s[i+1:]):
			return "an e-mail address"
		default:
			digits = 0
		}
	}
	return ""
}

// Apart refuses lines that nearly repeat another of their language: they teach
// nothing, and under two intents they contradict each other.
func Apart(lines []Line) error {
	var errs []error
	for _, group := range byLanguage(lines) {
		c := newCollection(texts(group))
		for i, l := range group {
			for _, near := range c.near(l.Text) {
				if near < i {
					errs = append(errs, tooNear(l, group[near]))
				}
			}
		}
	}
	return errors.Join(errs...)
}

// differs is from how many letters on lines can be expected to differ; of
// greetings and a plain yes there are too few.
const differs = 16

// Disjoint refuses held-out lines that are, or nearly are, training lines of
// their language. Such a line measures memory, not understanding.
func Disjoint(train, held []Line) error {
	held = slices.DeleteFunc(slices.Clone(held), func(l Line) bool { return len(match.Normal(l.Text)) < differs })
	groups, found := byLanguage(held), map[string]*collection{}
	for lang, group := range groups {
		found[lang] = newCollection(texts(group))
	}
	var errs []error
	for _, l := range train {
		for _, near := range found[l.Lang].near(l.Text) {
			errs = append(errs, tooNear(groups[l.Lang][near], l))
		}
	}
	return errors.Join(errs...)
}

func tooNear(l, other Line) error {
	return fmt.Errorf("%s: %w: nearly the same as %s", l.where(), ErrLine, other.where())
}

func byLanguage(lines []Line) map[string][]Line {
	groups := map[string][]Line{}
	for _, l := range lines {
		groups[l.Lang] = append(groups[l.Lang], l)
	}
	return groups
}

func texts(lines []Line) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = l.Text
	}
	return out
}
