// What nobody from support ever needs and a thief always asks for. Only the
// shapes that are sure enough are known here, so that a warning means something;
// the server looks far closer and blanks out what it finds.

import { t } from '../shared/words.js';

const SHAPES = [
  /(?<![A-Za-z0-9])(?:0x)?[A-Za-z0-9]{64}(?![A-Za-z0-9])/, // API keys, and private keys in hex
  /\b[5KL][1-9A-HJ-NP-Za-km-z]{50,51}\b/, // a private key in wallet import format
  /\b[xyz]prv[1-9A-HJ-NP-Za-km-z]{100,}/, // BIP 32
];
const CARD = /(?<!\d)[3-6](?:[ -]?\d){14,15}(?!\d)/g;
const PHRASE = /(?:(?:\d{1,2}[.)]?\s*)?(?<![a-z])[a-z]{3,8}(?:[\s,;]+|$)){12,}/gi; // a BIP 39 word has 3 to 8 letters
const TALK = /\b(?:the|and|for|was|not|but|has|had|are|did|how|why|they|with|from|have|been|were|please)\b/i; // none of them is one

// named finds a password or a code behind its name, in English and the language
// of the page.
function named(key, rest) {
  const names = new Set([...t(key).split('|'), ...ENGLISH[key].split('|')]);
  const safe = [...names].map((name) => name.trim().replace(/[^\p{L}\p{M}\p{Nd} ]/gu, '')).filter(Boolean);
  return new RegExp(`(?<![\\p{L}\\p{M}])(?:${safe.join('|')})${rest}`, 'iu');
}

const ENGLISH = { password_names: 'password|passcode|pin', code_names: 'code|2fa|otp' };

// holdsSecret tells whether a text seems to hold a password, a code, a key, a
// recovery phrase or a card number.
export function holdsSecret(text) {
  return SHAPES.some((shape) => shape.test(text))
    || named('password_names', '\\s*[:=：]\\s*\\S{3}').test(text)
    || named('code_names', '[^\\p{L}\\p{Nd}]{1,3}\\p{Nd}{6}(?!\\p{Nd})').test(text)
    || (text.match(CARD) || []).some((card) => luhn(card.replace(/\D/g, '')))
    || (text.match(PHRASE) || []).some((run) => !TALK.test(run));
}

// luhn is the check digit of payment cards (ISO/IEC 7812-1, annex B).
function luhn(digits) {
  const sum = [...digits].reverse().reduce((all, c, i) => {
    const d = Number(c) * (i % 2 ? 2 : 1);
    return all + (d > 9 ? d - 9 : d);
  }, 0);
  return sum % 10 === 0;
}
