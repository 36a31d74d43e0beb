// The strip between conversation and composer: where the request stands, and
// what can be done about it.
import { el, icon, set, show } from '../shared/dom.js';
import { clock, minutes, number, range, span, t } from '../shared/words.js';
import { facts } from './form.js';

const SAY_EVERY_MS = 30_000; // how often a mere change of position is announced

// createStatus gives { node, draw(state), tick() }.
export function createStatus({ person, withdraw, end }) {
  const line = el('p', { class: 'line' });
  const sub = el('p', { class: 'sub' });
  const said = el('p', { class: 'away', role: 'status' });
  const bar = el('progress');
  const count = el('span', { class: 'count' });
  const timer = el('div', { class: 'timer', role: 'timer', hidden: true }, bar, count);
  const request = el('details', { class: 'filled', hidden: true }, el('summary'), el('div'));
  let told = ''; // the request as shown last
  const back = el('button', { type: 'button', class: 'text', onclick: () => (s?.handoff?.state === 'failed' ? person() : withdraw()) });
  const strip = el('section', { class: 'strip', hidden: true }, el('div', { class: 'lead' }, icon('clock'), el('div', {}, line, sub)), timer, request, back);
  const ask = el('button', { type: 'button', class: 'text person', onclick: person });
  const stop = el('button', { type: 'button', class: 'text quiet', onclick: () => sure(true) });
  const question = el('span', { id: 'sure' });
  const yes = el('button', { type: 'button', class: 'text danger', onclick: () => { sure(false); end(); } });
  const no = el('button', { type: 'button', class: 'text', onclick: () => sure(false) });
  const confirm = el('div', { class: 'sure', role: 'group', 'aria-labelledby': 'sure', hidden: true }, question, yes, no);
  const tools = el('div', { class: 'tools' }, ask, stop, confirm);
  const node = el('div', { class: 'status' }, said, strip);
  let s = null;
  let spoken = { what: '', at: 0 };

  function sure(on) {
    show(confirm, on);
    show(stop, !on);
    show(ask, !on && offerPerson());
    (on ? no : stop).focus();
  }

  const offerPerson = () => s && !s.closed && s.owner === 'bot' && !['queued', 'accepted'].includes(s.handoff?.state);

  function announce(what, text) {
    const now = Date.now();
    if (what === spoken.what && now - spoken.at < SAY_EVERY_MS) return;
    spoken = { what, at: now };
    set(said, text);
  }

  function draw(state) {
    s = state;
    const h = s.handoff;
    const waits = h && (h.state === 'scheduled' || h.state === 'queued' || h.state === 'failed') && !s.closed;
    show(strip, Boolean(waits));
    show(ask, offerPerson() && confirm.hidden);
    show(stop, !s.closed && confirm.hidden && s.lastSeq > 0);
    if (s.closed) show(confirm, false);
    if (!waits) {
      spoken.what = '';
      set(said, ''); // it is read by who browses the page, too
      return;
    }
    strip.classList.toggle('urgent', h.priority === 'urgent');
    set(back, h.state === 'failed' ? t('try_again') : t('withdraw'));
    filled(h);
    tick();
    announce(h.state, `${line.textContent} ${sub.textContent}`);
  }

  // filled shows the request as it was sent, with where each detail is from.
  function filled(h) {
    const now = JSON.stringify([h.fields, t('request')]);
    if (now === told) return;
    told = now;
    const rows = facts(h.fields, true);
    show(request, Boolean(rows));
    request.lastChild.replaceChildren(...(rows ? [rows] : []));
  }

  // countdown is the clock from the submission to the moment from which the
  // review may be cancelled.
  function countdown(h, left) {
    const all = (Date.parse(h.starts_at) - Date.parse(h.fields?.submitted_at?.value)) / 1000;
    show(timer, all > 0);
    if (!(all > 0)) return;
    bar.max = all;
    bar.value = Math.max(0, all - left);
    set(count, t('clock', { time: minutes(Math.max(0, all - left)), all: minutes(all) }));
  }

  // tick renews what depends on the clock.
  function tick() {
    const h = s?.handoff;
    if (!h || strip.hidden) return;
    if (h.state !== 'scheduled') show(timer, false);
    if (h.state === 'scheduled') {
      const left = Math.max(0, (Date.parse(h.starts_at) - Date.now() - s.skew) / 1000);
      set(line, t('scheduled', { time: clock(h.starts_at) }));
      set(sub, left > 0 ? t('scheduled_in', { span: span(left) }) : t('scheduled_now'));
      countdown(h, left);
    } else if (h.state === 'queued') {
      set(line, h.position > 0 ? t(h.priority === 'urgent' ? 'place_urgent' : 'place', { n: number(h.position) }) : t('waiting'));
      set(sub, h.wait && h.wait.high_s > 0 ? t('wait', { range: range(h.wait.low_s, h.wait.high_s) }) : t('waiting_note'));
    } else {
      set(line, t('handoff_failed'));
      set(sub, '');
    }
  }

  return {
    node,
    tools,
    draw,
    tick,
    words() {
      strip.setAttribute('aria-label', t('request'));
      bar.setAttribute('aria-label', t('clock_label'));
      set(request.firstChild, t('request'));
      set(ask, t('person'));
      set(stop, t('end'));
      set(question, t('end_sure'));
      set(yes, t('end_yes'));
      set(no, t('end_no'));
    },
  };
}
