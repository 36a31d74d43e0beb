//go:build race

package main

// slack: the race detector makes everything several times slower and larger. What
// is promised in seconds and bytes is promised of the program without it, and
// crowds are smaller by as much.
const slack = 4
