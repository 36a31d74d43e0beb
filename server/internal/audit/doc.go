// Package audit says what is written down of what staff do: who looked at a
// transcript, revealed a field, took or gave a case, changed a role or a key.
//
//   - [Entry] is one line of the log, [Action] the closed list of what is noted.
//   - [Link] chains an entry to all that came before it; [Chain] walks a log and
//     names the first entry that is not as it was written.
//
// What may enter: the vocabulary and the arithmetic of the log. What may not:
// SQL (store keeps the log), a clock, and anything about people: entries hold
// ids and words of a fixed vocabulary, never a name, an address or a text, so
// that the log outlives the erasure of a person.
//
// Decisions:
//
//   - One chain for the whole database. Each entry's SHA-256 covers the one
//     before it; beside the log stands its head, the number and the hash of the
//     last entry. An edit, a swap, a gap or an entry put in between breaks a
//     link, and what is cut off at the end does not reach the head.
//   - Whoever may write to the database can also write a whole new log with a
//     new head. Against that helps only a head that was kept elsewhere: the
//     console shows it, the server logs it, and verifying takes one to look for.
package audit
