// Package intents is what people ask for and what the guide answers: the catalog
// of intents (one file each under catalog) and the reader that tells which of
// them a message is.
//
// What may enter: phrases, answers, facts, and the rules about which intent
// wins. What may not: what to do about it (bot), I/O, clocks, logging.
//
// Decisions: the matcher is an engine that knows no intent by name (match); a
// theft is heard before any probability is compared, by the words of cues.toml
// of each language; the model is one committed file that carries the hash of
// its sources.
package intents
