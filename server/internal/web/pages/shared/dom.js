// Building the page. Text goes in as text, never as markup: there is no way
// through this module to make a string into HTML.

// el makes an element. A prop that is a function is a listener (`onclick`),
// `text` is its text, true means an empty attribute, false and null none.
export function el(tag, props, ...kids) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === false || value == null) continue;
    if (name === 'text') node.textContent = value;
    else if (typeof value === 'function') node.addEventListener(name.slice(2), value);
    else if (/^on|^style$|^srcdoc$/i.test(name)) throw new TypeError(name);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...kids.flat().filter((kid) => kid != null && kid !== false));
  return node;
}

// set changes an element's text only when it differs, so that a live region
// does not speak twice and a selection is not lost.
export function set(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// show hides or shows without rebuilding.
export function show(node, on) {
  if (node.hidden === on) node.hidden = !on;
}

const SVG = 'http://www.w3.org/2000/svg';

// icon draws one of the few line icons, hidden from assistive technology:
// a text or a label always stands beside it.
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

// ICONS are the paths of those that more than one page may draw.
export const ICONS = {
  close: 'M6 6l12 12M18 6L6 18',
  send: 'M4 12l16-8-5 16-3.5-6.5zM20 4l-8.5 9.5',
  more: 'M4 7h16M4 12h16M4 17h16',
  bot: 'M5 9h14v9H5zM12 9V5M12 5h.01M9 13h.01M15 13h.01M2.5 12v3M21.5 12v3',
  person: 'M12 12a4 4 0 100-8 4 4 0 000 8zM4.5 20.5c.8-4 3.7-6 7.5-6s6.7 2 7.5 6',
  shield: 'M12 3l7 3v5c0 4.5-3 8-7 10-4-2-7-5.5-7-10V6zM12 8v4.5M12 16h.01',
  clock: 'M12 21a9 9 0 100-18 9 9 0 000 18zM12 7.5V12l3 2',
  star: 'M12 4l2.5 5.2 5.7.8-4.1 4 1 5.6-5.1-2.7-5.1 2.7 1-5.6-4.1-4 5.7-.8z',
};
