import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './lib/build.mjs';
import { endOnSignals } from './lib/ending.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { inRoot } from './lib/root.mjs';
import { start } from './lib/run.mjs';
import { ensureSystemPackages } from './lib/system-packages.mjs';

// `npm run chaos`: causes every fault that the extension must survive, a thousand times each, in Chromium. `-- windows` picks
// the faults with that word in their name, `-- --iterations N` sets the number, `-- --seed N` repeats a run.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { iterations: { type: 'string', default: '1000' }, seed: { type: 'string' } },
});
for (const [name, value] of Object.entries(values)) {
  if (/^[1-9]\d{0,9}$/.test(value)) continue;
  console.error(`chaos: --${name} must be a whole number from 1 to 9999999999, got ${value}`);
  process.exit(2);
}

endOnSignals();
await ensureInstalled();
await ensureSystemPackages();
await ensureBuilt();
process.exitCode = await start(
  process.execPath,
  [
    inRoot('node_modules/vitest/vitest.mjs'),
    'run',
    ...['--config', 'test/vitest.config.ts', '--project', 'chromium', 'test/e2e/chaos'],
    ...positionals.flatMap((word) => ['-t', word]),
  ],
  {
    env: {
      ...process.env,
      NODE_ENV: 'test',
      CHAOS_ITERATIONS: values.iterations,
      GATEKEEPER_SEED: values.seed ?? String(randomInt(2 ** 32)),
    },
  },
).ended;
