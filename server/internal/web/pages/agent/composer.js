// The box to answer in. Replies and notes are two texts, each with its own draft:
// what was meant for colleagues is never sent to a customer by a click beside it.
import { el, icon, set, show } from '../shared/dom.js';
import { language, number, t } from '../shared/words.js';
import { createMacros } from './macros.js';
import { speaks } from './order.js';

const MAX_CHARS = 4000; // protocol: code points a message may have
const MODES = ['reply', 'note'];

// createComposer gives { node, box, open(handoff, agent), focus(mode), macros(), … }.
//   transmit(conversation, text)  sends a reply
//   leave(conversation, text)     adds a note
export function createComposer({ transmit, leave, typing, drafts, values }) {
  const box = el('textarea', { id: 'reply', rows: '2', dir: 'auto', 'aria-describedby': 'reply-note', oninput: changed, onkeydown: keys });
  const label = el('label', { for: 'reply', class: 'away' });
  const about = el('p', { class: 'hint', id: 'reply-note' });
  const modes = MODES.map((name) => el('button', { type: 'button', class: 'mode', 'aria-pressed': 'false', onclick: () => focus(name) }, name === 'note' ? icon('note') : null, t(`mode.${name}`)));
  const foreign = el('p', { class: 'foreign', role: 'note', hidden: true }, icon('globe'), el('span'));
  const macros = createMacros({ insert, values: () => values(h) });
  const pick = el('button', { type: 'button', class: 'mode macro', 'aria-haspopup': 'dialog', 'aria-keyshortcuts': 'm', onclick: () => open() }, icon('list'), t('macros'));
  const go = el('button', { type: 'submit', class: 'primary' });
  const node = el('form', { class: 'answer', onsubmit: submit }, foreign, el('div', { class: 'modes' }, el('div', { class: 'modes', role: 'group', 'aria-label': t('mode') }, modes), pick), label, box, el('div', { class: 'row' }, about, go), macros.node);
  let mode = 'reply';
  let h = null;

  function turn(to) {
    mode = to;
    modes.forEach((button, i) => button.setAttribute('aria-pressed', String(MODES[i] === mode)));
    node.classList.toggle('noting', mode === 'note');
    set(go, t(`send.${mode}`));
    set(label, t(`write.${mode}`));
    box.placeholder = t(`write.${mode}`);
    box.value = h ? drafts.get(h.conversation, mode) : '';
    show(pick, mode === 'reply');
    count();
  }

  function focus(to) {
    if (to !== mode) turn(to);
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
  }

  function count() {
    const n = [...box.value].length;
    set(about, n > MAX_CHARS ? t('too_long', { n: number(n), max: number(MAX_CHARS) }) : t(`about.${mode}`));
    about.classList.toggle('error', n > MAX_CHARS);
    box.setAttribute('aria-invalid', String(n > MAX_CHARS));
  }

  function changed() {
    if (!h) return;
    drafts.set(h.conversation, mode, box.value);
    if (mode === 'reply' && box.value.trim()) typing(h.conversation);
    count();
  }

  function keys(event) {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229) submit(event);
    else if (event.key === 'Escape') box.blur();
  }

  function submit(event) {
    event.preventDefault();
    const text = box.value.trim();
    if (!text || [...text].length > MAX_CHARS || !h) return;
    box.value = '';
    changed();
    (mode === 'note' ? leave : transmit)(h.conversation, text);
  }

  // insert puts a macro where the cursor is; what it could not fill is selected,
  // so that the next key writes over it.
  function insert(text) {
    const at = box.selectionStart;
    box.focus();
    box.setRangeText(text, at, box.selectionEnd, 'end');
    const gap = text.indexOf('…');
    if (gap >= 0) box.setSelectionRange(at + gap, at + gap + 1);
    changed();
  }

  // restore brings a text back into the box of its case, before what was
  // written there since.
  function restore(conversation, text, to = 'reply') {
    const since = drafts.get(conversation, to);
    drafts.set(conversation, to, since ? `${text}\n${since}` : text);
    if (h?.conversation !== conversation) return;
    turn(to);
    box.focus();
  }

  function open() {
    if (mode === 'reply' && h && !node.hidden) macros.open(h.lang);
  }

  return {
    node,
    box,
    focus,
    restore,
    macros: open,
    refused(conversation, text, why) {
      restore(conversation, text, 'note');
      set(about, why);
      about.classList.add('error');
    },
    open(handoff, agent) {
      const other = h?.id !== handoff.id;
      h = handoff;
      if (other) turn('reply');
      const strange = !speaks(agent, h.lang);
      show(foreign, strange);
      if (strange) set(foreign.lastChild, t('foreign', { language: language(h.lang) }));
    },
  };
}
