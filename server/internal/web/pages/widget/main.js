// The widget's page: puts the parts together and keeps them told.
import { el, icon, set, show } from '../shared/dom.js';
import { lang, load, t } from '../shared/words.js';
import { createChat } from './chat.js';
import { createComposer } from './composer.js';
import { createForm, facts } from './form.js';
import { attach } from './host.js';
import { keep } from './keep.js';
import { createLog } from './log.js';
import { createMenu } from './menu.js';
import { createRating } from './rating.js';
import { createStatus } from './status.js';

const CALM_MS = 1500; // a connection lost for less than this is not mentioned

let open = false;
let wanted = '';
const early = [];
let on = (name, data) => early.push([name, data]);
const host = await attach((name, data) => on(name, data));
const stored = keep(host.origin);
if (host.forget) stored.forget();
wanted = host.locale;
await load('widget', wanted).catch(() => {});

const chat = createChat({ stored, token: () => host.token(), locale: () => wanted, changed });
const s = chat.state;
let rating = null;
let netTimer = 0;
let away = false; // the user was told that nothing can be sent just now
let told = ''; // what about() shows
let unread = 0;

// settle puts the focus where one writes; on a touch screen that would bring up
// the keyboard unasked, so there it goes to the conversation.
const touch = matchMedia('(pointer: coarse)');
const settle = () => (touch.matches ? log.node.focus({ preventScroll: true }) : composer.focus());

// The page.
const who = el('p', { class: 'who' });
const mark = el('span', { class: 'mark', 'aria-hidden': 'true' }, icon('bot'));
const close = el('button', { type: 'button', class: 'plain', onclick: () => host.post('close') }, icon('close'));
const title = el('h1');
const menu = createMenu({
  speak: (tag) => { if (!chat.setLocale(tag)) speak(tag); },
  text: () => `${t('title')}\n\n${log.transcript()}\n`,
});
const header = el('header', {}, mark, el('div', {}, title, who), menu.button, host.alone ? null : close);
const banner = el('p', { class: 'banner', role: 'status', hidden: true });
const retry = el('button', { type: 'button', class: 'primary', hidden: true, onclick: () => chat.again() });
const log = createLog({
  tick: (seq, n, value) => stored.tick(seq, n, value),
  pick: (choice) => { chat.send(choice.label, { choice: choice.id }); settle(); },
  form: (message) => createForm(message, { now: () => Date.now() + s.skew, account: s.account, filled: stored.filled, send: (text, form) => { chat.send(text, { form }); settle(); } }),
  retry: (id) => { chat.retry(id); settle(); },
  discard: (id) => { chat.discard(id); settle(); },
});
const composer = createComposer({ draft: stored.draft, limit: () => s.maxChars, send: (text) => chat.send(text), typing: () => chat.typing() });
const status = createStatus({ person: () => { chat.person(); settle(); }, withdraw: () => { chat.withdraw(); settle(); }, end: () => chat.end() });
const anew = el('button', { type: 'button', class: 'primary', onclick: () => { chat.fresh(); settle(); } });
const over = el('div', { class: 'over', hidden: true }, el('p'), anew);
const extra = el('div', { class: 'extra' });
document.body.append(header, el('main', {}, menu.node, banner, retry, log.node, extra, status.node, over, composer.node, status.tools));

function words() {
  document.title = t('title');
  set(title, document.title);
  close.setAttribute('aria-label', t('close'));
  close.title = t('close');
  set(retry, t('try_again'));
  set(anew, t('new'));
  set(over.firstChild, t('closed'));
  menu.words();
  log.words();
  composer.words();
  status.words();
  about();
  owner();
  net();
}

function owner() {
  const person = s.owner === 'agent';
  set(who, person ? t('header.agent', { name: s.agent?.name || t('who.agent') }) : t(s.owner === 'queue' ? 'header.queue' : 'header.bot'));
  mark.replaceChildren(icon(person ? 'person' : 'bot'));
  header.classList.toggle('human', person);
  status.draw(s);
}

function net() {
  clearTimeout(netTimer);
  const say = (key) => {
    show(banner, Boolean(key));
    if (key) set(banner, t(key));
    show(retry, s.net === 'stopped');
    away = Boolean(key);
    log.pending(s.outbox, !away);
  };
  if (s.net !== 'open') log.flush();
  if (s.net === 'open') say('');
  else if (s.net === 'stopped') say(s.why === 'superseded' ? 'net.superseded' : s.why === 'unauthenticated' ? 'net.refused' : 'net.stopped');
  else if (!navigator.onLine) say('net.offline');
  else if (s.why === 'drain') say('net.drain');
  else if (banner.hidden) netTimer = setTimeout(() => s.net !== 'open' && say('net.reconnecting'), CALM_MS);
  else say('net.reconnecting');
}

