// The console's page: who is there decides what is shown.
import { load, t } from '../shared/words.js';
import { createFirst, createSignIn, session } from './account.js';
import { createWorkspace } from './workspace.js';

function put(node) {
  document.body.replaceChildren(node);
  node.querySelector('[autofocus]')?.focus();
}

async function route() {
  if (location.pathname === '/agent/first') {
    const token = new URLSearchParams(location.search).get('token') || '';
    history.replaceState(null, '', '/agent/first'); // the secret leaves the address bar
    put(createFirst(token, () => { history.replaceState(null, '', '/agent/'); route(); }));
    return;
  }
  const agent = await session().catch(() => null);
  if (!agent) put(createSignIn(route));
  else put(createWorkspace(agent, route));
}

try {
  await load('agent', localStorage.getItem('usher.console.lang') || navigator.language);
  document.title = t('title');
  console.info(t('paste_warning'));
  await route();
} catch (error) {
  document.getElementById('failed').hidden = false; // the one sentence that needs no words from the server
  throw error;
}
