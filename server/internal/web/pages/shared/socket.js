// One WebSocket that comes back by itself.
//
// Back-off is full jitter: a random wait of up to 0.5 s · 2^n, at most 30 s, so
// that thousands of pages do not return in the same instant. The server may ask
// for a longer wait (goodbye.retry_after_ms). Closed with 4501–4507, or after a
// goodbye that says not to resume, it stays closed.

const BASE_MS = 500;
const MAX_MS = 30_000;
const WELCOME_MS = 15_000; // no welcome by then: the connection is taken as dead
const STEADY_MS = 5_000; // a connection this old counts as good, and n starts again

export const backoff = (n, random = Math.random) => Math.round(random() * Math.min(MAX_MS, BASE_MS * 2 ** n));
export const final = (code) => code >= 4501 && code <= 4507;

// randomID is 128 bits, also where crypto.randomUUID is missing (plain http).
export function randomID() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
}

// connect keeps a socket open to a path of this host.
//   hello()        a promise of the first frame of each connection
//   frame(f)       every frame, after `welcome` has been noted
//   state(s, why)  connecting | open | waiting | stopped; why is what the server
//                  said when it closed, such as drain
// and gives { send(frame), again(), stop() }.
export function connect({ path, hello, frame, state }) {
  let socket = null;
  let attempt = 0; // the running connection; older ones are ignored
  let tries = 0;
  let timer = 0;
  let wait = 0; // asked for by the server, in ms
  let opened = 0; // when welcome came; 0 when it has not
  let ended = null; // why it must stay closed
  let said = ''; // the reason of its last goodbye, until the next welcome
  let halted = false;

  async function dial() {
    clearTimeout(timer);
    drop();
    const mine = ++attempt;
    state('connecting', said);
    let first;
    try {
      first = await hello();
    } catch {
      if (mine === attempt && !halted) later();
      return;
    }
    if (mine !== attempt || halted) return;
    const ws = new WebSocket(location.origin.replace(/^http/, 'ws') + path);
    socket = ws;
    timer = setTimeout(() => mine === attempt && lost(0), WELCOME_MS);
    ws.onopen = () => ws.send(JSON.stringify(first));
    ws.onmessage = (event) => mine === attempt && take(event.data);
    ws.onclose = (event) => mine === attempt && lost(event.code, event.reason);
  }

  function take(data) {
    let f;
    try {
      f = JSON.parse(data);
    } catch {
      return;
    }
    if (!f || typeof f !== 'object') return;
    if (f.type === 'welcome') {
      clearTimeout(timer);
      opened = Date.now();
      said = '';
      state('open');
    } else if (f.type === 'goodbye') {
      wait = Math.max(0, Number(f.retry_after_ms) || 0);
      said = String(f.reason || '');
      if (f.resume === false) ended = said || 'goodbye';
    }
    frame(f);
  }

  function lost(code, reason) {
    if (opened && Date.now() - opened > STEADY_MS) tries = 0;
    drop();
    if (ended || final(code)) {
      halted = true;
      state('stopped', ended || reason || String(code));
    } else if (!halted) later();
  }

  function later() {
    const ms = wait + backoff(tries++);
    wait = 0;
    clearTimeout(timer);
    timer = setTimeout(dial, ms);
    state('waiting', said);
  }

  function drop() {
    clearTimeout(timer);
    opened = 0;
    attempt++;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    socket = null;
  }

  const back = () => !halted && !opened && dial();
  addEventListener('online', back);
  addEventListener('pageshow', (event) => event.persisted && back());
  dial();
  return {
    send(f) {
      if (!opened || socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(f));
      return true;
    },
    // again connects anew at once: after a gap, a dead line, or a new identity.
    again() {
      halted = false;
      ended = null;
      tries = 0;
      dial();
    },
    stop() {
      halted = true;
      removeEventListener('online', back);
      drop();
    },
  };
}
