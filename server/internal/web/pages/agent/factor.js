// The authenticator app: setting it up, the code of it, the recovery codes.
import { el, set } from '../shared/dom.js';
import { t } from '../shared/words.js';
import { call, card, codeField, why } from './account.js';
import { qr } from './qr.js';

// grouped makes a secret that has to be typed readable.
const grouped = (secret) => secret.replace(/(.{4})(?=.)/g, '$1 ');

// scan shows what the app has to see, and asks for the first code of it;
// confirmed(codes) comes with the recovery codes.
function scan(offer, confirmed) {
  return [
    el('figure', { class: 'scan' }, qr(offer.qr, t('app.qr')), el('figcaption', {},
      el('p', { class: 'hint' }, t('app.type')), el('p', { class: 'secret', dir: 'ltr' }, el('bdi', {}, grouped(offer.secret))))),
    codeField({ autofocus: true, inputmode: 'numeric', pattern: '[0-9 ]{6,7}', maxlength: '7' }),
    async ({ code }) => confirmed((await call('POST', '/agent/totp/confirm', { code })).recovery),
  ];
}

// createEnrol is the page of somebody who may not go on without an app.
export function createEnrol(done) {
  const page = el('main', { class: 'alone' }, el('p', { role: 'status' }, t('loading')));
  call('POST', '/agent/totp', {}).then((offer) => {
    const [figure, field, submit] = scan(offer, (codes) => page.replaceChildren(...createRecovery(codes, done).childNodes));
    const form = card(t('app'), t('app.lead'), [figure, field], t('app.confirm'), submit);
    page.replaceChildren(...form.childNodes);
    page.querySelector('input')?.focus();
  }, (error) => page.replaceChildren(el('p', { class: 'error', role: 'alert' }, why(error))));
  return page;
}

// createRecovery shows the recovery codes, this once.
export function createRecovery(codes, done) {
  const status = el('p', { class: 'hint', role: 'status' });
  const text = codes.join('\n');
  const copy = el('button', { type: 'button', onclick: () => navigator.clipboard.writeText(text).then(() => set(status, t('recovery.copied')), () => set(status, t('recovery.not_copied'))) }, t('recovery.copy'));
  const page = card(t('recovery'), t('recovery.lead'), [
    el('ol', { class: 'codes', dir: 'ltr' }, codes.map((code) => el('li', {}, el('code', {}, code)))),
    el('div', { class: 'row' }, copy, status),
  ], t('recovery.kept'), async () => done());
  return page;
}

// createCode asks who came in by the company's sign-in for the code of the app.
export function createCode(done) {
  const code = codeField({ autofocus: true });
  code.append(el('p', { class: 'hint' }, t('code.hint')));
  return card(t('code'), t('code.lead'), [code], t('signin.go'), async ({ code: typed }) => {
    await call('POST', '/agent/session/code', { code: typed.trim() });
    done();
  });
}

// enrolIn sets an app up inside a section of the console; done comes when the
// recovery codes are kept.
export function enrolIn(node, offer, done) {
  const [figure, field, submit] = scan(offer, (codes) => showRecovery(node, codes, done));
  node.replaceChildren(card(t('app'), t('app.lead'), [figure, field], t('app.confirm'), submit).querySelector('form'));
  demote(node);
  node.querySelector('input').focus();
}

// showRecovery puts the recovery codes into a section of the console.
export function showRecovery(node, codes, done) {
  node.replaceChildren(createRecovery(codes, done).querySelector('form'));
  demote(node);
}

// demote makes a card's heading one of a section: the console has its own.
function demote(node) {
  const heading = node.querySelector('h1');
  heading?.replaceWith(el('h3', {}, heading.textContent));
}
