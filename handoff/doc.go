// Package handoff says which person takes a case, in what order, and with
// what brief: the queues (queues.toml), a ticket's states and legal moves, the
// order of waiting tickets, and the guide's request template filled in (G4.4).
//
// What may enter: pure rules about a handoff. What may not: I/O, clocks, words
// for people (a brief for the agent is a fixed template, words said to the
// person are in locales) and anything about understanding text.
//
// Decisions: a ticket keeps its id for life, whoever holds it and whichever
// queue it moves to, so that nobody sees one case as two. Its place in a queue
// is the time it first joined plus a "front" mark, never a number that others
// could overwrite.
package handoff
