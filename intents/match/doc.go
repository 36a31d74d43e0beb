// Package match tells which of a few dozen labels a short message carries.
//
// It is an engine: it knows no label by name and no language by heart. Lines
// go in, a Model comes out, and the Model turns a message into ranked,
// calibrated probabilities in microseconds without allocating.
//
//	m, err := match.Train(lines, match.Options{OOSLabel: "oos"})
//	var r match.Result               // one a goroutine, reused
//	m.Match("where is my card", match.Hint{Chat: "en"}, &r)
//	r.Scores[0]                      // the best label and its probability
//	r.P("card_arrival")              // the probability of any label
//	r.Abstain                        // out of scope, by the limit set in training
//	m.Explain("where is my card", "card_arrival", match.Hint{}, 5) // which features spoke for it
//
// MarshalBinary and Parse store a model; Parse refuses anything that is not
// byte for byte what MarshalBinary wrote. EvalFiles is the evaluation behind
// the command line; ReadTSV reads its files.
//
// How a message is matched:
//
//  1. One pass normalises it: case, widths, accents, Arabic spellings,
//     traditional Chinese; e-mail addresses, links, long numbers and times
//     become masks, so that no personal detail can be a feature.
//  2. The script decides the language, or a table of letter n-grams where
//     languages share one, with the chat and the locale as a prior.
//  3. Words, pairs of words and letter n-grams are hashed into a table.
//  4. One head a language scores them: linear support vector machines and,
//     where it pays, a small net beside them, four bits a weight.
//  5. Two factors found on unseen lines make probabilities of the scores, and
//     a gate over four signals tells whether the message is in scope.
//
// Decisions. No embeddings: they cost a hundred megabytes for a point of
// accuracy. No map and no interface in the hot path; the weights of sixteen
// columns share a 64-bit word, so one multiplication serves four of them.
// Scratch lives in the caller's Result, so there is no pool and no lock.
// Only the standard library may be imported here, and nothing that reads a
// clock, a file or the network.
package match
