// The supervisor's board: how things stand now, and what happened.
import { el, set } from '../shared/dom.js';
import { number, or, span, t } from '../shared/words.js';
import { call, why } from './account.js';
import { createReassign } from './reassign.js';
import { createReport } from './report.js';
import { columns, scrolling, tile } from './tables.js';

const LIVE_MS = 5_000;

// createBoard gives { node, shown(), hidden() }; open(handoff) shows a case.
export function createBoard({ open }) {
  const tiles = el('dl', { class: 'tiles' });
  const queues = el('tbody', {});
  const agents = el('tbody', {});
  const trouble = el('p', { class: 'error', role: 'alert' });
  const reassign = createReassign(() => look());
  const report = createReport();
  const node = el('section', { class: 'page board', 'aria-labelledby': 'board-title' },
    el('h2', { id: 'board-title' }, t('office.board')), trouble, tiles,
    el('div', { class: 'two' },
      el('section', { class: 'panel' }, el('h3', {}, t('board.queues')), scrolling(t('board.queues'), el('table', {}, columns(t('board.queue'), t('board.waiting'), t('board.oldest'), t('board.target'), t('board.late')), queues))),
      el('section', { class: 'panel' }, el('h3', {}, t('board.agents')), scrolling(t('board.agents'), el('table', {}, columns(t('board.agent'), t('board.state'), t('board.cases')), agents)))),
    report.node, reassign.node);
  let timer = 0;
  let live = null;

  async function look() {
    clearTimeout(timer);
    try {
      live = await call('GET', '/agent/live');
      set(trouble, '');
      draw();
    } catch (error) {
      set(trouble, why(error));
    }
    if (node.isConnected) timer = setTimeout(look, document.hidden ? LIVE_MS * 4 : LIVE_MS);
  }

  const age = (at) => (at ? span((Date.parse(live.at) - Date.parse(at)) / 1000) : '–');

  function draw() {
    const sum = (key) => live.queues.reduce((n, q) => n + q[key], 0);
    const oldest = live.queues.map((q) => q.oldest).filter(Boolean).sort()[0];
    const online = live.agents.filter((a) => a.state === 'online');
    tiles.replaceChildren(
      tile(t('board.waiting'), number(sum('waiting'))), tile(t('board.oldest'), age(oldest)),
      tile(t('board.late'), number(sum('late')), sum('late') ? 'bad' : ''),
      tile(t('board.online'), number(online.length), online.length ? '' : 'bad'),
      tile(t('board.held'), number(live.agents.reduce((n, a) => n + a.cases.length, 0))), ...report.tiles());
    queues.replaceChildren(...live.queues.map((q) => el('tr', {}, el('th', { scope: 'row' }, or(`queue.${q.queue}`, q.queue)), cell(number(q.waiting)), cell(age(q.oldest)), cell(span(q.target_s)), cell(number(q.late), q.late ? 'bad' : ''))));
    const rank = { online: 0, away: 1, offline: 2 };
    keepFocus(agents, () => agents.replaceChildren(...[...live.agents].sort((a, b) => rank[a.state] - rank[b.state] || b.cases.length - a.cases.length).map(agent)));
  }

  function agent(a) {
    const cases = a.cases.map((id, i) => el('li', {}, el('span', {}, t('board.case', { n: number(i + 1) })),
      el('button', { type: 'button', class: 'text', 'data-key': `open ${id}`, 'aria-label': t('board.open_of', { n: number(i + 1), name: a.name }), onclick: () => open(id) }, t('board.open')),
      el('button', { type: 'button', class: 'text', 'data-key': `give ${id}`, 'aria-haspopup': 'dialog', 'aria-label': t('board.reassign_of', { n: number(i + 1), name: a.name }), onclick: () => reassign.ask(id, a, live.agents) }, t('board.reassign'))));
    return el('tr', {}, el('th', { scope: 'row' }, el('bdi', {}, a.name), el('span', { class: 'role' }, or(`role.${a.role}`, a.role))),
      el('td', {}, el('span', { class: `at ${a.state}` }, t(`state.${a.state}`))),
      el('td', {}, cases.length ? el('ul', { class: 'load' }, cases) : '–'));
  }

  report.changed(() => live && draw());
  return { node, shown() { look(); report.shown(); }, hidden() { clearTimeout(timer); report.hidden(); } };
}

const cell = (text, kind) => el('td', { class: kind || false }, text);

// keepFocus draws anew and gives the focus back to who had it.
function keepFocus(within, work) {
  const key = within.contains(document.activeElement) && document.activeElement.dataset.key;
  work();
  if (key) within.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
}
