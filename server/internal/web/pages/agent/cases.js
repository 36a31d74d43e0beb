// All cases the agent may see, as the socket tells of them: without any page.
// `changed(what, detail)` goes out: net, list, case, message, typing, arrived,
// lost.
import { connect, randomID } from '../shared/socket.js';

const TYPING_MS = 5_000;
const TYPING_EVERY_MS = 3_000;
const LEAVING = ['handoff.release', 'handoff.transfer', 'handoff.complete'];
const ANSWER_MS = 15_000; // no answer by then: the line is taken as dead

export function createCases({ changed }) {
  const s = {
    net: 'connecting',
    why: '',
    agent: null,
    queues: [],
    presence: 'online',
    waiting: [], // handoffs, in the server's order
    mine: [],
    others: [], // with colleagues; only those who may watch get them
    skew: 0,
    talks: new Map(), // conversation → { messages: Map(seq → message), notes, typing, read }
    drafts: new Map(), // conversation → unsent text
  };
  const asked = new Map(); // client id → { resolve, reject, timer }
  const leaving = new Set(); // cases this agent is giving away just now
  let typedAt = 0;
  let known = new Set();
  let socket = null;

  function net(state, why) {
    s.net = state;
    s.why = why || '';
    if (state !== 'open') {
      for (const [id, a] of asked) settle(id, () => a.reject({ code: 'offline' }));
    }
    changed('net');
  }

  const talk = (conversation) => {
    if (!s.talks.has(conversation)) s.talks.set(conversation, { messages: new Map(), notes: [], typing: false, read: 0, timer: 0 });
    return s.talks.get(conversation);
  };

  function frame(f) {
    const h = f.handoff;
    if (f.type === 'welcome') welcome(f);
    else if (f.type === 'ack') {
      if (f.at) s.skew = Date.parse(f.at) - Date.now() || 0;
      if (f.transcript) keep(f.transcript);
      for (const n of f.notes || (f.note?.text ? [f.note] : [])) remember(n);
      const a = asked.get(f.id);
      if (a) settle(f.id, () => a.resolve(f));
    } else if (f.type === 'error') {
      const a = asked.get(f.id);
      if (a) settle(f.id, () => a.reject(f));
      else changed('lost', f);
    } else if (f.type === 'message.created' && f.message) {
      keep([f.message]);
      changed('message', f.message);
    } else if (f.type === 'note.created' && f.note) remember(f.note);
    else if (f.type === 'typing') typing(f);
    else if (f.type === 'message.receipt') {
      if (f.from === 'user') talk(f.conversation).read = f.read;
      changed('case', f.conversation);
    } else if (f.type === 'queue.position') return;
    else if (f.type === 'conversation.owner_changed') changed('case', f.conversation);
    else if (typeof f.type === 'string' && f.type.startsWith('handoff.') && typeof h === 'object' && h) place(h);
  }

  function welcome(f) {
    s.agent = f.agent || s.agent;
    s.queues = (f.queues || []).map((q) => (typeof q === 'string' ? { id: q } : q));
    s.presence = f.agent?.state || f.presence || 'online';
    const had = new Set(s.mine.map((h) => h.id));
    s.waiting = [];
    s.mine = [];
    s.others = [];
    for (const h of f.handoffs || []) sort(h);
    for (const h of s.mine) had.delete(h.id);
    changed('list');
    if (known.size) for (const h of s.waiting) if (!known.has(h.id)) changed('arrived', h);
    known = new Set([...s.waiting, ...s.mine].map((h) => h.id));
    for (const id of had) changed('lost', { code: 'gone', handoff: id });
    for (const h of s.mine) refresh(h);
  }

  const isMine = (h) => h.state === 'accepted' && h.agent && (h.agent.id ? h.agent.id === s.agent?.id : h.agent.name === s.agent?.name);

  const mayWatch = () => s.agent?.role === 'supervisor' || s.agent?.role === 'admin';

  function sort(h) {
    if (h.state === 'queued') {
      if (seen(h.queue)) s.waiting.push(h);
    } else if (isMine(h)) s.mine.push(h);
    else if (h.state === 'accepted' && mayWatch()) s.others.push(h);
  }

  // place puts one case where it now belongs.
  function place(h) {
    const was = s.mine.some((m) => m.id === h.id);
    const waited = s.waiting.findIndex((m) => m.id === h.id);
    const old = find(h.id);
    const merged = { ...old, ...h };
    s.mine = s.mine.filter((m) => m.id !== h.id);
    s.waiting = s.waiting.filter((m) => m.id !== h.id);
    s.others = s.others.filter((m) => m.id !== h.id);
    if (h.state === 'queued' && seen(h.queue)) {
      if (waited >= 0 && old.queue === h.queue && old.priority === h.priority) s.waiting.splice(waited, 0, merged);
      else s.waiting.splice(rank(h), 0, merged);
    } else sort(merged);
    changed('list');
    if (h.state === 'queued' && waited < 0 && !was) changed('arrived', h);
    if (was && !isMine(merged) && !leaving.delete(h.id)) changed('lost', { code: 'gone', handoff: h.id, state: h.state, mine: true });
    known.add(h.id);
    changed('case', h.conversation);
    // Given by a supervisor, without having been asked for: fetch what was said.
    if (!was && isMine(merged) && !talk(h.conversation).messages.size) refresh(merged);
  }

  const find = (id) => [...s.mine, ...s.waiting, ...s.others].find((h) => h.id === id) || null;

  const seen = (queue) => !s.queues.length || s.queues.some((q) => q.id === queue);

  // rank is where a new case stands: the server's position when it is given,
  // else urgent first, then by age.
  function rank(h) {
    const key = (c) => [c.priority === 'urgent' ? 0 : 1, c.position || 1e9];
    const [urgent, position] = key(h);
    const at = s.waiting.findIndex((c) => {
      const [u, p] = key(c);
      return u > urgent || (u === urgent && c.queue === h.queue && p >= position);
    });
    return at < 0 ? s.waiting.length : at;
  }

  function keep(messages) {
    for (const m of messages) {
      const talked = talk(m.conversation);
      talked.messages.set(m.seq, m);
      if (m.from === 'user') stopTyping(m.conversation);
    }
    if (messages.length > 1) changed('case', messages[0].conversation);
  }

  // remember keeps a note once: the ack and the event both bring it.
  function remember(n) {
    const { notes } = talk(n.conversation);
    if (notes.some((o) => o.at === n.at && o.text === n.text)) return;
    notes.push(Object.assign(n, { from: 'note', name: n.agent?.name }));
    changed('message', n);
  }

  function typing(f) {
    if (f.from !== 'user') return;
    const talked = talk(f.conversation);
    talked.typing = true;
    clearTimeout(talked.timer);
    talked.timer = setTimeout(() => stopTyping(f.conversation), TYPING_MS);
    changed('typing', f.conversation);
  }

  function stopTyping(conversation) {
    const talked = talk(conversation);
    clearTimeout(talked.timer);
    if (!talked.typing) return;
    talked.typing = false;
    changed('typing', conversation);
  }

  function settle(id, work) {
    clearTimeout(asked.get(id)?.timer);
    asked.delete(id);
    work();
  }

  // ask sends a frame with a client id and waits for its ack or error.
  function ask(f, id = randomID()) {
    return new Promise((resolve, reject) => {
      asked.set(id, { resolve, reject, timer: setTimeout(() => { settle(id, () => reject({ code: 'offline' })); socket.again(); }, ANSWER_MS) });
      if (!socket.send({ ...f, id })) settle(id, () => reject({ code: 'offline' }));
    });
  }

  // refresh fetches the transcript again, by claiming what is one's own anyway.
  const refresh = (h) => ask({ type: 'handoff.claim', handoff: h.id }).then((f) => f.handoff && place(f.handoff), () => {});

  // act does one thing with a case; letting go of one is then no surprise.
  const act = async (f) => {
    if (LEAVING.includes(f.type)) leaving.add(f.handoff);
    const got = await ask(f).catch((error) => {
      leaving.delete(f.handoff);
      throw error;
    });
    if (got.handoff) place(got.handoff);
    return got.handoff || null;
  };

  return {
    state: s,
    start() {
      socket = connect({ path: '/v1/agent', hello: async () => ({ type: 'hello' }), frame, state: net });
    },
    talk,
    find,
    isMine,
    claim: (h) => act({ type: 'handoff.claim', handoff: h.id }),
    claimNext: () => act({ type: 'handoff.claim_next' }),
    watch: (h) => act({ type: 'conversation.watch', conversation: h.conversation }),
    takeOver: (h) => act({ type: 'conversation.take_over', conversation: h.conversation }),
    release: (h) => act({ type: 'handoff.release', handoff: h.id }),
    transfer: (h, queue) => act({ type: 'handoff.transfer', handoff: h.id, queue }),
    complete: (h, outcome, note) => act({ type: 'handoff.complete', handoff: h.id, outcome, ...(note ? { note } : {}) }),
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
