// One's own account: the password, the authenticator app, the recovery codes.
import { el, set } from '../shared/dom.js';
import { or, t } from '../shared/words.js';
import { call, why } from './account.js';
import { enrolIn, showRecovery } from './factor.js';

// createMe gives { node } for who is signed in.
export function createMe(agent) {
  const done = el('p', { class: 'ok', role: 'status' });
  const node = el('section', { class: 'page narrow', 'aria-labelledby': 'me-title' }, el('h2', { id: 'me-title' }, t('office.me')),
    el('p', {}, el('bdi', {}, agent.name), ' · ', el('bdi', {}, agent.email), ' · ', or(`role.${agent.role}`, agent.role)), done);

  // part is a form of this page: what it asks for, and what it does with it.
  function part(id, title, lead, fields, button, submit) {
    const error = el('p', { class: 'error', role: 'alert' });
    const inputs = fields.map(([name, type, complete, required]) => el('div', { class: 'field' }, el('label', { for: `${id}-${name}` }, t(`account.${name}`)),
      el('input', { id: `${id}-${name}`, name, type, autocomplete: complete, required, dir: 'ltr', spellcheck: 'false' })));
    const form = el('form', {
      async onsubmit(event) {
        event.preventDefault();
        set(error, '');
        set(done, '');
        try {
          await submit(Object.fromEntries([...new FormData(form)].filter(([, value]) => value)), form);
          form.reset();
        } catch (e) {
          set(error, say(e));
        }
      },
    }, el('h3', {}, title), el('p', { class: 'hint' }, lead), inputs, error, el('div', { class: 'row end' }, el('button', { type: 'submit' }, button)));
    const box = el('div', { class: 'panel' }, form);
    node.append(box);
    return box;
  }

  const say = (e) => {
    if (e.code === 'totp_required') return t('code.needed');
    if (e.code === 'password_wrong') return t('me.password_wrong');
    if (e.code === 'weak_password') return t('problem.weak_password');
    if (e.code === 'conflict') return t('me.no_app');
    return why(e);
  };
  const proof = [['password', 'password', 'current-password', false], ['code', 'text', 'one-time-code', false]];

  part('pw', t('me.password'), t('me.password_lead'), [['password', 'password', 'current-password', true], ['new', 'password', 'new-password', true], ['code', 'text', 'one-time-code', false]], t('me.password_go'), async (values) => {
    await call('POST', '/agent/password', values);
    set(done, t('me.password_done'));
  });
  const app = part('app', t('me.app'), t('me.app_lead'), proof, t('me.app_go'), async (values) => {
    const offer = await call('POST', '/agent/totp', values);
    enrolIn(app, offer, () => { app.replaceChildren(el('p', { class: 'ok' }, t('me.app_done'))); });
  });
  const codes = part('codes', t('me.codes'), t('me.codes_lead'), proof, t('me.codes_go'), async (values) => {
    const got = await call('POST', '/agent/totp/recovery', values);
    showRecovery(codes, got.recovery, () => { codes.replaceChildren(el('p', { class: 'ok' }, t('me.codes_done'))); });
  });
  return { node };
}
