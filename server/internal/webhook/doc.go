// Package webhook calls the addresses that partners gave, once for each event of
// their conversations, as Standard Webhooks 1.0 has it.
//
// What may enter: which addresses may be called, what is sent and signed, when
// it is tried again, how an answer is judged. What may not: SQL (store), the
// routes that make webhooks (api), what happens in a conversation (chat).
//
// # Decisions
//
//   - The outbox is the partner's feed, written in the transaction of the event
//     itself. A webhook remembers up to which number of it deliveries were made,
//     so no event is lost between the two, and opening a conversation costs
//     nothing more for having webhooks.
//   - What is sent is thin: which event, and the ids to read the rest by. No text
//     of a user leaves through a webhook.
//   - A delivery is leased by the replica that attempts it. One that is killed
//     loses the lease, and the next attempt has the same webhook-id.
//   - A webhook that fails holds up nobody but itself: it has four attempts under
//     way at most, over all replicas.
//   - An address is judged when a webhook is made and again in the moment of each
//     connection, after its name was resolved. No connection is kept, no redirect
//     followed, no proxy asked.
package webhook
