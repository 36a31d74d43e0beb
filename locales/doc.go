// Package locales holds every word Usher knows, one folder a language: the
// phrases it understands, the words its slots are read from, and the lines it
// says. The folder is data; packages above it read the part they need.
//
// What may enter: TOML files under a BCP 47 tag (`en`, `pt`, `zh`), and the
// embedding. What may not: logic, formatting (that is locales/lines) and
// anything a language would need Go code for.
//
// English phrases and answers of an intent are not here: they stand in the
// intent's own file under intents/catalog, so that a new intent is one file.
package locales
