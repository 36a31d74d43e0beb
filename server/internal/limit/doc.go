// Package limit says whether somebody may do something once more.
//
// A [Rate] is a count in a time with a burst; a key is whoever is counted (an
// API key, an address, a session) with what is counted. Over any t seconds at
// most burst + rate·t things are let through, and whoever stays within the
// rate is never refused. The method is GCRA, one number for each key.
//
// What may enter: counting. What may not: which rates there are, what to answer
// to who is over one, and locking somebody out for long: see auth's login
// limiter for passwords.
//
// Decisions:
//
//   - [Memory] counts in this process. [Redis] counts for all replicas, and
//     asks Memory while Redis is away: nobody is locked out, nothing is free,
//     and the sum of the replicas may let through more for that time.
//   - A decision always comes, and soon: there is no error to handle. A circuit
//     breaker keeps a Redis that hangs from costing every call its timeout.
//   - No key is refused for longer than its window, whatever the clocks of the
//     Redis servers do: a key that claims to need more than two windows is from
//     another time and starts afresh.
package limit
