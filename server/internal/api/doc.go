// Package api is the partner API: everything under /api. Partner apps open
// conversations for their users, pass messages on, ask for people and follow
// what happens.
//
// What may enter: HTTP, the route table and what is published from it, keys,
// allowances, repeated requests. What may not: what a conversation does (chat),
// SQL (store), counting (limit), the agents' console (web).
//
// # Decisions
//
//   - One table of routes (routes.go) is what is served, described, limited and
//     tested: who may call, what a body holds, what is answered. A route that is
//     not in it does not exist.
//   - The description is made from the Go types of that table, and bodies are
//     checked against what is published, so the two cannot drift apart. Syntax
//     is judged before, by strictjson.
//   - A partner sees only what it made. Whatever else it asks for is answered
//     with the bytes of "there is no such thing": so no error names its request
//     or its path, and the request's id travels in a header.
//   - A repeated request (Idempotency-Key) is one row in the database. What a
//     request makes gets its id from that row, so a request whose answer was
//     lost with its server is carried out again without making anything twice.
//   - Cursors are signed for one partner and one history; a position that was
//     not given out here is refused, not guessed at.
//   - Nothing here asks which address a request came from, but to count keys
//     that open nothing.
package api
