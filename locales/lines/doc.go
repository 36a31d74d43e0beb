// Package lines turns a line id and its arguments into words of a language.
//
// What may enter: go-i18n, CLDR plurals, formatting of times and spans. What
// may not: decisions about which line to say (bot) and any reading of text.
//
// Locale files are decoded here and strictly, since go-i18n itself reserves
// keys such as "other" and "id" and passes over arrays in silence; it is
// handed finished messages only. A line that a language lacks falls back to
// English, so nobody is left with silence.
package lines
