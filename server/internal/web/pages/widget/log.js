// The conversation as it is read: what the server has, in order of seq, and
// below it what is still on its way. The first part is the live region; what is
// on its way joins it when the server has taken it, so each message is announced
// once. While history loads, nothing is announced.
import { el, icon, set } from '../shared/dom.js';
import { plain, rich } from '../shared/text.js';
import { clock, stamp, t, tag } from '../shared/words.js';

const WHO = ['user', 'bot', 'agent', 'system'];
const GROUP_MS = 5 * 60_000; // the author is shown again after a pause this long

// createLog gives { node, add, clear, pending, typing, read, live, end }.
//   tick(seq, n, on?)  the remembered ticks of numbered steps
//   pick(choice)       a quick reply was pressed
//   form(message)      the form's node for a message that asks for one
//   retry(id), discard(id)
export function createLog({ tick, pick, form, retry, discard }) {
  const list = el('div', { class: 'list', role: 'log', 'aria-live': 'off', 'aria-relevant': 'additions', 'aria-label': t('log') });
  const outbox = el('div', { class: 'list', role: 'group', 'aria-label': t('outbox') });
  const dots = el('p', { class: 'typing', hidden: true }, el('span', { class: 'dots', 'aria-hidden': 'true' }, el('i'), el('i'), el('i')), el('span'));
  const seen = el('p', { class: 'seen', hidden: true });
  const node = el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': t('log') }, list, seen, outbox, dots);
  const waiting = new Map(); // client id → node
  let last = null;
  let underway = []; // the outbox as last shown
  let ask = null; // the quick replies or form of the newest message
  let pinned = true;

  node.addEventListener('scroll', () => {
    pinned = node.scrollHeight - node.scrollTop - node.clientHeight < 48;
  }, { passive: true });
  new ResizeObserver(() => pinned && end()).observe(node);

  function end() {
    node.scrollTop = node.scrollHeight;
    pinned = true;
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
    ask?.remove();
    ask = null;
    list.append(item);
    if (m.form) ask = form(m);
    else if (Array.isArray(m.choices) && m.choices.length) ask = choices(m);
    if (ask) list.append(ask);
    offer(underway);
    if (pinned || from === 'user') end();
  }

  function choices(m) {
    return el('div', { class: 'choices', role: 'group', 'aria-label': t('choices') },
      m.choices.map((c) => el('button', { type: 'button', class: 'choice', dir: 'auto', onclick: () => pick(c) }, c.label)));
  }

  // pending shows the outbox without rebuilding what is already there.
  function pending(all) {
    const shown = all.filter((o) => !o.veiled);
    underway = shown;
    for (const [id, n] of waiting) {
      if (shown.some((o) => o.id === id)) continue;
      n.remove();
      waiting.delete(id);
    }
    for (const o of shown) {
      let n = waiting.get(o.id);
      if (!n) {
        n = el('div', { class: 'msg user' }, el('div', { class: 'body' }, plain(o.text)), el('p', { class: 'state' }));
        waiting.set(o.id, n);
        outbox.append(n);
        end();
      }
      state(n, o);
    }
    offer(shown);
  }

  // offer hides quick replies and form while an answer is on its way.
  function offer(shown) {
    if (ask) ask.hidden = shown.some((o) => o.state !== 'failed');
  }

  function state(n, o) {
    const line = n.lastChild;
    n.classList.toggle('failed', o.state === 'failed');
    if (line.dataset.state === o.state) return;
    line.dataset.state = o.state;
    if (o.state !== 'failed') {
      line.removeAttribute('role');
      set(line, t(o.state === 'sent' ? 'sent' : 'sending'));
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
      list.replaceChildren();
      last = ask = null;
      seen.hidden = true;
    },
    // live turns announcements on once the history is there.
    live(on) {
      list.setAttribute('aria-live', on ? 'polite' : 'off');
    },
    typing(on, name) {
      dots.hidden = !on;
      if (on) set(dots.lastChild, t('typing', { name }));
      if (on && pinned) end();
    },
    read(on) {
      seen.hidden = !on;
      if (on) set(seen, t('read'));
    },
  };
}
