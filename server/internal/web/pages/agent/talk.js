// The transcript of one case and the box to answer in. Who speaks is told by
// place, colour and a word; notes look like notes and never like messages.
import { el, icon, set, show } from '../shared/dom.js';
import { plain, rich } from '../shared/text.js';
import { clock, number, or, stamp, t, tag } from '../shared/words.js';
import { randomID } from '../shared/socket.js';

const MAX_CHARS = 4000; // protocol: code points a message may have
const WHO = ['user', 'bot', 'agent', 'system', 'note'];

// createTalk gives { node, open(handoff, talk, mine), add(message), typing(on), reply() }.
export function createTalk({ send, note, typing, drafts, explain }) {
  const log = el('div', { class: 'log', role: 'log', 'aria-live': 'off', 'aria-relevant': 'additions', 'aria-label': t('transcript') });
  const pending = el('div', { class: 'log' });
  const dots = el('p', { class: 'typing', hidden: true });
  const scroll = el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': t('transcript') }, log, pending, dots);
  const box = el('textarea', { id: 'reply', rows: '2', dir: 'auto', 'aria-describedby': 'reply-note', oninput: changed, onkeydown: keys });
  const label = el('label', { for: 'reply', class: 'away' });
  const about = el('p', { class: 'hint', id: 'reply-note' });
  const modes = ['reply', 'note'].map((mode) => el('button', { type: 'button', class: 'mode', 'aria-pressed': 'false', onclick: () => { turn(mode); box.focus(); } }, mode === 'note' ? icon('note') : null, t(`mode.${mode}`)));
  const go = el('button', { type: 'submit', class: 'primary' });
  const form = el('form', { class: 'answer', onsubmit: submit }, el('div', { class: 'modes', role: 'group', 'aria-label': t('mode') }, modes), label, box, el('div', { class: 'row' }, about, go));
  const watch = el('p', { class: 'watch' });
  const node = el('section', { class: 'talk', 'aria-label': t('conversation') }, scroll, watch, form);
  let mode = 'reply';
  let h = null;
  let shown = new Map(); // seq, or time and text of a note → node
  let highest = 0;

  function turn(to) {
    mode = to;
    modes.forEach((button, i) => button.setAttribute('aria-pressed', String(['reply', 'note'][i] === mode)));
    form.classList.toggle('noting', mode === 'note');
    set(go, t(`send.${mode}`));
    set(label, t(`write.${mode}`));
    box.placeholder = t(`write.${mode}`);
    count();
  }

  function count() {
    const n = [...box.value].length;
    set(about, n > MAX_CHARS ? t('too_long', { n: number(n), max: number(MAX_CHARS) }) : t(mode === 'note' ? 'about.note' : 'about.reply'));
    about.classList.toggle('error', n > MAX_CHARS);
    box.setAttribute('aria-invalid', String(n > MAX_CHARS));
  }

  function changed() {
    if (!h) return;
    drafts.set(h.conversation, box.value);
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
    if (mode === 'note') leave(h.conversation, text);
    else transmit(h.conversation, text, randomID());
  }

  // transmit shows the answer at once and says what became of it.
  function transmit(conversation, text, id, old) {
    const state = el('p', { class: 'state' }, t('sending'));
    const item = el('article', { class: 'msg agent' }, el('div', { class: 'body' }, plain(text)), state);
    if (old) old.replaceWith(item);
    else pending.append(item);
    end();
    send(conversation, text, id).then((ack) => {
      if (shown.has(ack.seq)) item.remove();
      else item.dataset.seq = ack.seq;
      set(state, t('sent'));
    }, (error) => {
      item.classList.add('failed');
      state.setAttribute('role', 'alert');
      state.replaceChildren(explain(error), ' ',
        el('button', { type: 'button', class: 'text', onclick: () => transmit(conversation, text, id, item) }, t('retry')), ' ',
        el('button', { type: 'button', class: 'text', onclick: () => { item.remove(); box.value = box.value || text; changed(); box.focus(); } }, t('edit')));
    });
  }

  function leave(conversation, text) {
    note(conversation, text).catch((error) => {
      if (h?.conversation === conversation) {
        box.value = box.value || text;
        changed();
        turn('note');
      }
      set(about, explain(error));
      about.classList.add('error');
    });
  }

  function make(m) {
    const from = WHO.includes(m.from) ? m.from : 'system';
    const by = el('p', { class: 'by' }, el('bdi', {}, m.name || t(`who.${from}`)), m.name && from !== 'system' ? el('span', { class: 'role' }, t(`who.${from}`)) : null,
      el('time', { dir: 'auto', datetime: m.at, title: stamp(m.at) }, clock(m.at)));
    const meta = from === 'bot' && m.meta ? el('p', { class: 'meta' }, [m.meta.advice && or(`advice.${m.meta.advice}`, m.meta.advice), [m.meta.facts || []].flat().join(', ')].filter(Boolean).join(' · ')) : null;
    const text = String(m.text ?? '');
    const body = el('div', { class: 'body', lang: tag(m.lang) }, from === 'bot' || from === 'system' ? rich(text) : plain(text));
    return el('article', { class: `msg ${from}`, 'data-seq': m.seq, 'data-at': Date.parse(m.at) }, by, body, meta?.textContent ? meta : null);
  }

  function add(m) {
    const key = m.seq || `${m.at} ${m.text}`;
    if (shown.has(key)) return;
    const near = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
    const item = make(m);
    for (const p of pending.children) if (m.seq && Number(p.dataset.seq) === m.seq) p.remove();
    const later = m.seq ? (n) => Number(n.dataset.seq) > m.seq : (n) => Number(n.dataset.at) > Date.parse(m.at);
    log.insertBefore(item, !m.seq || m.seq < highest ? [...log.children].find(later) || null : null);
    shown.set(key, item);
    highest = Math.max(highest, m.seq || 0);
    dots.hidden = m.from === 'user' || dots.hidden;
    if (near || m.from === 'agent') end();
  }

  const end = () => { scroll.scrollTop = scroll.scrollHeight; };

  return {
    node,
    add,
    // open shows a case: whole when it is another one, else what is new of it.
    open(handoff, talk, mine) {
      if (h?.id !== handoff.id) {
        log.setAttribute('aria-live', 'off');
        log.replaceChildren();
        pending.replaceChildren();
        shown = new Map();
        highest = 0;
        turn('reply');
        box.value = drafts.get(handoff.conversation) || '';
        count();
      }
      h = handoff;
      const messages = [...talk.messages.values()].sort((a, b) => a.seq - b.seq);
      const first = shown.size === 0;
      messages.forEach(add);
      talk.notes.forEach(add);
      node.classList.toggle('unread', !mine && !messages.length);
      show(form, mine);
      show(watch, !mine);
      set(watch, t(h.state === 'queued' ? 'claim_to_answer' : 'with_other', { name: h.agent?.name || '' }));
      show(scroll, mine || messages.length > 0);
      if (first) end();
      setTimeout(() => log.setAttribute('aria-live', 'polite'), 0);
    },
    typing(on) {
      show(dots, on);
      set(dots, on ? t('typing') : '');
    },
    reply() {
      turn('reply');
      box.focus();
    },
    end,
    focus: () => (form.hidden ? scroll : box).focus(),
  };
}
