// All cases the agent may see, as the socket tells of them: without any page.
// `changed(what, detail)` goes out: net, list, case, message, typing, arrived,
// lost.
import { connect } from '../shared/socket.js';
import { createAsking } from './asking.js';
import { createOrder, insert } from './order.js';
import { createTalks } from './talks.js';

const TYPING_EVERY_MS = 3_000;
const LEAVING = ['handoff.release', 'handoff.transfer', 'handoff.complete'];

export function createCases({ changed }) {
  const s = {
    net: 'connecting',
    why: '',
    ready: false, // a welcome came: an empty list is one
    agent: null,
    queues: [],
    presence: 'online',
    waiting: [], // handoffs, in the order of "claim next"
    mine: [],
    others: [], // with colleagues
    team: [], // colleagues
    targets: {}, // queue → seconds within which a case should be taken
    meter: null, // from which cancellation on what follows
    skew: 0,
  };
  const talks = createTalks({ changed });
  const asking = createAsking({ send: (f) => socket.send(f), dead: () => socket.again() });
  const leaving = new Set(); // cases this agent is giving away just now
  const fetching = new Set(); // cases whose transcript is on its way
  let acting = 0; // acts under way: what comes of them is no news
  let typedAt = 0;
  let known = new Set();
  let order = createOrder(null);
  let socket = null;

  function net(state, why) {
    s.net = state;
    s.why = why || '';
    if (state !== 'open') asking.drop();
    changed('net');
  }

  function frame(f) {
    const h = f.handoff;
    if (f.type === 'welcome') welcome(f);
    else if (f.type === 'ack') {
      if (f.at) s.skew = Date.parse(f.at) - Date.now() || 0;
      if (f.transcript && h) talks.whole(h.conversation, f.transcript);
      for (const n of f.notes || (f.note?.text ? [f.note] : [])) talks.remember(n);
      if (f.earlier && h) talks.of(h.conversation).earlier = f.earlier;
      asking.answered(f);
    } else if (f.type === 'error') {
      if (!asking.answered(f)) changed('lost', f);
    } else if (f.type === 'message.created' && f.message) {
      talks.keep([f.message]);
      changed('message', f.message);
    } else if (f.type === 'note.created' && f.note) talks.remember(f.note);
    else if (f.type === 'typing') talks.typing(f);
    else if (f.type === 'message.receipt') {
      if (f.from === 'user') talks.of(f.conversation).read = f.read;
      changed('case', f.conversation);
    } else if (f.type === 'queue.position') return;
    else if (f.type === 'conversation.owner_changed') changed('case', f.conversation);
    else if (typeof f.type === 'string' && f.type.startsWith('handoff.') && typeof h === 'object' && h) place(h);
  }

  function welcome(f) {
    s.agent = f.agent || s.agent;
    order = createOrder(s.agent);
    s.queues = (f.queues || []).map((q) => (typeof q === 'string' ? { id: q } : q));
    s.presence = f.agent?.state || f.presence || 'online';
    s.ready = true;
    const had = new Set(s.mine.map((h) => h.id));
    s.waiting = [];
    s.mine = [];
    s.others = [];
    for (const h of f.handoffs || []) sort(h);
    s.waiting.sort(order);
    for (const h of s.mine) had.delete(h.id);
    changed('list');
    if (known.size) for (const h of s.waiting) if (!known.has(h.id)) changed('arrived', h);
    known = new Set([...s.waiting, ...s.mine].map((h) => h.id));
    for (const id of had) changed('lost', { code: 'gone', handoff: id });
    talks.stale();
    team().catch(() => {});
  }

  // team asks who else is there and what they hold.
  async function team() {
    const f = await asking.ask({ type: 'team.list' });
    s.team = f.agents || [];
    s.targets = f.targets_s || {};
    s.meter = f.meter || null;
    const ours = new Set([...s.mine, ...s.waiting, ...s.others].map((h) => h.id));
    for (const h of f.handoffs || []) if (!ours.has(h.id)) sort(h);
    changed('list');
    return s.team;
  }

  const isMine = (h) => h.state === 'accepted' && h.agent && (h.agent.id ? h.agent.id === s.agent?.id : h.agent.name === s.agent?.name);

  const mayWatch = () => s.agent?.role === 'supervisor' || s.agent?.role === 'admin';

  function sort(h) {
    if (h.state === 'queued') {
      if (seen(h.queue)) s.waiting.push(h);
    } else if (isMine(h)) s.mine.push(h);
    else if (h.state === 'accepted' && seen(h.queue)) s.others.push(h);
  }

  // place puts one case where it now belongs. What a later frame leaves out was
  // taken back, so an older one's fields never show through a masked one.
  function place(h) {
    const was = s.mine.some((m) => m.id === h.id);
    const waited = s.waiting.some((m) => m.id === h.id);
    const at = was ? s.mine.findIndex((m) => m.id === h.id) : -1;
    for (const list of [s.mine, s.waiting, s.others]) {
      const i = list.findIndex((m) => m.id === h.id);
      if (i >= 0) list.splice(i, 1);
    }
    if (h.state === 'queued' && seen(h.queue)) insert(s.waiting, h, order);
    else if (at >= 0 && isMine(h)) s.mine.splice(at, 0, h); // where one's eye has it
    else sort(h);
    changed('list');
    if (h.state === 'queued' && !waited && !was) changed('arrived', h);
    if (!was && !acting && isMine(h)) {
      changed('mine', h); // put into these hands without having been asked for
      refresh(h);
    }
    if (was && !isMine(h) && !leaving.delete(h.id)) changed('lost', { code: 'gone', handoff: h.id, state: h.state, mine: true });
    known.add(h.id);
    changed('case', h.conversation);
  }

  const find = (id) => [...s.mine, ...s.waiting, ...s.others].find((h) => h.id === id) || null;

  const seen = (queue) => !s.queues.length || s.queues.some((q) => q.id === queue);

  const ask = asking.ask;

  // refresh fetches the transcript again, by claiming what is one's own anyway.
  async function refresh(h) {
    if (fetching.has(h.id)) return;
    fetching.add(h.id);
    const f = await ask({ type: 'handoff.claim', handoff: h.id }).catch(() => ({}));
    fetching.delete(h.id);
    if (f.handoff) place(f.handoff);
  }

  // act does one thing with a case; letting go of one is then no surprise.
  const act = async (f) => {
    if (LEAVING.includes(f.type)) leaving.add(f.handoff);
    acting++;
    try {
      const got = await ask(f);
      if (got.handoff) place(got.handoff);
      return got.handoff || null;
    } catch (error) {
      leaving.delete(f.handoff);
      throw error;
    } finally {
      acting--;
    }
  };

  return {
    state: s,
    start() {
      socket = connect({ path: '/v1/agent', hello: async () => ({ type: 'hello' }), frame, state: net });
    },
    talk: talks.of,
    find,
    isMine,
    mayWatch,
    team,
    // whole fetches the transcript of one's own case when it is not here, or may
    // have holes since the line was away. What is not looked at is not fetched.
    whole(h) {
      if (isMine(h) && s.net === 'open' && !talks.of(h.conversation).whole) refresh(h);
    },
    claim: (h) => act({ type: 'handoff.claim', handoff: h.id }),
    claimNext: () => act({ type: 'handoff.claim_next' }),
    watch: (h) => act({ type: 'conversation.watch', conversation: h.conversation }),
    takeOver: (h) => act({ type: 'conversation.take_over', conversation: h.conversation }),
    release: (h) => act({ type: 'handoff.release', handoff: h.id }),
    transfer: (h, to) => act({ type: 'handoff.transfer', handoff: h.id, ...to }), // to: { queue } or { agent }
    complete: (h, outcome, note) => act({ type: 'handoff.complete', handoff: h.id, outcome, ...(note ? { note } : {}) }),
    preview: (h, outcome) => ask({ type: 'handoff.preview', handoff: h.id, outcome }).then((f) => f.messages || []),
    // reveal shows one masked field; the server writes down that it was looked at.
    reveal: (h, field) => ask({ type: 'field.reveal', handoff: h.id, field }).then((f) => f.field),
    send: (conversation, text, id) => ask({ type: 'message.send', conversation, text }, id),
    note: (conversation, text) => ask({ type: 'note.add', conversation, text }),
    async presence(state) {
      await ask({ type: 'presence.set', state });
      s.presence = state;
      changed('net');
    },
    typing(conversation) {
      if (Date.now() - typedAt > TYPING_EVERY_MS && socket.send({ type: 'typing', conversation })) typedAt = Date.now();
    },
    read: (conversation, seq) => socket.send({ type: 'receipt', conversation, read: seq }),
    again: () => socket.again(),
    stop: () => socket.stop(),
  };
}
