// Package ws is the sockets of Usher: /v1/chat for the people who ask and
// /v1/agent for those who answer, frame by frame as the published contract has
// them.
//
// What may enter: the WebSocket protocol, frames and their strict reading, the
// errors and close codes of the contract, what one socket may ask for in what
// time. What may not: what happens in a conversation (chat), who somebody is
// (functions in [Options]), SQL, words for people other than the fixed
// sentences of error frames. It is the only room that knows gorilla/websocket.
//
// # How a socket lives
//
// Two goroutines. The reader takes messages off the connection and hands them
// over one at a time; the loop does everything else in turn: it carries out the
// frame, writes the answer, pulls events when the feed wakes, pings. Because
// one goroutine does it all in turn, the ack of a message is written before
// that message's own events and no frame needs a lock. What one turn writes is
// gathered and leaves in one write.
//
// Nothing waits in the server for a slow reader: events stay in the store until
// the last page of them has left, so a socket never holds more than 64 KiB and
// one frame. A reader that takes no 16 KiB in ten seconds is told goodbye.
//
// # Decisions
//
//   - gorilla/websocket reads and writes frames, but the last words are ours
//     (see line): its own close frames quote what the peer sent, say 1002 where
//     RFC 6455 §8.1 wants 1007, and are missing where a length overflows.
//   - After a close frame the server reads on for up to two seconds. Closing a
//     connection with unread bytes resets it, and the peer would never see why.
//   - A message rate needs a memory beyond the socket and is asked for through
//     [Options.Allow]; how many frames, pings and errors one socket may send
//     needs none and is counted in eight bytes each.
//   - No permessage-deflate: frames are short, and compression beside secrets
//     leaks them (CRIME, BREACH).
package ws
