// Signing in and out, and the page that makes the first admin.
import { el, set, show } from '../shared/dom.js';
import { has, t } from '../shared/words.js';

const MIN_PASSWORD = 12; // shorter ones are refused before they are sent

// call sends JSON to a route of the console; an error has the problem's code.
export async function call(method, path, body) {
  const answer = await fetch(path, {
    method,
    credentials: 'same-origin',
    headers: body ? { 'Content-Type': 'application/json' } : {},
    body: body && JSON.stringify(body),
  });
  const data = await answer.json().catch(() => ({}));
  if (answer.ok) return data;
  throw Object.assign(new Error(data.code || String(answer.status)), { code: data.code || '', detail: data.detail || data.title, faults: data.errors, status: answer.status, after: answer.headers.get('Retry-After') });
}

// session gives who is signed in, or throws.
export const session = async () => {
  const got = await call('GET', '/agent/session');
  if (got.agent === null) throw Object.assign(new Error('signed out'), { code: 'unauthenticated', status: 401, oidc: got.oidc });
  return got.agent ? { ...got.agent, step: got.step } : got;
};

export const signOut = () => call('DELETE', '/agent/session');

// WRONG_CODE is what the server says of a code that is not good, or no longer.
const WRONG_CODE = 'totp_wrong';

export function why(error) {
  if (error.code === WRONG_CODE) return t('code.wrong');
  if (error.status === 401) return t('signin.wrong');
  if (error.status === 422 && error.detail) return error.detail;
  if (error.status === 429) return t('signin.slow');
  return has(`problem.${error.code}`) ? t(`problem.${error.code}`) : t('problem');
}

export function field(name, type, complete, more) {
  return el('div', { class: 'field' }, el('label', { for: name }, t(`account.${name}`)),
    el('input', { id: name, name, type, autocomplete: complete, required: true, ...more }));
}

// codeField takes six digits, or a recovery code.
export const codeField = (more) => field('code', 'text', 'one-time-code', { inputmode: 'text', autocapitalize: 'off', spellcheck: 'false', dir: 'ltr', maxlength: '24', ...more });

// card is a form alone on the page; submit(values) may throw, and say in `at`
// where to go on.
export function card(title, lead, fields, button, submit, after) {
  const error = el('p', { class: 'error', role: 'alert' });
  const go = el('button', { type: 'submit', class: 'primary' }, button);
  const form = el('form', {
    class: 'card',
    async onsubmit(event) {
      event.preventDefault();
      set(error, '');
      go.disabled = true;
      try {
        await submit(Object.fromEntries(new FormData(form)));
      } catch (e) {
        set(error, e.shown ?? why(e));
        (e.at || form.querySelector('input'))?.focus();
      } finally {
        go.disabled = false;
      }
    },
  }, el('h1', {}, title), lead && el('p', { class: 'lead' }, lead), fields, error, go, after);
  return el('main', { class: 'alone' }, form);
}

// What the way back from the company's sign-in may say.
const TROUBLES = ['unknown', 'failed', 'away', 'unavailable'];

// createSignIn asks for email and password, and for a code where the server wants
// one; beside it stands the company's own sign-in where there is one.
export function createSignIn(done, { oidc, trouble } = {}) {
  const code = codeField({ 'aria-describedby': 'code-hint', required: false });
  code.append(el('p', { id: 'code-hint', class: 'hint' }, t('code.hint')));
  code.hidden = true;
  const company = oidc && el('p', { class: 'company' }, el('a', { href: '/agent/oidc', class: 'button' }, t('signin.company')));
  const page = card(t('signin'), t('signin.lead'), [
    field('email', 'email', 'username', { autofocus: true, dir: 'ltr' }),
    field('password', 'password', 'current-password'),
    code,
  ], t('signin.go'), async ({ email, password, code: typed }) => {
    try {
      await call('POST', '/agent/session', { email: email.trim(), password, ...(typed ? { code: typed.trim() } : {}) });
    } catch (e) {
      if (e.code === 'totp_required') Object.assign(e, { shown: '' });
      if (e.code === 'totp_required' || e.code === WRONG_CODE) {
        show(code, true);
        e.at = code.querySelector('input');
      }
      throw e;
    }
    done();
  }, company);
  if (TROUBLES.includes(trouble)) set(page.querySelector('[role=alert]'), t(`signin.${trouble}`));
  return page;
}

export function createFirst(token, done) {
  return card(t('first'), t('first.lead'), [
    field('name', 'text', 'name', { autofocus: true, dir: 'auto' }),
    field('email', 'email', 'username', { dir: 'ltr' }),
    field('password', 'password', 'new-password', { minlength: String(MIN_PASSWORD) }),
  ], t('first.go'), async ({ name, email, password }) => {
    try {
      await call('POST', '/agent/first', { token, name: name.trim(), email: email.trim(), password });
    } catch (e) {
      if ([401, 403, 404, 409, 410].includes(e.status)) e.shown = t('first.used');
      throw e;
    }
    await call('POST', '/agent/session', { email: email.trim(), password }).catch(() => {});
    done();
  });
}
