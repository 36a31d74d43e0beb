// The log of what staff do, and the proof that it is whole.
import { el, set, show } from '../shared/dom.js';
import { number, or, stamp, t } from '../shared/words.js';
import { call, why } from './account.js';
import { columns, scrolling } from './tables.js';

// createLog gives { node, shown() }.
export function createLog() {
  const trouble = el('p', { class: 'error', role: 'alert' });
  const rows = el('tbody', {});
  const actor = el('select', { id: 'log-actor', onchange: () => look() }, el('option', { value: '' }, t('log.everybody')));
  const action = el('select', { id: 'log-action', onchange: () => look() }, el('option', { value: '' }, t('log.everything')));
  const conversation = el('input', { id: 'log-conversation', type: 'search', dir: 'ltr', autocomplete: 'off', spellcheck: 'false', onchange: () => look() });
  const more = el('button', { type: 'button', hidden: true, onclick: () => look(last) }, t('log.more'));
  const sheet = el('a', { class: 'button', download: true }, t('report.export'));
  const head = el('p', { class: 'head-of', dir: 'auto' });
  const verdict = el('p', { role: 'status', class: 'verdict-of' });
  const known = el('input', { id: 'log-known', dir: 'ltr', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'log-known-hint' });
  const prove = el('form', { class: 'prove panel', onsubmit: verify }, el('h3', {}, t('log.verify')), head,
    el('div', { class: 'field' }, el('label', { for: 'log-known' }, t('log.known')), known, el('p', { class: 'hint', id: 'log-known-hint' }, t('log.known_hint'))),
    el('div', { class: 'row' }, el('button', { type: 'submit', class: 'primary' }, t('log.verify_now')), verdict));
  const field = (id, name, input) => el('div', { class: 'field' }, el('label', { for: id }, name), input);
  const node = el('section', { class: 'page', 'aria-labelledby': 'log-title' }, el('header', { class: 'row' }, el('h2', { id: 'log-title' }, t('office.log')), sheet), trouble, prove,
    el('div', { class: 'filters' }, field('log-actor', t('log.actor'), actor), field('log-action', t('log.action'), action), field('log-conversation', t('log.conversation'), conversation)),
    el('div', { class: 'panel' }, scrolling(t('office.log'), el('table', { class: 'many' }, columns(t('log.n'), t('log.at'), t('log.actor'), t('log.action'), t('log.about'), t('log.detail')), rows))), more);
  let last = 0;
  let filled = false;

  async function look(before) {
    const wanted = new URLSearchParams(Object.entries({ actor: actor.value, action: action.value, conversation: conversation.value.trim(), before: before || '' }).filter(([, v]) => v));
    sheet.href = `/agent/audit.csv?${wanted}`;
    try {
      const got = await call('GET', `/agent/audit?${wanted}`);
      set(trouble, '');
      fill(got);
      if (!before) rows.replaceChildren();
      rows.append(...got.entries.map(entry));
      last = got.entries.at(-1)?.n || 0;
      show(more, got.more);
      set(head, t('log.head', { n: got.n, hash: got.hash || '–' }));
    } catch (error) {
      set(trouble, why(error));
    }
  }

  // fill offers whom and what to look for, once.
  function fill(got) {
    if (filled) return;
    filled = true;
    actor.append(...got.agents.map((a) => el('option', { value: a.id }, a.name)), ...['operator', 'system'].map((a) => el('option', { value: a }, t(`log.${a}`))));
    action.append(...got.actions.map((a) => el('option', { value: a }, or(`did.${a}`, a))));
  }

  const who = (e) => e.name || (e.actor ? or(`log.${e.actor}`, e.actor) : t('log.nobody'));

  function entry(e) {
    const about = [e.object_name || e.object, e.handoff || e.conversation].filter(Boolean);
    return el('tr', {}, el('td', {}, number(e.n)), el('td', {}, stamp(e.at)), el('th', { scope: 'row' }, el('bdi', {}, who(e)), e.role && el('span', { class: 'role' }, or(`role.${e.role}`, e.role))),
      el('td', {}, or(`did.${e.action}`, e.action)), el('td', { class: 'ids' }, about.map((id) => el('bdi', {}, id))), el('td', { class: 'ids', dir: 'ltr' }, e.detail || ''));
  }

  async function verify(event) {
    event.preventDefault();
    set(verdict, t('loading'));
    verdict.className = 'verdict-of';
    const [n, hash] = known.value.trim().split(/[\s:]+/);
    try {
      const got = await call('POST', '/agent/audit/verify', known.value.trim() ? { n: Number(n) || 0, hash: hash || '' } : {});
      verdict.classList.add(got.whole ? 'ok' : 'error');
      set(verdict, got.whole ? t('log.whole', { n: number(got.n) }) : t('log.damaged', { n: number(got.fault) }));
      look();
    } catch (error) {
      verdict.classList.add('error');
      set(verdict, error.status === 422 ? t('log.known_bad') : why(error));
    }
  }

  return { node, shown: () => look() };
}
