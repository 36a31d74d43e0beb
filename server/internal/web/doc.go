// Package web holds the pages people look at: the chat widget, the agent
// console and the demo page, with the headers they are served under.
//
// What may enter: HTML, CSS and ES modules (embedded from pages/), the routes
// that serve them, their security headers, and the pages' words, read from
// `<tag>/pages.toml` in the locales folder. What may not: sockets, sessions,
// the bot, any other room of the server. The pages speak to those only over
// the published protocol, like any other client.
//
// Decisions:
//
//   - The widget is an iframe, not a shadow root. A shadow root isolates styles
//     only: the host page's scripts, and whatever was injected into them, could
//     read the conversation, type into it, and take the session secret out of
//     storage. An iframe on Usher's origin is a wall the browser keeps. It also
//     has its own Content-Security-Policy and a viewport of its own, so
//     `@media` and `rem` mean the panel and not the host page. Only the launcher
//     button lives in the host page, in a closed shadow root styled by a
//     constructed sheet, which the host's style-src does not forbid.
//   - Loader and frame talk by postMessage. Both name the exact target origin
//     and check event.origin and event.source of every message; nothing is ever
//     posted to "*".
//   - No build step: pages/ holds plain modules that run as they are, one file
//     a request. The server only leaves out what a browser does not need of
//     each, comments and long local names, when it is first asked for. Every
//     module is served under /assets/HASH/, where HASH covers all files, so
//     relative imports work and everything is cached for good.
//   - Text reaches the page by textContent only. A test greps for the other
//     ways, and the policy (require-trusted-types-for) makes them throw.
//   - The console draws only the rows of a list that are in sight, so that two
//     thousand waiting cases cost what fifty do. The list stands in the order of
//     "claim next"; what the server masks is never put together again here.
//   - Macros are texts of pages.toml in the customer's language; the page fills
//     in the case's details, in that language and the customer's time zone.
//   - The words are one flat table a page. A missing key falls back to English,
//     so a half-translated language is usable.
package web
