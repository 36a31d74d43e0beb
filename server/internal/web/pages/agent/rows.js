// A list of any length in a scrolling column: only the rows one can see, and a
// few beyond, are in the page. All rows have the same height.
import { el } from '../shared/dom.js';

const BEYOND = 8; // rows kept above and below what is seen
const FEW = 30; // so few are all drawn
const GUESS = 60; // px of a row before one was measured

// createRows draws into `ul` inside `scroller`; row(item) gives the li of an
// item, a fresh one or the one it has.
export function createRows(ul, scroller, row, empty) {
  let items = [];
  let height = GUESS;
  let from = 0;
  let to = 0;

  // range is which rows are to be drawn now: from, up to and without to.
  function range() {
    if (items.length <= FEW) return [0, items.length];
    const top = scroller.getBoundingClientRect().top - ul.getBoundingClientRect().top;
    const first = Math.floor(top / height) - BEYOND;
    const last = Math.ceil((top + scroller.clientHeight) / height) + BEYOND;
    const within = (n) => Math.min(items.length, Math.max(0, n));
    return [Math.min(within(first), items.length - 1), Math.max(within(last), 1)]; // one at least, to be measured
  }

  function draw() {
    if (!items.length) {
      ul.removeAttribute('style');
      if (!ul.querySelector('.empty')) ul.replaceChildren(el('li', { class: 'empty' }));
      ul.firstChild.textContent = empty();
      return;
    }
    [from, to] = range();
    const wanted = items.slice(from, to).map((item, i) => {
      const li = row(item);
      if (items.length > FEW) {
        li.setAttribute('aria-setsize', items.length);
        li.setAttribute('aria-posinset', from + i + 1);
      }
      return li;
    });
    const keep = new Set(wanted);
    for (const li of [...ul.children]) if (!keep.has(li)) li.remove();
    wanted.forEach((li, i) => {
      if (ul.children[i] !== li) ul.insertBefore(li, ul.children[i] || null);
    });
    if (items.length <= FEW) ul.removeAttribute('style');
    else ul.style.paddingBlock = `${from * height}px ${(items.length - to) * height}px`;
  }

  return {
    set(list) {
      items = list;
      draw();
      const real = ul.querySelector('li:not(.empty)')?.offsetHeight;
      if (real && Math.abs(real - height) > 0.5) {
        height = real;
        draw();
      }
    },
    // scrolled draws anew when other rows have come into sight.
    scrolled() {
      const [a, b] = items.length > FEW ? range() : [from, to];
      if (Math.abs(a - from) >= BEYOND / 2 || Math.abs(b - to) >= BEYOND / 2) draw();
    },
    // show scrolls to one of the rows, by its place.
    show(i) {
      const top = ul.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop + i * height;
      const cover = scroller.querySelector('.top')?.offsetHeight || 0; // what stays at the top hides rows
      if (top < scroller.scrollTop + cover) scroller.scrollTop = top - cover;
      else if (top + height > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = top + height - scroller.clientHeight;
      draw();
    },
  };
}
