package intents

//go:generate go run ./gen
