// Opens a conversation, says something and asks for a person. Runs in Node 18 or
// newer with API_URL and API_KEY set. A key belongs on your server: never
// send one to a browser.

export async function example(url, key) {
  // Sends one request; waits where the server asks for it, and sends the same again.
  async function call(method, path, body, once) {
    const headers = { Authorization: `Bearer ${key}` };
    if (body) headers['Content-Type'] = 'application/json';
    if (once) headers['Idempotency-Key'] = once;
    for (let tries = 1; ; tries += 1) {
      const answer = await fetch(`${url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
      const wait = answer.headers.get('Retry-After');
      if (wait !== null && tries < 5) {
        await new Promise((done) => { setTimeout(done, Number(wait) * 1000); });
        continue;
      }
      const json = await answer.json();
      if (!answer.ok) throw new Error(`${method} ${path}: ${json.code} ${json.detail}`);
      return json;
    }
  }

  const said = [];
  const once = `open-${Date.now()}`;
  const conversation = await call('POST', '/conversations', { external_user_id: 'user-4711', locale: 'en' }, once);
  const reply = await call('POST', `/conversations/${conversation.id}/messages`, {
    id: 'm-1', text: 'I uploaded the wrong document, please cancel my review',
  });
  reply.replies.forEach((message) => said.push(`bot: ${message.text}`));

  const handoff = await call('POST', `/conversations/${conversation.id}/handoff`, { reason: 'wrong_document' });
  said.push(`handoff: ${handoff.state} in ${handoff.queue}, place ${handoff.position}`);
  return said.join('\n');
}

const environment = globalThis.process?.env;
if (environment?.API_URL) console.log(await example(environment.API_URL, environment.API_KEY));
