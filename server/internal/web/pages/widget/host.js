// The line between this frame and the page around it. Messages are taken only
// from the parent window; the first one (`init`) fixes its origin, and every
// other origin is ignored from then on. Only allowed sites can be the parent at
// all: the page is served with frame-ancestors. Nothing is posted before that,
// so nothing is ever posted to "*".

// attach waits for the host page and gives the line to it. Opened on its own,
// as in an app's web view, the frame is its own host.
//   on(name, data)   opened, closed, identify, locale, logout
export function attach(on) {
  return new Promise((resolve) => {
    if (window.parent === window) {
      resolve({ origin: location.origin, alone: true, open: true, locale: navigator.language, post() {}, event() {}, token: async () => null });
      return;
    }
    let origin = null;
    let asked = 0;
    const waiting = new Map();
    const post = (what, data) => parent.postMessage({ usher: what, ...data }, origin);
    addEventListener('message', (event) => {
      const m = event.data;
      if (event.source !== parent || !m || typeof m.usher !== 'string') return;
      if (origin === null && m.usher === 'init' && event.origin !== 'null') {
        origin = event.origin;
        line.identified = Boolean(m.identified);
        resolve(Object.assign(line, { origin, open: Boolean(m.open), forget: Boolean(m.forget), locale: String(m.locale || '') }));
      } else if (event.origin !== origin) {
        return;
      } else if (m.usher === 'token') {
        waiting.get(m.id)?.(typeof m.token === 'string' && m.token ? m.token : null);
        waiting.delete(m.id);
      } else {
        if (m.usher === 'identify') line.identified = Boolean(m.identified);
        if (m.usher === 'logout') line.identified = false;
        on(m.usher, m);
      }
    });
    const line = {
      post,
      event: (name, detail) => post('event', { name, detail }),
      // token asks the host for a fresh token; null when nobody is signed in.
      token() {
        if (!line.identified) return Promise.resolve(null);
        return new Promise((answer) => {
          const id = ++asked;
          waiting.set(id, answer);
          setTimeout(() => waiting.delete(id) && answer(null), 10_000);
          post('token', { id });
        });
      },
    };
  });
}
