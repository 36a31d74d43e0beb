// The conversation of one case: its transcript and the box to answer in.
import { el, set, show } from '../shared/dom.js';
import { plain } from '../shared/text.js';
import { t } from '../shared/words.js';
import { randomID } from '../shared/socket.js';
import { createComposer } from './composer.js';
import { createTranscript } from './transcript.js';

// createTalk gives { node, open(handoff, talk, mine, agent), add(message), typing(on), … }.
export function createTalk({ send, note, typing, drafts, explain, values }) {
  const transcript = createTranscript();
  const composer = createComposer({ transmit, leave, typing, drafts, values });
  const watch = el('p', { class: 'watch' });
  const node = el('section', { class: 'talk', 'aria-label': t('conversation') }, transcript.node, watch, composer.node);

  // transmit shows the answer at once and says what became of it.
  function transmit(conversation, text, id = randomID(), old = null) {
    const state = el('p', { class: 'state' }, t('sending'));
    const item = el('article', { class: 'msg agent' }, el('div', { class: 'body' }, plain(text)), state);
    transcript.pend(item, old);
    send(conversation, text, id).then((ack) => {
      if (transcript.has(ack.seq)) item.remove();
      else item.dataset.seq = ack.seq;
      set(state, t('sent'));
    }, (error) => {
      item.classList.add('failed');
      state.setAttribute('role', 'alert');
      state.replaceChildren(...[
        error.code === 'bad_value' ? t('stopped') : explain(error), ' ',
        error.code !== 'bad_value' && el('button', { type: 'button', class: 'text', onclick: () => transmit(conversation, text, id, item) }, t('retry')), ' ',
        el('button', { type: 'button', class: 'text', onclick: () => { item.remove(); composer.restore(conversation, text); } }, t('edit')),
      ].filter(Boolean));
    });
  }

  function leave(conversation, text) {
    note(conversation, text).catch((error) => composer.refused(conversation, text, explain(error)));
  }

  return {
    node,
    add: transcript.add,
    open(handoff, talk, mine, agent) {
      // Everything has its size before the transcript is filled and scrolled.
      show(transcript.node, mine || talk.messages.size > 0);
      show(composer.node, mine);
      show(watch, !mine);
      composer.open(handoff, agent);
      transcript.open(handoff.id, talk);
      transcript.typing(talk.typing);
      node.classList.toggle('unread', !mine && !talk.messages.size);
      set(watch, t(handoff.state === 'queued' ? 'claim_to_answer' : 'with_other', { name: handoff.agent?.name || '' }));
    },
    typing: transcript.typing,
    reply: () => composer.focus('reply'),
    note: () => composer.focus('note'),
    macros: composer.macros,
    end: transcript.end,
    focus: () => (composer.node.hidden ? transcript.node : composer.box).focus(),
  };
}
