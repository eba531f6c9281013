import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { freePort, launchRedis } from '../test/helpers/processes/redis-process.ts';
import { measureFleet } from './fleet/measure.ts';

// `npm run fleet`: publishes a document of about a mebibyte to 500 servers on one redis-server. It fails if a server has
// it after more than five seconds, or if Redis sends more than 60 MB in one second. `-- --servers N` sets the number.

const { values } = parseArgs({
  options: { servers: { type: 'string', default: '500' }, seed: { type: 'string', default: '1' } },
});
const [servers, seed] = [Number(values.servers), Number(values.seed)];
if (!(servers >= 1 && servers <= 5_000)) {
  console.error('fleet: --servers must be from 1 to 5000');
  process.exit(2);
}
const folder = mkdtempSync(path.join(os.tmpdir(), 'gatekeeper-fleet-'));
const port = await freePort();
const redis = await launchRedis(port, folder);
const result = await measureFleet(`redis://127.0.0.1:${port}`, servers, seed);
await redis.signal('SIGKILL');
rmSync(folder, { recursive: true });

const { bytes, delays, sent, peak, evaluations, longest, variants } = result;
const megabytes = (count: number): string => `${(count / 1e6).toFixed(1)} MB`;
const slowest = delays.at(-1) ?? Number.POSITIVE_INFINITY;
console.log(`${servers} servers, a document of ${megabytes(bytes)}: ${delays.length} have it`);
console.log(`after: half ${Math.round(delays[delays.length >> 1] ?? Number.NaN)} ms, all ${Math.round(slowest)} ms`);
console.log(`Redis sent ${megabytes(sent)}, at most ${megabytes(peak)} in a second`);
console.log(`${evaluations} evaluations, the longest ${longest.toFixed(2)} ms: ${variants.join(', ')}`);
const isGood = slowest <= 5_000 && peak <= 60e6;
console.log(isGood ? 'PASSED' : 'FAILED');
process.exitCode = isGood ? 0 : 1;
