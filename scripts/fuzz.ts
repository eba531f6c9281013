import { parseArgs } from 'node:util';
import { type ChunkResult, chunksOf, TARGET_NAMES, type TargetName } from './fuzz/chunk.ts';
import { Progress } from './fuzz/progress.ts';
import { runChunksInWorkers } from './fuzz/worker-pool.ts';

// `npm run fuzz`: tests many hostile inputs. `-- --ci` runs for about a minute, `-- --seed N` repeats a run,
// `-- --cookies N --manifests N --grants N` sets the counts.

const CI = { cookies: 500_000, manifests: 100_000, grants: 100_000 };
const LONG = { cookies: 20_000_000, manifests: 2_000_000, grants: 2_000_000 };

const option = { type: 'string' } as const;
const { values } = parseArgs({
  options: { seed: option, cookies: option, manifests: option, grants: option, ci: { type: 'boolean' } },
});
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : wholeNumber('seed', values.seed);
const counts = countsOf();

console.log(
  `fuzz: seed ${seed}; ${TARGET_NAMES.map((target) => `${counts[target].toLocaleString('en')} ${target}`).join(', ')}`,
);
const progress = new Progress();
const timer = setInterval(() => console.log(progress.line), values.ci ? 10_000 : 60_000);
await runChunksInWorkers(chunksOf(seed, counts), { size: 2, onResult: report });
clearInterval(timer);
console.log(progress.line);
process.exitCode = progress.failed.length === 0 ? 0 : 1;

function report(result: ChunkResult): void {
  progress.add(result);
  if (result.failure === undefined || progress.failed.length > 10) return; // ten examples are enough
  const { target, number } = result.chunk;
  console.error(`FAILED ${target}, seed ${seed}, input ${result.done} of chunk ${number}: ${result.failure.problem}`);
  console.error(`  smallest input: ${JSON.stringify(result.failure.input)}`);
}

// If one count is set, the others are 0: `--cookies 1000` tests no manifests.
function countsOf(): Readonly<Record<TargetName, number>> {
  const named = TARGET_NAMES.filter((target) => values[target] !== undefined);
  if (named.length === 0) return values.ci ? CI : LONG;
  const entries = TARGET_NAMES.map((target) => [target, wholeNumber(target, values[target] ?? '0')] as const);
  return Object.fromEntries(entries) as Record<TargetName, number>;
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  console.error(`fuzz: --${name} must be a whole number, got ${text}`);
  process.exit(2);
}
