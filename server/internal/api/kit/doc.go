// Package kit is the contract kit: it reads the description that a server
// publishes, runs every example of it against that server, and judges each
// answer by what the description says of it.
//
// What may enter: what holds for any OpenAPI 3.1 description whose examples and
// links are those of OpenAPI. What may not: knowledge of one route, or anything
// of the server's insides: it has to tell a server from one that only looks
// like it.
package kit
