// The top of a case: what the bot concluded, what the person asks for, and where
// each detail comes from.
import { el, icon, set, show } from '../shared/dom.js';
import { clock, has, or, span, stamp, t } from '../shared/words.js';

const FIELDS = ['email', 'submitted_at', 'status', 'reason'];

// createBrief gives { node, draw(handoff), tick() }.
export function createBrief({ skew }) {
  const verdict = el('p', { class: 'verdict' });
  const when = el('p', { class: 'when' });
  const warnings = el('ul', { class: 'warnings' });
  const facts = el('p', { class: 'facts' });
  const fields = el('dl', { class: 'fields' });
  const request = el('pre', { class: 'request', dir: 'auto', tabindex: '0', 'aria-label': t('request') });
  const details = el('details', { class: 'details' }, el('summary', {}, t('request_details')), fields, request);
  const head = el('div', { class: 'conclusion' }, verdict, when, warnings, facts);
  const node = el('section', { class: 'brief', 'aria-label': t('brief') }, head, details);
  details.open = matchMedia('(min-width: 1200px)').matches;
  let h = null;

  function draw(handoff) {
    h = handoff;
    const v = h.verdict || {};
    set(verdict, v.advice ? or(`advice.${v.advice}`, v.advice) : t('no_verdict'));
    head.classList.toggle('urgent', h.priority === 'urgent');
    warnings.replaceChildren(...(v.warnings || []).map((w) => el('li', {}, icon('shield'), el('span', {}, or(`warning.${w}`, w), has(`warning.${w}`) ? el('span', { class: 'id' }, ` ${w}`) : null))));
    show(warnings, Boolean(v.warnings?.length));
    show(facts, Boolean(v.facts?.length));
    set(facts, v.facts?.length ? t('facts', { ids: v.facts.join(', ') }) : '');
    fields.replaceChildren(...FIELDS.flatMap((name) => field(name, h.fields?.[name])));
    show(request, Boolean(h.request));
    set(request, h.request || '');
    tick();
  }

  function field(name, f) {
    const given = f?.value;
    let shown = given || t('not_given');
    if (given && name === 'submitted_at' && given !== 'unknown') shown = stamp(given);
    else if (given && name !== 'email') shown = or(`${name}.${given}`, given);
    const source = given ? el('span', { class: `source ${f.source === 'app' ? 'app' : ''}` }, t(f.source === 'app' ? 'source.app' : 'source.user')) : null;
    return [el('dt', {}, t(`field.${name}`)), el('dd', { class: given ? '' : 'none' }, el('bdi', {}, shown), name === 'submitted_at' && given ? el('span', { class: 'ago' }) : null, source)];
  }

  // tick renews what depends on the clock: whether the review can be cancelled.
  function tick() {
    if (!h) return;
    const now = Date.now() + skew();
    const at = Date.parse(h.verdict?.cancellable_at || '');
    show(when, !Number.isNaN(at));
    if (!Number.isNaN(at)) {
      const ready = at <= now;
      set(when, ready ? t('cancellable_since', { time: clock(at) }) : t('cancellable_from', { time: clock(at), span: span((at - now) / 1000) }));
      when.classList.toggle('ready', ready);
    }
    const ago = fields.querySelector('.ago');
    const submitted = Date.parse(h.fields?.submitted_at?.value || '');
    if (ago && !Number.isNaN(submitted)) set(ago, t('ago', { span: span((now - submitted) / 1000) }));
  }

  return { node, draw, tick };
}
