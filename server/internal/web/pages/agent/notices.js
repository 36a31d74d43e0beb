// How a console calls for its agent: a sound, a notice of the desktop, a number
// in the tab's title. The first two are each agent's own choice.
import { number, t } from '../shared/words.js';

const SOUND = 'usher.console.sound-off';
const DESKTOP = 'usher.console.desktop';

const flag = (key) => localStorage.getItem(key) === '1';
const keep = (key, on) => (on ? localStorage.setItem(key, '1') : localStorage.removeItem(key));

// createNotices gives { tell(text, urgent), message(), badge(), … }.
export function createNotices(signal) {
  let news = 0;
  let audio = null;

  // A page may make a sound only after the agent has touched it.
  const wake = () => {
    audio ||= new AudioContext();
    if (audio.state === 'suspended') audio.resume().catch(() => {});
  };
  for (const event of ['pointerdown', 'keydown']) addEventListener(event, wake, { signal, capture: true, passive: true });

  // play makes two soft tones, three higher ones when it is urgent.
  function play(urgent) {
    if (flag(SOUND) || audio?.state !== 'running') return;
    const tones = urgent ? [880, 1175, 1397] : [659, 784];
    tones.forEach((hz, i) => {
      const tone = audio.createOscillator();
      const loud = audio.createGain();
      const from = audio.currentTime + i * 0.14;
      tone.frequency.value = hz;
      loud.gain.setValueAtTime(0, from);
      loud.gain.linearRampToValueAtTime(0.12, from + 0.02);
      loud.gain.exponentialRampToValueAtTime(0.001, from + 0.3);
      tone.connect(loud).connect(audio.destination);
      tone.start(from);
      tone.stop(from + 0.32);
    });
  }

  const allowed = () => 'Notification' in window && Notification.permission === 'granted' && flag(DESKTOP);

  const away = () => document.hidden || !document.hasFocus();

  function badge() {
    if (!away()) news = 0;
    document.title = news ? `(${number(news)}) ${t('title')}` : t('title');
  }
  document.addEventListener('visibilitychange', badge, { signal });
  addEventListener('focus', badge, { signal });

  return {
    // tell calls for something new. Nothing about a customer is in it: a desktop
    // shows notices to whoever stands before it.
    tell(text, urgent) {
      play(urgent);
      if (away()) {
        news++;
        if (allowed()) {
          const notice = new Notification(t('title'), { body: text, tag: urgent ? 'usher-urgent' : 'usher', renotify: urgent });
          notice.onclick = () => { window.focus(); notice.close(); };
        }
      }
      badge();
    },
    away,
    badge,
    sound: { get: () => !flag(SOUND), set: (on) => { keep(SOUND, !on); if (on) { wake(); play(false); } } },
    desktop: {
      get: allowed,
      // set asks the browser where it has not been asked, and tells what came of it.
      async set(on) {
        if (on && 'Notification' in window && Notification.permission === 'default') await Notification.requestPermission();
        keep(DESKTOP, on);
        return allowed() === on;
      },
    },
  };
}
