/* Usher's widget, as a host page embeds it:
 *
 *   <script>
 *     window.UsherSettings = {
 *       locale: 'es',                     // optional; else the browser's language
 *       side: 'right',                    // or 'left'
 *       identify: () => fetch('/usher-token').then((r) => r.text()), // optional
 *     };
 *     window.Usher = window.Usher || function () { (Usher.q = Usher.q || []).push(arguments); };
 *   </script>
 *   <script async src="https://usher.example/widget.js"></script>
 *
 * Usher('open') works before and after this file has loaded: calls made early
 * are queued by the stub line and run in order. Afterwards Usher.open() is the
 * same. Calls: open, close, toggle, identify(tokenCallback), setLocale(tag),
 * on(event, listener), logout. Events: ready, open, close, unread(count),
 * message({from}), handoff({state}), ended. tokenCallback gives a fresh signed
 * token, or a promise of one, each time a connection is made.
 *
 * The chat itself is an iframe that is made at the first opening, so this file
 * is all that a page pays for a widget nobody opens. */
(() => {
  'use strict';
  if (window.Usher && window.Usher.ready) return;
  const labels = { en: 'Open support chat' };
  const settings = window.UsherSettings || {};
  const script = document.currentScript;
  const base = new URL((script && script.src) || location.href).origin;
  const listeners = {};
  let identify = settings.identify;
  let locale = settings.locale || navigator.language || 'en';
  let frame, shell, button, badge, ready = false, up = false, isOpen = false, unread = 0, forget = false;

  // Remembers that a chat is open or live, for this tab only, and that the
  // frame may have kept one, for every tab until logout.
  const memory = (key, value) => {
    try {
      const store = key === 'kept' ? localStorage : sessionStorage;
      if (value === undefined) return store.getItem(`usher.${key}`);
      if (value) store.setItem(`usher.${key}`, '1');
      else store.removeItem(`usher.${key}`);
    } catch { return key === 'kept'; /* storage is off: nothing to remember */ }
  };

  const emit = (name, detail) => (listeners[name] || []).forEach((f) => {
    try { f(detail); } catch (e) { setTimeout(() => { throw e; }); }
  });
  const tell = (what, data) => up && frame.contentWindow.postMessage({ usher: what, ...data }, base);
  const label = () => labels[locale] || labels[locale.split('-')[0]] || labels.en;

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; }
    button { all: unset; box-sizing: border-box; position: fixed; inset-block-end: 20px; width: 56px; height: 56px; border-radius: 50%;
      background: #0b5f66; color: #fff; display: grid; place-items: center; cursor: pointer; z-index: 2147483000;
      border: 2px solid #fff; box-shadow: 0 2px 10px rgb(0 0 0 / .28); }
    button:hover { background: #084a50; }
    button:focus-visible { outline: 3px solid #0b5f66; outline-offset: 3px; }
    button[hidden] { display: none; }
    svg { width: 28px; height: 28px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
    b { position: absolute; top: -6px; right: -6px; min-width: 22px; box-sizing: border-box; padding: 0 5px; border-radius: 11px;
      background: #a4262c; color: #fff; font: 600 13px/22px system-ui, sans-serif; text-align: center; }
    b:empty { display: none; }
    iframe { position: fixed; inset-block-end: 20px; width: min(400px, calc(100vw - 40px)); height: min(720px, calc(100vh - 40px)); border: 0;
      border-radius: 16px; box-shadow: 0 8px 40px rgb(0 0 0 / .3); z-index: 2147483001; background: transparent; color-scheme: normal; visibility: hidden; }
    iframe.open { visibility: visible; }
    .right { right: 20px; } .left { left: 20px; }
    @media (max-width: 520px), (max-height: 460px) {
      iframe.left, iframe.right { inset: 0; width: 100vw; height: 100%; border-radius: 0; }
    }
    @media (prefers-color-scheme: dark) { button { background: #6fcfd3; color: #062a2d; border-color: #11161b; } button:hover { background: #92dde0; }
      button:focus-visible { outline-color: #6fcfd3; } }`);

  function build() {
    const host = document.createElement('usher-widget');
    shell = host.attachShadow({ mode: 'closed' });
    shell.adoptedStyleSheets = [sheet];
    button = document.createElement('button');
    button.type = 'button';
    button.className = settings.side === 'left' ? 'left' : 'right';
    button.setAttribute('aria-haspopup', 'dialog');
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('aria-hidden', 'true');
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', 'M4 5h16v11H11l-5 4v-4H4zM8 9.5h8M8 12.5h5');
    svg.append(path);
    badge = document.createElement('b');
    badge.setAttribute('aria-hidden', 'true');
    button.append(svg, badge);
    button.onclick = calls.open;
    shell.append(button);
    name();
    document.body.append(host);
    if (memory('open')) calls.open();
    else if (memory('live')) load();
  }

  function name() {
    if (!button) return;
    badge.textContent = unread ? String(Math.min(unread, 99)) : '';
    button.setAttribute('aria-label', unread ? `${label()} (${unread})` : label());
    button.title = label();
  }

  function load() {
    if (frame) return;
    frame = document.createElement('iframe');
    frame.className = button.className;
    frame.title = label();
    frame.allow = 'clipboard-write';
    frame.src = `${base}/widget/`;
    frame.onload = () => {
      up = true;
      tell('init', { locale, identified: Boolean(identify), open: isOpen, forget });
      forget = false;
    };
    shell.append(frame);
  }

  // Full screen on a phone: stay above the on-screen keyboard.
  function fit() {
    const view = window.visualViewport;
    const full = view && matchMedia('(max-width: 520px), (max-height: 460px)').matches && view.scale === 1;
    if (!frame) return;
    frame.style.height = full ? `${view.height}px` : '';
    frame.style.top = full ? `${view.offsetTop}px` : '';
  }

  function flip(open) {
    if (isOpen === open || !button) return;
    isOpen = open;
    memory('open', open);
    if (open) load();
    frame.classList.toggle('open', open);
    button.hidden = open;
    tell(open ? 'opened' : 'closed');
    if (open) { fit(); frame.focus(); } else if (document.activeElement === shell.host) button.focus();
    emit(open ? 'open' : 'close');
  }

  const calls = {
    open: () => flip(true),
    close: () => flip(false),
    toggle: () => flip(!isOpen),
    identify(callback) { identify = callback; tell('identify', { identified: Boolean(callback) }); },
    setLocale(tag) { locale = String(tag); name(); tell('locale', { locale }); },
    on(event, listener) { (listeners[event] = listeners[event] || []).push(listener); if (event === 'ready' && ready) listener(); },
    // logout must reach the frame, which alone can drop what it has kept: one
    // that is not there yet is made for that.
    logout() {
      identify = null; unread = 0; name(); flip(false);
      forget = !up;
      if (up) tell('logout');
      else if (memory('kept')) load();
      memory('live', false); memory('kept', false);
    },
  };

  async function token(id) {
    let value = null;
    try { value = identify ? await identify() : null; } catch { /* told to the frame as no token */ }
    tell('token', { id, token: typeof value === 'string' ? value.trim() : null });
  }

  addEventListener('message', (event) => {
    const m = event.data;
    if (!frame || event.source !== frame.contentWindow || event.origin !== base || !m || !m.usher) return;
    if (m.usher === 'close') calls.close();
    else if (m.usher === 'token') token(m.id);
    else if (m.usher === 'live') { memory('live', true); memory('kept', true); }
    else if (m.usher === 'event') {
      if (m.name === 'unread') { unread = Number(m.detail) || 0; name(); }
      emit(m.name, m.detail);
    }
  });
  if (window.visualViewport) visualViewport.onresize = visualViewport.onscroll = fit;

  const early = (window.Usher && window.Usher.q) || [];
  const api = (call, ...args) => calls[call] && calls[call](...args);
  window.Usher = Object.assign(api, calls, { ready: true });
  const start = () => { build(); [...early].forEach((args) => api(...args)); ready = true; emit('ready'); };
  if (document.body) start();
  else addEventListener('DOMContentLoaded', start);
})();
