// Package chat is the one door: everything that happens to a conversation goes
// through it – load, Step, say it in the person's language, save, wake.
//
// What may enter: the order of those steps, who may do what, presence of
// agents, the sweep of due reminders. What may not: SQL (store), sockets (ws),
// words (locales), rules of the guide (bot).
//
// A save that meets a newer version is thrown away and stepped again from the
// fresh state: Step is pure, so that costs nothing but time.
package chat
