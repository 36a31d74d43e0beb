// The conversation as it is read: what the server has, in order of seq, below it
// what it asks for, and what is still on its way. The first part alone is the
// live region, and each message joins it when the server has taken it, so each
// is announced once. While history loads, nothing is announced.
import { el, icon, set, show } from '../shared/dom.js';
import { plain, rich } from '../shared/text.js';
import { clock, stamp, t, tag } from '../shared/words.js';

const WHO = ['user', 'bot', 'agent', 'system'];
const GROUP_MS = 5 * 60_000; // the author is shown again after a pause this long

// createLog gives { node, add, clear, pending, typing, read, quiet, flush,
// end, top, words, transcript }.
//   tick(seq, n, on?)  the remembered ticks of numbered steps
//   pick(choice)       a quick reply was pressed
//   form(message)      the form's node for a message that asks for one
//   retry(id), discard(id)
export function createLog({ tick, pick, form, retry, discard }) {
  const list = el('div', { class: 'list', role: 'log', 'aria-live': 'off', 'aria-relevant': 'additions' });
  const outbox = el('div', { class: 'list', role: 'group' });
  const dots = el('p', { class: 'typing', hidden: true }, el('span', { class: 'dots', 'aria-hidden': 'true' }, el('i'), el('i'), el('i')), el('span'));
  const seen = el('p', { class: 'seen', 'aria-live': 'off' }); // how far the last message of the user has come
  const asked = el('div', { class: 'asked' });
  const top = el('div', { class: 'top' });
  const node = el('div', { class: 'scroll', tabindex: '0', role: 'region' }, top, list, asked, outbox, dots);
  const spoken = []; // [who, at, text] of each message
  const waiting = new Map(); // client id → node
  let last = null;
  let underway = []; // the outbox as last shown
  let ask = null; // the quick replies or form of the newest message
  let pinned = true;
  let due = 0;
  let height = 0; // scrolled to so far
  const held = document.createDocumentFragment(); // history, until all of it is there
  let loading = false;

  // box is what scrolls: on a screen of little height it is the whole page.
  const low = matchMedia('(max-height: 400px)');
  const box = () => (low.matches ? document.scrollingElement : node);

  // Only who scrolls up leaves the end: what comes into view may grow under it,
  // and what goes away moves it, with the way to the new end still before it.
  function moved() {
    const { scrollTop, scrollHeight, clientHeight } = box();
    if (scrollHeight - scrollTop - clientHeight < 48) pinned = true;
    else if (!due && scrollTop < height) pinned = false;
    height = scrollTop;
  }
  for (const part of [node, document]) part.addEventListener('scroll', moved, { passive: true });
  const watch = new ResizeObserver(() => pinned && end());
  for (const part of [node, list, asked, outbox]) watch.observe(part);

  // end shows the newest, once a frame however many messages have come: asking
  // for heights in between would lay the page out for each of them. What is
  // longer than the screen is shown from its start: its first step comes first.
  function end() {
    pinned = true;
    due ||= requestAnimationFrame(go);
  }

  function go() {
    const m = list.lastChild, { clientHeight, scrollHeight } = box();
    box().scrollTop = last?.from === 'bot' && !outbox.firstChild && m?.offsetHeight > clientHeight ? m.offsetTop - top.offsetTop : scrollHeight;
    due = 0;
  }

  // flush shows the history, and what comes from then on is announced. Shown
  // message by message, a long one would be laid out as often.
  function flush() {
    loading = false;
    list.append(held);
    if (pinned) {
      go(); // before the top of it is laid out
      end();
    }
    setTimeout(() => loading || list.setAttribute('aria-live', 'polite'));
  }

  function by(m, from) {
    const at = el('time', { dir: 'auto', datetime: m.at, title: stamp(m.at) }, clock(m.at));
    const name = el('bdi', {}, from === 'user' ? t('you') : m.name || t(`who.${from}`));
    const badge = (from === 'bot' || from === 'agent') && el('span', { class: 'badge' }, icon(from === 'bot' ? 'bot' : 'person'), t(`who.${from}`));
    return el('p', { class: 'by' }, name, from === 'agent' || m.name ? badge : null, at);
  }

  function add(m) {
    const from = WHO.includes(m.from) ? m.from : 'system';
    const together = last && last.from === from && last.name === m.name && Date.parse(m.at) - Date.parse(last.at) < GROUP_MS;
    last = { from, name: m.name, at: m.at };
    const steps = m.meta?.advice === 'secure_account_first' ? (n, on) => tick(m.seq, n, on) : null;
    const text = String(m.text ?? '');
    const body = el('div', { class: 'body', lang: tag(m.lang) }, from === 'user' || from === 'agent' ? plain(text) : rich(text, steps));
    const item = el('article', { class: `msg ${from}${together ? ' more' : ''}`, 'data-seq': m.seq }, by(m, from), body);
    if (together) item.firstChild.className = 'away';
    (loading ? held : list).append(item);
    spoken.push([from === 'user' ? 'you' : `who.${from}`, m, text]);
    if (from === 'user') item.append(seen);
    if (m.form) ask = form(m);
    else if (Array.isArray(m.choices) && m.choices.length) ask = choices(m);
    else ask = null;
    asked.replaceChildren(...(ask ? [ask] : []));
    offer();
    if (!loading && (pinned || from === 'user')) end();
  }

  function choices(m) {
    return el('div', { class: 'choices', role: 'group', 'aria-label': t('choices') },
      m.choices.map((c) => el('button', { type: 'button', class: 'choice', dir: 'auto', onclick: () => pick(c) }, c.label)));
  }

  // pending shows the outbox without rebuilding what is already there; online
  // is false while nothing can be sent.
  function pending(all, online) {
    underway = all;
    for (const [id, n] of waiting) {
      if (all.some((o) => o.id === id)) continue;
      n.remove();
      waiting.delete(id);
    }
    for (const o of all) {
      let n = waiting.get(o.id);
      if (!n) {
        n = el('div', { class: 'msg user' }, el('div', { class: 'body' }, plain(o.text)), el('p', { class: 'state' }));
        waiting.set(o.id, n);
        outbox.append(n);
        end();
      }
      state(n, o, online ? o.state : o.state === 'sending' ? 'held' : o.state);
    }
    offer();
  }

  // offer hides quick replies and form while an answer is on its way.
  function offer() {
    show(asked, !underway.some((o) => o.state !== 'failed'));
  }

  function state(n, o, now) {
    const line = n.lastChild;
    n.classList.toggle('failed', now === 'failed');
    if (line.dataset.state === now) return;
    line.dataset.state = now;
    if (now !== 'failed') {
      line.removeAttribute('role');
      set(line, t(now));
      return;
    }
    line.setAttribute('role', 'alert');
    line.replaceChildren(t(`failed.${o.code}`) === `failed.${o.code}` ? t('failed') : t(`failed.${o.code}`), ' ',
      el('button', { type: 'button', class: 'text', onclick: () => retry(o.id) }, t('retry')), ' ',
      el('button', { type: 'button', class: 'text', onclick: () => discard(o.id) }, t('discard')));
  }

  return {
    node,
    add,
    pending,
    end,
    clear() {
      held.replaceChildren();
      list.replaceChildren();
      asked.replaceChildren();
      spoken.length = 0;
      last = ask = null;
    },
    // quiet keeps back what comes until flush: it is history, to be shown at once
    // and not announced.
    quiet() {
      loading = true;
      list.setAttribute('aria-live', 'off');
    },
    flush,
    typing(on, name) {
      dots.hidden = !on;
      if (on) set(dots.lastChild, t('typing', { name }));
      if (on && pinned) end();
    },
    // read tells how far the others have read: the seq of their mark.
    read(seq) {
      const mine = Number(seen.parentNode?.dataset.seq);
      set(seen, mine ? t(seq >= mine ? 'read' : 'sent') : '');
    },
    // top puts something above the first message.
    top: (...nodes) => top.replaceChildren(...nodes.filter(Boolean)),
    words() {
      for (const n of [list, node]) n.setAttribute('aria-label', t('log'));
      outbox.setAttribute('aria-label', t('outbox'));
    },
    // transcript is all that was said, as plain text.
    transcript: () => spoken.map(([who, m, text]) => `${stamp(m.at)}\n${m.name && who !== 'you' ? `${m.name} (${t(who)})` : t(who)}: ${text}`).join('\n\n'),
  };
}
