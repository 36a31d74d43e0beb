//go:build !race

package intents_test

const raced = false
