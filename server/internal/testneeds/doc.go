// Package testneeds finds or starts the real programs some tests want: Redis,
// Postgres, a browser, strace. A test that cannot get one is skipped with a sentence
// that names what is missing; with USHER_TEST_REQUIRE=1 it fails instead, so
// that a run on a machine that has everything proves everything.
//
//	USHER_TEST_REDIS_URL     a Redis to use instead of starting one
//	USHER_TEST_DATABASE_URL  a Postgres database to use instead of starting one
//	USHER_TEST_CHROMIUM      the browser's path
//	USHER_TEST_REQUIRE=1     missing programs fail the test
//
// A file system of the test's own ([FUSE], [Tmpfs]) is another matter: a machine
// without the device, or without the right to mount, cannot be given them by
// installing something. There the test is skipped, whatever is required, and
// its sentence says so.
//
// What may enter: starting and stopping such programs on loopback, and the log
// that one under test writes ([Log]). What may not: anything a program under test
// needs itself; only tests import this.
//
// Decision: programs are started per call and ended with the test. A shared
// one would be faster, but then one test's outage is another's riddle. Ask once
// at the top of a suite.
package testneeds
