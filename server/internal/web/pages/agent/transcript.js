// The transcript of one case. Who speaks is told by place, colour and a word;
// notes look like notes and never like messages.
import { el, set, show } from '../shared/dom.js';
import { plain, rich } from '../shared/text.js';
import { clock, language, or, stamp, t, tag } from '../shared/words.js';

const WHO = ['user', 'bot', 'agent', 'system', 'note'];

// createTranscript gives { node, open(id, talk), add(message), pend(item), … }.
export function createTranscript() {
  const log = el('div', { class: 'log', role: 'log', 'aria-live': 'off', 'aria-relevant': 'additions', 'aria-label': t('transcript') });
  const pending = el('div', { class: 'log' });
  const dots = el('p', { class: 'typing', hidden: true });
  const node = el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': t('transcript') }, log, pending, dots);
  let shown = new Map(); // seq, or time and text of a note → node
  let highest = 0;
  let seen = 0; // the seq up to which the person has read
  let id = null;

  function make(m) {
    const from = WHO.includes(m.from) ? m.from : 'system';
    const spoken = from === 'user' && m.lang ? el('span', { class: 'lang', title: language(m.lang) }, m.lang.toUpperCase()) : null;
    const by = el('p', { class: 'by' }, el('bdi', {}, m.name || t(`who.${from}`)), m.name && from !== 'system' ? el('span', { class: 'role' }, t(`who.${from}`)) : null,
      spoken, el('time', { dir: 'auto', datetime: m.at, title: stamp(m.at) }, clock(m.at)));
    const meta = from === 'bot' && m.meta ? [m.meta.advice && or(`advice.${m.meta.advice}`, m.meta.advice), [m.meta.facts || []].flat().join(', ')].filter(Boolean).join(' · ') : '';
    const text = String(m.text ?? '');
    const body = el('div', { class: 'body', lang: tag(m.lang) }, from === 'bot' || from === 'system' ? rich(text) : plain(text));
    return el('article', { class: `msg ${from}`, 'data-seq': m.seq, 'data-at': Date.parse(m.at) }, by, body, meta ? el('p', { class: 'meta' }, meta) : null);
  }

  function add(m) {
    const key = m.seq || `${m.at} ${m.text}`;
    if (shown.has(key)) return;
    const near = node.scrollHeight - node.scrollTop - node.clientHeight < 80;
    const item = make(m);
    for (const p of pending.children) if (m.seq && Number(p.dataset.seq) === m.seq) p.remove();
    const later = m.seq ? (n) => Number(n.dataset.seq) > m.seq : (n) => Number(n.dataset.at) > Date.parse(m.at);
    log.insertBefore(item, !m.seq || m.seq < highest ? [...log.children].find(later) || null : null);
    shown.set(key, item);
    highest = Math.max(highest, m.seq || 0);
    if (m.from === 'user') show(dots, false);
    if (m.from === 'agent') read(seen);
    if (near || m.from === 'agent') end();
  }

  const end = () => { node.scrollTop = node.scrollHeight; };

  // read says under the last of our messages whether the person has seen it.
  function read(upTo) {
    seen = upTo;
    const ours = [...log.querySelectorAll('.msg.agent')].pop();
    for (const mark of log.querySelectorAll('.read')) if (mark.parentNode !== ours) mark.remove();
    if (!ours) return;
    const mark = ours.querySelector('.read') || ours.appendChild(el('p', { class: 'state read' }));
    set(mark, t(upTo >= Number(ours.dataset.seq) ? 'read' : 'sent'));
  }

  return {
    node,
    add,
    end,
    has: (seq) => shown.has(seq),
    // open shows a case: whole when it is another one, else what is new of it.
    open(handoff, talk) {
      if (id !== handoff) {
        log.setAttribute('aria-live', 'off');
        log.replaceChildren();
        pending.replaceChildren();
        shown = new Map();
        highest = 0;
        id = handoff;
      }
      const first = shown.size === 0;
      seen = talk.read;
      [...talk.messages.values()].sort((a, b) => a.seq - b.seq).forEach(add);
      talk.notes.forEach(add);
      read(talk.read);
      if (first) end();
      setTimeout(() => log.setAttribute('aria-live', 'polite'), 0);
    },
    read,
    // pend puts a message at the end that is on its way, or in another's place.
    pend(item, old) {
      if (old) old.replaceWith(item);
      else pending.append(item);
      end();
    },
    typing(on) {
      show(dots, on);
      set(dots, on ? t('typing') : '');
    },
  };
}
