// clients.mjs PROGRAM: events that real clients send arrive exactly once, although the server is
// killed in between and the clients send again what was not answered.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Analytics } from '@segment/analytics-node';
import Rudder from '@rudderstack/rudder-sdk-node';

const program = process.argv[2];
const dir = mkdtempSync(join(tmpdir(), 'pharos-clients-'));
const shop = join(dir, 'shop');
const run = (...words) => execFileSync(program, words, { encoding: 'utf8' });
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

writeFileSync(
  join(dir, 'playbook.yaml'),
  `playbook: clients
model: service
timezone: UTC
currency: EUR
attributes:
  name: {type: string}
members:
  email: {type: string}
events:
  order_paid: {n: int}
tracks:
  main:
    - stage: all
      nodes:
        - node: buyer
          on: order_paid
`,
);
run('init', shop, '--playbook', join(dir, 'playbook.yaml'));
const key = JSON.parse(run('keys', 'add', shop, '--name', 'clients', '--json')).secret;

// Answers with the process and its address once it listens.
function serve(listen) {
  const server = spawn(program, ['serve', shop, '--listen', listen], {
    env: { ...process.env, LANG: 'C', PHAROS_LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let said = '';
    server.stdout.on('data', (text) => {
      said += text;
      const at = said.match(/at http:\/\/(\S+)/);
      if (at) resolve({ server, address: at[1] });
    });
    server.on('exit', () => reject(new Error(`the server ended: ${said}`)));
  });
}
// Its exit code; null after SIGKILL.
function end(server, signal) {
  server.removeAllListeners('exit');
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill(signal);
  return ended;
}

async function main() {
  let { server, address } = await serve('127.0.0.1:0');
  const failures = [];
  const segment = new Analytics({
    writeKey: key,
    host: `http://${address}`,
    path: '/v1/batch',
    flushAt: 15,
    flushInterval: 100,
    maxRetries: 20,
  });
  segment.on('error', (error) => failures.push(`segment: ${JSON.stringify(error)}`));
  const rudder = new Rudder(key, {
    dataPlaneUrl: `http://${address}`,
    flushAt: 20,
    flushInterval: 100,
    retryCount: 12,
  });

  const waves = 12;
  const size = 25;
  let sent = 0;
  const answered = [];
  for (let wave = 0; wave < waves; ++wave) {
    for (let i = 0; i < size; ++i) {
      const call = {
        userId: `u${i}`,
        event: 'Order Paid',
        context: { groupId: `g${i % 5}` },
        properties: { n: sent },
      };
      segment.track({ ...call, messageId: `segment-${sent}` });
      answered.push(
        new Promise((resolve) => {
          rudder.track({ ...call, messageId: `rudder-${sent}` }, (error) => {
            if (error) failures.push(`rudder: ${error}`);
            resolve();
          });
        }),
      );
      ++sent;
    }
    await pause(60); // For the clients to send some of it: they wait for more themselves.
    if (wave === 4 || wave === 8) {
      await end(server, 'SIGKILL');
      ({ server } = await serve(address));
    }
  }
  segment.identify({ userId: 'u1', context: { groupId: 'g1' }, traits: { email: 'u1@example.com' } });
  segment.group({ userId: 'u1', groupId: 'g1', traits: { name: 'First' } });
  await segment.closeAndFlush({ timeout: 60_000 });
  await Promise.all(answered);

  const exit = await end(server, 'SIGTERM');
  if (exit !== 0) failures.push(`the server ended with ${exit}`);

  const seen = new Map();
  for (const line of run('export', shop, 'events', '--format', 'ndjson').trim().split('\n')) {
    const event = JSON.parse(line);
    seen.set(event.id, (seen.get(event.id) ?? 0) + 1);
  }
  for (const client of ['segment', 'rudder'])
    for (let n = 0; n < sent; ++n)
      if (seen.get(`${client}-${n}`) !== 1) failures.push(`${client}-${n}: ${seen.get(`${client}-${n}`) ?? 0} times`);
  if (seen.size !== 2 * sent + 2) failures.push(`${seen.size} events; expected ${2 * sent + 2}`);
  run('verify', shop);
  if (failures.length > 0) throw new Error(failures.slice(0, 20).join('\n'));
  console.log(`clients: ${seen.size} events, each once, over two kills`);
}

main()
  .then(() => {
    rmSync(dir, { recursive: true });
    process.exit(0);
  })
  .catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
