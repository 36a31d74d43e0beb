// A small dialog with one choice to make, and a note where it is asked for.
import { el, set } from '../shared/dom.js';
import { t } from '../shared/words.js';

// createSheet gives { node, open(preset) }.
//   options()  [value, text, detail?] of each choice, asked for when it opens;
//              a promise is waited for
//   chosen(value, aside)  what to show beside the choice made
//   done({ choice, note })  called once, with what was decided
export function createSheet({ title, go, lead, note, options, chosen, done }) {
  const id = `sheet-${Math.random().toString(36).slice(2)}`;
  const list = el('div', { class: 'options' });
  const box = el('textarea', { id, rows: '2', dir: 'auto', maxlength: '2000' });
  const error = el('p', { class: 'error', role: 'alert' });
  const aside = el('div', { class: 'aside', role: 'status' });
  const form = el('form', { method: 'dialog', onsubmit: submit, onchange: change, onkeydown: digits },
    el('h2', {}, title), el('p', { class: 'hint' }, lead),
    el('fieldset', {}, el('legend', { class: 'away' }, title), list), chosen && aside,
    note && el('div', { class: 'field' }, el('label', { for: id }, note), box), error,
    el('div', { class: 'row end' }, el('button', { type: 'button', onclick: () => dialog.close() }, t('cancel')), el('button', { type: 'submit', class: 'primary' }, go || title)));
  const dialog = el('dialog', { 'aria-label': title }, form);

  const checked = () => list.querySelector('input:checked')?.value;

  function submit(event) {
    const choice = checked();
    if (choice) return done({ choice, note: box.value.trim() });
    event.preventDefault();
    set(error, t('choose_one'));
    list.querySelector('input')?.focus();
    return null;
  }

  function change(event) {
    if (event.target.type !== 'radio') return;
    set(error, '');
    if (chosen) chosen(checked(), aside);
  }

  // digits choose by number, so that a hand need not leave the row of figures.
  function digits(event) {
    if (event.target === box || !/^[1-9]$/.test(event.key)) return;
    const input = list.querySelectorAll('input')[Number(event.key) - 1];
    if (!input) return;
    event.preventDefault();
    input.click();
    input.focus();
  }

  function option([value, text, detail]) {
    return el('label', {}, el('input', { type: 'radio', name: id, value }), el('span', { class: 'what' }, el('span', {}, text), detail && el('span', { class: 'hint' }, detail)));
  }

  return {
    node: dialog,
    async open(preset) {
      set(error, '');
      aside.replaceChildren();
      box.value = '';
      list.replaceChildren();
      dialog.showModal();
      list.replaceChildren(...(await options()).map(option));
      const first = [...list.querySelectorAll('input')].find((i) => i.value === preset);
      first?.click();
      (first || list.querySelector('input'))?.focus();
    },
  };
}
