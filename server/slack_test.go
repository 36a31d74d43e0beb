//go:build !race

package main

// slack is by how much promises in seconds and bytes are stretched: not at all.
const slack = 1
