// Command server is Usher: a support chatbot for identity verification that
// hands over to people. Without arguments it serves; its subcommands read a
// message, decide a case, chat in the terminal, and look after agents and data.
//
// What may enter: wiring, flags and the shape of each command's output. What
// may not: anything that decides, stores or speaks a protocol; those have rooms
// of their own below.
package main
