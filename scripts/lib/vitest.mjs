import { readFileSync, rmSync } from 'node:fs';
import { inRoot } from './root.mjs';
import { start } from './run.mjs';
import { summarise } from './test-summary.mjs';

let runs = 0;

/** Runs vitest with these arguments, by default with the current Node; resolves to a summary. */
export async function runVitest(args, { program = process.execPath, env = process.env } = {}) {
  runs += 1;
  const report = inRoot(`node_modules/.cache/gatekeeper/test-report-${process.pid}-${runs}.json`);
  const vitest = [inRoot('node_modules/vitest/vitest.mjs'), 'run', '--config', 'test/vitest.config.ts'];
  const reporters = ['default', 'json', inRoot('scripts/lib/project-times.mjs')].map((name) => `--reporter=${name}`);
  const { ended } = start(program, [...vitest, ...reporters, `--outputFile.json=${report}`, ...args], {
    // The library reads NODE_ENV, so the tests always start with the same value.
    env: { ...env, NODE_ENV: 'test' },
  });
  const exitCode = await ended;
  return summarise(readReport(report), exitCode);
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  } finally {
    rmSync(file, { force: true });
  }
}
