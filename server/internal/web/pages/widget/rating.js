// "How was that?" after a person has finished with the request. Can be left out.
import { el, icon, set } from '../shared/dom.js';
import { t } from '../shared/words.js';

// createRating gives { node, thanks(), again() }; send(stars, text) takes the
// answer and tells whether it went out, done() is called when it is put aside.
export function createRating({ send, done }) {
  const text = el('input', { id: 'rate-text', type: 'text', maxlength: '1000', dir: 'auto', autocomplete: 'off' });
  const more = el('div', { class: 'field', hidden: true }, el('label', { for: 'rate-text' }, t('rate_text')), text);
  const go = el('button', { type: 'submit', class: 'primary', hidden: true }, t('rate_send'));
  const stars = [1, 2, 3, 4, 5].map((n) => {
    const input = el('input', { type: 'radio', name: 'stars', value: String(n), onchange: () => light(n) });
    return el('label', { class: 'star', title: t(`stars.${n}`) }, input, icon('star'), el('span', { class: 'away' }, t(`stars.${n}`)));
  });
  let chosen = 0;

  function light(n) {
    chosen = n;
    stars.forEach((star, i) => star.classList.toggle('lit', i < n));
    more.hidden = go.hidden = false;
  }

  const node = el('form', {
    class: 'rating',
    onsubmit(event) {
      event.preventDefault();
      go.disabled = true;
      if (!send(chosen, text.value.trim())) go.disabled = false;
    },
  }, el('fieldset', {}, el('legend', {}, t('rate')), el('div', { class: 'stars' }, stars, el('button', { type: 'button', class: 'text', onclick: done }, t('rate_skip')))), more, go);
  return {
    node,
    // again lets one send once more, after it did not work.
    again() {
      go.disabled = false;
    },
    thanks() {
      const line = el('p', { role: 'status' });
      node.replaceChildren(line);
      set(line, t('rate_thanks'));
    },
  };
}
