// What nobody from support ever needs and a thief always asks for. Only the
// shapes that are sure enough are known here, so that a warning means something;
// the server looks far closer and blanks out what it finds. No look-behind is
// used: Safari before 16.4 would refuse the whole module.
import { t } from '../shared/words.js';

const SHAPES = [
  /(?:^|[^A-Za-z0-9])(?:0x)?[A-Za-z0-9]{64}(?![A-Za-z0-9])/, // API keys, and private keys in hex
  /\b[5KL][1-9A-HJ-NP-Za-km-z]{50,51}\b/, // a private key in wallet import format
  /\b[xyz]prv[1-9A-HJ-NP-Za-km-z]{100,}/, // BIP 32
];
const TRANSACTION = /\b(?:tx|txid|hash|transaction)\W{1,3}(?:0x)?[0-9a-f]{64}/gi; // looks like a key, and is public
const CARD = /(?:^|\D)[3-6](?:[ -]?\d){14,15}(?!\d)/g;
// A run of twelve or more words of a recovery phrase (BIP 39: 3 to 8 letters),
// with whatever separates or numbers them, and words that only sentences have.
const PHRASE = /(?:[a-z]{3,8}(?:(?:\s?\d+(?:st|nd|rd|th))?[^\p{L}]{1,6}|$)){12,}/iu;
const TALK = /\b(?:the|and|for|was|not|but|has|had|are|did|how|why|they|with|from|have|been|were|said|please|que|los|las|por|con|una|para|com|uma|les|des|pour|pas|une|ich|und|die|der|das|nicht|bir|yang|dan|saya|tidak|sudah|untuk|ini|itu|karena|hai|nahi|mera|aur|kya|toi|gui|duoc|khong|cho|nay|apa|ist|bei|mir|dass)\b/gi;

// What stands between a name and what it names, in the languages that have such a word.
const IS = '\\s+(?:is|est?|ist|é|là|la|adalah)';
// Of scripts that part words by nothing, a name may follow any letter.
const UNPARTED = '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}]';

// named finds a password or a code behind its name, in English and the language
// of the page.
function named(key, rest) {
  const names = new Set([...t(key).split('|'), ...ENGLISH[key].split('|')]);
  const safe = [...names].map((name) => name.trim().replace(/[^\p{L}\p{M}\p{Nd} ]/gu, '')).filter(Boolean);
  return new RegExp(`(?:^|[^\\p{L}\\p{M}]|(?=${UNPARTED}))(?:${safe.join('|')})${rest}`, 'iu');
}

const ENGLISH = { password_names: 'password|passcode|pass|pwd|pin', code_names: '2fa|otp|2fa code|sms code|login code|verification code' };

// holdsSecret tells whether a text seems to hold a password, a code, a key, a
// recovery phrase or a card number.
export function holdsSecret(typed) {
  const text = typed.replace(TRANSACTION, '');
  return SHAPES.some((shape) => shape.test(text))
    || named('password_names', `(?:\\s*[:=：是は는은]\\s*|${IS}\\s+)(?=\\S*[\\p{Nd}!@#$%^&*_])[^\\p{Lo}\\s]{4}`).test(text)
    || named('code_names', `(?:(?:${IS})?[^\\p{L}\\p{Nd}]{1,3}|[是は는은]\\s?)\\p{Nd}{3}[ -]?\\p{Nd}{3}(?!\\p{Nd})`).test(text)
    || (text.match(CARD) || []).some((card) => luhn(card.replace(/\D/g, '')))
    || PHRASE.test(text.replace(TALK, 'a'));
}

// luhn is the check digit of payment cards (ISO/IEC 7812-1, annex B).
function luhn(digits) {
  const sum = [...digits].reverse().reduce((all, c, i) => {
    const d = Number(c) * (i % 2 ? 2 : 1);
    return all + (d > 9 ? d - 9 : d);
  }, 0);
  return sum % 10 === 0;
}
