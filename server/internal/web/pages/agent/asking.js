// Frames that are answered: each goes out with a client id and waits for the ack
// or the error that carries the same id.
import { randomID } from '../shared/socket.js';

const ANSWER_MS = 15_000; // no answer by then: the line is taken as dead

// createAsking gives { ask(frame, id), answered(frame), drop() }. `send` gives
// false when there is no line; `dead` is told when an answer never came.
export function createAsking({ send, dead }) {
  const open = new Map(); // client id → { resolve, reject, timer }

  function settle(id) {
    const a = open.get(id);
    clearTimeout(a?.timer);
    open.delete(id);
    return a;
  }

  return {
    ask(frame, id = randomID()) {
      return new Promise((resolve, reject) => {
        const late = () => {
          settle(id);
          reject({ code: 'offline' });
          dead();
        };
        open.set(id, { resolve, reject, timer: setTimeout(late, ANSWER_MS) });
        if (!send({ ...frame, id })) settle(id).reject({ code: 'offline' });
      });
    },
    // answered takes an ack or error and tells whether anybody waited for it.
    answered(frame) {
      const a = settle(frame.id);
      if (!a) return false;
      if (frame.type === 'error') a.reject(frame);
      else a.resolve(frame);
      return true;
    },
    // drop ends every wait: the line is gone, and what was not acked was not taken.
    drop() {
      for (const id of [...open.keys()]) settle(id).reject({ code: 'offline' });
    },
  };
}
