// Small parts that the console's pages share.
import { el } from '../shared/dom.js';

// tile is one number with its name; kind is "", "warn" or "bad".
export const tile = (name, value, kind) => el('div', { class: `tile ${kind || ''}` }, el('dt', {}, name), el('dd', {}, value));

// scrolling lets a wide table scroll by itself, by keyboard too.
export const scrolling = (label, table) => el('div', { class: 'wide-table', tabindex: '0', role: 'group', 'aria-label': label }, table);

// columns is the head of a table.
export const columns = (...names) => el('thead', {}, el('tr', {}, names.map((n) => el('th', { scope: 'col' }, n))));

// boxes is a list of things to tick; name(value) is what stands beside each.
export function boxes(all, chosen, name) {
  return el('div', { class: 'boxes' }, all.map((value) => {
    const box = el('input', { type: 'checkbox', value });
    box.checked = chosen.includes(value);
    return el('label', { class: 'check' }, box, el('span', {}, name(value)));
  }));
}

// picked are the values of the boxes that are ticked.
export const picked = (within) => [...within.querySelectorAll('input[type=checkbox]:checked')].map((box) => box.value);

// isolated is a name of any script for the middle of a sentence, whose order it
// cannot change (Unicode's first strong isolate).
export const isolated = (name) => `\u2068${name}\u2069`;
