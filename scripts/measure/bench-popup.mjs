import { ensureBuilt } from '../lib/build.mjs';
import { endOnSignals } from '../lib/ending.mjs';
import { start } from '../lib/run.mjs';

// `npm run bench:popup`: measures the popup with a hundred, a thousand and five thousand flags in both browsers, and lists of
// its rows without a popup for comparison. Prints a table and writes it to bench/RESULTS.md.

endOnSignals();
await ensureBuilt();
process.exitCode = await start(process.execPath, ['--import', 'tsx', 'test/e2e/bench/bench-popup.ts']).ended;
