// The agents, for admins: who they are, what they see, and whether they come in.
import { el, set, show } from '../shared/dom.js';
import { language, or, stamp, t } from '../shared/words.js';
import { call, why } from './account.js';
import { boxes, columns, picked, scrolling } from './tables.js';

// createTeam gives { node, shown() } for the admin who is signed in.
export function createTeam(me) {
  const trouble = el('p', { class: 'error', role: 'alert' });
  const done = el('p', { class: 'ok', role: 'status' });
  const rows = el('tbody', {});
  const add = el('button', { type: 'button', class: 'primary', 'aria-haspopup': 'dialog', onclick: () => edit(null) }, t('team.add'));
  const dialog = el('dialog', { 'aria-labelledby': 'member-title', class: 'broad' });
  const node = el('section', { class: 'page', 'aria-labelledby': 'team-title' }, el('header', { class: 'row' }, el('h2', { id: 'team-title' }, t('office.team')), add), trouble, done,
    el('div', { class: 'panel' }, scrolling(t('office.team'), el('table', { class: 'many' }, columns(t('team.name'), t('team.change'), t('team.role'), t('team.languages'), t('team.queues'), t('team.app'), t('team.since')), rows))), dialog);
  let team = null;

  async function look() {
    try {
      team = await call('GET', '/agent/team');
      set(trouble, '');
      draw();
    } catch (error) {
      set(trouble, why(error));
    }
  }

  function draw() {
    rows.replaceChildren(...team.agents.map((a) => el('tr', { class: a.disabled && 'gone' },
      el('th', { scope: 'row' }, el('bdi', {}, a.name), el('span', { class: 'role' }, el('bdi', {}, a.email))),
      el('td', {}, el('button', { type: 'button', class: 'text', 'aria-haspopup': 'dialog', 'aria-label': t('team.change_of', { name: a.name }), onclick: () => edit(a) }, t('team.change'))),
      el('td', {}, or(`role.${a.role}`, a.role), a.disabled && el('span', { class: 'mark' }, t('team.disabled'))),
      el('td', {}, a.languages.map(language).join(', ') || '–'),
      el('td', {}, (a.queues.length ? a.queues : team.roles[a.role] || []).map((q) => or(`queue.${q}`, q)).join(', ')),
      el('td', {}, t(a.app ? 'team.app_yes' : 'team.app_no')),
      el('td', {}, stamp(a.created_at)))));
  }

  // edit asks for everything about one agent, or about a new one.
  function edit(a) {
    if (!team) return;
    set(done, '');
    const error = el('p', { class: 'error', role: 'alert' });
    const own = a?.id === me.id;
    const input = (name, props) => el('div', { class: 'field' }, el('label', { for: `member-${name}` }, t(`team.${name}`)), el('input', { id: `member-${name}`, ...props }));
    const name = input('name', { type: 'text', required: true, maxlength: '80', dir: 'auto', autocomplete: 'off' });
    const email = input('email', { type: 'email', required: true, dir: 'ltr', autocomplete: 'off' });
    const password = input('password', { type: 'password', minlength: '12', maxlength: '128', autocomplete: 'new-password', required: !a, 'aria-describedby': 'member-password-note' });
    password.append(el('p', { class: 'hint', id: 'member-password-note' }, t(a ? 'team.password_note' : 'team.password_first')));
    const role = el('select', { id: 'member-role', disabled: own, onchange: () => choices() }, Object.keys(team.roles).map((r) => el('option', { value: r, selected: r === (a?.role || 'agent') }, or(`role.${r}`, r))));
    const languages = boxes(team.languages, a?.languages || [], language);
    const queues = el('div', {});
    const disabled = el('input', { type: 'checkbox', id: 'member-disabled', disabled: own });
    const app = el('input', { type: 'checkbox', id: 'member-app' });
    disabled.checked = Boolean(a?.disabled);
    name.querySelector('input').value = a?.name || '';
    email.querySelector('input').value = a?.email || '';
    function choices() {
      const all = team.roles[role.value] || [];
      const chosen = a && a.role === role.value && a.queues.length ? a.queues : all;
      queues.replaceChildren(...boxes(all, chosen, (q) => or(`queue.${q}`, q)).childNodes);
    }
    choices();
    const form = el('form', {
      async onsubmit(event) {
        event.preventDefault();
        set(error, '');
        const wanted = picked(queues);
        const all = team.roles[role.value] || [];
        if (all.length && !wanted.length) {
          set(error, t('team.no_queue'));
          return;
        }
        const body = {
          name: name.querySelector('input').value.trim(), email: email.querySelector('input').value.trim(),
          languages: picked(languages), queues: wanted.length === all.length ? [] : wanted,
          ...(own ? {} : { role: role.value }), ...(password.querySelector('input').value ? { password: password.querySelector('input').value } : {}),
        };
        try {
          if (a) {
            await call('PATCH', `/agent/team/${encodeURIComponent(a.id)}`, { ...body, ...(own ? {} : { disabled: disabled.checked }), ...(app.checked ? { app: false } : {}) });
          } else {
            await call('POST', '/agent/team', body);
          }
          dialog.close();
          set(done, t(a ? 'team.changed' : 'team.added', { name: body.name }));
          look();
        } catch (e) {
          set(error, e.code === 'exists' ? t('team.exists') : e.code === 'weak_password' ? t('problem.weak_password') : why(e));
        }
      },
    }, el('h2', { id: 'member-title' }, a ? t('team.change_of', { name: a.name }) : t('team.add')), name, email,
    el('div', { class: 'field' }, el('label', { for: 'member-role' }, t('team.role')), role, own && el('p', { class: 'hint' }, t('team.own'))), password,
    el('fieldset', { class: 'field' }, el('legend', {}, t('team.queues')), queues), el('fieldset', { class: 'field' }, el('legend', {}, t('team.languages')), languages),
    a && el('label', { class: 'check' }, disabled, el('span', {}, t('team.disable'))), a?.app && el('label', { class: 'check' }, app, el('span', {}, t('team.app_reset'))),
    a && el('p', { class: 'hint' }, t('team.note')), error,
    el('div', { class: 'row end' }, el('button', { type: 'button', onclick: () => dialog.close() }, t('cancel')), el('button', { type: 'submit', class: 'primary' }, t('save'))));
    dialog.replaceChildren(form);
    show(dialog, true);
    dialog.showModal();
    name.querySelector('input').focus();
  }

  return { node, shown: look };
}
