// What was written and not sent, per case and kind of text. It survives a reload
// of the tab and nothing longer: a console stands on shared desks.

// changed is told when a case gets its first draft or loses its last.
export function createDrafts(agent, changed) {
  const KEY = `usher.console.drafts.${agent}`; // whoever signs in next in this tab has their own
  let all = {};
  try {
    all = JSON.parse(sessionStorage.getItem(KEY)) || {};
  } catch { /* another version's, or none */ }
  const name = (conversation, mode) => `${mode} ${conversation}`;
  const has = (conversation) => ['reply', 'note'].some((mode) => name(conversation, mode) in all);
  return {
    get: (conversation, mode) => all[name(conversation, mode)] || '',
    set(conversation, mode, text) {
      const had = has(conversation);
      if (text.trim()) all[name(conversation, mode)] = text;
      else delete all[name(conversation, mode)];
      try {
        sessionStorage.setItem(KEY, JSON.stringify(all));
      } catch { /* full or forbidden: the draft lives as long as the page */ }
      if (had !== has(conversation)) changed();
    },
    has,
    clear() {
      all = {};
      sessionStorage.removeItem(KEY);
    },
  };
}
