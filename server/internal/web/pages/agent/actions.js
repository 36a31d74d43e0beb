// What can be done with a case: claim it, give it back, pass it on, finish it.
// Each answer of the server is shown; a conflict says who has the case.
import { el, show } from '../shared/dom.js';
import { rich } from '../shared/text.js';
import { language, number, or, t, tag } from '../shared/words.js';
import { createSheet } from './sheet.js';

const OUTCOMES = ['cancelled', 'refused', 'restored', 'answered', 'escalated', 'no_reply'];
const QUEUES = ['kyc_review', 'account_security', 'supervisor'];
const SUPERVISOR = 'queue:supervisor';

// createActions gives { node, draw(handoff, mine), and what keys do }; run(work)
// runs one action and shows what went wrong, back() goes on to the list.
export function createActions({ cases, run, back }) {
  const button = (text, work, more) => el('button', { type: 'button', onclick: work, ...more }, text);
  const claim = button(t('claim'), () => act.claim(), { class: 'primary', 'aria-keyshortcuts': 'a' });
  const watch = button(t('watch'), () => run(() => cases.watch(h)));
  const takeOver = button(t('take_over'), () => run(() => cases.takeOver(h)), { class: 'primary' });
  const release = button(t('release'), () => act.release(), { 'aria-keyshortcuts': 'u' });
  const escalate = button(t('escalate'), () => act.escalate(), { 'aria-haspopup': 'dialog', 'aria-keyshortcuts': 'x' });
  const transfer = button(t('transfer'), () => act.transfer(), { 'aria-haspopup': 'dialog', 'aria-keyshortcuts': 't' });
  const complete = button(t('complete'), () => act.complete(), { class: 'primary', 'aria-haspopup': 'dialog', 'aria-keyshortcuts': 'e' });
  let h = null;
  let mine = false;

  const pass = createSheet({
    title: t('transfer'), lead: t('transfer.lead'), note: t('transfer.note'),
    async options() {
      const queues = QUEUES.filter((q) => q !== h.queue).map((q) => [`queue:${q}`, or(`queue.${q}`, q), t('transfer.queue')]);
      const team = await cases.team().catch(() => []);
      return [...queues, ...team.filter((a) => a.state === 'online' && a.queues.includes(h.queue)).map((a) => [`agent:${a.id}`, a.name, about(a)])];
    },
    done: ({ choice, note }) => run(async () => {
      const [kind, ...id] = choice.split(':');
      const of = h;
      if (note) await cases.note(of.conversation, note);
      await cases.transfer(of, { [kind]: id.join(':') });
      back();
    }),
  });

  const about = (a) => t('colleague', { languages: a.languages.map((l) => language(l)).join(', ') || t('colleague.no_language'), n: number(a.cases) });

  const finish = createSheet({
    title: t('complete'), lead: t('complete.lead'), note: t('outcome.note'),
    options: () => OUTCOMES.map((o) => [o, t(`outcome.${o}`)]),
    async chosen(outcome, aside) {
      const of = h;
      const said = await cases.preview(of, outcome).catch(() => null);
      if (h !== of || !said) return aside.replaceChildren(el('p', { class: 'hint' }, t('preview.none')));
      return aside.replaceChildren(el('p', { class: 'hint' }, said.length ? t('preview') : t('preview.silent')),
        ...said.map((m) => el('blockquote', { lang: tag(m.lang), dir: 'auto' }, rich(m.text), m.choices?.length ? el('p', { class: 'chips' }, m.choices.map((c) => el('span', { class: 'chip', dir: 'auto' }, c.label))) : null)));
    },
    done: ({ choice, note }) => run(() => cases.complete(h, choice, note).then(back)),
  });

  const act = {
    claim: () => !claim.hidden && run(() => cases.claim(h)),
    release: () => mine && run(() => cases.release(h).then(back)),
    transfer: () => mine && pass.open(),
    escalate: () => mine && !escalate.hidden && pass.open(SUPERVISOR),
    complete: () => mine && finish.open(),
  };

  return {
    ...act,
    node: el('div', { class: 'actions' }, claim, watch, takeOver, release, transfer, escalate, complete, pass.node, finish.node),
    draw(handoff, isMine) {
      h = handoff;
      mine = isMine;
      show(claim, !mine && h.state === 'queued');
      for (const b of [watch, takeOver]) show(b, !mine && h.state === 'accepted' && cases.mayWatch());
      for (const b of [release, transfer, complete]) show(b, mine);
      show(escalate, mine && h.queue !== 'supervisor');
    },
  };
}
