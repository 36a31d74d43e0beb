// The cases that a verified person had before, the latest first.
import { el, set, show } from '../shared/dom.js';
import { clock, number, or, t } from '../shared/words.js';

// createEarlier gives { node, draw(cases) }.
export function createEarlier() {
  const summary = el('summary');
  const list = el('ul');
  const node = el('details', { class: 'details earlier', hidden: true }, summary, list);

  function row(c) {
    const what = c.outcome ? t(`outcome.${c.outcome}`) : or(`state.${c.state}`, c.state);
    const about = [or(`queue.${c.queue}`, c.queue), c.reason && or(`reason.${c.reason}`, c.reason), c.agent?.name].filter(Boolean);
    return el('li', {}, el('p', {}, el('time', { datetime: c.at }, clock(c.at)), ' ', el('strong', {}, what)),
      el('p', { class: 'hint' }, about.flatMap((a, i) => [i ? ' · ' : '', el('bdi', {}, a)])),
      c.note && el('p', { class: 'left', dir: 'auto' }, c.note));
  }

  return {
    node,
    draw(cases) {
      show(node, cases.length > 0);
      set(summary, t('earlier', { n: number(cases.length) }));
      list.replaceChildren(...cases.map(row));
    },
  };
}
