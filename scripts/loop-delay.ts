import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createClient } from 'redis';
import { freePort, launchRedis } from '../test/helpers/processes/redis-process.ts';
import { documentOf } from './loop-delay/documents.ts';

// `npm run loop-delay`: measures how long rules from Redis block the event loop of a server, with fifty publishes a second on
// its own redis-server. It fails if the 99th percentile exceeds 20 ms or the worst delay 100 ms. `-- --seconds N` sets the time
// of each case (10), `--flags N` the number of flags (5,000).

interface Measured {
  readonly p99: number;
  readonly worst: number;
  readonly busy: number;
  readonly errors: number;
}

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, flags: { type: 'string', default: '5000' } },
});
const [seconds, count] = [Number(values.seconds), Number(values.flags)];
if (!(seconds >= 1 && seconds <= 3_600 && count >= 1 && count <= 20_000)) {
  console.error('loop-delay: --seconds must be from 1 to 3600, --flags from 1 to 20000');
  process.exit(2);
}
const [P99, WORST] = [20, 100]; // milliseconds
const [KEY, CHANNEL] = ['gatekeeper:rules', 'gatekeeper:rules:changed'];

const good = documentOf(count, 0);
const typo = good.replace('"state": "ENABLED"', '"stat": "ENABLED"');
const broken = `${good.slice(0, -4)}}`;
// The first case measures the machine itself. If it fails, the other results mean nothing.
const CASES: readonly (readonly [name: string, document: ((number: number) => string) | undefined])[] = [
  ['no publishing', undefined],
  ['a valid document that does not change', () => good],
  ['one typo in one flag', () => typo],
  ['an invalid document that does not change', () => broken],
  ['another document each time', (number) => documentOf(count, number)],
  ['another invalid document each time', (number) => `${documentOf(count, number).slice(0, -4)}}`],
];

const folder = mkdtempSync(path.join(os.tmpdir(), 'gatekeeper-loop-'));
const port = await freePort();
const redis = await launchRedis(port, folder);
const client = await createClient({ url: `redis://127.0.0.1:${port}` }).connect();
let isGood = true;
console.log(`${count} flags, ${(good.length / 1e6).toFixed(1)} MB, 50 publishes a second for ${seconds} s`);
for (const [name, document] of CASES) {
  const { p99, worst, busy, errors } = await measure(document);
  const verdict = p99 <= P99 && worst <= WORST ? '' : '  FAILED';
  isGood &&= verdict === '';
  const numbers = `p99 ${p99.toFixed(1)} ms, worst ${worst.toFixed(1)} ms, busy ${(busy * 100).toFixed(0)} %`;
  console.log(`${name.padEnd(42)} ${numbers}, ${errors} errors${verdict}`);
}
client.destroy();
await redis.signal('SIGKILL');
rmSync(folder, { recursive: true });
process.exitCode = isGood ? 0 : 1;

async function measure(document: ((number: number) => string) | undefined): Promise<Measured> {
  // Made in advance, because this program uses the machine too.
  const documents = document === undefined ? [good] : Array.from({ length: 20 }, (_, at) => document(at));
  await client.set(KEY, documents[0] as string);
  const server = fork(fileURLToPath(new URL('loop-delay/server.ts', import.meta.url)), [
    `redis://127.0.0.1:${port}`,
    String(count),
  ]);
  await once(server, 'message');
  await later(2_000); // until the work of the start is done
  server.send('begin');
  const end = performance.now() + seconds * 1_000;
  for (let number = 1; performance.now() < end; number++) {
    const text = documents[number % documents.length] as string;
    if (text !== documents[(number - 1) % documents.length]) await client.set(KEY, text);
    if (document !== undefined) await client.publish(CHANNEL, '');
    await later(20);
  }
  const response = once(server, 'message');
  server.send('end');
  const [result] = await response;
  server.disconnect();
  await once(server, 'exit');
  return result as Measured;
}
