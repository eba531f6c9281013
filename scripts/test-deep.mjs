import { randomInt } from 'node:crypto';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './lib/build.mjs';
import { endOnSignals } from './lib/ending.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { OTHER_NODES, otherNode } from './lib/other-node.mjs';
import { printProgress } from './lib/progress.mjs';
import { start } from './lib/run.mjs';
import { ensureSystemPackages } from './lib/system-packages.mjs';
import { FAILED_RUN, summaryLine, sumOf } from './lib/test-summary.mjs';
import { runVitest } from './lib/vitest.mjs';

// `npm run test:deep`: the tests that take too long for `npm test`. It runs every table in both browsers, the chaos tests, the
// properties and the fuzzer with a new seed, and the tests of the library and the package under other versions of Node.
// `-- --seed N` repeats a run; `-- tables fuzz node-26` picks parts.

const { values, positionals } = parseArgs({ allowPositionals: true, options: { seed: { type: 'string' } } });
if (values.seed !== undefined && !/^\d{1,10}$/.test(values.seed))
  giveUp(`--seed must be a whole number, got ${values.seed}`);
const seed = values.seed ?? String(randomInt(2 ** 32));
const deep = { ...process.env, GATEKEEPER_DEEP: '1', GATEKEEPER_SEED: seed };

const PARTS = {
  tables: () => runVitest([], { env: deep }),
  fuzz: () => runScript(['--import', 'tsx', 'scripts/fuzz.ts', '--ci', '--seed', seed]),
  ...Object.fromEntries(
    Object.entries(OTHER_NODES).map(([major, version]) => [`node-${major}`, () => runUnder(version)]),
  ),
};
for (const part of positionals) {
  if (!Object.hasOwn(PARTS, part)) giveUp(`expected a part (${Object.keys(PARTS).join(', ')}), got ${part}`);
}

endOnSignals();
const results = [];
printProgress(`seed ${seed}; npm run test:deep -- --seed ${seed} repeats this run`);
await ensureInstalled();
await ensureSystemPackages({ isDeep: true });
await ensureBuilt();
for (const [name, run] of Object.entries(PARTS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  printProgress(`${name} …`);
  const startedAt = Date.now();
  const summary = await run().catch((error) => {
    printProgress(error.message);
    return FAILED_RUN;
  });
  results.push({ name, summary, seconds: (Date.now() - startedAt) / 1_000 });
}

console.log('');
for (const { name, summary, seconds } of results) {
  console.log(`${name.padEnd(10)}${seconds.toFixed(1).padStart(8)} s: ${summaryLine(summary)}`);
}
const summary = sumOf(results.map((result) => result.summary));
console.log(`\nseed ${seed}\n${summaryLine(summary)}`);
process.exitCode = summary.failed === 0 ? 0 : 1;

/** Runs the tests without a browser, and those of the package. */
async function runUnder(version) {
  const program = await otherNode(version);
  // Programs that the tests start as `node`, such as npm, use the same version.
  const env = { ...process.env, PATH: `${path.dirname(program)}${path.delimiter}${process.env.PATH}` };
  const unit = await runVitest(['--project', 'unit', '--project', 'process', '--project', 'dom'], { program, env });
  const consumers = await runVitest(['--project', 'package', 'test/package/package.test', 'test/package/forms'], {
    program,
    env,
  });
  return sumOf([unit, consumers]);
}

/** A script counts as one test. */
async function runScript(args) {
  const code = await start(process.execPath, args).ended;
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : FAILED_RUN;
}

function giveUp(line) {
  console.error(`test:deep: ${line}`);
  process.exit(2);
}
