package locales

import "time"

// Values that a line may be filled with besides text and numbers. They carry
// meaning; locales/lines gives them the words of a language.

// Clock is a time of day shown in a zone, with the day when it is not the day
// of Now ("14:32", "tomorrow 00:10").
type Clock struct {
	At, Now time.Time
	Zone    *time.Location // nil: shown in UTC and marked so
}

// Moment is a full date and time shown in a zone and marked with it.
type Moment struct {
	At   time.Time
	Zone *time.Location // nil: shown in UTC
}

// Span is a length of time in words, rounded to minutes below a day.
type Span time.Duration

// Ref is another line, filled into this one.
type Ref string
