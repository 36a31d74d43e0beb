// Giving a case to a colleague, whoever has it.
import { el, set } from '../shared/dom.js';
import { or, t } from '../shared/words.js';
import { call, why } from './account.js';

// createReassign gives { node, ask(handoff, holder, agents) }; done comes after it.
export function createReassign(done) {
  const lead = el('p', { class: 'hint' });
  const to = el('select', { id: 'reassign-to', required: true });
  const error = el('p', { class: 'error', role: 'alert' });
  let handoff = '';
  const dialog = el('dialog', { 'aria-labelledby': 'reassign-title' }, el('form', {
    async onsubmit(event) {
      event.preventDefault();
      set(error, '');
      try {
        await call('POST', '/agent/reassign', { handoff, agent: to.value });
        dialog.close();
        done();
      } catch (e) {
        set(error, e.status === 422 ? t('reassign.wrong_queue') : e.status === 409 ? t('reassign.moved') : why(e));
        to.focus();
      }
    },
  }, el('h2', { id: 'reassign-title' }, t('reassign')), lead, el('div', { class: 'field' }, el('label', { for: 'reassign-to' }, t('reassign.to')), to), error,
  el('div', { class: 'row end' }, el('button', { type: 'button', onclick: () => dialog.close() }, t('cancel')), el('button', { type: 'submit', class: 'primary' }, t('reassign')))));
  return {
    node: dialog,
    ask(id, holder, agents) {
      handoff = id;
      set(error, '');
      set(lead, t('reassign.lead', { name: holder.name }));
      to.replaceChildren(...agents.filter((a) => a.id !== holder.id && a.state !== 'offline').map((a) => el('option', { value: a.id }, `${a.name} (${or(`role.${a.role}`, a.role)}, ${t(`state.${a.state}`)})`)));
      if (!to.options.length) set(error, t('reassign.nobody'));
      dialog.querySelector('[type=submit]').disabled = !to.options.length;
      dialog.showModal();
    },
  };
}
