//go:build race

package main

// slack: the race detector makes everything several times slower and larger, and
// what is promised in seconds and bytes is promised of the program without it.
const slack = 4
