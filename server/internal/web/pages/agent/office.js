// The rest of the console around the cases: the board, the agents, partners' keys,
// the log, the own account. The cases stay alive behind it, with their line and their drafts.
import { el } from '../shared/dom.js';
import { t } from '../shared/words.js';
import { createBoard } from './board.js';
import { createLog } from './log.js';
import { createMe } from './me.js';
import { createPartners } from './partners.js';
import { createTeam } from './team.js';

const OVERSEES = ['supervisor', 'admin'];

// places lists what an agent may go to: name → how it is made.
function places(agent, desk) {
  const all = {};
  if (OVERSEES.includes(agent.role)) {
    all.board = () => createBoard({ open: (id) => { location.hash = ''; desk.dispatchEvent(new CustomEvent('usher:open', { detail: id })); } });
    if (agent.role === 'admin') Object.assign(all, { team: () => createTeam(agent), partners: () => createPartners() });
    all.log = () => createLog();
  }
  all.me = () => createMe(agent);
  return all;
}

// addOffice puts the ways to the other places into a desk's bar and shows them in
// place of the cases. Each is { node, shown(), hidden() }.
export function addOffice(desk, agent) {
  const made = {};
  const all = places(agent, desk);
  const links = ['', ...Object.keys(all)].map((name) => el('a', { href: `#${name}` }, t(name ? `office.${name}` : 'cases')));
  const nav = el('nav', { class: 'places', 'aria-label': t('office') }, links);
  const room = el('div', { class: 'office', hidden: true });
  desk.querySelector('.bar h1').after(nav);
  desk.querySelector('main').append(room);
  let at = '';

  function go() {
    const name = location.hash.slice(1);
    const to = Object.hasOwn(all, name) ? name : '';
    made[at]?.hidden?.();
    at = to;
    for (const link of links) {
      if (link.getAttribute('href') === `#${at}`) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    if (at) desk.dataset.place = at;
    else delete desk.dataset.place;
    room.hidden = !at;
    if (!at) return;
    made[at] ||= all[at]();
    room.replaceChildren(made[at].node);
    room.scrollTop = 0;
    made[at].shown?.();
  }

  // A key that would do something to a case does nothing while none is in sight.
  function quiet(event) {
    if (!desk.isConnected) leave();
    else if (at && event.key !== '?' && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) event.stopImmediatePropagation();
  }

  // leave ends with the desk: after signing out there is another one, or none.
  function leave() {
    removeEventListener('hashchange', go);
    removeEventListener('keydown', quiet, true);
    made[at]?.hidden?.();
    at = '';
  }

  new MutationObserver((_, seen) => {
    if (desk.isConnected) return;
    seen.disconnect();
    leave();
  }).observe(document.body, { childList: true });
  addEventListener('hashchange', go);
  addEventListener('keydown', quiet, true);
  go();
}
