// Package slot reads facts out of one message: an e-mail address, when the
// review was submitted, the status the app shows, the reason, a time zone, how
// often something happened, and the small answers yes, no and "not sure".
//
// # What it is for
//
//	p, err := slot.New(locales.Files)
//	f := p.Parse("submitted 40 min ago, mail ana@gmial.com", slot.Context{Now: now, Lang: "en"})
//	f.Time.At           // now minus 40 minutes; no zone needed
//	f.Email.Suggestion  // "ana@gmail.com", to be asked about
//
// [Context.Asked] says what the bot just asked: then a bare answer ("1h",
// "photo", "Bogota") is read as that. Without it, a time counts only beside
// words about submitting, or in a message that is little else. A time without
// a zone comes back with [Time.NeedsZone] and is placed by [Parser.Settle] as
// soon as the zone is known; [Parser.ParseZone] reads that answer.
//
// # How it works
//
// A message is folded (case, accents, width, digits of all scripts), then
// walked twice: once for phrases, once, if anything hints at a time, by a
// small grammar of numbers, units, days, clocks and zones. All words come from
// `<lang>/slots.toml`; a language is a file, not code. Every message is also
// read in English, because the app's own labels are often quoted.
//
// # What may enter
//
// Words as data; rules of grammar that hold for several languages. No input
// or output, no clock, no lines to say. A bare fact only: whether a time is too
// old or a reason is enough, the bot decides.
//
// # Decisions
//
//   - Dates from words are read here and not by a library. The one that knows
//     all languages (markusmobius/go-dateparser) takes a quarter of a second
//     and 40 MB at every start, and reads "today at 9" as now and "40" as the
//     year 2040. The tests compare with it where both understand a phrase.
//   - What is ambiguous stays so: "today at 9" at night has two
//     [Time.Candidates], "IST" has three [Zone.Candidates], a bare "40" is not
//     understood. A future or very old reading is dropped only where a more
//     plausible one is left.
//   - A range of hours names no moment: "20:00-23:00" is nothing. As an answer,
//     told in words or of two hours at most, its start is about when.
//   - English is read in messages of every language, so there a yes, a no or
//     another short answer of its own must be a whole clause ("no me llega" is
//     no answer), its words bear no accents, and what the message's language
//     knows as something else, or has judged itself, is not English. Some words
//     count in English messages only (own in en/slots.toml).
//   - Where the word for hours is the word for o'clock too, "9h30" is a time of
//     day unless a word of age stands beside it. A bare "2h" is an age up to six
//     hours, "1h30" up to two: so long a wait is likelier than so early a time.
//   - A full date goes with the 24-hour clock: "20/11/2026 at 9:05".
//   - Distances are letters; one of a script without spaces counts twice.
//   - EST, PST and the like mean the place's clock (New York, Los Angeles), as
//     people use them, also in summer.
//   - Several reasons: the one whose row comes first in the decision table is
//     Found.Reason, but an explicit major error beats a minor one (ruling 3).
//   - Work is bounded: a message of 4,000 characters takes time in proportion.
package slot
