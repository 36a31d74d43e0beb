// What each agent sets for themselves, kept in this browser.
import { el, set } from '../shared/dom.js';
import { lang, langs, t } from '../shared/words.js';

const LANGUAGE = 'usher.console.lang';

// ownName is a language's name in itself, as its speakers look for it.
function ownName(tag) {
  try {
    return new Intl.DisplayNames(tag, { type: 'language' }).of(tag);
  } catch {
    return tag;
  }
}

// createSettings gives { node, open() }; again() shows the console anew, in
// another language.
export function createSettings({ notices, keys, again }) {
  const said = el('p', { class: 'error', role: 'status' });
  const check = (text, value, work) => {
    const box = el('input', { type: 'checkbox', onchange: () => work(box) });
    box.checked = value();
    return { box, value, node: el('label', { class: 'check' }, box, el('span', {}, text)) };
  };
  const checks = [
    check(t('settings.sound'), notices.sound.get, (box) => notices.sound.set(box.checked)),
    check(t('settings.desktop'), notices.desktop.get, async (box) => {
      const done = await notices.desktop.set(box.checked);
      set(said, done ? '' : t('settings.desktop_refused'));
      box.checked = notices.desktop.get();
    }),
    check(t('keys.on'), keys.get, (box) => keys.set(box.checked)),
  ];
  const choice = el('select', { id: 'console-language' }, langs().map((tag) => el('option', { value: tag, lang: tag }, ownName(tag))));
  const dialog = el('dialog', { 'aria-label': t('settings') }, el('form', { method: 'dialog', onsubmit: save }, el('h2', {}, t('settings')),
    el('div', { class: 'field' }, el('label', { for: 'console-language' }, t('settings.language')), choice),
    el('div', { class: 'options' }, checks.map((c) => c.node)), said,
    el('div', { class: 'row end' }, el('button', { type: 'submit', class: 'primary' }, t('close')))));

  function save() {
    if (choice.value === lang) return;
    localStorage.setItem(LANGUAGE, choice.value);
    again();
  }

  return {
    node: dialog,
    open() {
      choice.value = lang;
      set(said, '');
      for (const c of checks) c.box.checked = c.value();
      dialog.showModal();
    },
  };
}
