// Package staff is the console's routes for supervisors and admins: who the
// agents are, how the queues stand, what happened, and the log of it all.
//
//   - /agent/team: agents, their roles, languages and queues (admins)
//   - /agent/live, /agent/report, /agent/reassign, /agent/cases.csv (supervisors)
//   - /agent/audit, /agent/audit/verify, /agent/audit.csv (supervisors)
//
// What may enter: HTTP around what store and chat know. What may not: how
// somebody signs in (signin), counting (chat), SQL (store), words for people.
//
// Decisions:
//
//   - Changing a role, a password or an authenticator app, and disabling, end the
//     agent's sessions and sockets in the same request: the next thing they do,
//     they do as what they now are.
//   - Nobody changes their own role or disables themselves: so there is always
//     an admin left.
//   - A cell of an export never begins with what a spreadsheet takes for a
//     formula (ASVS 5.0 §1.2.10), and every cell is quoted (RFC 4180).
package staff
