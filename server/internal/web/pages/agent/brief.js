// The top of a case: what the bot concluded and why, what the person asks for,
// where each detail comes from, and what was before.
import { el, icon, set, show } from '../shared/dom.js';
import { clock, has, or, span, stamp, t } from '../shared/words.js';
import { createEarlier } from './earlier.js';
import { createMeter } from './meter.js';

const FIELDS = ['email', 'submitted_at', 'status', 'reason'];

// createBrief gives { node, draw(handoff, talk), tick() }. reveal(handoff, field)
// is a promise of the field in clear.
export function createBrief({ skew, limits, reveal }) {
  const verdict = el('p', { class: 'verdict' });
  const when = el('p', { class: 'when' });
  const warnings = el('ul', { class: 'warnings' });
  const meter = createMeter();
  const facts = el('ul', { class: 'facts' });
  const why = el('details', { class: 'details why' }, el('summary', {}, t('why')), facts);
  const fields = el('dl', { class: 'fields' });
  const request = el('pre', { class: 'request', dir: 'auto', tabindex: '0', 'aria-label': t('request') });
  const copy = el('button', { type: 'button', class: 'text small copy', onclick: () => navigator.clipboard.writeText(request.textContent).then(() => set(copy, t('copied')), () => {}) });
  const veil = el('p', { class: 'hint veil' }, icon('shield'), el('span', {}, t('masked_until_claimed')));
  const details = el('details', { class: 'details' }, el('summary', {}, t('request_details')), veil, fields, request, copy);
  const earlier = createEarlier();
  const head = el('div', { class: 'conclusion' }, verdict, when, meter.node, warnings);
  const node = el('section', { class: 'brief', 'aria-label': t('brief') }, head, details, why, earlier.node);
  const seen = new Map(); // handoff id → what this agent revealed: field → value in clear
  const wide = matchMedia('(min-width: 1200px)');
  let h = null;

  // Once a case is claimed on a narrow screen the room is for the conversation.
  function draw(handoff, talk) {
    if (h?.id !== handoff.id || h.state !== handoff.state) details.open = wide.matches || handoff.state !== 'accepted';
    h = handoff;
    const v = h.verdict || {};
    set(verdict, v.advice ? or(`advice.${v.advice}`, v.advice) : t('no_verdict'));
    head.classList.toggle('urgent', h.priority === 'urgent');
    meter.draw(v, limits());
    warnings.replaceChildren(...(v.warnings || []).map((w) => el('li', {}, icon('shield'), el('span', {}, or(`warning.${w}`, w)))));
    show(warnings, Boolean(v.warnings?.length));
    show(why, Boolean(v.facts?.length));
    facts.replaceChildren(...(v.facts || []).map((f) => el('li', {}, el('span', { class: 'id' }, f), ' ', el('span', {}, has(`fact.${f}`) ? t(`fact.${f}`) : ''))));
    const all = { ...h.fields, ...(seen.get(h.id) || {}) };
    show(veil, Object.values(h.fields || {}).some((f) => f.masked));
    fields.replaceChildren(...FIELDS.flatMap((name) => field(name, all[name])));
    show(request, Boolean(h.request));
    set(request, h.request || '');
    show(copy, Boolean(h.request && navigator.clipboard));
    set(copy, t('copy'));
    earlier.draw(talk?.earlier || []);
    tick();
  }

  function field(name, f) {
    const given = f?.value;
    let shown = given || t('not_given');
    if (given === 'unknown' || (given && !f.masked && name !== 'email')) shown = or(`${name}.${given}`, name === 'submitted_at' ? stamp(given) : given);
    const label = t(`field.${name}`);
    return [el('dt', {}, label), el('dd', { class: given ? '' : 'none' },
      el('bdi', {}, shown),
      name === 'submitted_at' && given && !f.masked ? el('span', { class: 'ago' }) : null,
      given && f.masked ? el('button', { type: 'button', class: 'text small', 'aria-label': t('reveal_field', { field: label }), onclick: () => uncover(name) }, t('reveal')) : null,
      given ? el('span', { class: `source ${f.source === 'app' ? 'app' : ''}` }, t(f.source === 'app' ? 'source.app' : 'source.user')) : null)];
  }

  async function uncover(name) {
    const of = h;
    const f = await reveal(of, name);
    if (!f) return;
    seen.set(of.id, { ...seen.get(of.id), [name]: f });
    if (h?.id === of.id) draw(h, { earlier: [] });
  }

  // tick renews what depends on the clock: whether the review can be cancelled.
  function tick() {
    if (!h) return;
    const now = Date.now() + skew();
    const at = Date.parse(h.verdict?.cancellable_at || '');
    const told = h.verdict?.advice === 'hand_off_cancel'; // the app showed the manual phase itself
    show(when, told || !Number.isNaN(at));
    const ready = Number.isNaN(at) || at <= now;
    when.classList.toggle('ready', ready);
    if (Number.isNaN(at)) set(when, t('cancellable_now'));
    else set(when, ready ? t('cancellable_since', { time: clock(at) }) : t('cancellable_from', { time: clock(at), span: span((at - now) / 1000) }));
    const ago = fields.querySelector('.ago');
    const submitted = Date.parse(h.fields?.submitted_at?.value || seen.get(h.id)?.submitted_at?.value || '');
    if (ago && !Number.isNaN(submitted)) set(ago, t('ago', { span: span((now - submitted) / 1000) }));
  }

  return { node, draw, tick };
}
