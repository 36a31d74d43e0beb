// Times where the customer is.
import { lang } from '../shared/words.js';

// formatter writes moments in a zone ("America/Bogota", or "UTC+03:00" where only
// the distance is known) and a language; null for a zone nobody knows.
export function formatter(zone, options, language = lang) {
  try {
    return new Intl.DateTimeFormat(language, { ...options, timeZone: zone.replace(/^UTC(?=[+-])/, '') });
  } catch {
    return null;
  }
}

// localTime is the clock on the customer's wall: "09:32 GMT-5", "" when the zone
// is not known.
export const localTime = (zone, now) => (zone && formatter(zone, { hour: 'numeric', minute: '2-digit', timeZoneName: 'shortOffset' })?.format(now)) || '';
