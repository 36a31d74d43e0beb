// Package histcheck judges a run in which servers were killed, cut off and
// frozen under load: were messages that had been acked kept, once, in order,
// and shown to everybody alike?
//
// Clients write down each call and what came of it, the test reads every
// conversation back afresh, and each reader's stream is kept as it was shown.
// [Check] compares the three. A run that did too little to prove anything fails
// too ([Report.Vacuous]): no news of loss is worth nothing from a test that
// never hit a message under way.
//
// What may enter: comparing histories, pure. What may not: clients, servers,
// faults.
//
// The kinds of breach are those of Jepsen's set and queue checkers, with the
// gaps and inversions that a numbered conversation adds.
package histcheck
