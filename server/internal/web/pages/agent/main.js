// The console's page: who is there decides what is shown.
import './icons.js';
import { load, t } from '../shared/words.js';
import { createFirst, createSignIn, session } from './account.js';
import { keepAlive } from './alive.js';
import { createCode, createEnrol } from './factor.js';
import { addOffice } from './office.js';
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
  const trouble = new URLSearchParams(location.search).get('signin');
  if (trouble) history.replaceState(null, '', '/agent/');
  let oidc = false;
  const agent = await session().catch((e) => { oidc = e.oidc; });
  if (!agent) put(createSignIn(route, { oidc, trouble }));
  else if (agent.step === 'enrol') put(createEnrol(route));
  else if (agent.step === 'code') put(createCode(route));
  else {
    const desk = createWorkspace(agent, route);
    addOffice(desk, agent);
    put(desk);
  }
}

keepAlive();

try {
  await load('agent', localStorage.getItem('usher.console.lang') || navigator.language);
  document.title = t('title');
  console.info(t('paste_warning'));
  await route();
} catch (error) {
  document.getElementById('failed').hidden = false; // the one sentence that needs no words from the server
  throw error;
}
