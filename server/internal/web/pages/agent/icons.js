// The line icons that only the console draws.
import { ICONS } from '../shared/dom.js';

Object.assign(ICONS, {
  back: 'M14 6l-6 6 6 6',
  note: 'M5 4h14v11l-5 5H5zM14 20v-5h5',
  globe: 'M12 21a9 9 0 100-18 9 9 0 000 18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
  list: 'M9 7h11M9 12h11M9 17h11M4.5 7h.01M4.5 12h.01M4.5 17h.01',
  gear: 'M4 7h9M17 7h3M13 7a2 2 0 104 0 2 2 0 10-4 0M4 17h3M11 17h9M7 17a2 2 0 104 0 2 2 0 10-4 0',
  inbox: 'M4 13l2.5-8h11L20 13v6H4zM4 13h5l1.2 2.5h3.6L15 13h5',
});
