import { setTimeout as later } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { rulesText } from '../test/helpers/rules-documents.ts';
import { delaysOf, type Taken } from './converge/delays.ts';
import { startServers } from './converge/servers.ts';
import { STORES, type StoreName } from './converge/stores.ts';
import { Random } from './fuzz/random.ts';

// `npm run converge`: measures the time until every process has a published revision. It runs four processes and two hundred
// revisions on its own redis-server; `-- --store postgres` or `http` takes another store, and `--processes N --revisions N`
// sets the numbers. It fails if more than one in a hundred takes over a second, or over `--within N` milliseconds. `--seed N`
// repeats the pauses between the revisions.

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'redis' },
    processes: { type: 'string', default: '4' },
    revisions: { type: 'string', default: '200' },
    within: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
  },
});
const [processes, revisions] = [Number(values.processes), Number(values.revisions)];
const limit = Number(values.within); // milliseconds, for 99 in 100
const random = new Random(Number(values.seed));
if (!(processes >= 1 && processes <= 16 && revisions >= 1 && revisions <= 10_000)) {
  console.error('converge: --processes must be from 1 to 16, --revisions from 1 to 10000');
  process.exit(2);
}
const name = values.store as StoreName;
if (!Object.hasOwn(STORES, name)) {
  console.error(`converge: --store must be ${Object.keys(STORES).join(', ')}`);
  process.exit(2);
}

const store = await STORES[name]();
await store.publish(rulesText('revision-0'));

const taken: Taken[] = [];
const servers = await startServers(processes, [name, store.url], (one) => taken.push(one));
const published = new Map<string, number>();
for (let number = 1; number <= revisions; number++) {
  const startedAt = Date.now();
  const revision = await store.publish(rulesText(`revision-${number}`));
  published.set(revision, startedAt);
  await later(random.once(5) ? 0 : random.below(100)); // sometimes without a pause
}
const newest = [...published.keys()].at(-1);
const haveNewest = () => new Set(taken.filter(({ revision }) => revision === newest).map((one) => one.process)).size;
for (const end = Date.now() + 2 * limit; haveNewest() < processes && Date.now() < end; ) await later(20);
await servers.end();
await store.end();

const delays = delaysOf(published, taken, processes);
const at = (share: number): number => delays[Math.ceil(delays.length * share) - 1] ?? Number.NaN;
console.log(
  `${name}, ${processes} processes, ${revisions} revisions: ${delays.length} of ${processes * revisions} delays measured`,
);
console.log(`until in force: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms (at most ${limit}), longest ${at(1)} ms`);
const isGood = delays.length === processes * revisions && at(0.99) <= limit;
console.log(isGood ? 'PASSED' : 'FAILED');
process.exitCode = isGood ? 0 : 1;
