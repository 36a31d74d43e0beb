// The details of a request: those that are asked for, as a form inside the
// conversation, and those that are known, as rows. The form only ever asks for
// what the bot asks for, shows errors beside the field, and can be ignored:
// plain text works as well.
//
// A form is { fields: [{ id, type, label, options? }] }: type is email, datetime
// or select, and options are { id, label }.
import { el, set } from '../shared/dom.js';
import { or, stamp, t } from '../shared/words.js';

const MAX_AGE_MS = 90 * 24 * 3600_000; // older submissions are asked again (ruling 6)
const ORDER = ['reason', 'email', 'submitted_at', 'status']; // as the request has it
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/u;

// createForm gives the node. account is what the host app has signed, which is
// shown and not asked for; filled keeps what is typed, so that a reload of the
// page loses none of it; send(text, values) takes it all.
export function createForm(message, { send, now, account, filled }) {
  const fields = Array.isArray(message.form.fields) ? message.form.fields.filter((field) => typeof field?.id === 'string') : [];
  const typed = filled.get(message.seq);
  const parts = fields.map((field, i) => control(field, `f${message.seq}-${i}`, typed[field.id]));
  const button = el('button', { type: 'submit', class: 'primary' }, t('form.send'));
  const node = el('form', { class: 'ask', novalidate: true, 'aria-label': t('form'), onsubmit: submit, oninput: store, onchange: store });
  const known = fields.length > 1 && facts(account);
  if (known) node.append(el('div', { class: 'known' }, el('p', { class: 'tag' }, t('form.from_app')), known));
  node.append(...parts.map((part) => part.node), el('p', {}, button));

  function store() {
    filled.set(message.seq, Object.fromEntries(parts.map((part) => [part.id, part.raw()])));
  }

  function submit(event) {
    event.preventDefault();
    const bad = parts.filter((part) => !part.check(now()));
    if (bad.length) {
      bad[0].focus();
      return;
    }
    button.disabled = true;
    filled.set(message.seq, null);
    send(parts.map((part) => `${part.label}: ${part.shown()}`).join('\n'), Object.fromEntries(parts.map((part) => [part.id, part.value()])));
  }
  return node;
}

function control(field, id, typed) {
  const { label, options, type } = field;
  const error = el('p', { class: 'error', id: `${id}-e`, hidden: true });
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const isTime = type === 'datetime';
  const isEmail = type === 'email';
  const hint = isTime ? t('form.zone', { zone, offset: offset(new Date()) }) : or(`hint.${field.id}`, '');
  const shared = { id, name: field.id, 'aria-describedby': `${id}-e ${id}-h` };
  const input = options
    ? el('select', shared, el('option', { value: '' }, t('form.choose')), options.map((o) => el('option', { value: o.id }, o.label)))
    : el('input', { ...shared, type: isTime ? 'datetime-local' : isEmail ? 'email' : 'text', dir: isEmail ? 'ltr' : 'auto', autocomplete: isEmail ? 'email' : 'off', spellcheck: 'false', maxlength: isTime ? null : '320', max: isTime && '9999-12-31T23:59' }); // a year of four digits, so that typing goes on to the hour
  input.value = typed || '';

  function fail(text) {
    set(error, text);
    error.hidden = !text;
    input.setAttribute('aria-invalid', String(Boolean(text)));
    return !text;
  }
  input.addEventListener('change', () => fail(''));

  const value = () => {
    const typed = input.value.trim();
    return isTime && typed ? `${typed.slice(0, 16)}:00${offset(new Date(typed))}` : typed; // RFC 3339, with the user's own zone
  };
  const node = el('div', { class: 'field' }, el('label', { for: id }, label), input,
    hint && el('span', { class: 'hint', id: `${id}-h` }, hint), error);
  return {
    id: field.id,
    label,
    node,
    value,
    raw: () => input.value,
    focus: () => input.focus(),
    shown: () => (isTime ? `${stamp(new Date(input.value))} (${zone})` : options ? input.selectedOptions[0].label : value()),
    check(now) {
      if (!input.value.trim()) return fail(t('error.missing'));
      if (isEmail && !EMAIL.test(value())) return fail(t('error.email'));
      if (isTime && new Date(input.value) > now + 60_000) return fail(t('error.future'));
      if (isTime && now - new Date(input.value) > MAX_AGE_MS) return fail(t('error.old'));
      return fail('');
    },
  };
}

const two = (n) => String(n).padStart(2, '0');

// offset is the zone's distance from UTC on that day: "+05:30".
function offset(d) {
  const m = -d.getTimezoneOffset();
  return `${m < 0 ? '-' : '+'}${two(Math.trunc(Math.abs(m) / 60))}:${two(Math.abs(m) % 60)}`;
}

// facts makes a list of { id: { value, source, label, text? } }; null when there
// is none. With marks, each row says where it comes from.
export function facts(fields, marks) {
  const given = ORDER.filter((id) => fields?.[id]?.value);
  if (!given.length) return null;
  return el('dl', { class: 'facts' }, given.map((id) => el('div', {},
    el('dt', {}, fields[id].label),
    el('dd', {}, el('bdi', {}, fields[id].text || (id === 'submitted_at' ? stamp : String)(fields[id].value)), marks && fields[id].source === 'app' && el('span', { class: 'tag' }, t('form.from_app'))))));
}
