// Small plots over time, drawn by hand: bars of two parts, or a line beside a
// level to compare with. Each says in words what it shows, and its numbers stand
// in a table below it for who reads them better than they see them.
import { el } from '../shared/dom.js';
import { number, percent, t } from '../shared/words.js';

const SVG = 'http://www.w3.org/2000/svg';
const [W, H, LEFT, BOTTOM, TOP] = [400, 180, 44, 24, 12];

function draw(tag, props, ...kids) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props)) node.setAttribute(name, String(value));
  node.append(...kids);
  return node;
}

// nice is the first round number at or above n: 1, 2, 5, 10, 20 …
export function nice(n) {
  if (n <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(n));
  return [1, 2, 5, 10].map((m) => m * power).find((m) => m >= n);
}

// frame is what every plot has: levels with their numbers, and times below.
function frame(times, top, level) {
  const svg = draw('svg', { viewBox: `0 0 ${W} ${H}`, class: 'plot', 'aria-hidden': 'true', focusable: 'false' });
  for (const part of [0, 0.5, 1]) {
    const y = TOP + (H - TOP - BOTTOM) * (1 - part);
    svg.append(draw('line', { x1: LEFT, x2: W, y1: y, y2: y, class: 'grid' }));
    if (part !== 0.5 || Number.isInteger(top / 2)) svg.append(draw('text', { x: LEFT - 6, y: y + 4, 'text-anchor': 'end' }, level(top * part)));
  }
  const step = Math.ceil(times.length / 8);
  times.forEach((text, i) => {
    if (i % step === 0) svg.append(draw('text', { x: middle(i, times.length), y: H - 6, 'text-anchor': 'middle', class: 'time' }, text));
  });
  return svg;
}

const width = (n) => (W - LEFT) / n;
const middle = (i, n) => LEFT + width(n) * (i + 0.5);
const height = (value, top) => ((H - TOP - BOTTOM) * value) / top;

// table holds the numbers of a plot.
function table(times, columns) {
  return el('details', {}, el('summary', {}, t('plot.numbers')), el('div', { class: 'wide-table', tabindex: '0', role: 'group', 'aria-label': t('plot.numbers') }, el('table', {},
    el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, t('plot.when')), columns.map((c) => el('th', { scope: 'col' }, c.label)))),
    el('tbody', {}, times.map((text, i) => el('tr', {}, el('th', { scope: 'row' }, text), columns.map((c) => el('td', {}, c.values[i] == null ? '–' : c.show ? c.show(c.values[i]) : number(c.values[i])))))))));
}

const figure = (title, svg, keys, numbers) => el('figure', { class: 'plot-box' }, el('figcaption', {}, el('h4', {}, title),
  el('p', { class: 'keys-of' }, keys.map((k) => el('span', {}, el('span', { class: `swatch ${k.kind}`, 'aria-hidden': 'true' }), k.label)))), svg, numbers);

// bars draws two parts a time, one upon the other: { label, values, kind } each.
export function bars(title, times, lower, upper) {
  const sums = lower.values.map((v, i) => v + upper.values[i]);
  const top = nice(Math.max(1, ...sums));
  const svg = frame(times, top, number);
  sums.forEach((_, i) => {
    let y = H - BOTTOM;
    for (const part of [lower, upper]) {
      const h = height(part.values[i], top);
      y -= h;
      if (h > 0) svg.append(draw('rect', { x: middle(i, sums.length) - width(sums.length) * 0.36, width: width(sums.length) * 0.72, y, height: h, class: part.kind }));
    }
  });
  return figure(title, svg, [lower, upper], table(times, [lower, upper]));
}

// line draws one share a time, null where there is none, and a level.
export function line(title, times, share, level) {
  const svg = frame(times, 1, percent);
  const y = (v) => H - BOTTOM - height(v, 1);
  svg.append(draw('line', { x1: LEFT, x2: W, y1: y(level.value), y2: y(level.value), class: level.kind }));
  let d = '';
  share.values.forEach((v, i) => {
    if (v == null) return;
    d += `${i && share.values[i - 1] != null ? 'L' : 'M'}${middle(i, share.values.length).toFixed(1)} ${y(v).toFixed(1)}`;
    svg.append(draw('circle', { cx: middle(i, share.values.length), cy: y(v), r: 3, class: share.kind }));
  });
  svg.append(draw('path', { d, class: `${share.kind} curve` }));
  return figure(title, svg, [share, level], table(times, [{ ...share, show: percent }]));
}
