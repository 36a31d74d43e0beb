// Package storetest holds the one suite that every database behind package
// store must pass, and a store for the tests of others.
//
// What may enter: promises of package store that hold on every database. What
// only one database can do (a file made read-only, a process killed) is tested
// beside the package itself.
package storetest
