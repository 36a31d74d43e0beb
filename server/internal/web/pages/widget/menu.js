// What is seldom needed, behind one button of the header: the language, and a
// copy of the conversation.
import { el, icon, set, show } from '../shared/dom.js';
import { lang, langs, t } from '../shared/words.js';

// createMenu gives { button, node, close, words }; speak(tag) changes the
// language, text() is what is copied.
export function createMenu({ speak, text }) {
  const button = el('button', { type: 'button', class: 'plain', 'aria-expanded': 'false', 'aria-controls': 'menu', onclick: () => turn(node.hidden) }, icon('more'));
  const label = el('label', { for: 'language' });
  const select = el('select', { id: 'language', onchange: () => speak(select.value) });
  const copy = el('button', { type: 'button', onclick: copied });
  const said = el('p', { class: 'hint', role: 'status' });
  const node = el('div', { id: 'menu', class: 'menu', hidden: true, onkeydown: keys }, el('div', { class: 'field' }, label, select), copy, said);

  function turn(on) {
    show(node, on);
    set(said, '');
    button.setAttribute('aria-expanded', String(on));
    (on ? select : button).focus();
  }

  function keys(event) {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    turn(false);
  }

  async function copied() {
    const done = await navigator.clipboard?.writeText(text()).then(() => true, () => false);
    set(said, t(done ? 'copied' : 'copy_failed'));
  }

  return {
    button,
    node,
    close: () => !node.hidden && turn(false),
    words() {
      button.setAttribute('aria-label', t('menu'));
      button.title = t('menu');
      set(label, t('language'));
      set(copy, t('copy'));
      select.replaceChildren(...langs().map((tag) => el('option', { value: tag, lang: tag, selected: tag === lang }, own(tag))));
    },
  };
}

// own is a language's name in that language.
function own(tag) {
  const name = new Intl.DisplayNames(tag, { type: 'language' }).of(tag);
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}
