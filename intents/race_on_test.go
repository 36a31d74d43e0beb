//go:build race

package intents_test

// raced says that the race detector is on, which makes pools forget on purpose.
const raced = true
