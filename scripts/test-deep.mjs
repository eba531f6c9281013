// `npm run test:deep`: what takes too long for `npm test`. Every table as a whole through both browsers, chaos, properties
// and fuzzing with a new seed, and the library's and the package's tests under other versions of Node.
// `-- --seed N` repeats a run; words pick parts: `-- tables fuzz node-26`.

import { randomInt } from 'node:crypto';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './lib/build.mjs';
import { endOnSignals } from './lib/ending.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { OTHER_NODES, otherNode } from './lib/other-node.mjs';
import { say } from './lib/progress.mjs';
import { start } from './lib/run.mjs';
import { ensureSystemPackages } from './lib/system-packages.mjs';
import { DIED, summaryLine, together } from './lib/test-summary.mjs';
import { runVitest } from './lib/vitest.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { seed: { type: 'string' } } });
if (values.seed !== undefined && !/^\d{1,10}$/.test(values.seed))
  giveUp(`--seed is a whole number, not ${values.seed}`);
const seed = values.seed ?? String(randomInt(2 ** 32));
const deep = { ...process.env, GATEKEEPER_DEEP: '1', GATEKEEPER_SEED: seed };

const PARTS = {
  tables: () => runVitest([], { env: deep }),
  fuzz: () => runScript(['--import', 'tsx', 'scripts/fuzz.ts', '--ci', '--seed', seed]),
  ...Object.fromEntries(
    Object.entries(OTHER_NODES).map(([major, version]) => [`node-${major}`, () => runUnder(version)]),
  ),
};
for (const word of positionals) {
  if (!Object.hasOwn(PARTS, word)) giveUp(`a part is one of ${Object.keys(PARTS).join(', ')}, not ${word}`);
}

endOnSignals();
const results = [];
say(`seed ${seed}; npm run test:deep -- --seed ${seed} repeats this run`);
await ensureInstalled();
await ensureSystemPackages();
await ensureBuilt();
for (const [name, run] of Object.entries(PARTS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  say(`${name} …`);
  const startedAt = Date.now();
  const summary = await run().catch((error) => {
    say(error.message);
    return DIED;
  });
  results.push({ name, summary, seconds: (Date.now() - startedAt) / 1_000 });
}

console.log('');
for (const { name, summary, seconds } of results) {
  console.log(`${name.padEnd(10)}${seconds.toFixed(1).padStart(8)} s: ${summaryLine(summary)}`);
}
const summary = together(results.map((result) => result.summary));
console.log(`\nseed ${seed}\n${summaryLine(summary)}`);
process.exitCode = summary.failed === 0 ? 0 : 1;

/** What needs no browser, and the consumers of the package. */
async function runUnder(version) {
  const program = await otherNode(version);
  // What the tests start by the name `node`, as npm's own program does, is the same version.
  const env = { ...process.env, PATH: `${path.dirname(program)}${path.delimiter}${process.env.PATH}` };
  const unit = await runVitest(['--project', 'unit', '--project', 'dom'], { program, env });
  const consumers = await runVitest(['--project', 'package', 'test/package.test', 'test/package-forms'], {
    program,
    env,
  });
  return together([unit, consumers]);
}

/** A script counts as one test. */
async function runScript(args) {
  const code = await start(process.execPath, args).ended;
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : DIED;
}

function giveUp(line) {
  console.error(`test:deep: ${line}`);
  process.exit(2);
}
