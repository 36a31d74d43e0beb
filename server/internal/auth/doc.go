// Package auth answers who someone is and what that lets them see.
//
//   - [Tokens] reads the host app's signed tokens and issues those of the demo.
//   - [NewSecret] and [NewID] make secrets and ids; [HashSecret] and [SameHash]
//     store and compare them.
//   - [Passwords] hashes and checks agents' passwords; [Acceptable] says which
//     may be chosen.
//   - [NewTOTP] and [CheckTOTP] are the authenticator app beside it,
//     [NewRecoveryCodes] the way in without the phone.
//   - [Logins] slows guessing down without locking the owner out.
//   - [Role] says which queues an agent may see and claim.
//   - [Greeted] and [Shown] say which names we say and show.
//   - [Origins] says which web pages may speak in a user's name.
//
// What may enter: decisions about identity that need no row of the database.
// What may not: SQL, cookies and handlers, and reading a clock of its own.
//
// Decisions:
//
//   - One algorithm, HS256, and no header that names a key by anything but a
//     configured id. A claim that is there is valid, or the whole token is
//     refused: a signed fact steers real accounts, and an integrator learns of
//     a mistake at the first try.
//   - Errors are sentinels and never repeat a token, a claim or a password.
//   - Only SHA-256 of a secret is stored. A secret of 256 random bits needs no
//     slow hash; a password does.
//   - The login limiter counts in memory. A replica more means a few guesses
//     more, not a way around; and an outage of anything else locks nobody out.
package auth
