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
  const draft = at(tab, 'draft');
  const outbox = at(tab, 'outbox');
  return {
    session,
    draft,
    read: { get: () => Number(read.get()) || 0, set: (seq) => read.set(String(seq)) },
    outbox: { get: () => list(outbox.get()), set: (all) => outbox.set(all.length ? JSON.stringify(all) : null) },
    // tick(seq, n) tells whether step n of a message is ticked; with `on` it is set.
    tick(seq, n, on) {
      const done = new Set(list(ticks.get()));
      const key = `${seq}.${n}`;
      if (on === undefined) return done.has(key);
      done[on ? 'add' : 'delete'](key);
      ticks.set(done.size ? JSON.stringify([...done]) : null);
      return on;
    },
    // forget drops the conversation; the text not yet sent goes with it.
    forget() {
      for (const item of [session, read, ticks, draft, outbox]) item.set(null);
    },
  };
}

function list(json) {
  try {
    const value = JSON.parse(json || '[]');
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
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
