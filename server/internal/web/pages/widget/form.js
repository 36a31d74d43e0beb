// A form inside the conversation. It only ever asks for what the bot asks for,
// shows errors beside the field, and can be ignored: plain text works as well.
//
// A form is { fields: [{ name, label?, value?, source?, required?, options?,
// error? }], request?, submit? }; the fields this product knows are email,
// submitted_at, status and reason. `options` are { id, label }.
import { el, set } from '../shared/dom.js';
import { has, or, stamp, t } from '../shared/words.js';

const STATUSES = ['under_review', 'under_review_automated', 'under_review_manual', 'rejected', 'unverified', 'verified', 'unknown'];
const REASONS = ['wrong_document', 'switch_document', 'account_info', 'wrong_info_major', 'wrong_info_minor', 'waiting', 'changed_mind', 'other'];
const CHOICES = { status: STATUSES, reason: REASONS };
const MAX_AGE_MS = 90 * 24 * 3600_000; // older submissions are asked again (ruling 6)
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/u;

// createForm gives the node; send(text, values) takes what was filled in.
export function createForm(message, { send, now }) {
  const fields = normal(message.form);
  const parts = fields.map((field, i) => control(field, `f${message.seq}-${i}`));
  const button = el('button', { type: 'submit', class: 'primary' }, message.form.submit?.label || message.form.submit || t('form.send'));
  const node = el('form', { class: 'ask', novalidate: true, 'aria-label': t('form'), onsubmit: submit });
  if (message.form.request) node.append(el('pre', { class: 'request', dir: 'auto' }, message.form.request));
  node.append(...parts.map((part) => part.node), el('p', {}, button));

  function submit(event) {
    event.preventDefault();
    const bad = parts.filter((part) => !part.check(now()));
    if (bad.length) {
      bad[0].focus();
      return;
    }
    const filled = parts.filter((part) => part.value());
    if (!filled.length && parts.length) {
      parts[0].focus();
      return;
    }
    button.disabled = true;
    send(filled.map((part) => `${part.label}: ${part.shown()}`).join('\n') || button.textContent,
      Object.fromEntries(filled.map((part) => [part.name, part.value()])));
  }
  return node;
}

// normal accepts a list of fields, of names, or an object by name.
function normal(form) {
  const given = form.fields ?? form;
  const listed = Array.isArray(given) ? given : Object.entries(given).map(([name, field]) => ({ name, ...(typeof field === 'object' ? field : {}) }));
  return listed.map((field) => (typeof field === 'string' ? { name: field } : field))
    .filter((field) => typeof (field?.name ?? field?.id) === 'string')
    .map((field) => ({ ...field, name: field.name ?? field.id }));
}

function control(field, id) {
  const { name } = field;
  const label = field.label || or(`field.${name}`, name);
  const options = field.options || (CHOICES[name] || []).map((value) => ({ id: value, label: t(`${name}.${value}`) }));
  const error = el('p', { class: 'error', id: `${id}-e`, hidden: true });
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const isTime = name === 'submitted_at';
  const hint = isTime ? t('form.zone', { zone, offset: offset(new Date()) }) : has(`hint.${name}`) ? t(`hint.${name}`) : '';
  const shared = { id, name, 'aria-describedby': `${id}-e ${id}-h` };
  const input = options.length
    ? el('select', shared, el('option', { value: '' }, t('form.choose')), options.map((o) => el('option', { value: o.id }, o.label)))
    : el('input', { ...shared, type: isTime ? 'datetime-local' : name === 'email' ? 'email' : 'text', dir: name === 'email' ? 'ltr' : 'auto', autocomplete: name === 'email' ? 'email' : 'off', spellcheck: 'false', maxlength: isTime ? null : '320' });
  const given = field.value ?? '';
  input.value = isTime && given && given !== 'unknown' ? local(new Date(given)) : given;
  input.disabled = field.source === 'app'; // signed by the host app: not asked again

  function fail(text) {
    set(error, text);
    error.hidden = !text;
    input.setAttribute('aria-invalid', String(Boolean(text)));
    return !text;
  }
  if (field.error) fail(has(`error.${field.error}`) ? t(`error.${field.error}`) : field.error);
  input.addEventListener('change', () => fail(''));

  const value = () => {
    if (input.disabled) return '';
    const typed = input.value.trim();
    return isTime && typed ? iso(new Date(typed)) : typed;
  };
  const node = el('div', { class: 'field' }, el('label', { for: id }, label), input,
    hint && el('span', { class: 'hint', id: `${id}-h` }, hint),
    field.source === 'app' && el('span', { class: 'hint' }, t('form.from_app')), error);
  return {
    name,
    label,
    node,
    value,
    focus: () => input.focus(),
    shown: () => (isTime ? `${stamp(new Date(input.value))} (${zone})` : options.length ? input.selectedOptions[0].label : value()),
    check(now) {
      if (input.disabled) return true;
      if (!input.value.trim()) return fail(input.validity.badInput || field.required ? t('error.missing') : '');
      if (name === 'email' && !EMAIL.test(value())) return fail(t('error.email'));
      if (isTime && new Date(input.value) > now + 60_000) return fail(t('error.future'));
      if (isTime && now - new Date(input.value) > MAX_AGE_MS) return fail(t('error.old'));
      return fail('');
    },
  };
}

const two = (n) => String(n).padStart(2, '0');

// local is what a datetime-local input takes.
const local = (d) => (Number.isNaN(d.getTime()) ? '' : `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}T${two(d.getHours())}:${two(d.getMinutes())}`);

// offset is the zone's distance from UTC on that day: "+05:30".
function offset(d) {
  const m = -d.getTimezoneOffset();
  return `${m < 0 ? '-' : '+'}${two(Math.trunc(Math.abs(m) / 60))}:${two(Math.abs(m) % 60)}`;
}

// iso is RFC 3339 with the user's own offset, so the zone is not lost.
const iso = (d) => `${local(d)}:00${offset(d)}`;
