// `npm test`: everything, from a fresh clone. Arguments filter, as vitest's do: `npm test -- wire`.

import { readFileSync, rmSync } from 'node:fs';
import { ensureBuilt } from './lib/build.mjs';
import { endOnSignals } from './lib/ending.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { say } from './lib/progress.mjs';
import { inRoot } from './lib/root.mjs';
import { start } from './lib/run.mjs';
import { ensureSystemPackages } from './lib/system-packages.mjs';
import { summarise, summaryLine } from './lib/test-summary.mjs';

endOnSignals();
const report = inRoot(`node_modules/.cache/gatekeeper/test-report-${process.pid}.json`);

const exitCode = await prepareAndRun().catch((error) => {
  say(error.message);
  return 1;
});
const summary = summarise(readReport(), exitCode);
console.log(`\n${summaryLine(summary)}`);
process.exitCode = exitCode === 0 && summary.failed === 0 ? 0 : 1;

async function prepareAndRun() {
  await ensureInstalled();
  await ensureSystemPackages();
  await ensureBuilt();
  return runTests(process.argv.slice(2));
}

function runTests(filters) {
  const vitest = inRoot('node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  // The library reads NODE_ENV: the tests start from the same one whoever runs them.
  const env = { ...process.env, NODE_ENV: 'test' };
  return start(process.execPath, [vitest, 'run', '--config', 'test/vitest.config.ts', ...reporters, ...filters], {
    env,
  }).ended;
}

function readReport() {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return undefined;
  } finally {
    rmSync(report, { force: true });
  }
}
