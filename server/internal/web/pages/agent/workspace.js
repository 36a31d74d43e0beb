// The workspace: the list beside one case, and what happens live.
import { el, icon, set, show } from '../shared/dom.js';
import { language, number, or, t } from '../shared/words.js';
import { session, signOut } from './account.js';
import { createActions } from './actions.js';
import { createBrief } from './brief.js';
import { createCases } from './cases.js';
import { createKeys } from './keys.js';
import { createList, title } from './list.js';
import { createTalk } from './talk.js';
import { createWhisper } from './whisper.js';

export function createWorkspace(agent, signedOut) {
  const gone = new AbortController();
  const cases = createCases({ changed });
  const s = cases.state;
  let chosen = null; // handoff id
  let news = 0; // arrivals since the tab was last looked at

  const say = el('p', { class: 'away', role: 'status' });
  const alarm = el('p', { class: 'away', role: 'alert' });
  const notice = el('p', { role: 'status' });
  const again = el('button', { type: 'button', class: 'text', onclick: () => cases.again() }, t('connect'));
  const banner = el('div', { class: 'banner', hidden: true }, notice, again);
  const trouble = el('div', { class: 'trouble', role: 'alert', hidden: true });
  const presence = el('button', { type: 'button', class: 'presence', onclick: () => run(() => cases.presence(s.presence === 'online' ? 'away' : 'online')) });
  const help = el('button', { type: 'button', class: 'plain', 'aria-label': t('keys'), title: t('keys'), onclick: () => keys.open() }, '?');
  const out = el('button', { type: 'button', class: 'text', onclick: leave }, t('signout'));
  const bar = el('header', { class: 'bar' }, el('h1', {}, t('title')), el('p', { class: 'me' }, el('bdi', {}, agent.name || agent.email || ''), el('span', { class: 'role' }, or(`role.${agent.role}`, agent.role || ''))), presence, help, out);
  const list = createList({ choose: open, next });
  const brief = createBrief({ skew: () => s.skew });
  const talk = createTalk({ send: cases.send, note: cases.note, typing: cases.typing, drafts: s.drafts, explain });
  const whisper = createWhisper({ note: cases.note, run });
  talk.node.append(whisper.node);
  const actions = createActions({ cases, run, back: () => {} });
  const backTo = el('button', { type: 'button', class: 'plain to-list', 'aria-label': t('back'), title: t('back'), onclick: () => { chosen = null; draw(); list.focus(); } }, icon('back'));
  const heading = el('h2', { tabindex: '-1' });
  const tags = el('p', { class: 'tags' });
  const caseView = el('article', { class: 'view', hidden: true }, el('header', {}, backTo, el('div', { class: 'who' }, heading, tags), actions.node), brief.node, talk.node);
  const empty = el('div', { class: 'nothing' }, el('p', {}, t('nothing_open')), el('p', { class: 'hint' }, t('nothing_hint')));
  const work = el('div', { class: 'work' }, trouble, caseView, empty);
  const main = el('main', {}, list.node, work);
  const keys = createKeys({
    j: () => list.move(1),
    k: () => list.move(-1),
    c: next,
    r: () => cases.find(chosen) && talk.reply(),
    e: () => actions.complete(),
  }, gone.signal);
  const node = el('div', { class: 'desk' }, bar, banner, main, say, alarm, keys.node);
  const ticking = setInterval(() => { list.tick(); brief.tick(); }, 1000);
  document.addEventListener('visibilitychange', badge, { signal: gone.signal });
  addEventListener('focus', badge, { signal: gone.signal });

  async function leave() {
    await signOut().catch(() => {});
    stop();
    signedOut();
  }

  function stop() {
    clearInterval(ticking);
    gone.abort();
    cases.stop();
    document.title = t('title');
  }

  // ended asks whether the agent is still signed in. If so, the line was closed
  // for another reason, and coming back is theirs to choose: two tabs that both
  // came back by themselves would push each other out for ever.
  function ended() {
    session().catch(() => null).then((still) => {
      if (still || s.net !== 'stopped') return;
      stop();
      signedOut();
    });
  }

  function explain(error) {
    const has = error.agent?.name || error.handoff?.agent?.name || error.name;
    if (error.code === 'claim_lost' || error.code === 'conflict') return has ? t('conflict_with', { name: has }) : error.detail || t('conflict');
    return or(`problem.${error.code}`, t('problem'));
  }

  // run does one action and shows its error, beside the case it belongs to.
  async function run(work) {
    show(trouble, false);
    try {
      return await work();
    } catch (error) {
      set(trouble, explain(error));
      show(trouble, true);
      return null;
    }
  }

  async function next() {
    const got = await run(() => cases.claimNext().then((h) => h || 'none'));
    if (got === 'none') set(say, t('none_waiting'));
    else if (got) {
      open(got.id);
      talk.reply();
    }
  }

  function open(id) {
    chosen = id;
    list.unread(id, false);
    show(trouble, false);
    draw();
    const h = cases.find(id);
    if (h) {
      talk.end();
      read(h);
    }
  }

  function read(h) {
    const seqs = [...cases.talk(h.conversation).messages.keys()];
    if (cases.isMine(h) && !document.hidden && seqs.length) cases.read(h.conversation, Math.max(...seqs));
  }

  function draw() {
    const h = cases.find(chosen);
    node.classList.toggle('with-case', Boolean(h));
    show(caseView, Boolean(h));
    show(empty, !h);
    list.draw(s, chosen);
    if (!h) return;
    const mine = cases.isMine(h);
    set(heading, title(h));
    heading.dir = 'auto';
    tags.replaceChildren(...[h.priority === 'urgent' && el('span', { class: 'tag urgent' }, icon('shield'), t('urgent')), el('span', { class: 'tag' }, or(`queue.${h.queue}`, h.queue)), h.lang && el('span', { class: 'tag' }, language(h.lang)), h.verified === false && el('span', { class: 'tag' }, t('not_signed_in'))].filter(Boolean));
    actions.draw(h, mine);
    whisper.draw(h, mine, cases.talk(h.conversation).messages.size > 0);
    brief.draw(h);
    talk.open(h, cases.talk(h.conversation), mine);
    talk.typing(cases.talk(h.conversation).typing);
  }

  function net() {
    const key = s.net === 'open' ? '' : s.net === 'stopped' ? 'net.stopped' : navigator.onLine ? 'net.reconnecting' : 'net.offline';
    show(banner, Boolean(key));
    set(notice, key ? t(key) : '');
    show(again, s.net === 'stopped');
    set(presence, t(s.presence === 'away' ? 'away' : 'online'));
    presence.classList.toggle('is-away', s.presence === 'away');
    presence.title = t(s.presence === 'away' ? 'go_online' : 'go_away');
    presence.disabled = s.net !== 'open';
    list.draw(s, chosen);
    if (s.net === 'stopped') ended();
  }

  function changed(what, detail) {
    if (what === 'net') net();
    else if (what === 'list') draw();
    else if (what === 'case') {
      if (cases.find(chosen)?.conversation === detail) draw();
    } else if (what === 'message') message(detail);
    else if (what === 'typing') {
      if (cases.find(chosen)?.conversation === detail) talk.typing(cases.talk(detail).typing);
    } else if (what === 'arrived') arrived(detail);
    else if (what === 'lost') lost(detail);
  }

  function message(m) {
    const h = cases.find(chosen);
    if (h?.conversation === m.conversation) {
      talk.add(m);
      read(h);
    } else if (m.from === 'user') {
      const other = s.mine.find((c) => c.conversation === m.conversation);
      if (other) list.unread(other.id, true);
    }
    if (m.from === 'user' && document.hidden) {
      news++;
      badge();
    }
  }

  function arrived(h) {
    const text = t(h.priority === 'urgent' ? 'arrived_urgent' : 'arrived', { queue: or(`queue.${h.queue}`, h.queue), who: title(h) });
    set(h.priority === 'urgent' ? alarm : say, text);
    if (document.hidden || !document.hasFocus()) news++;
    badge();
  }

  // lost tells when a case was taken away, and refusals nobody asked for.
  function lost(detail) {
    if (detail.mine && detail.state !== 'completed' && detail.handoff === chosen) {
      set(trouble, t('case_gone'));
      show(trouble, true);
    }
  }

  function badge() {
    if (!document.hidden && document.hasFocus()) news = 0;
    document.title = news ? `(${number(news)}) ${t('title')}` : t('title');
  }

  node.addEventListener('usher:open', (event) => open(event.detail)); // from the board
  set(presence, t('online'));
  draw();
  cases.start();
  return node;
}
