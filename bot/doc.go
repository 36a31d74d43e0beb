// Package bot is the conversation as a pure function: Step takes a State and an
// Event and returns the next State and the Effects to perform; Decide is the
// guide's decision table alone.
//
// What may enter: everything that decides what is said, asked or handed over.
// What may not: I/O, clocks (time comes inside events), words for people (it
// says line ids; locales says words), randomness.
//
// Decisions that shaped it:
//
//   - Step is pure, so a version conflict costs a reload and a second Step, no
//     locks. Every effect is data, so the list of effect types is the list of
//     all that the bot can do to the world: it can say, announce and refuse; it
//     cannot cancel, freeze or unfreeze anything (ruling 5).
//   - There is one open question at a time (State.Ask). A message is first
//     heard for theft, then for a wish for a person, then as an answer to the
//     open question, then for its intent. Whatever facts it carries are kept on
//     the way.
//   - What is said for an intent is data in intents/catalog; Go holds the
//     decision table, the form and the moments of a handoff.
//
// Numbers of the guide are policy.toml; fact ids (G4.1) are those of the rules
// the table was made from.
package bot
