// What was said in each conversation that is open here: messages, notes, read
// marks, who is typing, and the person's earlier cases.

const TYPING_MS = 5_000; // a sign of typing is good for so long

export function createTalks({ changed }) {
  const talks = new Map();

  const of = (conversation) => {
    if (!talks.has(conversation)) talks.set(conversation, { messages: new Map(), notes: [], earlier: [], whole: false, typing: false, read: 0, timer: 0 });
    return talks.get(conversation);
  };

  function stopTyping(conversation) {
    const talk = of(conversation);
    clearTimeout(talk.timer);
    if (!talk.typing) return;
    talk.typing = false;
    changed('typing', conversation);
  }

  return {
    of,
    keep(messages) {
      for (const m of messages) {
        of(m.conversation).messages.set(m.seq, m);
        if (m.from === 'user') stopTyping(m.conversation);
      }
      if (messages.length > 1) changed('case', messages[0].conversation);
    },
    // whole takes in a transcript from its beginning.
    whole(conversation, messages) {
      of(conversation).whole = true;
      this.keep(messages);
    },
    // stale: the line was away, so every conversation may have holes.
    stale() {
      for (const talk of talks.values()) talk.whole = false;
    },
    // remember keeps a note once: the ack and the event both bring it.
    remember(n) {
      const { notes } = of(n.conversation);
      if (notes.some((o) => o.at === n.at && o.text === n.text)) return;
      notes.push(Object.assign(n, { from: 'note', name: n.agent?.name }));
      changed('message', n);
    },
    typing(f) {
      if (f.from !== 'user') return;
      const talk = of(f.conversation);
      talk.typing = true;
      clearTimeout(talk.timer);
      talk.timer = setTimeout(() => stopTyping(f.conversation), TYPING_MS);
      changed('typing', f.conversation);
    },
  };
}
