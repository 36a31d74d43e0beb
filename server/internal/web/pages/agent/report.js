// What happened: numbers and plots of a day, a week or a month.
import { el, set, show } from '../shared/dom.js';
import { lang, language, number, or, percent, span, t } from '../shared/words.js';
import { call, why } from './account.js';
import { bars, line } from './plot.js';
import { scrolling, tile } from './tables.js';

const EVERY_MS = 60_000;
const PERIODS = [1, 7, 30];
const OUTCOMES = ['cancelled', 'refused', 'restored', 'answered', 'escalated', 'no_reply'];
const GOAL = 0.6; // the guide: about 60 % is solved by the assistant alone
const share = (part, all) => (all ? percent(part / all) : '–');

// createReport gives { node, tiles(), shown(), hidden(), changed(work) }.
export function createReport() {
  let days = 7;
  let got = null;
  let timer = 0;
  let told = () => {};
  const trouble = el('p', { class: 'error', role: 'alert' });
  const period = el('select', { id: 'period', onchange() { days = Number(period.value); look(); } }, PERIODS.map((d) => el('option', { value: d, selected: d === days }, t(`period.${d}`))));
  const sheet = el('a', { class: 'button', download: true }, t('report.export'));
  const cut = el('p', { class: 'hint', hidden: true }, t('report.cut'));
  const plots = el('div', { class: 'plots' });
  const lists = el('div', { class: 'two' });
  const node = el('section', { class: 'report', 'aria-labelledby': 'report-title' },
    el('header', { class: 'row' }, el('h3', { id: 'report-title' }, t('report')), el('div', { class: 'row' }, el('label', { for: 'period' }, t('report.period')), period, sheet)), trouble, cut, plots, lists);

  async function look() {
    clearTimeout(timer);
    sheet.href = `/agent/cases.csv?days=${days}`;
    try {
      const asked = days;
      const answer = await call('GET', `/agent/report?days=${days}&east=${-new Date().getTimezoneOffset()}`);
      if (asked !== days) return;
      got = answer;
      set(trouble, '');
      draw();
      told();
    } catch (error) {
      set(trouble, why(error));
    }
    if (node.isConnected) timer = setTimeout(look, EVERY_MS);
  }

  function draw() {
    show(cut, Boolean(got.cut));
    const format = new Intl.DateTimeFormat(lang, days === 1 ? { hour: 'numeric' } : { day: 'numeric', month: 'numeric' });
    const times = got.spans.map((s) => format.format(new Date(s.at)));
    const of = (key) => got.spans.map((s) => s[key]);
    plots.replaceChildren(
      bars(t('plot.conversations'), times, { label: t('plot.solved'), values: of('solved'), kind: 'good' }, { label: t('plot.handed'), values: got.spans.map((s) => s.begun - s.solved), kind: 'other' }),
      line(t('plot.share'), times, { label: t('plot.solved_share'), values: got.spans.map((s) => (s.begun ? s.solved / s.begun : null)), kind: 'good' }, { label: t('plot.goal'), value: GOAL, kind: 'goal' }),
      bars(t('plot.cases'), times, { label: t('plot.in_time'), values: got.spans.map((s) => s.cases - s.missed), kind: 'other' }, { label: t('plot.missed'), values: of('missed'), kind: 'late' }));
    const outcomes = OUTCOMES.map((o) => [t(`outcome.${o}`), got.outcomes[o] || 0]);
    const stars = got.stars.map((n, i) => [t(`stars.${i + 1}`), n]).reverse();
    lists.replaceChildren(
      counts(t('report.outcomes'), outcomes), counts(t('report.ratings'), stars),
      groups(t('report.by_reason'), got.reasons, (k) => (k ? or(`reason.${k}`, k) : t('report.no_reason'))),
      groups(t('report.by_queue'), got.queues, (k) => or(`queue.${k}`, k)),
      groups(t('report.by_language'), got.languages, (k) => (k ? language(k) : t('report.no_language'))));
  }

  return {
    node,
    tiles() {
      if (!got) return [];
      const rated = got.stars.reduce((n, c) => n + c, 0);
      const mean = got.stars.reduce((n, c, i) => n + c * (i + 1), 0) / rated;
      return [
        tile(t('board.solved'), share(got.solved, got.begun), got.begun >= 20 && got.solved / got.begun < GOAL - 0.1 ? 'warn' : ''),
        tile(t('board.missed'), share(got.missed, got.cases), got.missed ? 'warn' : ''),
        tile(t('board.rating'), rated ? t('board.stars', { mean: new Intl.NumberFormat(lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(mean), n: number(rated) }) : '–'),
      ];
    },
    shown: look,
    hidden: () => clearTimeout(timer),
    changed: (work) => { told = work; },
  };
}

// counts is a small table of names and numbers with a bar each.
function counts(title, rows) {
  const most = Math.max(1, ...rows.map(([, n]) => n));
  return el('section', { class: 'panel' }, el('h4', {}, title), el('table', { class: 'counts' }, el('tbody', {}, rows.map(([name, n]) => el('tr', {}, el('th', { scope: 'row' }, name), el('td', {}, number(n)), el('td', { class: 'bar-of', 'aria-hidden': 'true' }, el('meter', { min: 0, max: most, value: n })))))));
}

// groups is a table of the cases by one thing.
function groups(title, rows, name) {
  const names = ['report.key', 'board.cases', 'board.wait', 'plot.missed', 'board.rating'].map((k) => t(k));
  return el('section', { class: 'panel' }, el('h4', {}, title), rows.length ? scrolling(title, el('table', {}, el('thead', {}, el('tr', {}, names.map((n) => el('th', { scope: 'col' }, n)))),
    el('tbody', {}, rows.map((r) => el('tr', {}, el('th', { scope: 'row' }, name(r.key)), el('td', {}, number(r.cases)), el('td', {}, r.wait_s ? span(r.wait_s) : '–'), el('td', {}, share(r.missed, r.cases)), el('td', {}, r.rated ? number(Math.round((r.stars / r.rated) * 10) / 10) : '–')))))) : el('p', { class: 'hint' }, t('report.none')));
}
