// Package signin is how agents get in: sessions by email and password, the
// one-time link that makes the first admin, and who a socket's cookie or token
// belongs to; beside it the demo page's signed customers.
//
// What may enter: HTTP around package auth and the session manager. What may
// not: hashing and token rules (auth), SQL (store), the console's pages (web).
//
// Sessions are alexedwards/scs: ended after 30 minutes idle or 12 hours in all,
// kept hashed in the database, so that every replica knows them and a copy of
// the database opens none.
package signin
