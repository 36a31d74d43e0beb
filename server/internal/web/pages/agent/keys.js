// Single keys, for hands that stay on the keyboard. They do nothing while one
// writes, and can be switched off (WCAG 2.1.4).
import { el } from '../shared/dom.js';
import { t } from '../shared/words.js';

const OFF = 'usher.console.keys-off';

// latin is the letter of a key on any keyboard: where a layout has no Latin
// letters, the one that stands in its place.
function latin(event) {
  if (/^[a-z?/,]$/i.test(event.key)) return event.key.toLowerCase();
  if (event.shiftKey && event.code === 'Slash') return '?';
  if (event.code === 'Comma') return ',';
  return /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key;
}

// createKeys listens for the keys of `actions` (key → work) and gives the sheet
// that "?" opens.
export function createKeys(actions, signal) {
  const on = { get: () => !localStorage.getItem(OFF), set: (value) => (value ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, '1')) };
  const box = el('input', { type: 'checkbox', onchange: () => on.set(box.checked) });
  const rows = [...Object.keys(actions), '?'].map((key) => [[key], t(`key.${key === '?' ? 'help' : key === ',' ? 'comma' : key}`)])
    .concat([[['↑', '↓'], t('key.arrows')], [['Enter'], t('key.enter')], [['Esc'], t('key.esc')], [['1', '…', '9'], t('key.digits')]]);
  const dialog = el('dialog', { class: 'wide-sheet', 'aria-label': t('keys') }, el('form', { method: 'dialog' }, el('h2', {}, t('keys')),
    el('dl', { class: 'keys' }, rows.map(([caps, text]) => el('div', {}, el('dt', {}, caps.map((c) => (c === '…' ? c : el('kbd', {}, c)))), el('dd', {}, text)))),
    el('label', { class: 'check' }, box, el('span', {}, t('keys.on'))),
    el('div', { class: 'row end' }, el('button', { type: 'submit', class: 'primary' }, t('close')))));

  function open() {
    box.checked = on.get();
    dialog.showModal();
  }

  addEventListener('keydown', (event) => {
    // A dialog that has just closed keeps the focus until the page is drawn anew.
    const closed = event.target.closest?.('dialog:not([open])');
    const writing = !closed && event.target.closest?.('input, textarea, select, dialog, [contenteditable]');
    if (writing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing || !on.get()) return;
    const key = latin(event);
    if (key === '?') open();
    else if (Object.hasOwn(actions, key)) actions[key]();
    else return;
    event.preventDefault();
  }, { signal });
  return { node: dialog, open, on };
}
