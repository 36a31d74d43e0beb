// Package secret takes secrets out of a message before anybody stores it,
// logs it or shows it to a person.
//
// # What it is for
//
// People in trouble paste whatever they have: a password, the code from a text
// message, the words of a wallet, a card or passport number. The bot never
// asks for any of these. [Masker.Mask] returns the text with each one replaced
// by "••••" (plus the last four characters of card and identity numbers) and
// the kinds it saw, so that the person can be told to change the secret.
//
//	m := secret.New()                       // English trigger words
//	m = secret.New(secret.English(), more)  // and those of other languages
//	text, kinds := m.Mask("my pin is 4821", secret.Context{})
//
// # How it decides
//
// Four detectors look at a plain view of the text: full-width forms and the
// digits of every script become ASCII, invisible characters vanish, and every
// plain byte remembers where it came from.
//
//   - shapes that speak for themselves: BIP-39 phrases, WIF, extended keys,
//     PEM blocks, 64 hexadecimal digits, JSON web tokens, well-known API keys;
//   - words that announce a secret ("my password is …"), per language;
//   - numbers: cards by brand and Luhn, identity numbers by shape or length;
//   - what is never a secret is set aside first: addresses, dates, times,
//     amounts, phone numbers with a country code, order and ticket numbers.
//
// Masking repeats until nothing more is found, so it is idempotent. The time
// it takes grows linearly with the text.
//
// # What may enter
//
// A shape or a number format of any country; trigger words only as data in
// [Words]. No input or output, no clock, no error text with input in it.
//
// # Decisions
//
// When in doubt about a long number or a word list, mask: the last four
// characters are enough for a person to compare. When in doubt about a plain
// word after "password is", look at what ordinary sentences say there
// ([Words.Ordinary]); in a script without spaces, where the rest of the
// sentence hangs on it, only a word of another script can be one. A hexadecimal string of 64 digits is taken for a key
// unless a word like "txid" stands before it.
package secret
