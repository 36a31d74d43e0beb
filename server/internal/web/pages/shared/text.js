// From a message's text to nodes: paragraphs, numbered and bulleted lists, and
// links. Only http and https become links, and the host a link leads to is
// always to be seen.
import { el } from './dom.js';

const URLS = /\bhttps?:\/\/[^\s<>"'`\u0000-\u001f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu;
const NUMBERED = /^\s*\p{Nd}{1,2}\s?(?:[.)]\s+|[\u3001\uff0e]\s*)(?=\S)/u;
const DETAIL = /^[^:\uff1a]{2,40}[:\uff1a]\s*\S/u; // three of them in a row are a filled-in request
const BULLET = /^\s*[-*\u2022\u00b7]\s+(?=\S)/u;

// link makes an anchor of a web address, or gives null for anything else. An
// address with a user name in it stays text: it only ever hides the real host.
function link(text) {
  let url;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.username || url.password) return null;
  const shown = /^https?:\/\/([^/?#:]*)/i.exec(text)[1].toLowerCase();
  const a = el('a', { rel: 'noopener noreferrer nofollow', target: '_blank', dir: 'ltr' }, text);
  a.href = url.href;
  return shown === url.hostname ? [a] : [a, ` (${url.hostname})`];
}

// inline gives the nodes of a run of text.
export function inline(text) {
  const out = [];
  let from = 0;
  for (const match of text.matchAll(URLS)) {
    const address = match[0].replace(/[.,;:!?\u3002\uff0c)\]}]+$/u, '');
    const made = link(address);
    if (!made) continue;
    out.push(text.slice(from, match.index), ...made);
    from = match.index + address.length;
  }
  out.push(text.slice(from));
  return out.filter((part) => part !== '');
}

// blocks cuts a text into paragraphs and lists, as data.
export function blocks(text) {
  const out = [];
  for (const line of text.split(/\r\n|[\n\r\u2028\u2029]/)) {
    const kind = NUMBERED.test(line) ? 'ol' : BULLET.test(line) ? 'ul' : 'p';
    const last = out[out.length - 1];
    if (kind === 'p') {
      if (last?.kind === 'p' && line.trim() && last.lines[0].trim()) last.lines.push(line);
      else if (line.trim()) out.push({ kind, lines: [line] });
      else if (last?.kind === 'p') out.push({ kind: 'gap' });
      continue;
    }
    const item = line.replace(kind === 'ol' ? NUMBERED : BULLET, '');
    if (last?.kind === kind) last.lines.push(item);
    else out.push({ kind, lines: [item], start: kind === 'ol' ? number(line) : 0 });
  }
  return out.filter((block) => block.kind !== 'gap');
}

function number(line) {
  const n = parseInt(line.trim().normalize('NFKC'), 10);
  return Number.isNaN(n) ? 1 : n;
}

// plain shows a person's text as it was typed.
export function plain(text) {
  return el('p', { class: 'typed', dir: 'auto' }, inline(text));
}

// rich shows the bot's text. tick, when given, makes each numbered step a
// checkbox: tick(n) tells whether it is ticked, tick(n, on) remembers it.
export function rich(text, tick) {
  let step = 0;
  return blocks(text).map((block) => {
    if (block.kind === 'p') return el('p', { dir: 'auto', class: block.lines.filter((line) => DETAIL.test(line)).length > 2 && 'request' }, inline(block.lines.join('\n')));
    const items = block.lines.map((line) => {
      if (block.kind === 'ul' || !tick) return el('li', { dir: 'auto' }, inline(line));
      const n = ++step;
      const box = el('input', { type: 'checkbox', onchange: () => tick(n, box.checked) });
      box.checked = tick(n);
      return el('li', { dir: 'auto' }, el('label', {}, box, el('span', {}, inline(line))));
    });
    return el(block.kind, { start: block.start > 1 && block.start, class: tick && 'steps' }, items);
  });
}
