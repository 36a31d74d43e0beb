// The workspace: the list beside one case, and what happens live.
import { el, icon, set, show } from '../shared/dom.js';
import { language, or, t } from '../shared/words.js';
import { session, signOut } from './account.js';
import { createActions } from './actions.js';
import { createBrief } from './brief.js';
import { createCases } from './cases.js';
import { createDrafts } from './drafts.js';
import { createKeys } from './keys.js';
import { createList, from, title } from './list.js';
import { createNotices } from './notices.js';
import { createSettings } from './settings.js';
import { createTalk } from './talk.js';
import { createWhisper } from './whisper.js';
import { localTime } from './zone.js';

export function createWorkspace(agent, signedOut) {
  const gone = new AbortController();
  const cases = createCases({ changed });
  const s = cases.state;
  const drafts = createDrafts(agent.id, () => list.drafts());
  const notices = createNotices(gone.signal);
  let chosen = null; // handoff id
  const told = new Map(); // conversation → the seq up to which its customer knows it is read
  let drawing = 0; // the frame in which the page is drawn anew

  const say = el('p', { class: 'away', role: 'status' });
  const alarm = el('p', { class: 'away', role: 'alert' });
  const notice = el('p', { role: 'status' });
  const again = el('button', { type: 'button', class: 'text', onclick: () => cases.again() }, t('connect'));
  const banner = el('div', { class: 'banner', hidden: true }, notice, again);
  const trouble = el('div', { class: 'trouble', role: 'alert', hidden: true });
  const presence = el('button', { type: 'button', class: 'presence', onclick: () => run(() => cases.presence(s.presence === 'online' ? 'away' : 'online')) });
  const gear = el('button', { type: 'button', class: 'plain', 'aria-label': t('settings'), title: t('settings'), 'aria-haspopup': 'dialog', onclick: () => settings.open() }, icon('gear'));
  const help = el('button', { type: 'button', class: 'plain', 'aria-label': t('keys'), title: t('keys'), 'aria-haspopup': 'dialog', onclick: () => keys.open() }, '?');
  const out = el('button', { type: 'button', class: 'text', onclick: leave }, t('signout'));
  const bar = el('header', { class: 'bar' }, el('h1', {}, t('title')), el('p', { class: 'me' }, el('bdi', {}, agent.name || agent.email || ''), el('span', { class: 'role' }, or(`role.${agent.role}`, agent.role || ''))), presence, gear, help, out);
  const list = createList({ choose: open, next, drafted: drafts.has });
  const brief = createBrief({ skew: () => s.skew, limits: () => s.meter, reveal: (h, field) => run(() => cases.reveal(h, field)) });
  const talk = createTalk({ send: cases.send, note: cases.note, typing: cases.typing, drafts, explain, values });
  const whisper = createWhisper({ note: cases.note, run });
  talk.node.append(whisper.node);
  const actions = createActions({ cases, run, back });
  const backTo = el('button', { type: 'button', class: 'plain to-list', 'aria-label': t('back'), title: t('back'), onclick: () => { chosen = null; draw(); list.focus(); } }, icon('back'));
  const heading = el('h2', {}, el('bdi'));
  const tags = el('p', { class: 'tags' });
  const caseView = el('article', { class: 'view', hidden: true }, el('header', {}, backTo, el('div', { class: 'who' }, heading, tags), actions.node), brief.node, talk.node);
  const empty = el('div', { class: 'nothing' }, icon('inbox'), el('p', {}, t('nothing_open')), el('p', { class: 'hint' }, t('nothing_hint')));
  const work = el('div', { class: 'work' }, trouble, caseView, empty);
  const main = el('main', {}, list.node, work);
  const keys = createKeys({
    j: () => list.move(1),
    k: () => list.move(-1),
    c: next,
    a: () => cases.find(chosen) && actions.claim(),
    r: () => mine() && talk.reply(),
    n: () => mine() && talk.note(),
    m: () => mine() && talk.macros(),
    t: () => mine() && actions.transfer(),
    x: () => mine() && actions.escalate(),
    u: () => mine() && actions.release(),
    e: () => mine() && actions.complete(),
    l: () => list.focus(),
    ',': () => settings.open(),
  }, gone.signal);
  const settings = createSettings({ notices, keys: keys.on, again: () => location.reload() });
  const node = el('div', { class: 'desk' }, bar, banner, main, say, alarm, keys.node, settings.node);
  const ticking = setInterval(() => { list.tick(); brief.tick(); tick(); }, 1000);

  const mine = () => {
    const h = cases.find(chosen);
    return h && cases.isMine(h) ? h : null;
  };

  async function leave() {
    await signOut().catch(() => {});
    drafts.clear();
    stop();
    signedOut();
  }

  function stop() {
    clearInterval(ticking);
    cancelAnimationFrame(drawing);
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
    if (error.code === 'claim_lost' || error.code === 'conflict') return has ? t('conflict_with', { name: has }) : t('conflict');
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

  // back is after a case has left: the hands go on from the list.
  function back() {
    draw();
    if (!cases.find(chosen)) list.focus();
  }

  function open(id) {
    chosen = id;
    list.unread(id, false);
    show(trouble, false);
    draw();
    const h = cases.find(id);
    if (h) talk.end();
  }

  // values are what fills a macro.
  function values(h) {
    return { fields: h.fields || {}, zone: h.timezone, agent: agent.name, cancellable: h.verdict?.cancellable_at };
  }

  // read tells the customer, once, that what they wrote is seen: the case is
  // ours, open, and somebody looks at it.
  function read(h) {
    const seqs = [...cases.talk(h.conversation).messages.keys()];
    const last = Math.max(0, ...seqs);
    if (!cases.isMine(h) || document.hidden || last <= (told.get(h.conversation) || 0)) return;
    if (cases.read(h.conversation, last)) told.set(h.conversation, last);
  }

  // soon draws once, however many events came since the last frame.
  function soon() {
    drawing ||= requestAnimationFrame(draw);
  }

  function draw() {
    cancelAnimationFrame(drawing);
    drawing = 0;
    const h = cases.find(chosen);
    node.classList.toggle('with-case', Boolean(h));
    show(caseView, Boolean(h));
    show(empty, !h);
    list.draw(s, chosen);
    if (!h) return;
    const conversation = cases.talk(h.conversation);
    set(heading.firstChild, title(h));
    tags.replaceChildren(...[
      h.priority === 'urgent' && el('span', { class: 'tag urgent' }, icon('shield'), t('urgent')),
      el('span', { class: 'tag' }, or(`queue.${h.queue}`, h.queue)),
      h.lang && el('span', { class: 'tag' }, language(h.lang)),
      h.partner && el('span', { class: 'tag from' }, from(h)),
      typeof h.verified === 'boolean' && el('span', { class: `tag ${h.verified ? 'sure' : ''}` }, t(h.verified ? 'signed_in' : 'not_signed_in')),
      h.timezone && el('span', { class: 'tag there', title: h.timezone }),
    ].filter(Boolean));
    tick();
    actions.draw(h, cases.isMine(h));
    whisper.draw(h, cases.mayWatch() && !cases.isMine(h), conversation.messages.size > 0);
    brief.draw(h, conversation);
    talk.open(h, conversation, cases.isMine(h), s.agent || agent);
    cases.whole(h);
    read(h);
  }

  // tick shows the time where the customer is.
  function tick() {
    const clock = tags.querySelector('.there');
    if (!clock) return;
    const time = localTime(cases.find(chosen)?.timezone, Date.now() + s.skew);
    show(clock, Boolean(time));
    set(clock, t('local_time', { time }));
  }

  function net() {
    const key = s.net === 'open' || (s.net === 'connecting' && !s.ready) ? '' : s.net === 'stopped' ? 'net.stopped' : navigator.onLine ? 'net.reconnecting' : 'net.offline';
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
    else if (what === 'list') soon();
    else if (what === 'case') {
      if (cases.find(chosen)?.conversation === detail) soon();
    } else if (what === 'message') message(detail);
    else if (what === 'typing') {
      if (cases.find(chosen)?.conversation === detail) talk.typing(cases.talk(detail).typing);
    } else if (what === 'arrived') arrived(detail);
    else if (what === 'mine') given(detail);
    else if (what === 'lost') lost(detail);
  }

  function message(m) {
    const h = cases.find(chosen);
    if (h?.conversation === m.conversation) {
      talk.add(m);
      read(h);
      if (m.from === 'user' && notices.away()) notices.tell(t('new_message'), false);
    } else if (m.from === 'user') {
      const other = s.mine.find((c) => c.conversation === m.conversation);
      if (!other) return;
      list.unread(other.id, true);
      notices.tell(t('new_message'), false);
    }
  }

  function arrived(h) {
    const urgent = h.priority === 'urgent';
    set(urgent ? alarm : say, t(urgent ? 'arrived_urgent' : 'arrived', { queue: or(`queue.${h.queue}`, h.queue), who: title(h) }));
    notices.tell(t(urgent ? 'notice_urgent' : 'notice_new', { queue: or(`queue.${h.queue}`, h.queue) }), urgent);
  }

  // given tells of a case that a colleague or a supervisor has put into these
  // hands.
  function given(h) {
    if (h.id === chosen) return;
    list.unread(h.id, true);
    set(alarm, t('given', { who: title(h) }));
    notices.tell(t('notice_given'), h.priority === 'urgent');
  }

  // lost tells when a case was taken away, and refusals nobody asked for.
  function lost(detail) {
    if (detail.mine && detail.state !== 'completed' && detail.handoff === chosen) {
      set(trouble, t('case_gone'));
      show(trouble, true);
    }
  }

  node.addEventListener('usher:open', (event) => open(event.detail)); // from the board
  set(presence, t('online'));
  draw();
  cases.start();
  return node;
}
