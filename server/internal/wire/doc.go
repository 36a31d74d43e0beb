// Package wire is the one vocabulary of the sockets, the partner API, the
// change feed and webhooks: messages, handoffs and events as JSON, exactly as
// the published contract names them.
//
// What may enter: plain structs with JSON tags. What may not: behaviour beyond
// building, masking or measuring a payload; nothing here knows a socket or a database.
package wire
