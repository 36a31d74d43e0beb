// In which order waiting cases stand: the one "claim next" follows.

// What a comparison needs of a case is worked out once: a sort of two thousand
// asks for it twenty thousand times.
const moments = new WeakMap();
function since(h) {
  if (!moments.has(h)) moments.set(h, Date.parse(h.queued_at) || 0);
  return moments.get(h);
}

// createOrder compares two waiting handoffs for one agent: urgent first, then
// what is kept for them or ahead of its class, then a language they speak, then
// the longest wait.
export function createOrder(agent) {
  const spoken = new Set(agent?.languages || []);
  const rank = (h) => (h.priority === 'urgent' ? 0 : 8) + (h.reserved_for && h.reserved_for === agent?.id ? 0 : 4) + (h.front ? 0 : 2) + (spoken.has(h.lang) ? 0 : 1);
  return (a, b) => rank(a) - rank(b) || since(a) - since(b) || (a.position || 0) - (b.position || 0) || (a.id < b.id ? -1 : 1);
}

// insert puts a case into a list that is in order.
export function insert(list, h, order) {
  let [from, to] = [0, list.length];
  while (from < to) {
    const half = (from + to) >> 1;
    if (order(list[half], h) < 0) from = half + 1;
    else to = half;
  }
  list.splice(from, 0, h);
}

// speaks tells whether an agent speaks a language; unknown languages count as
// spoken, there is nothing to warn of.
export const speaks = (agent, lang) => !lang || !agent?.languages?.length || agent.languages.some((l) => l.split('-')[0] === lang.split('-')[0]);
