// A word to the colleague who has the case; the customer never sees it.
import { el, set, show } from '../shared/dom.js';
import { t } from '../shared/words.js';

// createWhisper gives { node, draw(handoff, may, read) }; may tells who is
// to whisper, note(conversation, text) sends, run(work) shows what went wrong.
export function createWhisper({ note, run }) {
  const label = el('label', { for: 'whisper' });
  const box = el('input', { id: 'whisper', dir: 'auto', maxlength: '2000', autocomplete: 'off' });
  let h = null;
  const node = el('form', {
    class: 'whisper',
    hidden: true,
    async onsubmit(event) {
      event.preventDefault();
      const text = box.value.trim();
      if (text && (await run(() => note(h.conversation, text).then(() => true)))) box.value = '';
    },
  }, label, el('div', { class: 'row' }, box, el('button', { type: 'submit' }, t('whisper.send'))));
  return {
    node,
    draw(handoff, may, read) {
      h = handoff;
      show(node, may && read && h.state === 'accepted');
      set(label, t('whisper', { name: h.agent?.name || '' }));
    },
  };
}
