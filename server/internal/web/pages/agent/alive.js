// A session ends after half an hour without a request (the server's rule). Who
// works on a case makes none: the socket carries it all. So work is told from
// time to time; a console that nobody touches tells nothing and is signed out.
const EVERY_MS = 4 * 60_000;

export function keepAlive() {
  let told = Date.now();
  const touched = () => {
    if (Date.now() - told < EVERY_MS) return;
    told = Date.now();
    fetch('/agent/session', { credentials: 'same-origin' }).catch(() => {});
  };
  for (const event of ['keydown', 'pointerdown']) addEventListener(event, touched, { capture: true, passive: true });
}
