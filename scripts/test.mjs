import { ensureBuilt } from './lib/build.mjs';
import { endOnSignals } from './lib/ending.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { printProgress } from './lib/progress.mjs';
import { ensureSystemPackages } from './lib/system-packages.mjs';
import { FAILED_RUN, summaryLine } from './lib/test-summary.mjs';
import { runVitest } from './lib/vitest.mjs';

// `npm test`: runs all tests, also in a fresh clone. Arguments are filters, as for vitest: `npm test -- wire`.

endOnSignals();

const summary = await prepareAndRun().catch((error) => {
  printProgress(error.message);
  return FAILED_RUN;
});
console.log(`\n${summaryLine(summary)}`);
process.exitCode = summary.failed === 0 ? 0 : 1;

async function prepareAndRun() {
  await ensureInstalled();
  await ensureSystemPackages();
  await ensureBuilt();
  return runVitest(process.argv.slice(2));
}
