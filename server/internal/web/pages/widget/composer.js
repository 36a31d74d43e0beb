// Where the user writes: Enter sends, Shift+Enter starts a line. The draft is
// kept on every change, so a reload loses nothing; but what seems to be a
// password or a key is not kept, and not sent before the user was warned.
import { el, icon, set, show } from '../shared/dom.js';
import { number, t } from '../shared/words.js';
import { holdsSecret } from './secret.js';

export function createComposer({ draft, limit, send, typing }) {
  const box = el('textarea', { id: 'text', rows: '1', dir: 'auto', autocomplete: 'off', 'aria-describedby': 'text-note', oninput: changed, onkeydown: keys });
  const label = el('label', { for: 'text', class: 'away' });
  const note = el('p', { id: 'text-note', class: 'note', role: 'status', hidden: true });
  const button = el('button', { type: 'submit', class: 'send' }, icon('send'), el('span', { class: 'away' }));
  const warning = el('p', { role: 'alert' });
  const remove = el('button', { type: 'button', class: 'primary', onclick: () => put('') });
  const anyway = el('button', { type: 'button', class: 'text', onclick: () => post() });
  const guard = el('div', { class: 'guard', hidden: true }, icon('shield'), el('div', {}, warning, remove, anyway));
  const node = el('form', { class: 'composer', onsubmit: submit }, guard, note, el('div', { class: 'row' }, label, box, button));

  const length = () => [...box.value].length;

  function changed() {
    const secret = holdsSecret(box.value);
    draft.set(secret ? null : box.value);
    show(guard, secret);
    set(warning, secret ? t('guard') : '');
    if (box.value.trim()) typing();
    size();
    count();
  }

  function put(text) {
    box.value = text;
    changed();
    box.focus();
  }

  function count() {
    const [n, max] = [length(), limit()];
    show(note, n > max * 0.9);
    if (n > max) set(note, t('too_long', { n: number(n), max: number(max) }));
    else if (n > max * 0.9) set(note, t('left', { n: number(max - n) }));
    note.classList.toggle('bad', n > max);
    box.setAttribute('aria-invalid', String(n > max));
  }

  function size() {
    box.style.height = 'auto';
    box.style.height = `${Math.min(box.scrollHeight + 2, 140)}px`;
  }

  function keys(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit(event);
  }

  function submit(event) {
    event.preventDefault();
    if (guard.hidden) post();
    else remove.focus();
  }

  function post() {
    const text = box.value.trim();
    if (text && length() <= limit()) {
      put('');
      send(text);
    }
    box.focus();
  }

  return {
    node,
    size,
    focus: () => box.focus(),
    words() {
      set(label, t('write'));
      box.placeholder = t('write');
      set(button.lastChild, t('send'));
      button.title = t('send');
      set(remove, t('guard_remove'));
      set(anyway, t('guard_send'));
      if (!guard.hidden) set(warning, t('guard'));
      count();
    },
    reset() {
      box.value = draft.get() || '';
      size();
      count();
    },
  };
}
