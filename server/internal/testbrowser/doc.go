// Package testbrowser drives a real Chromium from tests.
//
// What may enter: what any page's test needs – typing, waiting for a condition,
// looking, and listening for errors. What may not: knowledge of one page. Only
// _test files import it.
package testbrowser
