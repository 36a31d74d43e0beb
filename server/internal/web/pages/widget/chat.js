// The conversation as the protocol has it, without any page. Frames come in,
// `changed(what, detail)` goes out: net, start, message, outbox, owner, handoff,
// typing, read, closed, notice, rated, locale.
//
// A message is shown once, by its seq. What the user sends waits in the outbox
// under a client id until it is acked, and is sent again, with the same id,
// after every reconnect; so nothing is lost and nothing is there twice.
import { connect, randomID } from '../shared/socket.js';

const ACK_MS = 12_000; // no ack by then: the line is taken as dead
const TYPING_MS = 5_000; // how long a typing sign lasts (protocol)
const TYPING_EVERY_MS = 3_000; // how often ours is renewed

export function createChat({ stored, token, locale, changed }) {
  const s = {
    net: 'connecting',
    why: '',
    conversation: null,
    owner: 'bot',
    agent: null,
    epoch: 0,
    handoff: null,
    lastSeq: 0,
    goal: 0, // the last seq to catch up with before messages count as new
    skew: 0, // server's clock minus ours, ms
    maxChars: 4000,
    readBy: 0, // how far the other side has read
    typing: false,
    closed: false,
    verified: false, // the host app has signed who this is
    account: null, // what it has signed: { id: { value, source } }
    outbox: stored.outbox.get().map((m) => ({ ...m, state: m.state === 'sent' ? 'sending' : m.state })),
  };
  let socket = null;
  let refused = 0; // times in a row that the server did not know us
  let gapAt = -1;
  let typingTimer = 0;
  let ackTimer = 0;
  let typedAt = 0;

  const start = () => {
    socket = connect({ path: '/v1/chat', hello, frame, state: net });
  };

  async function hello() {
    const first = { type: 'hello', after: s.lastSeq, locale: locale() };
    first.timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const [signed, session] = [await token(), stored.session.get()];
    if (signed) first.token = signed;
    if (session) first.session = session;
    for (const key of ['locale', 'timezone']) if (!first[key]) delete first[key];
    return first;
  }

  function net(state, why) {
    if (state !== 'open') clearTimeout(ackTimer);
    if (state === 'stopped' && why === 'unauthenticated') return;
    s.net = state;
    s.why = why || '';
    changed('net');
  }

  const handlers = {
    welcome(f) {
      const other = s.conversation && f.conversation !== s.conversation;
      const anew = other || (f.recovered === false && s.lastSeq > 0);
      if (anew) clear();
      Object.assign(s, {
        conversation: f.conversation, owner: f.owner, epoch: f.epoch || 0, handoff: f.handoff || null,
        agent: f.agent || f.handoff?.agent || null, goal: f.last_seq || 0, closed: Boolean(f.closed),
        verified: Boolean(f.verified), account: f.account || null,
        maxChars: f.limits?.text_chars || 4000,
      });
      refused = 0;
      if (f.session) stored.session.set(f.session);
      changed('start', { locale: f.locale });
      if (anew) socket.again();
      else flush();
    },
    'message.created'(f) {
      const m = f.message;
      if (!m || !(m.seq > s.lastSeq)) return;
      if (m.seq > s.lastSeq + 1 && gapAt !== s.lastSeq) {
        gapAt = s.lastSeq; // ask once for what is missing
        socket.again();
        return;
      }
      const fresh = m.seq > s.goal;
      s.lastSeq = m.seq;
      if (m.from === 'user') {
        s.outbox = s.outbox.filter((o) => o.seq !== m.seq && o.id !== m.id);
        saveOutbox();
      } else stopTyping();
      changed('message', { message: m, fresh });
    },
    ack(f) {
      const sent = s.outbox.find((o) => o.id === f.id);
      if (!f.id) changed('rated');
      if (!sent) return;
      if (f.at) s.skew = Date.parse(f.at) - Date.now() || 0;
      Object.assign(sent, { state: 'sent', seq: f.seq });
      if (f.seq <= s.lastSeq) s.outbox = s.outbox.filter((o) => o !== sent);
      saveOutbox();
      watchAcks();
      changed('outbox');
    },
    error(f) {
      if (f.code === 'unauthenticated') return strangers();
      if (f.code === 'resync') {
        clear();
        socket.again();
        return;
      }
      const sent = s.outbox.find((o) => o.id === f.id);
      if (sent && f.retryable) {
        setTimeout(flush, Math.min(30_000, f.retry_after_ms || 1000));
      } else if (sent) {
        sent.state = 'failed';
        sent.code = f.code;
        saveOutbox();
        changed('outbox');
      } else changed('notice', f.code);
      if (f.code === 'closed') end();
    },
    typing(f) {
      if (f.from === 'user') return;
      s.typing = true;
      clearTimeout(typingTimer);
      typingTimer = setTimeout(stopTyping, TYPING_MS);
      changed('typing');
    },
    'message.receipt'(f) {
      if (f.from === 'user' || !(f.read > s.readBy)) return;
      s.readBy = f.read;
      changed('read');
    },
    'conversation.owner_changed'(f) {
      if (f.epoch < s.epoch) return;
      stopTyping();
      Object.assign(s, { owner: f.owner, epoch: f.epoch || s.epoch, agent: f.agent || null });
      changed('owner');
    },
    'queue.position'(f) {
      if (!s.handoff || s.handoff.id !== f.handoff) return;
      s.handoff = { ...s.handoff, position: f.position, wait: f.wait };
      changed('handoff');
    },
    'conversation.closed': () => end(),
    locale: (f) => changed('locale', f.locale),
  };

  function frame(f) {
    if (Object.hasOwn(handlers, f.type)) handlers[f.type](f);
    else if (typeof f.type === 'string' && f.type.startsWith('handoff.') && f.handoff) {
      s.handoff = { ...f.handoff, state: f.handoff.state || f.type.slice(8) };
      if (s.handoff.agent && s.handoff.state === 'accepted') s.agent = s.handoff.agent;
      changed('handoff', f.type);
    }
  }

  // The server does not know the session, or it is another user's.
  function strangers() {
    refused++;
    if (refused > 2) {
      s.net = 'stopped';
      s.why = 'unauthenticated';
      socket.stop();
      changed('net');
      return;
    }
    stored.session.set(null);
    clear();
    socket.again();
  }

  function clear() {
    s.lastSeq = s.goal = s.readBy = 0;
    s.conversation = null;
    gapAt = -1;
    changed('start', { clear: true });
  }

  function stopTyping() {
    clearTimeout(typingTimer);
    if (s.typing) {
      s.typing = false;
      changed('typing');
    }
  }

  function end() {
    s.closed = true;
    changed('closed');
  }

  const saveOutbox = () => stored.outbox.set(s.outbox);

  function flush() {
    for (const o of s.outbox) if (o.state === 'sending') transmit(o);
  }

  function transmit(o) {
    const f = { type: 'message.send', id: o.id, text: o.text };
    if (o.choice) f.choice = o.choice;
    if (o.form) f.form = o.form;
    if (socket?.send(f)) watchAcks();
  }

  function watchAcks() {
    clearTimeout(ackTimer);
    if (s.net === 'open' && s.outbox.some((o) => o.state === 'sending')) ackTimer = setTimeout(() => socket.again(), ACK_MS);
  }

  return {
    state: s,
    start,
    get started() { return socket !== null; },
    send(text, extra) {
      const o = { id: randomID(), text, ...extra, state: 'sending' };
      s.outbox.push(o);
      saveOutbox();
      changed('outbox');
      transmit(o);
    },
    retry(id) {
      const o = s.outbox.find((m) => m.id === id);
      if (!o) return;
      if (o.code === 'id_reused') o.id = randomID();
      o.state = 'sending';
      delete o.code;
      saveOutbox();
      changed('outbox');
      transmit(o);
    },
    discard(id) {
      s.outbox = s.outbox.filter((o) => o.id !== id);
      saveOutbox();
      changed('outbox');
    },
    typing() {
      if (Date.now() - typedAt > TYPING_EVERY_MS && socket?.send({ type: 'typing' })) typedAt = Date.now();
    },
    read: (seq) => socket?.send({ type: 'receipt', read: seq }),
    person: () => socket?.send({ type: 'handoff.request' }),
    withdraw: () => socket?.send({ type: 'handoff.withdraw' }),
    rate: (handoff, stars, text) => socket?.send({ type: 'rating.send', handoff, stars, ...(text ? { text } : {}) }),
    setLocale: (tag) => socket?.send({ type: 'locale.set', locale: tag }),
    end: () => socket?.send({ type: 'conversation.end' }),
    // again connects anew: the user asked to, or who they are has changed.
    again() {
      refused = 0;
      if (socket) socket.again();
    },
    // fresh begins a new conversation after the old one has ended.
    fresh() {
      stored.forget();
      Object.assign(s, { closed: false, handoff: null, agent: null, owner: 'bot', outbox: [], epoch: 0 });
      clear();
      if (socket) socket.again();
    },
    stop: () => {
      socket?.stop();
      socket = null;
    },
  };
}
