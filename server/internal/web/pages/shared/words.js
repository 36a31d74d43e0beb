// The page's words and the formats of its language.

let table = {};
let all = [];
export let lang = 'en';

// load fetches the texts of one page ("widget" or "agent") and turns the
// document to their language and direction.
export async function load(page, wanted) {
  const answer = await fetch(`/${page}/strings.json?lang=${encodeURIComponent(wanted || '')}`);
  if (!answer.ok) throw new Error(`strings: ${answer.status}`);
  const got = await answer.json();
  table = got.strings;
  all = got.langs || [];
  lang = got.lang;
  document.documentElement.lang = got.lang;
  document.documentElement.dir = got.dir;
}

// langs lists the languages one can choose from, where the page offers that.
export const langs = () => all;

// t is a text with its {names} replaced. A missing key shows as itself.
export function t(key, values) {
  return (table[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => (values && name in values ? String(values[name]) : all));
}

// has tells whether there is a text of that name.
export const has = (key) => key in table;

// or is the text of a key made from data, or the data itself.
export const or = (key, fallback) => (has(key) ? t(key) : fallback);

// kept keeps what is dear to make, such as a formatter: a list of cases asks for
// the same ones thousands of times.
const made = new Map();
function kept(key, make) {
  if (!made.has(key)) made.set(key, make());
  return made.get(key);
}

const format = (options, date) => kept(`${lang} ${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(lang, options)).format(date);
const sameDay = (a, b) => a.toDateString() === b.toDateString();

// clock is a local time, with the day when it is not today's.
export function clock(at, now = new Date()) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '';
  const time = { hour: 'numeric', minute: '2-digit' };
  return format(sameDay(date, now) ? time : { ...time, day: 'numeric', month: 'short' }, date);
}

// stamp is a full local date and time with its zone.
export function stamp(at) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return String(at);
  return format({ dateStyle: 'medium', timeStyle: 'short' }, date);
}

const unit = (name) => kept(`${lang} ${name}`, () => new Intl.NumberFormat(lang, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: 0 }));

// span is a length of time in words: "45 sec", "12 min", "3 hr 5 min".
export function span(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return unit('second').format(s);
  const minutes = Math.floor(s / 60);
  if (minutes < 60) return unit('minute').format(minutes);
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return unit('hour').format(hours) + (rest ? ` ${unit('minute').format(rest)}` : '');
}

// minutes is a length of time as a clock shows it: "12:05".
export function minutes(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  const two = new Intl.NumberFormat(lang, { minimumIntegerDigits: 2, useGrouping: false });
  return `${two.format(Math.floor(s / 60))}:${two.format(s % 60)}`;
}

// range is an estimate in minutes: "1–5 min".
export function range(low, high) {
  const [a, b] = [low, high].map((s) => Math.max(1, Math.round((s || 0) / 60)));
  const f = unit('minute');
  return a >= b || !f.formatRange ? f.format(b) : f.formatRange(a, b);
}

// number in the digits of the language.
export const number = (n) => kept(lang, () => new Intl.NumberFormat(lang)).format(n);

// percent is a share of one, in the digits of the language.
export const percent = (share) => new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 0 }).format(share);

// tag is a language tag that may stand in a lang attribute, or null.
export const tag = (given) => (/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(given) ? given : null);

// language is a language's own name in the language of the page.
export function language(tag) {
  try {
    return kept(`${lang} names`, () => new Intl.DisplayNames(lang, { type: 'language' })).of(tag);
  } catch {
    return tag;
  }
}
