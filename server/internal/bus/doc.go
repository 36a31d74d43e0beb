// Package bus wakes those who watch after somebody has written.
//
// A [Poke] is an address, never content: "something about this id of this topic
// changed". Who is woken looks into the store from their own position on. A
// poke can therefore be doubled, late or lost without harm: doubled costs one
// query, and lost costs one fallback interval, which [Bus.Live] says how long
// to make. For the same reason waking never blocks and never overflows: ten pokes nobody
// has looked at are one. Who keeps what this process wrote in memory asks
// [Subscription.Elsewhere] whether that can still be all.
//
// [Typing] is the one thing that has content, because it is kept nowhere. It is
// lossy and expires.
//
// What may enter: ways to carry pokes between writers and watchers. What may
// not: messages, state, anything a watcher would rely on.
//
// Decisions:
//
//   - Two carriers behind one interface: [Memory] within a process, [Redis]
//     between replicas. One suite tests both.
//   - A publisher never waits for Redis. Its own watchers are woken at once, a
//     goroutine sends the rest along, and what it cannot send is forgotten but
//     for the fact: when Redis is back, every watcher of every replica is told
//     that it may have missed something.
//   - One channel for everything. Each replica hears each poke and drops what
//     nobody here watches; a poke is some sixty bytes, and a subscription per
//     conversation would make Redis remember who watches what.
package bus
