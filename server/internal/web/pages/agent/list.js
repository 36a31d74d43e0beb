// The left column: what waits, in the order of "claim next", what is one's own,
// and what colleagues have.
import { el, icon, set, show } from '../shared/dom.js';
import { language, number, or, span, t } from '../shared/words.js';
import { speaks } from './order.js';
import { createRows } from './rows.js';
import { isolated } from './tables.js';

const SOON = 1 / 4; // of its target a case has left when it counts as pressing

// createList gives { node, draw(state, chosen), tick(), move(step), unread(id) }.
export function createList({ choose, next, drafted }) {
  const button = el('button', { type: 'button', class: 'primary wide', 'aria-keyshortcuts': 'c', onclick: next }, t('claim_next'));
  const node = el('nav', { class: 'list', 'aria-label': t('cases'), onkeydown: arrows }, el('div', { class: 'top' }, button));
  const known = new Map(); // handoff id → row
  const fresh = new Set(); // cases of one's own with something unread
  const groups = ['mine', 'waiting', 'others'].map((name) => {
    const title = el('h2', { id: `cases-${name}` });
    const ul = el('ul', { 'aria-labelledby': `cases-${name}` });
    node.append(title, ul);
    return { name, title, ul, rows: createRows(ul, node, row, () => (!state.ready ? t('loading') : t(`none_${name}`))) };
  });
  let state = { mine: [], waiting: [], others: [], targets: {} };
  let order = [];
  let chosen = null;
  const scrolled = () => groups.forEach((g) => g.rows.scrolled());
  node.addEventListener('scroll', scrolled, { passive: true });
  new ResizeObserver(scrolled).observe(node);

  function row(h) {
    let r = known.get(h.id);
    if (!r) {
      const parts = { name: el('bdi', { class: 'name' }), flag: el('span', { class: 'flag' }), queue: el('span', { class: 'queue' }), from: el('span', { class: 'from' }), lang: el('span', { class: 'lang' }), age: el('span', { class: 'age' }), dot: el('span', { class: 'dot' }) };
      const button = el('button', { type: 'button', class: 'case', tabindex: '-1', onclick: () => choose(h.id) },
        el('span', { class: 'one' }, parts.flag, parts.name, parts.from, parts.dot), el('span', { class: 'two' }, parts.queue, parts.lang, parts.age));
      r = { li: el('li', {}, button), button, ...parts };
      known.set(h.id, r);
    }
    r.h = h;
    const urgent = h.priority === 'urgent';
    r.button.classList.toggle('urgent', urgent);
    r.button.tabIndex = h.id === (chosen || order[0]?.id) ? 0 : -1;
    if (chosen === h.id) r.button.setAttribute('aria-current', 'true');
    else r.button.removeAttribute('aria-current');
    if (urgent && !r.flag.firstChild) r.flag.append(icon('shield'), t('urgent'));
    else if (!urgent) r.flag.replaceChildren();
    set(r.name, title(h));
    set(r.queue, or(`advice.${h.verdict?.advice}`, or(`queue.${h.queue}`, h.queue)));
    set(r.from, h.partner ? from(h) : '');
    set(r.lang, (h.lang || '').toUpperCase());
    r.lang.title = h.lang ? language(h.lang) : '';
    r.lang.classList.toggle('foreign', !speaks(state.agent, h.lang));
    mark(r);
    age(r);
    return r.li;
  }

  // mark says what is new in a case, or that something was begun there and left.
  function mark(r) {
    const draft = !fresh.has(r.h.id) && r.h.id !== chosen && drafted(r.h.conversation);
    set(r.dot, fresh.has(r.h.id) ? t('unread') : draft ? t('draft') : '');
    r.dot.classList.toggle('draft', draft);
  }

  // age shows what is left of the time a case should be taken in, or by how much
  // it is late; of a colleague's case, who has it.
  function age(r) {
    const { h } = r;
    if (h.state !== 'queued') {
      set(r.age, state.others.includes(h) ? h.agent?.name || '' : '');
      r.age.className = 'age';
      return;
    }
    const waited = (Date.now() + (state.skew || 0) - Date.parse(h.queued_at || '')) / 1000;
    const target = state.targets?.[h.queue];
    const left = target - waited;
    if (Number.isNaN(waited) || waited < -60) set(r.age, '');
    else if (!target) set(r.age, t('waits', { span: span(waited) }));
    else set(r.age, left >= 0 ? t('left', { span: span(left) }) : t('late', { span: span(-left) }));
    r.age.className = `age${left < 0 ? ' late' : left < target * SOON ? ' soon' : ''}`;
    r.age.title = Number.isNaN(waited) ? '' : t('waits', { span: span(waited) });
  }

  function arrows(event) {
    if (!event.target.closest('.case') || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    if (!step) return;
    event.preventDefault();
    go(step);
  }

  // go moves up or down the list and shows that case.
  function go(step) {
    if (!order.length) return;
    const at = order.findIndex((h) => h.id === chosen);
    const start = at < 0 && step === 1 ? -1 : at < 0 && step === -1 ? order.length : at;
    const to = Math.min(order.length - 1, Math.max(0, start + step));
    const h = order[to];
    choose(h.id);
    const group = groups.find((g) => state[g.name].includes(h));
    group?.rows.show(state[group.name].indexOf(h));
    known.get(h.id)?.button.focus({ preventScroll: true });
  }

  return {
    node,
    draw(s, id) {
      state = s;
      chosen = id;
      order = [...s.mine, ...s.waiting, ...s.others];
      const here = new Set(order.map((h) => h.id));
      if (chosen && !here.has(chosen)) chosen = null;
      for (const key of known.keys()) if (!here.has(key)) { known.delete(key); fresh.delete(key); }
      for (const g of groups) {
        const shown = g.name !== 'others' || s.others.length > 0;
        show(g.title, shown);
        show(g.ul, shown);
        set(g.title, t(g.name, { n: s.ready ? number(s[g.name].length) : '…' }));
        g.rows.set(s[g.name]);
      }
      button.disabled = s.net !== 'open';
    },
    tick: () => known.forEach((r) => r.li.isConnected && age(r)),
    move: go,
    unread(id, on) {
      fresh[on ? 'add' : 'delete'](id);
      if (known.has(id)) mark(known.get(id));
    },
    drafts: () => known.forEach(mark),
    focus: () => (known.get(chosen)?.button || node.querySelector('.case') || button).focus(),
  };
}

// from names the partner app that a case came from.
export const from = (h) => t('partner.from', { name: isolated(h.partner) });

export const title = (h) => h.user?.name || h.fields?.email?.value || t('no_email');
