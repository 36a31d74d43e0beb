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

await load('agent', localStorage.getItem('usher.console.lang') || navigator.language).catch(() => {});
document.title = t('title');
console.info(t('paste_warning'));
route();
