// The demo's host page: it does what an exchange's own page does. Its server
// signs a token for the customer who is signed in; the widget asks for a fresh
// one through the callback whenever it connects.
(() => {
  'use strict';
  const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
  const PEOPLE = {
    lea: { name: 'Léa Martin', email: 'lea@example.com', status: 'under_review', submitted_at: ago(12), shown: 'Under Review (Automated)', detail: 'The automated review takes up to 30 minutes.' },
    omar: { name: 'Omar Haddad', email: 'omar@example.com', status: 'under_review_manual', submitted_at: ago(125), shown: 'Under Review (Manual)', detail: 'A reviewer is looking at your documents.' },
    ines: { name: 'Inés Rojas', email: 'ines@example.com', status: 'rejected', submitted_at: ago(600), rejections: 2, shown: 'Rejected', detail: 'The reason was sent to your email.' },
    kim: { name: 'Kim Seo-yun', email: 'kim@example.com', status: 'under_review', submitted_at: ago(95), cancellations: 3, cancellations_24h: 3, shown: 'Under Review', detail: 'A reviewer is looking at your documents.' },
  };
  let person = '';

  async function token() {
    const { shown, detail, ...claims } = PEOPLE[person];
    const answer = await fetch('/demo/token', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ sub: `demo-${person}`, ...claims }),
    });
    if (!answer.ok) throw new Error(`token: ${answer.status}`);
    return (await answer.json()).token;
  }

  const kept = new URLSearchParams(location.search);
  person = kept.get('as') in PEOPLE ? kept.get('as') : '';
  window.UsherSettings = { locale: kept.get('lang') || undefined, identify: person ? token : undefined };
  window.Usher = window.Usher || function () { (Usher.q = Usher.q || []).push(arguments); };

  addEventListener('DOMContentLoaded', () => {
    const at = (id) => document.getElementById(id);
    const form = at('people');
    form.elements.person.value = person;
    at('locale').value = kept.get('lang') || '';
    const who = PEOPLE[person];
    if (who) {
      at('who').textContent = who.name;
      at('status').textContent = who.shown;
      at('detail').textContent = who.detail;
      at('email').textContent = who.email;
      at('submitted').textContent = new Intl.DateTimeFormat([], { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(who.submitted_at));
      at('facts').hidden = false;
    }
    // Another customer is another page load, as signing in and out would be.
    form.addEventListener('change', (event) => {
      const to = new URLSearchParams(location.search);
      if (event.target.name === 'person') {
        Usher('logout');
        event.target.value ? to.set('as', event.target.value) : to.delete('as');
      } else {
        event.target.value ? to.set('lang', event.target.value) : to.delete('lang');
      }
      setTimeout(() => location.replace(`/?${to}`), 150);
    });
  });
})();
