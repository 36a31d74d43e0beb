// Package config turns flags, environment variables and one optional file into
// a [Config] that is whole and valid, or into every reason why not.
//
// Each setting is one row of one table: its name, what it is, why one would
// change it, its default, and how its text is read. The flag, the USHER_
// variable, the key of the file, the help and the errors all come from that
// row. A flag beats a variable, a variable beats the file, the file beats the
// default. An empty variable counts as not set, as in Compose files.
//
// What may enter: settings that must be known before anything can start. What
// may not: the guide's numbers and the brand (the policy file), anything an
// admin changes while the server runs (the store), opening what a setting
// points at (whoever uses it), and ambient state: arguments, environment and
// file reader are handed in.
//
// Decisions:
//
//   - The file has the plain format of github.com/peterbourgon/ff: one
//     "name value" a line, # for comments. Nothing here nests, so TOML would
//     add quoting and no meaning; and a line is a setting, so that every error
//     can say file:line. ff.Parse itself is not used: it reads the process's
//     environment and stops at the first mistake.
//   - A USHER_ variable that is no setting stops the start, because a typo
//     would silently leave a default in force. Not counted are USHER_TEST_…
//     and what Kubernetes adds to a pod for a service named usher….
//   - All mistakes are told at once, one line each, with the place they stand.
//     Values of secrets never appear, neither in errors nor in help nor when a
//     [Config] is printed or logged.
package config
