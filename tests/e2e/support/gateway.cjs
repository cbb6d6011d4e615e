// Starts a gateway for an end-to-end program and says what became of each thing tried. Node's own modules only.
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const path = require('node:path');

const checkout = path.resolve(__dirname, '../../..');
const binary = process.env.SALLYPORT ?? path.join(checkout, 'build/dev/proxy/sallyport');
const cache = process.env.E2E_CACHE ?? path.join(checkout, 'build/e2e/cache');
const scratch = process.env.SCRATCH ?? path.join(checkout, 'build/e2e/by-hand');
const started = [];
let bad = 0;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const skip = (name, reason) => console.log(`skip - ${name}: ${reason}`);

function finish() {
  for (const child of started) child.kill('SIGKILL');
  process.exit(bad ? 1 : 0);
}

/// The program ends by itself after so many seconds, whatever hangs.
function limit(seconds) {
  setTimeout(() => {
    console.log(`not ok - the program did not end within ${seconds} s`);
    bad += 1;
    finish();
  }, seconds * 1000).unref();
}

/// Prints `ok - NAME`, or `not ok - NAME` and why, and goes on.
async function trying(name, act) {
  try {
    await act();
    console.log(`ok - ${name}`);
  } catch (error) {
    console.log(error?.stack ?? error);
    console.log(`not ok - ${name}`);
    bad += 1;
  }
}

/// The first value of probe() that counts as true; fails with `what` after so many seconds.
async function until(probe, seconds, what) {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const value = await probe();
    if (value) return value;
    await pause(20);
  }
  throw new Error(`not within ${seconds} s: ${what}`);
}

/// `require` of packages from npm that the cache holds or npm can fetch; undefined and a reason when it cannot.
function packages(...names) {
  const place = path.join(cache, 'npm-' + names.join('+').replaceAll(/[/@]/g, '_'));
  if (!fs.existsSync(path.join(place, '.complete'))) {
    fs.mkdirSync(place, { recursive: true });
    const words = ['install', '--prefix', place, '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund', '--loglevel=error', ...names];
    const ended = spawnSync('npm', words, { encoding: 'utf8', timeout: 200_000, cwd: place });
    if (ended.status !== 0) {
      const said = (ended.stderr ?? String(ended.error)).trim().split('\n').find((line) => !line.includes('warn')) ?? 'no message';
      return { reason: `npm could not fetch ${names.join(', ')} (${said.slice(0, 160)})` };
    }
    fs.writeFileSync(path.join(place, '.complete'), '');
  }
  return { place, load: require('node:module').createRequire(path.join(place, 'package.json')) };
}

function freePort() {
  return new Promise((done) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

/// A server of the test's own on a free port of the loopback address.
async function listen(answer) {
  const server = http.createServer(answer);
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  server.unref();
  return server.address().port;
}

class Gateway {
  constructor(api, admin, log) {
    Object.assign(this, { api: `http://127.0.0.1:${api}`, admin: `http://127.0.0.1:${admin}`, log });
  }

  /// Sum of the metric's samples that carry these labels.
  async metric(name, labels = {}) {
    const text = await (await fetch(`${this.admin}/metrics`)).text();
    let total = 0;
    for (const line of text.split('\n')) {
      const found = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
      if (!found || found[1] !== name) continue;
      const has = Object.fromEntries([...(found[2] ?? '').matchAll(/(\w+)="([^"]*)"/g)].map((pair) => [pair[1], pair[2]]));
      if (Object.entries(labels).every(([label, value]) => has[label] === value)) total += Number(found[3]);
    }
    return total;
  }

  async ready(child) {
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`the gateway ended with ${child.exitCode}: ${fs.readFileSync(this.log, 'utf8')}`);
      return (await fetch(`${this.admin}/readyz`).catch(() => ({}))).status === 200;
    }, 20, 'the gateway is ready');
    return this;
  }
}

function start(words, log, options = {}) {
  fs.mkdirSync(path.dirname(log), { recursive: true });
  const out = fs.openSync(log, 'w');
  const child = spawn(words[0], words.slice(1), { stdio: ['ignore', out, out], ...options });
  started.push(child);
  return child;
}

/// `sallyport demo`: three built-in upstreams and a team with a key.
async function demo() {
  fs.mkdirSync(scratch, { recursive: true });
  const [api, admin] = [await freePort(), await freePort()];
  const gateway = new Gateway(api, admin, path.join(scratch, 'demo.log'));
  await gateway.ready(start([binary, 'demo', '--port', api, '--admin-port', admin], gateway.log));
  gateway.key = await until(() => /sk-demo-[0-9a-f]{32}/.exec(fs.readFileSync(gateway.log, 'utf8'))?.[0], 10, 'the demo prints its key');
  return gateway;
}

/// `sallyport serve` over these providers and models (YAML), open to all who reach it unless they name teams.
async function serve(folder, providersAndModels, variables = {}) {
  const here = path.join(scratch, folder);
  fs.mkdirSync(here, { recursive: true });
  const [api, admin] = [await freePort(), await freePort()];
  const file = path.join(here, 'sallyport.yaml');
  fs.writeFileSync(file, `version: 1\nlisten: {address: 127.0.0.1:${api}}\nadmin: {address: 127.0.0.1:${admin}}\n` +
    `state: {journal: ${path.join(here, 'journal')}}\n${providersAndModels}`);
  const gateway = new Gateway(api, admin, path.join(here, 'log'));
  return gateway.ready(start([binary, 'serve', '-c', file], gateway.log, { env: { PATH: process.env.PATH, ...variables } }));
}

module.exports = { demo, finish, freePort, limit, listen, packages, pause, scratch, serve, skip, start, trying, until };