function changed(what, detail) {
  if (what === 'net') net();
  else if (what === 'start') begin(detail);
  else if (what === 'message') message(detail);
  else if (what === 'outbox') log.pending(s.outbox, !away);
  else if (what === 'owner') owner();
  else if (what === 'handoff') handoff(detail);
  else if (what === 'typing') log.typing(s.typing, s.agent?.name || t('title'));
  else if (what === 'read') log.read(s.readBy);
  else if (what === 'closed') closed();
  else if (what === 'rated') thanked();
  else if (what === 'locale') speak(detail, true);
  else if (what === 'notice') notice(detail);
}

function begin({ clear, locale }) {
  log.quiet();
  if (clear) {
    log.clear();
    if (rating) endRating();
  } else {
    host.post?.('live');
    if (locale && locale !== lang) speak(locale);
    if (s.lastSeq >= s.goal) log.flush();
  }
  log.pending(s.outbox, !away);
  about();
  owner();
  closed();
  rate();
}

function message({ message: m, fresh }) {
  log.pending(s.outbox, !away);
  log.add(m);
  log.read(s.readBy);
  if (!fresh && s.lastSeq >= s.goal) log.flush();
  if (m.from !== 'user') {
    if (fresh) host.event('message', { from: m.from });
    if (fresh && m.from === 'bot' && m.lang && m.lang !== wanted) speak(m.lang, true); // the page follows the conversation
    if (m.seq > stored.read.get()) unread++;
  }
  seen();
  status.draw(s);
}

// seen marks as read what is on the screen.
function seen() {
  if (s.lastSeq < s.goal) return; // history is still coming
  if (open && !document.hidden) {
    if (s.lastSeq > stored.read.get()) {
      stored.read.set(s.lastSeq);
      chat.read(s.lastSeq);
    }
    unread = 0;
  }
  host.event('unread', unread);
}

function handoff(event) {
  owner();
  if (event) host.event('handoff', { state: s.handoff.state });
  if (event === 'handoff.completed') rate();
  else if (rating && (event === 'handoff.queued' || event === 'handoff.accepted')) endRating();
}

// rate asks once how a finished handoff was, also when it ended while the user
// was away.
function rate() {
  const { id, state, outcome } = s.handoff || {};
  if (state !== 'completed' || outcome === 'no_reply' || s.closed || rating || stored.rated.get() === id) return;
  const done = () => { stored.rated.set(id); endRating(); settle(); };
  rating = createRating({ send: (stars, text) => chat.rate(id, stars, text) || notice('unavailable'), done });
  extra.replaceChildren(rating.node);
  log.end();
}

function thanked() {
  stored.rated.set(s.handoff?.id);
  rating?.thanks();
}

// about tells, above the conversation, what is known from the account, or that
// nobody is signed in.
function about() {
  const now = JSON.stringify([s.conversation, s.verified, s.account, lang]);
  if (now === told) return;
  told = now;
  if (!s.conversation) log.top();
  else if (!s.verified) log.top(el('p', { class: 'guest' }, t('guest')));
  else {
    const rows = facts(s.account);
    log.top(rows && el('details', { class: 'known', open: !s.lastSeq }, el('summary', {}, t('form.from_app')), rows, el('p', { class: 'hint' }, t('known_note'))));
  }
}

function endRating() {
  rating = null;
  extra.replaceChildren();
}

function closed() {
  show(over, s.closed);
  document.body.classList.toggle('ended', s.closed);
  show(composer.node, !s.closed);
  status.draw(s);
  if (s.closed) host.event('ended');
}

function notice(code) {
  const key = `notice.${code}`;
  rating?.again();
  if (t(key) === key) return;
  set(banner, t(key));
  show(banner, true);
  netTimer = setTimeout(net, 6000);
}

// speak turns the page to a language. What the server has put into words of the
// old one, the account and the request, is asked for anew.
async function speak(tag, anew) {
  const before = lang;
  wanted = tag;
  await load('widget', tag).catch(() => {});
  words();
  if (anew && lang !== before && (s.account || s.handoff)) chat.again();
}

on = (name, data) => {
  if (name === 'opened') {
    open = true;
    if (!chat.started) chat.start();
    composer.size();
    settle();
    log.end();
    seen();
  } else if (name === 'closed') open = false;
  else if (name === 'identify') chat.again();
  else if (name === 'locale') {
    wanted = String(data.locale);
    if (!chat.setLocale(wanted)) speak(wanted);
  } else if (name === 'logout') {
    chat.stop();
    stored.forget();
    location.reload();
  }
};

addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !event.defaultPrevented && !event.isComposing) host.post('close');
});
addEventListener('online', net);
addEventListener('offline', net);
document.addEventListener('visibilitychange', seen);
addEventListener('storage', (event) => stored.gone(event) && location.reload()); // signed out in another tab
setInterval(() => status.tick(), 1000);
console.info(t('paste_warning'));

words();
composer.reset();
if (host.open) on('opened');
else if (stored.session.get()) chat.start();
for (const [name, data] of early) on(name, data);
