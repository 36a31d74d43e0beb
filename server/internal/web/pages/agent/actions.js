// What can be done with a case: claim it, give it back, pass it on, finish it.
// Each answer of the server is shown; a conflict says who has the case.
import { el, set, show } from '../shared/dom.js';
import { or, t } from '../shared/words.js';

const OUTCOMES = ['cancelled', 'refused', 'restored', 'answered', 'escalated', 'no_reply'];
const QUEUES = ['kyc_review', 'account_security', 'supervisor'];

// createActions gives { node, draw(handoff, mine) }; run(work) runs one action
// and shows what went wrong.
export function createActions({ cases, run, back }) {
  const claim = el('button', { type: 'button', class: 'primary', onclick: () => run(() => cases.claim(h)) }, t('claim'));
  const watch = el('button', { type: 'button', onclick: () => run(() => cases.watch(h)) }, t('watch'));
  const takeOver = el('button', { type: 'button', class: 'primary', onclick: () => run(() => cases.takeOver(h)) }, t('take_over'));
  const release = el('button', { type: 'button', onclick: () => run(() => cases.release(h).then(back)) }, t('release'));
  const transfer = el('button', { type: 'button', 'aria-haspopup': 'dialog', onclick: () => pass.open() }, t('transfer'));
  const complete = el('button', { type: 'button', class: 'primary', 'aria-haspopup': 'dialog', onclick: () => finish.open() }, t('complete'));
  const node = el('div', { class: 'actions' }, claim, watch, takeOver, release, transfer, complete);
  let h = null;

  const pass = sheet(t('transfer'), t('transfer.lead'), () => QUEUES.filter((q) => q !== h.queue).map((q) => [q, or(`queue.${q}`, q)]), false,
    ({ choice }) => run(() => cases.transfer(h, choice).then(back)));
  const finish = sheet(t('complete'), t('complete.lead'), () => OUTCOMES.map((o) => [o, t(`outcome.${o}`)]), true,
    ({ choice, note }) => run(() => cases.complete(h, choice, note).then(back)));
  node.append(pass.node, finish.node);

  return {
    node,
    complete: () => !complete.hidden && finish.open(),
    draw(handoff, mine) {
      h = handoff;
      show(claim, !mine && h.state === 'queued');
      for (const button of [watch, takeOver]) show(button, !mine && h.state === 'accepted');
      for (const button of [release, transfer, complete]) show(button, mine);
    },
  };
}

// sheet is a small dialog with one choice to make, and a note where it is asked.
function sheet(title, lead, options, withNote, done) {
  const list = el('div', { class: 'options' });
  const note = el('textarea', { id: 'outcome-note', rows: '2', dir: 'auto', maxlength: '2000' });
  const error = el('p', { class: 'error', role: 'alert' });
  const dialog = el('dialog', { 'aria-label': title }, el('form', {
    method: 'dialog',
    onsubmit(event) {
      const choice = list.querySelector('input:checked')?.value;
      if (!choice) {
        event.preventDefault();
        set(error, t('choose_one'));
        list.querySelector('input').focus();
        return;
      }
      done({ choice, note: note.value.trim() });
    },
  }, el('h2', {}, title), el('p', { class: 'hint' }, lead), el('fieldset', {}, el('legend', { class: 'away' }, title), list),
  withNote && el('div', { class: 'field' }, el('label', { for: 'outcome-note' }, t('outcome.note')), note), error,
  el('div', { class: 'row end' }, el('button', { type: 'button', onclick: () => dialog.close() }, t('cancel')), el('button', { type: 'submit', class: 'primary' }, title))));
  return {
    node: dialog,
    open() {
      set(error, '');
      note.value = '';
      list.replaceChildren(...options().map(([value, text]) => el('label', {}, el('input', { type: 'radio', name: 'choice', value }), el('span', {}, text))));
      dialog.showModal();
    },
  };
}
