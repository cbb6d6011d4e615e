// engine.mjs MODULES WEIGHTS PORT: llama.cpp behind the OpenAI door, one request at a time. GET /slots tells what it is at. Ends after two minutes.
import http from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, weights, port] = process.argv.slice(2);
const { getLlama, LlamaChatSession } = await import(pathToFileURL(path.join(modules, 'node-llama-cpp/dist/index.js')));
const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'error' });
const model = await llama.loadModel({ modelPath: weights });
const context = await model.createContext({ contextSize: 1024, threads: 1 });
const sequence = context.getSequence();
const slots = { busy: 0, closed: 0, served: 0 };
let turn = Promise.resolve();

const chunk = (rest) => `data: ${JSON.stringify({ id: 'e', object: 'chat.completion.chunk', created: 1, model: 'smollm2', ...rest })}\n\n`;
const piece = (delta, finish_reason = null) => chunk({ choices: [{ index: 0, delta, finish_reason }] });

async function generate(asked, reply) {
  const leave = new AbortController();
  reply.on('close', () => {
    if (!reply.writableFinished) { slots.closed += 1; leave.abort(); }
  });
  if (asked.stream) reply.writeHead(200, { 'content-type': 'text/event-stream' });
  sequence.clearHistory && (await sequence.clearHistory());
  const before = sequence.tokenMeter.getState();
  const session = new LlamaChatSession({ contextSequence: sequence });
  // As llama-server does it: a last message of the assistant's is the beginning of the answer.
  const begun = asked.messages.at(-1).role === 'assistant' ? asked.messages.pop().content : undefined;
  const text = await session.prompt(asked.messages.at(-1).content, { responsePrefix: begun, maxTokens: asked.max_tokens ?? 16, signal: leave.signal, stopOnAbortSignal: true,
    temperature: 0, onTextChunk: (part) => asked.stream && reply.write(piece({ content: part })) });
  session.dispose({ disposeSequence: false });
  const spent = sequence.tokenMeter.diff(before);
  const usage = { prompt_tokens: spent.usedInputTokens, completion_tokens: spent.usedOutputTokens,
    total_tokens: spent.usedInputTokens + spent.usedOutputTokens };
  if (leave.signal.aborted) return;
  slots.served += 1;
  if (!asked.stream) {
    const body = { id: 'e', object: 'chat.completion', created: 1, model: 'smollm2', usage,
      choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }] };
    reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    return;
  }
  const last = asked.stream_options?.include_usage ? chunk({ choices: [], usage }) : '';
  reply.end(piece({}, 'stop') + last + 'data: [DONE]\n\n');
}

async function serve(body, reply) {
  slots.busy += 1;
  await generate(JSON.parse(body), reply).catch((error) => {
    console.error(error);
    reply.destroy();
  });
  slots.busy -= 1;
}

http.createServer((request, reply) => {
  if (request.url === '/slots') return reply.end(JSON.stringify(slots));
  let body = '';
  request.on('data', (part) => (body += part));
  return request.on('end', () => (turn = turn.then(() => serve(body, reply))));
}).listen(Number(port), '127.0.0.1');
setTimeout(() => process.exit(0), 120_000);
