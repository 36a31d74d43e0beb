// The keys of partner apps, for admins: who has one, what it may do, how much it
// is used; making, replacing and revoking them.
import { el, set, show } from '../shared/dom.js';
import { or, stamp, t } from '../shared/words.js';
import { call, why } from './account.js';
import { askForKey, showKey } from './newkey.js';
import { columns, isolated, scrolling } from './tables.js';

const LIVE_KEYS = 2; // of one partner at once (the server's rule)

// createPartners gives { node, shown() }.
export function createPartners() {
  const trouble = el('p', { class: 'error', role: 'alert' });
  const done = el('p', { class: 'ok', role: 'status' });
  const rows = el('tbody', {});
  const none = el('p', { class: 'hint', hidden: true }, t('partner.none'));
  const add = el('button', { type: 'button', class: 'primary', 'aria-haspopup': 'dialog', onclick: () => make(null) }, t('partner.make'));
  const dialog = el('dialog', { 'aria-labelledby': 'key-title', class: 'broad' });
  const table = scrolling(t('office.partners'), el('table', { class: 'many' },
    columns(t('partner.name'), t('team.change'), t('board.state'), t('partner.used'), t('partner.expires'), t('partner.scopes'), t('partner.rate'), t('team.since')), rows));
  const node = el('section', { class: 'page', 'aria-labelledby': 'partners-title' },
    el('header', { class: 'row' }, el('h2', { id: 'partners-title' }, t('office.partners')), add), trouble, done, el('div', { class: 'panel' }, none, table), dialog);
  let got = null;

  async function look() {
    try {
      got = await call('GET', '/agent/keys');
      set(trouble, '');
      draw();
    } catch (error) {
      set(trouble, why(error));
    }
  }

  // Keys of one partner stand together, those that open something first.
  function draw() {
    const live = (k) => k.state === 'live';
    const group = (k) => `${k.name.toLowerCase()} ${k.partner}`;
    const keys = [...got.keys].sort((a, b) => group(a).localeCompare(group(b)) || live(b) - live(a) || Date.parse(b.created_at) - Date.parse(a.created_at));
    show(none, !keys.length);
    show(table, keys.length > 0);
    rows.replaceChildren(...keys.map((k) => row(k, keys.filter((other) => live(other) && other.partner === k.partner).length)));
  }

  function row(k, live) {
    const button = (name, go) => el('button', { type: 'button', class: 'text', 'aria-haspopup': 'dialog', 'aria-label': t(`partner.${name}_of`, { name: k.name }), onclick: go }, t(`partner.${name}`));
    return el('tr', { class: k.state !== 'live' && 'gone' },
      el('th', { scope: 'row' }, el('bdi', {}, k.name), el('span', { class: 'role ids' }, el('bdi', { dir: 'ltr' }, k.id))),
      el('td', {}, k.state === 'live' && [live < LIVE_KEYS && button('replace', () => make(k)), button('revoke', () => revoke(k))]),
      el('td', {}, or(`partner.${k.state}`, k.state)),
      el('td', {}, k.used_at ? stamp(k.used_at) : t('partner.never')),
      el('td', {}, stamp(k.expires_at)),
      el('td', {}, k.scopes.length === got.scopes.length ? t('log.everything') : k.scopes.map((s) => el('code', { class: 'line', dir: 'ltr' }, s))),
      el('td', {}, el('bdi', { dir: 'ltr' }, k.rate)),
      el('td', {}, stamp(k.created_at)));
  }

  // make asks for a new key, beside an old one of the same partner or for another.
  function make(old) {
    if (!got) return;
    set(done, '');
    open(askForKey(old, got.scopes, {
      cancel: () => dialog.close(),
      made(key) {
        open(showKey(key, () => dialog.close()));
        look();
      },
    }));
  }

  function revoke(k) {
    set(done, '');
    const error = el('p', { class: 'error', role: 'alert' });
    open(el('form', {
      async onsubmit(event) {
        event.preventDefault();
        try {
          await call('DELETE', `/agent/keys/${encodeURIComponent(k.id)}`);
          dialog.close();
          set(done, t('partner.gone', { name: isolated(k.name) }));
          await look();
          add.focus(); // the button that opened this is no longer there
        } catch (e) {
          set(error, why(e));
        }
      },
    }, el('h2', { id: 'key-title' }, t('partner.revoke_of', { name: isolated(k.name) })), el('p', { class: 'ids' }, el('bdi', { dir: 'ltr' }, k.id)), el('p', {}, t('partner.revoke_lead')), error,
    el('div', { class: 'row end' }, el('button', { type: 'button', autofocus: true, onclick: () => dialog.close() }, t('cancel')), el('button', { type: 'submit', class: 'danger' }, t('partner.revoke')))));
  }

  function open(form) {
    dialog.replaceChildren(form);
    if (!dialog.open) dialog.showModal();
    form.querySelector('[autofocus]').focus();
  }
  // What was in the dialog, above all a key, does not stay in the page.
  dialog.addEventListener('close', () => dialog.replaceChildren());

  return { node, shown: look };
}
