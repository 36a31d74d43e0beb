// Ready sentences in the customer's language, filled with the case's details.
import { el, set } from '../shared/dom.js';
import { language, t, tag } from '../shared/words.js';
import { formatter } from './zone.js';

const cache = new Map(); // language → promise of { lang, dir, macros, order }

function fetchMacros(lang) {
  if (!cache.has(lang)) {
    const got = fetch(`/agent/macros.json?lang=${encodeURIComponent(lang || 'en')}`).then((answer) => {
      if (!answer.ok) throw new Error(`macros: ${answer.status}`);
      return answer.json();
    });
    got.catch(() => cache.delete(lang));
    cache.set(lang, got);
  }
  return cache.get(lang);
}

// filled puts a case's details into a text; what is not known becomes "…".
export function filled(text, { fields, zone, agent, cancellable }, { lang }) {
  const when = (value) => {
    const at = Date.parse(value || '');
    const options = { year: 'numeric', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit', timeZoneName: 'short' };
    return Number.isNaN(at) ? '' : (formatter(zone || 'UTC', options, lang) || formatter('UTC', options, lang)).format(at);
  };
  const known = (field) => (field && field.value !== 'unknown' ? field.text || field.value : '');
  const values = {
    agent,
    email: known(fields.email),
    submitted_at: when(fields.submitted_at?.value),
    status: known(fields.status),
    reason: known(fields.reason),
    cancellable_at: when(cancellable),
  };
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] || '…' : all));
}

// createMacros gives { node, open(lang) }; insert(text) gets what was chosen.
export function createMacros({ insert, values }) {
  const search = el('input', { type: 'search', id: 'macro-search', role: 'combobox', 'aria-expanded': 'true', 'aria-controls': 'macro-list', 'aria-autocomplete': 'list', autocomplete: 'off', dir: 'auto', oninput: draw, onkeydown: keys });
  const list = el('div', { id: 'macro-list', class: 'macros', role: 'listbox', 'aria-label': t('macros') });
  const about = el('p', { class: 'hint' });
  const dialog = el('dialog', { class: 'wide-sheet', 'aria-label': t('macros'), onclose: () => list.replaceChildren() }, el('div', { class: 'sheet' }, el('h2', {}, t('macros')), about,
    el('div', { class: 'field' }, el('label', { for: 'macro-search' }, t('macros.search')), search), list,
    el('div', { class: 'row end' }, el('button', { type: 'button', onclick: () => dialog.close() }, t('cancel')))));
  let table = null;
  let at = 0;

  function choose(text) {
    dialog.close();
    insert(text);
  }

  function draw() {
    const wanted = search.value.trim().toLocaleLowerCase();
    const all = table.order.map((id) => ({ id, title: t(`macro.${id}`), text: filled(table.macros[id], values(), table) }))
      .filter((m) => `${m.title} ${m.text}`.toLocaleLowerCase().includes(wanted));
    at = 0;
    list.replaceChildren(...all.map((m, i) => el('div', { class: 'macro-row', id: `macro-${i}`, role: 'option', 'aria-selected': 'false', onclick: () => choose(m.text) },
      el('strong', {}, m.title), el('span', { lang: tag(table.lang), dir: 'auto' }, m.text))));
    if (!all.length) list.replaceChildren(el('div', { class: 'hint', role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false' }, t('macros.none')));
    mark();
  }

  function mark() {
    const rows = [...list.querySelectorAll('.macro-row')];
    rows.forEach((row, i) => row.setAttribute('aria-selected', String(i === at)));
    rows[at]?.scrollIntoView({ block: 'nearest' });
    if (rows[at]) search.setAttribute('aria-activedescendant', rows[at].id);
    else search.removeAttribute('aria-activedescendant');
  }

  function keys(event) {
    const rows = list.querySelectorAll('.macro-row');
    if (event.key === 'ArrowDown') at = Math.min(rows.length - 1, at + 1);
    else if (event.key === 'ArrowUp') at = Math.max(0, at - 1);
    else if (event.key === 'Enter' && !event.isComposing) rows[at]?.click();
    else return;
    event.preventDefault();
    mark();
  }

  return {
    node: dialog,
    async open(lang) {
      search.value = '';
      set(about, t('loading'));
      dialog.showModal();
      search.focus();
      try {
        table = await fetchMacros(lang || 'en');
        set(about, t('macros.about', { language: language(table.lang) }));
        draw();
      } catch {
        set(about, t('problem'));
      }
    },
  };
}
