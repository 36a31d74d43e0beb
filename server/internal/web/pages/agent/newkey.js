// A new key of a partner: what to ask for, and the key, shown this once.
import { el, set } from '../shared/dom.js';
import { t } from '../shared/words.js';
import { call, why } from './account.js';
import { boxes, isolated, picked } from './tables.js';

// What a key gets when nobody says otherwise, and the most it may get.
const RATE = '60/m';
const DAYS = 365;
const MOST_DAYS = 730;

// askForKey is the form for a key: of a new partner, or beside the key `old`.
// made(key) comes with what the server made.
export function askForKey(old, scopes, { cancel, made }) {
  const error = el('p', { class: 'error', role: 'alert' });
  const input = (name, hint, props) => el('div', { class: 'field' }, el('label', { for: `key-${name}` }, t(`partner.${name}`)),
    el('input', { id: `key-${name}`, name, required: true, autocomplete: 'off', spellcheck: 'false', 'aria-describedby': hint && `key-${name}-hint`, ...props }),
    hint && el('p', { class: 'hint', id: `key-${name}-hint` }, hint));
  const chosen = boxes(scopes, old?.scopes || scopes, (s) => el('code', { dir: 'ltr' }, s));
  const go = el('button', { type: 'submit', class: 'primary' }, t('partner.make'));
  const form = el('form', {
    async onsubmit(event) {
      event.preventDefault();
      const wanted = picked(chosen);
      if (!wanted.length) {
        set(error, t('partner.no_scope'));
        return;
      }
      set(error, '');
      go.disabled = true; // a second press would make a second key
      const { name, rate, days } = Object.fromEntries(new FormData(form));
      try {
        made(await call('POST', '/agent/keys', { name: name.trim(), rate: rate.trim(), days: Number(days), scopes: wanted, ...(old ? { replaces: old.id } : {}) }));
      } catch (e) {
        set(error, old && e.faults?.some((f) => f.pointer === '/replaces') ? t('partner.two') : e.status === 422 ? t('problem.bad_value') : why(e));
        go.disabled = false;
      }
    },
  }, el('h2', { id: 'key-title' }, old ? t('partner.replace_of', { name: isolated(old.name) }) : t('partner.make')), old && el('p', { class: 'hint' }, t('partner.replace_lead')),
  input('name', '', { maxlength: '100', dir: 'auto', value: old?.name || '', pattern: '.*\\S.*', autofocus: true }),
  el('fieldset', { class: 'field' }, el('legend', {}, t('partner.scopes')), chosen),
  input('rate', t('partner.rate_hint'), { dir: 'ltr', value: old?.rate || RATE, pattern: '[1-9][0-9]{0,8}/[smhd]' }),
  input('days', '', { type: 'number', min: '1', max: String(MOST_DAYS), step: '1', value: String(DAYS) }), error,
  el('div', { class: 'row end' }, el('button', { type: 'button', onclick: cancel }, t('cancel')), go));
  return form;
}

// showKey shows a key that was made, until it is kept.
export function showKey(key, kept) {
  const status = el('p', { class: 'hint', role: 'status' });
  const text = el('code', { class: 'secret', dir: 'ltr', tabindex: '0', id: 'key-text', 'aria-labelledby': 'key-title' }, key.key);
  const copy = el('button', { type: 'button', class: 'primary', autofocus: true, onclick: () => navigator.clipboard.writeText(key.key).then(() => set(status, t('copied')), failed) }, t('copy'));
  // failed leaves the key selected, for the keyboard's own way of copying.
  function failed() {
    getSelection().selectAllChildren(text);
    set(status, t('partner.not_copied'));
  }
  return el('div', { class: 'sheet' }, el('h2', { id: 'key-title' }, t('partner.made', { name: isolated(key.name) })), el('p', {}, t('partner.once')), text,
    el('div', { class: 'row' }, copy, status), el('div', { class: 'row end' }, el('button', { type: 'button', onclick: kept }, t('close'))));
}
