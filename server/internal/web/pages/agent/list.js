// The left column: what waits, in the server's order, and what is one's own.
import { el, icon, set, show } from '../shared/dom.js';
import { number, or, span, t } from '../shared/words.js';

// How long a case may wait before it counts as late, in seconds: the targets of
// the queues.
const TARGETS = { account_security: 120, supervisor: 1800, kyc_review: 1800 };

// createList gives { node, draw(state, chosen), tick(), move(step), unread(id) }.
export function createList({ choose, next }) {
  const mine = el('ul', {});
  const waiting = el('ul', {});
  const others = el('ul', {});
  const mineTitle = el('h2');
  const othersTitle = el('h2', { hidden: true });
  const waitingTitle = el('h2');
  const button = el('button', { type: 'button', class: 'primary wide', 'aria-keyshortcuts': 'c', onclick: next }, t('claim_next'));
  const node = el('nav', { class: 'list', 'aria-label': t('cases') },
    el('div', { class: 'top' }, button), mineTitle, mine, waitingTitle, waiting, othersTitle, others);
  const rows = new Map(); // handoff id → row
  const fresh = new Set(); // cases of one's own with something unread
  let order = [];
  let chosen = null;

  function row(h) {
    let r = rows.get(h.id);
    if (!r) {
      const parts = { name: el('bdi', { class: 'name' }), flag: el('span', { class: 'flag' }), queue: el('span'), lang: el('span', { class: 'lang' }), age: el('span', { class: 'age' }), dot: el('span', { class: 'dot' }) };
      const button = el('button', { type: 'button', class: 'case', onclick: () => choose(h.id) },
        el('span', { class: 'one' }, parts.flag, parts.name, parts.dot), el('span', { class: 'two' }, parts.queue, parts.lang, parts.age));
      r = { li: el('li', {}, button), button, ...parts };
      rows.set(h.id, r);
    }
    r.h = h;
    r.mine = false;
    const urgent = h.priority === 'urgent';
    r.button.classList.toggle('urgent', urgent);
    if (chosen === h.id) r.button.setAttribute('aria-current', 'true');
    else r.button.removeAttribute('aria-current');
    if (urgent && !r.flag.firstChild) r.flag.append(icon('shield'), t('urgent'));
    else if (!urgent) r.flag.replaceChildren();
    set(r.name, title(h));
    set(r.queue, or(`queue.${h.queue}`, h.queue));
    set(r.lang, (h.lang || '').toUpperCase());
    set(r.dot, fresh.has(h.id) ? t('unread') : '');
    return r.li;
  }

  // age shows how long the case has waited, and when that is over its target.
  function age(r) {
    const waits = r.h.state === 'queued';
    const s = (Date.now() - Date.parse(r.h.queued_at || '')) / 1000;
    const holder = r.h.state === 'accepted' && !r.mine ? r.h.agent?.name || '' : '';
    set(r.age, waits && s > -60 ? t('waits', { span: span(s) }) : holder);
    r.age.classList.toggle('late', waits && s > (TARGETS[r.h.queue] || Infinity));
  }

  return {
    node,
    draw(state, id) {
      chosen = id;
      order = [...state.mine, ...state.waiting, ...state.others];
      for (const [key, r] of rows) {
        if (order.some((h) => h.id === key)) continue;
        r.li.remove();
        rows.delete(key);
        fresh.delete(key);
      }
      fill(mine, state.mine, row, t('none_mine'));
      fill(waiting, state.waiting, row, t('none_waiting'));
      fill(others, state.others, row, '');
      show(others, state.others.length > 0);
      show(othersTitle, state.others.length > 0);
      set(othersTitle, t('others', { n: number(state.others.length) }));
      for (const h of state.mine) rows.get(h.id).mine = true;
      set(mineTitle, t('mine', { n: number(state.mine.length) }));
      set(waitingTitle, t('waiting', { n: number(state.waiting.length) }));
      rows.forEach(age);
      button.disabled = state.net !== 'open';
    },
    tick: () => rows.forEach(age),
    // move goes up or down the list and shows that case.
    move(step) {
      if (!order.length) return;
      const at = order.findIndex((h) => h.id === chosen);
      const to = at < 0 ? (step > 0 ? 0 : order.length - 1) : Math.min(order.length - 1, Math.max(0, at + step));
      choose(order[to].id);
      rows.get(order[to].id)?.button.focus();
    },
    unread(id, on) {
      fresh[on ? 'add' : 'delete'](id);
      if (rows.has(id)) set(rows.get(id).dot, on ? t('unread') : '');
    },
    focus: () => (rows.get(chosen)?.button || button).focus(),
  };
}

// fill puts the rows in order, moving only what is out of place.
function fill(ul, cases, row, empty) {
  if (!cases.length) {
    if (!ul.querySelector('.empty')) ul.replaceChildren(el('li', { class: 'empty' }, empty));
    return;
  }
  ul.querySelector('.empty')?.remove();
  cases.forEach((h, i) => {
    const li = row(h);
    if (ul.children[i] !== li) ul.insertBefore(li, ul.children[i] || null);
  });
}

export const title = (h) => h.user?.name || h.fields?.email?.value || t('no_email');
