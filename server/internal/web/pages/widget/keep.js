// What the browser keeps, separately for each host origin: the session secret
// and how far was read (for every tab, until logout), and the unsent text (this
// tab only, so that two tabs never send one outbox). The conversation itself is
// not kept; it comes from the server. A browser that refuses storage gets memory.

export function keep(origin) {
  const name = (key) => `usher:${origin}:${key}`;
  const lasting = shelf(() => localStorage);
  const tab = shelf(() => sessionStorage);
  const at = (where, key) => ({
    get: () => where.getItem(name(key)),
    set: (value) => (value == null || value === '' ? where.removeItem(name(key)) : where.setItem(name(key), value)),
  });
  const session = at(lasting, 'session');
  const read = at(lasting, 'read');
  const ticks = at(lasting, 'ticks');
  const rated = at(lasting, 'rated');
  const draft = at(tab, 'draft');
  const outbox = at(tab, 'outbox');
  const filled = at(tab, 'form');
  return {
    session,
    draft,
    rated, // the handoff whose rating was given, or put aside
    read: { get: () => Number(read.get()) || 0, set: (seq) => read.set(String(seq)) },
    outbox: { get: () => parse(outbox.get(), []), set: (all) => outbox.set(all.length ? JSON.stringify(all) : null) },
    // filled is what is typed into the form of a message and not yet sent.
    filled: {
      get(seq) {
        const kept = parse(filled.get(), {});
        return (kept.seq === seq && kept.values) || {};
      },
      set: (seq, values) => filled.set(values ? JSON.stringify({ seq, values }) : null),
    },
    // tick(seq, n) tells whether step n of a message is ticked; with `on` it is set.
    tick(seq, n, on) {
      const done = new Set(parse(ticks.get(), []));
      const key = `${seq}.${n}`;
      if (on === undefined) return done.has(key);
      done[on ? 'add' : 'delete'](key);
      ticks.set(done.size ? JSON.stringify([...done]) : null);
      return on;
    },
    // gone tells that another tab has dropped the conversation.
    gone: (event) => event.key === name('session') && event.newValue === null,
    // forget drops the conversation; the text not yet sent goes with it.
    forget() {
      for (const item of [session, read, ticks, rated, draft, outbox, filled]) item.set(null);
    },
  };
}

// parse is what was stored, or what stands for nothing.
function parse(json, nothing) {
  try {
    return JSON.parse(json) ?? nothing;
  } catch {
    return nothing;
  }
}

function shelf(real) {
  const memory = new Map();
  const tried = (work, fallback) => {
    try {
      return work(real());
    } catch {
      return fallback();
    }
  };
  return {
    getItem: (key) => tried((s) => s.getItem(key), () => null) ?? memory.get(key) ?? null,
    setItem: (key, value) => tried((s) => s.setItem(key, value), () => memory.set(key, value)),
    removeItem(key) {
      memory.delete(key);
      tried((s) => s.removeItem(key), () => {});
    },
  };
}
