// How often this person has cancelled, against what follows from how often: the
// first time is free of consequences, later ones are not.
import { el, set, show } from '../shared/dom.js';
import { number, t } from '../shared/words.js';

// createMeter gives { node, draw(verdict, limits) }: limits are the counts from
// which a consequence is due, as the policy has them.
export function createMeter() {
  const text = el('p', { class: 'meter-text' });
  const bar = el('span', { class: 'meter', role: 'meter', 'aria-label': t('meter') });
  const node = el('div', { class: 'repeat' }, bar, text);
  return {
    node,
    draw(verdict, limits) {
      const n = 1 + Math.max(verdict?.cancellations || 0, verdict?.cancellations_24h || 0);
      const full = limits?.freeze_from || 0;
      show(node, full > 0 && (n > 1 || verdict?.advice === 'hand_off_cancel'));
      if (!full) return;
      const day = verdict.cancellations_24h || 0;
      set(text, [n === 1 ? t('meter.first') : t('meter.nth', { n: number(n) }), day && t('meter.day', { day: number(day + 1), freeze: number(full) })].filter(Boolean).join(' '));
      for (const [name, value] of Object.entries({ valuemin: 1, valuemax: full, valuenow: Math.min(n, full), valuetext: text.textContent })) bar.setAttribute(`aria-${name}`, value);
      bar.replaceChildren(...Array.from({ length: full }, (_, i) => el('i', { class: i >= n ? '' : n >= full ? 'on danger' : n >= limits.material_from ? 'on warn' : 'on' })));
    },
  };
}
