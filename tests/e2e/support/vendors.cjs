// The strict stub vendors of vendors.py for a program in Node, and a gateway before them. Node's own modules only.
const path = require('node:path');
const { freePort, scratch, serve, start, until } = require('./gateway.cjs');

const key = 'sk-vendor-key-0001';
/// What is asked of the providers behind the models `on-chat`, `on-messages`, `on-responses` and, Anthropic's own kind, `on-anthropic`.
const paths = { chat: '/v1/chat/completions', messages: '/v1/messages', responses: '/v1/responses', anthropic: '/v1/messages' };
const fronted = Object.keys(paths);

class Vendors {
  constructor(port) {
    this.at = `http://127.0.0.1:${port}`;
  }

  /// What they answer from now on (see vendors.py); forgets what they saw.
  async plays(script = {}) {
    const reply = await fetch(`${this.at}/script`, { method: 'POST', body: JSON.stringify(script) });
    if (reply.status !== 200) throw new Error(`the vendors answered ${reply.status}`);
  }

  /// The requests since, as [{path, headers, body, faults}].
  async seen() {
    return (await fetch(`${this.at}/seen`)).json();
  }

  /// A gateway with a model in front of each, and `on-deepseek` before one that wants its thoughts back in chat.
  front(folder, more = '', variables = {}) {
    const door = `base_url: "${this.at}/v1", key: "\${env:VENDOR_KEY}"`;
    return serve(
      folder,
      `providers:\n  chat: {kind: openai_compatible, ${door}}\n` +
        `  messages: {kind: openai_compatible, dialect: anthropic_messages, ${door}}\n` +
        `  responses: {kind: openai_compatible, dialect: openai_responses, ${door}}\n  anthropic: {kind: anthropic, ${door}}\n` +
        `  deepseek: {kind: deepseek, ${door}}\n` +
        `models:\n${[...fronted, 'deepseek'].map((name) => `  on-${name}: {try: [${name}/m]}\n`).join('')}${more}`,
      { VENDOR_KEY: key, ...variables },
    );
  }
}

async function vendors() {
  const port = await freePort();
  start(['python3', path.join(__dirname, 'vendors.py'), port], path.join(scratch, 'vendors.log'));
  const both = new Vendors(port);
  await until(
    () =>
      both.seen().then(
        () => true,
        () => false,
      ),
    10,
    'the vendors listen',
  );
  return both;
}

module.exports = { fronted, key, paths, vendors };
