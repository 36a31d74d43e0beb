// Single keys, for hands that stay on the keyboard. They do nothing while one
// writes, and can be switched off (WCAG 2.1.4).
import { el } from '../shared/dom.js';
import { t } from '../shared/words.js';

const OFF = 'usher.console.keys-off';

// createKeys listens for the keys of `actions` (key → work) and gives the sheet
// that "?" opens.
export function createKeys(actions, signal) {
  const box = el('input', { type: 'checkbox', onchange: () => (box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, '1')) });
  box.checked = !localStorage.getItem(OFF);
  const dialog = el('dialog', { 'aria-label': t('keys') }, el('form', { method: 'dialog' }, el('h2', {}, t('keys')),
    el('dl', { class: 'keys' }, [...Object.keys(actions), '?'].flatMap((key) => [el('dt', {}, el('kbd', {}, key)), el('dd', {}, t(`key.${key === '?' ? 'help' : key}`))])),
    el('label', { class: 'check' }, box, el('span', {}, t('keys.on'))),
    el('div', { class: 'row end' }, el('button', { type: 'submit', class: 'primary' }, t('close')))));
  addEventListener('keydown', (event) => {
    const writing = event.target.closest?.('input, textarea, select, dialog, [contenteditable]');
    if (writing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !box.checked) return;
    if (event.key === '?') dialog.showModal();
    else if (Object.hasOwn(actions, event.key)) actions[event.key]();
    else return;
    event.preventDefault();
  }, { signal });
  return { node: dialog, open: () => dialog.showModal() };
}
